"""``ceremony pki request check --issuer``: a CA that may sign, and the one meant."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.builtin import builtin_text
from tests.cli.pki_command import pki
from tests.fakes.golden import FOLDER
from tests.fakes.made_requests import organisation_request
from tests.fakes.pki_files import root_and_sub, save
from tests.rehearsals.stage import Told

BY = ", by which such certificates are signed"


@pytest.fixture
def files(tmp_path: Path) -> Mapping[str, str]:
    root, sub = root_and_sub()
    return save(
        tmp_path,
        request=organisation_request(),
        root=root.public_bytes(Encoding.PEM),
        sub=sub.public_bytes(Encoding.PEM),
        web=(FOLDER / "web-root.pem").read_bytes(),
        server=(FOLDER / "smki-organisation-ds.pem").read_bytes(),
    )


def check(
    files: Mapping[str, str], issuer: str, profile: object, *more: object
) -> Told:
    under = ("--profile", profile, "--issuer", files[issuer])
    return pki("request", "check", files["request"], *under, *more)


def in_one_line(told: str) -> str:
    return " ".join(told.split())


def test_nothing_is_said_of_the_issuer_that_is_meant(files: Mapping[str, str]) -> None:
    told = check(files, "sub", "smki-organisation-ds")
    assert (told.status, told.err) == (0, "")


def test_who_may_not_sign_is_no_issuer(files: Mapping[str, str]) -> None:
    told = check(files, "server", "smki-organisation-ds")
    assert (told.status, told.out) == (2, "")
    name = Path(files["server"]).name
    assert told.err.startswith(
        f"{name} is not the certificate of a CA that may sign certificates of the "
        "profile smki-organisation-ds; the issuer's basicConstraints do not let it "
        "sign such a certificate. [CLI-ISSUER-03]\n"
    )
    # The issuing CA has a path length of 0.
    assert "[CLI-ISSUER-03]" in check(files, "sub", "smki-issuing-oca").err


def test_what_is_signed_by_itself_has_no_issuer(files: Mapping[str, str]) -> None:
    told = check(files, "sub", "smki-root-oca")
    assert (told.status, told.out) == (2, "")
    assert "[CLI-ISSUER-01]" in told.err


@pytest.mark.parametrize("form", ["text", "json"])
def test_another_ca_than_the_profile_means_is_remarked(
    files: Mapping[str, str], form: str
) -> None:
    told = check(files, "web", "smki-organisation-ds", "--format", form)
    assert told.status == 1
    assert in_one_line(told.err).startswith(
        f"Remark: {Path(files['web']).name} does not meet the profile "
        f"smki-issuing-oca{BY}: "
    )
    assert "[PKI-NAME-01]; and " in told.err
    # Its key identifier is of another method than the certificates' lint wants there.
    if form == "json":
        (judged,) = json.loads(told.out)["judged"]
        assert [each["rule"] for each in judged["findings"]] == ["PKI-CSR-31"]
    else:
        assert "the lint finds SMKI-AKI-01" in in_one_line(told.out)


def test_a_signer_whose_profile_is_beside_is_held_against_it(
    files: Mapping[str, str], tmp_path: Path
) -> None:
    own = builtin_text("smki-organisation-ds").replace(
        "signed-by: smki-issuing-oca", "signed-by: own-issuing"
    )
    (tmp_path / "own-organisation.yaml").write_text(
        own.replace("name: smki-organisation-ds", "name: own-organisation")
    )
    profile = tmp_path / "own-organisation.yaml"
    unknown = check(files, "sub", profile)
    assert unknown.status == 0
    sub = Path(files["sub"]).name
    assert in_one_line(unknown.err) == (
        f"Remark: {sub} is not held against the profile own-issuing{BY}, which is not "
        "known here."
    )
    beside = tmp_path / "own-issuing.yaml"
    issuing = builtin_text("smki-issuing-oca")
    beside.write_text(issuing)
    assert "not known here" in in_one_line(check(files, "sub", profile).err)
    name = "name: smki-issuing-oca"
    assert name in issuing
    beside.write_text(issuing.replace(name, "name: own-issuing"))
    assert check(files, "sub", profile).err == ""
    told = in_one_line(check(files, "root", profile).err)
    assert told.startswith(
        f"Remark: {Path(files['root']).name} does not meet the profile own-issuing{BY}"
    )
