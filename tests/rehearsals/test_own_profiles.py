"""A site issues by profiles of its own, on SoftHSM, from open to verify."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ceremony.canonical import digest
from ceremony.pack.policy_file import load_trust_policy
from ceremony.verify.check import Status
from ceremony.verify.verdict import judge_files
from tests.fakes.outside_tool import run_tool
from tests.fakes.pdf_text import text_of
from tests.rehearsals.made_act import VERIFIED, Played, play_act, read_backs
from tests.rehearsals.stage import run_ceremony
from tests.rehearsals.test_kinds_of_ca import (
    leaves_of,
    made_keys,
    pair,
    self_signed,
)

pytestmark = [pytest.mark.hsm, pytest.mark.slow, pytest.mark.no_cover]

ROOT = b"""\
format: key-ceremony.certificate-profile/1
name: northmoor-root
title: Northmoor root CA certificate
based-on: root-ca-ec-p384
facts:
  validity:
    value: 12 years
    status: chosen
    source: Northmoor CPS, section 6.3.2
  path-length:
    value: 1
    status: unverified
    source: Northmoor CPS draft, section 7.1
environments:
  test:
    policies: [1.3.6.1.4.1.32473.1]
    status: chosen
    source: Northmoor CPS, section 7.1.6
  production:
    policies: [1.3.6.1.4.1.32473.2]
    status: chosen
    source: Northmoor CPS, section 7.1.6
"""
LIST = b"""\
format: key-ceremony.crl-profile/1
name: northmoor-list
title: Northmoor authority revocation list
signed-by: northmoor-root
baseline-requirements: true
facts:
  signatures: {value: [ecdsa-with-sha384], status: chosen, source: Northmoor CPS}
  next-update: {value: 400 days, status: chosen, source: Northmoor CPS}
  number-octets: {value: 20, status: standard, source: "RFC 5280, section 5.2.3"}
  key-identifier: {value: method-1, status: chosen, source: Northmoor CPS}
  scope: {value: authority-certificates, status: chosen, source: Northmoor CPS}
  reasons: {value: [superseded], status: chosen, source: Northmoor CPS}
"""
OWN = {"northmoor-root.yaml": ROOT, "northmoor-list.yaml": LIST}
GROUND = (
    "waived by A. Able, security officer until 9999-12-31: The root is brought out "
    "once a year, and not to the day [Northmoor CPS, section 4.9.7]"
)
WAIVERS = """waivers:
  - finding: cabf.arl_invalid_validity_period
    crl: arl
    owner: A. Able, security officer
    reason: The root is brought out once a year, and not to the day.
    clause: Northmoor CPS, section 4.9.7
    expires: "9999-12-31"
