"""``ceremony pki profile check`` of profiles of revocation lists: can one be met?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ceremony.pki.crl_profile_file import builtin_crl_profiles
from tests.cli.transcript import call_here
from tests.fakes.profile_texts import EVERYTHING
from tests.rehearsals.stage import Told

LISTS = Path(__file__).parents[1] / "vectors/lists"
UNSOUND = LISTS / "unsound"
EXPECTED = json.loads((UNSOUND / "expected.json").read_text())


def profile(*arguments: object) -> Told:
    return call_here(["pki", "profile", *map(str, arguments)])


def check(*arguments: object) -> Told:
    return profile("check", *arguments)


def test_the_profiles_that_ship_are_sound() -> None:
    said = check(*builtin_crl_profiles())
    assert said.status == 0, said.all
    assert said.out.count(": sound, ") == len(builtin_crl_profiles())
    assert said.out.startswith(
        "generic-arl: sound, 20 trial lists, 14 rules.\n"
        "  Any CA may sign, so that one was made up for each algorithm.\n"
    )
    assert "smki-oca-crl: sound, 2 trial lists, 14 rules.\n" in said.out


def test_a_golden_list_s_profile_is_sound() -> None:
    path = LISTS / "web-arl-365-days.yaml"
    said = check(path)
    assert said.status == 0, said.all
    assert said.out == f"{path}: sound, 2 trial lists, 14 rules.\n"


def test_every_unsound_profile_is_there_and_expected() -> None:
    assert {path.stem for path in UNSOUND.glob("*.yaml")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_an_unsound_profile_is_refused_for_its_one_reason(name: str) -> None:
    path = UNSOUND / f"{name}.yaml"
    said = check(path, "--format", "json")
    assert said.status == EXPECTED[name]["status"]
    (told,) = json.loads(said.out)["profiles"]
    assert [each["rule"] for each in told["findings"]] == [EXPECTED[name]["rule"]]
    words = "not a profile" if said.status == 2 else "no revocation list meets it"
    if told["findings"][0]["rule"] == "SCRIPT-DEPART-01":
        words = "it departs from nothing"
    assert f"{path}: {words}, 1 finding.\n" in check(path).out


def test_an_issuer_that_is_named_beside_it_signs_the_trial(tmp_path: Path) -> None:
    issuer = tmp_path / "everything.yaml"
    issuer.write_text(EVERYTHING)
    text = (LISTS / "web-arl-365-days.yaml").read_text()
    path = tmp_path / "list.yaml"
    path.write_text(
        text.replace("signed-by: web-root", "signed-by: everything").replace(
            "baseline-requirements: true\n", ""
        )
    )
    alone = check(path)
    assert alone.status == 0
    assert "The profile everything is not known here, so that a made-up CA" in alone.out
    said = check(path, issuer, "--format", "json")
    told = {each["file"]: each for each in json.loads(said.out)["profiles"]}
    # Its issuer has an RSA key, and the list's one algorithm is ECDSA.
    assert [each["rule"] for each in told[str(path)]["findings"]] == ["PKI-LIST-05"]
    assert said.status == 1


def test_the_profiles_that_ship_are_listed_after_those_of_certificates() -> None:
    said = profile("list")
    assert said.status == 0, said.all
    told = " ".join(said.out.split())
    assert (
        "smki-oca-crl SMKI Organisation CRL revocation list; signed by a CA of the "
        "profile smki-issuing-oca; next update after 30 days; 3 unverified facts"
    ) in told
    assert told.index("web-subordinate ") < told.index("generic-arl ")


def test_a_profile_is_shown_fact_by_fact() -> None:
    said = profile("show", "generic-arl")
    assert said.status == 0, said.all
    assert said.out.startswith(
        "generic-arl: Authority revocation list\nSigned by: any CA\n\nsignatures\n"
        "    ecdsa-with-SHA256\n"
    )
    assert (
        "next-update\n    365 days later\n    [chosen] RFC 5280, section 5.1.2.5"
    ) in said.out
    assert "its issuer's authority certificates alone; critical\n" in said.out
    assert said.out.endswith("No fact of the profile is unverified.\n")
    assert max(map(len, said.out.splitlines())) <= 80


def test_a_file_is_shown_as_one_json_document() -> None:
    said = profile("show", UNSOUND / "departs-from-nothing.yaml", "--format", "json")
    assert (said.status, said.err) == (0, "")
    told = json.loads(said.out)
    assert (told["signedBy"], told["baseline"]) == ("any-ca", "")
    assert [each["finding"] for each in told["departs"]] == [
        "cabf.arl_invalid_validity_period"
    ]
    assert {each["name"]: each["value"] for each in told["facts"]}["reasons"] == [
        "superseded, ca-compromise"
    ]
    text = profile("show", LISTS / "web-arl-366-days.yaml").out
    assert "Second lint: TLS Baseline Requirements, authority-certificates\n" in text
    assert "departs: " in profile("show", UNSOUND / "departs-from-nothing.yaml").out
