"""Keys that ask in one ceremony and are answered in another, on SoftHSM.

The first makes keys of four kinds and their requests, and no certificate at all. The
second takes the device's request as a file and answers it. openssl judges every file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from cryptography import x509

from ceremony import canonical
from ceremony.conduct.actions.issued_before import issued_before
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.room import opened_script
from ceremony.conduct.workspace import Workspace
from ceremony.engine.state import State
from ceremony.identifiers import CeremonyId, Mode
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.request_file import Imported
from ceremony.pki.request_set import judge_requests
from tests.fakes.outside_tool import run_tool
from tests.rehearsals.made_act import VERIFIED, Played, play_act, read_backs
from tests.rehearsals.test_kinds_of_ca import issued, made_keys, pair, self_signed

pytestmark = [pytest.mark.hsm, pytest.mark.slow, pytest.mark.no_cover]

EUI = "90b3d51f30000001"
CA = "values: {organization: Example, country: GB, crl-urls: http://c.example/r.crl}"
ASKING = {
    "meter": ("smki-device-ds", "P-256", f'values: {{hardware-serial: "{EUI}"}}'),
    "party": (
        "smki-supplier-ds",
        "P-256",
        f'values: {{unique-identifier: "{EUI}"}}',
    ),
    "edwards": ("issuing-ca-ed25519", "Ed25519", f"common-name: E, {CA}"),
    "pss": ("our-pss", "RSA-2048", f"common-name: P, {CA}"),
}
OWN = {
    "our-pss.yaml": b"""format: key-ceremony.certificate-profile/1
name: our-pss
title: A CA of our own, which needs no key as long as the built-in one
based-on: issuing-ca-rsa-4096-pss
facts:
  key: {value: rsa-2048, status: chosen, source: ours}
request:
  signature: {value: rsa-pss-sha256, status: chosen, source: ours}
