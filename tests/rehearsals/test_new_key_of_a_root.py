"""A root that goes on with a new key under its old name, on SoftHSM.

Each of its keys certifies the other, so that whoever trusts one of them gets to what
the other one signs. openssl judges both.

Source: RFC 4210, section 4.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.outside_tool import run_tool
from tests.rehearsals.made_act import VERIFIED, Played, play_act, read_backs
from tests.rehearsals.test_kinds_of_ca import made_keys, pair, self_signed

pytestmark = [pytest.mark.hsm, pytest.mark.slow, pytest.mark.no_cover]

NAME = "common-name: Made up root, values: {organization: Example, country: GB}"
ROOT = f"profile: root-ca-ec-p384, {NAME}"
CROSSED = f"profile: issuing-ca-ec-p384, {NAME}"
BOTH_WAYS = [("old", "new"), ("new", "old")]


def crossed(of: str, by: str) -> str:
    told = f"key: {by}, of: {of}-cert, certificate: {of}-by-{by}"
    return f"certificate.cross-sign, irreversible: true, with: {{{told}}}"


@pytest.fixture(scope="module")
def played(
    site_base: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    things = [
        *(thing for name in ("old", "new") for thing in pair(name, ROOT, "P-384")),
        *(
            f"{of}-by-{by}: {{kind: certificate, title: By the other key, {CROSSED}}}"
            for of, by in BOTH_WAYS
        ),
    ]
    printed = "what: certificate fingerprint, words: 32, source: projector"
    act = [
        *made_keys(["old", "new"]),
        *(self_signed(name) for name in ("old", "new")),
        *(crossed(of, by) for of, by in BOTH_WAYS),
        *(step for name in ("old", "new") for step in read_backs(name)),
        *(
            f"check, with: {{subject: {of}-by-{by}, {printed}, "
            "reader: custodian, typist: internal-witness}"
            for of, by in BOTH_WAYS
        ),
    ]
    with play_act(site_base, tmp_path_factory.mktemp("new"), things, act) as it:
        yield it


def test_the_pack_verifies(played: Played) -> None:
    assert played.lines[0] == VERIFIED, played.lines


@pytest.mark.parametrize(("of", "by"), BOTH_WAYS)
def test_openssl_builds_the_path_from_either_key_to_the_other(
    played: Played, of: str, by: str
) -> None:
    anchor, crossed_by = f"certificate-{by}-cert.pem", f"certificate-{of}-by-{by}.pem"
    verify = ["openssl", "verify", "-x509_strict", "-CAfile", anchor, crossed_by]
    ran = run_tool(verify, played.files)
    assert ran.stdout.decode() == f"{crossed_by}: OK\n", ran.stderr
    both = [f"certificate-{of}-cert.pem", crossed_by]
    shown = [
        run_tool(["openssl", "x509", "-in", file, "-noout", what], played.files).stdout
        for what in ("-pubkey", "-subject")
        for file in both
    ]
    assert shown[0] == shown[1] != shown[2] == shown[3]
