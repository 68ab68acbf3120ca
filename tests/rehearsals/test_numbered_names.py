"""Things whose names are another one's with a number behind it, on SoftHSM.

A blob that comes again gets such a number, too: what is wrapped, certified and answered
is found by its digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509

from tests.rehearsals.made_act import VERIFIED, Played, play_act
from tests.rehearsals.test_kinds_of_ca import made_keys

pytestmark = [pytest.mark.hsm, pytest.mark.soak]

ROOT = "profile: root-ca-ec-p384, common-name: Root"
BELOW = "profile: issuing-ca-ec-p384, common-name: Below"
VALUES = "values: {organization: Example, country: GB}"
NAMED = (
    "values: {organization: Example, country: GB, crl-urls: http://crl.test/root.crl}"
)
KEYS = ("root", "root-2", "below", "below-2")
CERTIFIED = [(f"of-{name}", name) for name in KEYS]


def _things() -> Iterator[str]:
    for name in KEYS:
        told = f"{ROOT}, {VALUES}" if name.startswith("root") else f"{BELOW}, {NAMED}"
        made = f"token: root-hsm, algorithm: P-384, {told}"
        yield f"{name}: {{kind: key, title: Key {name}, {made}}}"
        yield f"of-{name}: {{kind: certificate, title: Certificate {name}, {told}}}"
    yield "ask: {kind: request, title: Request}"
    yield "ask-2: {kind: request, title: Second request}"
    yield (
        "kek: {kind: key, title: Kek, token: root-hsm, algorithm: AES-128, use: wrap, "
        "check-value: cmac}"
    )


def _self_signed(name: str) -> str:
    return (
        "certificate.self-sign, irreversible: true, "
        f"with: {{key: {name}, certificate: of-{name}}}"
    )


def _issued(request: str, name: str) -> str:
    told = f"key: root, request: {request}, certificate: of-{name}"
    return f"certificate.issue, irreversible: true, with: {{{told}}}"


def _read_back(subject: str, what: str, words: int) -> str:
    ends = "reader: custodian, typist: internal-witness, source: projector"
    told = f"subject: {subject}, what: {what}, words: {words}, {ends}"
    return f"check, with: {{{told}}}"


@pytest.fixture(scope="module")
def played(
    site_base: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    act = [
        *made_keys(list(KEYS)),
        "key.generate, irreversible: true, with: {key: kek}",
        "key.check-value, with: {key: kek}",
        "token.inventory, with: {token: root-hsm, expect-objects: 9}",
        "key.wrap-public, with: {key: root, under: kek}",
        "token.inventory, with: {token: root-hsm, expect-objects: 9}",
        _self_signed("root"),
        _self_signed("root-2"),
        "csr.create, with: {key: below, request: ask}",
        "csr.create, with: {key: below-2, request: ask-2}",
        _issued("ask", "below"),
        _issued("ask-2", "below-2"),
        *(_read_back(name, "public key", 8) for name in KEYS),
        *(_read_back(name, "certificate fingerprint", 32) for name, _ in CERTIFIED),
    ]
    made = tmp_path_factory.mktemp("numbered")
    with play_act(site_base, made, list(_things()), act) as told:
        yield told


def test_the_public_key_that_the_script_names_is_wrapped(played: Played) -> None:
    assert played.lines[0] == VERIFIED
    lines = (played.files / "events.jsonl").read_text().splitlines()
    (wrapped,) = [
        leaf["data"]["public_wrapped"]
        for leaf in map(json.loads, lines)
        if leaf["data"].get("public_wrapped")
    ]
    spki = (played.files / "public-key-root.der").read_bytes()
    assert wrapped["public_key"] == hashlib.sha256(spki).hexdigest()


@pytest.mark.parametrize(("certificate", "key"), CERTIFIED)
def test_the_key_that_the_script_names_is_certified(
    played: Played, certificate: str, key: str
) -> None:
    pem = (played.files / f"certificate-{certificate}.pem").read_bytes()
    found = x509.load_pem_x509_certificate(pem)
    spki = (played.files / f"public-key-{key}.der").read_bytes()
    assert spki in found.tbs_certificate_bytes