"""
}
"""It has what the built-in profile asks for, and states the signature itself."""

SIGNED = {
    "meter": "ecdsa-with-SHA256",
    "party": "ecdsa-with-SHA256",
    "edwards": "ED25519",
    "pss": "rsassaPss",
}
STATED = {
    "meter": ["Key Usage: critical", "Subject Alternative Name: critical"],
    "party": ["Key Usage: critical"],
    "edwards": ["Basic Constraints: critical", "Key Usage: critical"],
    "pss": ["Basic Constraints: critical", "Key Usage: critical"],
}
RULES = {"meter": 19, "party": 20, "edwards": 15, "pss": 15}
"""The SMKI has rules of its own about requests."""


@pytest.fixture(scope="module")
def asking(
    site_base: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    things = [
        thing
        for name, (profile, algorithm, more) in ASKING.items()
        for thing in (
            pair(name, f"profile: {profile}, {more}", algorithm)[0],
            f"{name}-request: {{kind: request, title: Request {name}}}",
        )
    ]
    act = [
        *made_keys(list(ASKING)),
        *(
            f"csr.create, with: {{key: {name}, request: {name}-request}}"
            for name in ASKING
        ),
        *(read_backs(name)[0] for name in ASKING),
    ]
    made = tmp_path_factory.mktemp("asking")
    with play_act(site_base, made, things, act, profiles=OWN) as played:
        yield played


def leaves_of(played: Played, kind: str) -> list[Any]:
    lines = (played.files / "events.jsonl").read_text().splitlines()
    leaves = [json.loads(line) for line in lines]
    return [leaf["data"] for leaf in leaves if leaf["type"] == kind]


def request_of(played: Played, name: str) -> bytes:
    return (played.files / f"request-{name}-request.csr").read_bytes()


def test_a_ceremony_that_only_asks_is_verified(asking: Played) -> None:
    assert asking.lines[0] == VERIFIED


@pytest.mark.parametrize("name", ASKING)
def test_openssl_verifies_each_request_and_reads_what_it_states(
    asking: Played, name: str
) -> None:
    read = ["openssl", "req", "-inform", "DER", "-in", f"request-{name}-request.csr"]
    done = run_tool([*read, "-noout", "-verify", "-text"], asking.files)
    assert done.returncode == 0
    assert b"verify OK" in done.stdout + done.stderr
    told = done.stdout.decode()
    assert "Version: 1 (0x0)" in told
    assert f"Signature Algorithm: {SIGNED[name]}" in told
    stated = [line.strip() for line in told.splitlines() if line.startswith(" " * 12)]
    assert [line for line in stated if line.startswith("X509v3")] == [
        f"X509v3 {each}" for each in STATED[name]
    ]


@pytest.mark.parametrize("name", ASKING)
def test_each_request_is_linted_before_its_key_and_before_it_is_signed(
    asking: Played, name: str
) -> None:
    subject = f"{name}-request"
    linted = {
        each["stage"]: each
        for each in leaves_of(asking, "lint.checked")
        if each["subject"] == subject
    }
    assert list(linted) == ["before-key", "before-signing"]
    assert {each["rule_count"] for each in linted.values()} == {RULES[name]}
    assert [each["findings"] for each in linted.values()] == [[], []]
    (intent,) = (
        each for each in leaves_of(asking, "hsm.intent") if each.get("thing") == subject
    )
    request = x509.load_der_x509_csr(request_of(asking, name))
    digest = hashlib.sha256(request.tbs_certrequest_bytes).hexdigest()
    assert linted["before-signing"]["tbs"] == intent["tbs"] == digest


def test_the_pages_tell_the_lint_of_each_request(asking: Played) -> None:
    same = "What was linted is what was signed"
    told = [page for page in asking.pages if same in page]
    for name, (profile, _, _) in ASKING.items():
        row = f"Profile {profile} {RULES[name]} rules {RULES[name]} pass"
        assert any(row in page for page in told), profile


def test_the_request_of_one_ceremony_is_answered_in_another(
    asking: Played, site_base: Path, tmp_path: Path
) -> None:
    root = "profile: smki-root-dca, common-name: Z1"
    issuing = (
        "profile: smki-issuing-dca, common-name: Z2, "
        'values: {alternative-names: "dns:issuing.example"}'
    )
    device = f'profile: smki-device-ds, values: {{hardware-serial: "{EUI}"}}'
    things = [
        *pair("root", root),
        *pair("issuing", issuing),
        "issuing-request: {kind: request, title: Request of the CA}",
        "brought: {kind: request, title: Request, profile: smki-device-ds}",
        f"meter-cert: {{kind: certificate, title: Certificate, {device}}}",
    ]
    answered = "key: issuing, request: brought, certificate: meter-cert"
    act = [
        *made_keys(["root", "issuing"]),
        self_signed("root"),
        *issued("root", "issuing"),
        "csr.import, with: {request: brought}",
        f"certificate.issue, irreversible: true, with: {{{answered}}}",
        *read_backs("root"),
        *read_backs("issuing"),
        read_backs("meter")[1],
    ]
    der = request_of(asking, "meter")
    with play_act(site_base, tmp_path, things, act, requests=[der]) as played:
        assert played.lines[0] == VERIFIED
        pem = (played.files / "certificate-meter-cert.pem").read_bytes()
    certificate = x509.load_pem_x509_certificate(pem)
    request = x509.load_der_x509_csr(der)
    assert certificate.public_key() == request.public_key()
    for asked in request.extensions:
        held = certificate.extensions.get_extension_for_oid(asked.oid)
        assert (held.value, held.critical) == (asked.value, asked.critical)


def test_a_later_ceremony_of_the_site_takes_its_own_request_in(asking: Played) -> None:
    with Workspace(asking.workspace).journal(Mode.REHEARSAL) as journal:
        # Of a conductor its journal, its ceremony and the lists it knows are asked.
        (first,) = journal.ceremonies()
        later = SimpleNamespace(
            log=SimpleNamespace(journal=journal),
            ceremony=CeremonyId("KC-2026-002-R1"),
            state=State(opened_script(journal, first)),
        )
        profile = load_builtin_profile("smki-device-ds")
        before = issued_before(cast("Conductor", later), profile, renews=False)
    asked = [Imported("meter.csr", 1, request_of(asking, "meter"))]
    (judged,) = judge_requests(asked, profile, before)
    assert [each.rule for each in judged.findings] == []
    held = {
        canonical.digest((asking.files / f"public-key-{name}.der").read_bytes())
        for name in ("edwards", "pss")
    }
    assert {each.hex() for each in before.issuer_keys} == held