"""
CRL_WORDS = (
    "check, with: {subject: arl, what: revocation list, words: 32, reader: custodian, "
    "typist: internal-witness, source: projector}"
)


@pytest.fixture(scope="module")
def own(site_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    told = (
        "profile: northmoor-root, common-name: Northmoor Root, "
        "values: {organization: Northmoor, country: GB}"
    )
    things = [
        *pair("root", told, "P-384"),
        "arl: {kind: crl, title: ARL, profile: northmoor-list}",
    ]
    act = [
        *made_keys(["root"]),
        self_signed("root"),
        "crl.issue, irreversible: true, with: {key: root, crl: arl, number: 1}",
        *read_backs("root"),
        CRL_WORDS,
    ]
    made = tmp_path_factory.mktemp("own")
    with play_act(
        site_base,
        made,
        things,
        act,
        profiles=OWN,
        section=f"environment: production\n{WAIVERS}",
    ) as played:
        yield played


def test_the_pack_has_the_profiles_and_verifies_by_them(own: Played) -> None:
    assert own.lines[0] == VERIFIED
    for name, raw in OWN.items():
        assert (own.files / f"profile-{name}").read_bytes() == raw


def test_openssl_reads_what_the_own_profiles_say(own: Played) -> None:
    show = ["x509", "-in", "certificate-root-cert.pem", "-noout"]
    text = run_tool(["openssl", *show, "-text"], own.files).stdout.decode()
    assert "CA:TRUE, pathlen:1" in text
    # RFC 5612 has this arc for examples.
    assert "Policy: 1.3.6.1.4.1.32473.2\n" in text
    assert "1.3.6.1.4.1.32473.1" not in text
    years = [line.split()[-2] for line in text.splitlines() if "Not " in line]
    # Twelve years less a second end in the year before or in the very year.
    assert int(years[1]) - int(years[0]) in (11, 12)
    command = ["crl", "-inform", "DER", "-in", "crl-arl.crl", "-noout"]
    chain = ["-verify", "-CAfile", "chain-arl.pem"]
    ran = run_tool(["openssl", *command, *chain], own.files)
    assert ran.stderr.strip() == b"verify OK"


def test_the_list_is_linted_twice_and_what_is_waived_is_told(own: Played) -> None:
    told = [leaf["data"] for leaf in leaves_of(own) if leaf["type"] == "lint.checked"]
    (linted,) = [each for each in told if each["subject"] == "arl"]
    assert linted["findings"] == []
    second = linted["second"]
    assert (second["tool"], linted["stage"]) == ("pkilint", "before-signing")
    assert second["rule_count"] > 20
    (found,) = second["findings"]
    assert found["rule"] == "cabf.arl_invalid_validity_period"
    assert "400 days" in found["text"]
    assert found["waived"] == GROUND
    report = json.loads((own.files / "lint-arl-before-signing.json").read_bytes())
    assert report["second"]["findings"][0]["waived"] == GROUND
    assert report["tbs"] == linted["tbs"]
    waiver = f"Waiver: cabf.arl_invalid_validity_period in arl is {GROUND}."
    assert waiver in own.remarks
    ground = GROUND.removeprefix("waived ").split(" [")[0]
    assert sum(ground in page for page in own.pages) >= 2
    assert waiver in own.pages[0]


def test_page_1_tells_the_environment_and_the_request_for_another_is_refused(
    own: Played, tmp_path: Path
) -> None:
    assert "Certificate policies of the environment production." in own.pages[0]
    site = own.workspace / "site"
    script = tmp_path / "script.yaml"
    for name, raw in OWN.items():
        (tmp_path / name).write_bytes(raw)
    text = (site / "script.yaml").read_text()
    script.write_text(text.replace("environment: production", "environment: staging"))
    said = run_ceremony(["script", "check", str(script)])
    assert said.status != 0
    told = " ".join(said.all.split())
    assert "The profile has no policies for the environment 'staging'." in told
    assert "SCRIPT-PROFILE-01" in told


def test_a_changed_byte_is_refused_by_the_verifier(own: Played) -> None:
    files = {path.name: path.read_bytes() for path in own.files.iterdir()}
    policy = load_trust_policy(own.workspace / "site/trust-policy.toml")
    honest = {c.number: c.status for c in judge_files(files, policy).checks}
    assert honest["12"] is Status.PASSED
    name = "profile-northmoor-root.yaml"
    files[name] = files[name].replace(b"12 years", b"13 years")
    checks = {check.number: check for check in judge_files(files, policy).checks}
    assert checks["12"].status is Status.FAILED
    assert checks["12"].rule == "VERIFY-PROFILE-01"


def test_a_changed_byte_is_refused_at_open(own: Played) -> None:
    site = own.workspace / "site"
    file = site / "northmoor-list.yaml"
    file.write_bytes(LIST.replace(b"400 days", b"401 days"))
    before = sorted(path.name for path in (own.workspace / "ceremonies").iterdir())
    told = run_ceremony(
        [
            *("open", str(site / "script.yaml"), "--site", str(site)),
            *("--roster", str(site / "roster.toml"), "--rehearsal"),
            *("--workspace", str(own.workspace)),
        ]
    )
    assert told.status != 0
    assert "[SCRIPT-OWN-01]" in told.all
    after = sorted(path.name for path in (own.workspace / "ceremonies").iterdir())
    assert after == before
    file.write_bytes(LIST)


def test_the_pages_name_the_own_profiles_with_their_digest(own: Played) -> None:
    pages = text_of((own.workspace / "evidence.pdf").read_bytes(), "-raw")
    told = "".join(pages.split())
    for name, raw in OWN.items():
        profile = name.removesuffix(".yaml")
        assert f"ownprofile{profile},SHA-256{digest(raw)}" in told
