"""The evidence profiles say what the evidence CA of a site makes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from ceremony.errors import InputError, RefusedError
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.evidence_ca import Term, certify_evidence_ca, certify_signer
from ceremony.pki.lint import lint_certificate
from ceremony.pki.order import serial_number

CA_KEY = ec.derive_private_key(5, ec.SECP256R1())
KEY = ec.derive_private_key(7, ec.SECP256R1())
SERIAL = serial_number(bytes(16))
CA = certify_evidence_ca(Term("Evidence CA", date(2026, 1, 1), 2, SERIAL), CA_KEY)
SIGNER = certify_signer(
    Term("p-1", date(2026, 1, 1), 2, SERIAL + 1),
    KEY.public_key(),
    ca=CA,
    ca_key=CA_KEY,
)


def test_the_evidence_ca_is_of_its_profile() -> None:
    assert lint_certificate(CA, load_builtin_profile("evidence-ca"), None) == ()


@pytest.mark.parametrize("name", ["evidence-signer", "evidence-seal"])
def test_who_signs_evidence_is_of_the_profile(name: str) -> None:
    assert lint_certificate(SIGNER, load_builtin_profile(name), CA) == ()


def test_a_cosigner_has_an_ed25519_key() -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    term = Term("c-1", date(2026, 1, 1), 2, SERIAL + 2)
    made = certify_signer(term, key, ca=CA, ca_key=CA_KEY)
    profile = load_builtin_profile("evidence-cosigner")
    assert lint_certificate(made, profile, CA) == ()
    assert isinstance(made.public_key(), ed25519.Ed25519PublicKey)
    others = lint_certificate(made, load_builtin_profile("evidence-signer"), CA)
    assert {each.rule for each in others} >= {"PKI-KEY-01"}


def test_a_seal_is_no_cosigner() -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    term = Term("Pack seal", date(2026, 1, 1), 2, SERIAL + 5)
    with pytest.raises(RefusedError, match="PKI-KEY-01"):
        certify_signer(term, key, ca=CA, ca_key=CA_KEY, profile="evidence-seal")


@pytest.mark.parametrize(
    ("years", "key", "rule"),
    [
        (3, KEY.public_key(), "PKI-VALIDITY-02"),
        (2, ec.derive_private_key(7, ec.SECP384R1()).public_key(), "PKI-CURVE-01"),
    ],
)
def test_what_does_not_meet_the_profile_is_not_signed(
    years: int, key: ec.EllipticCurvePublicKey, rule: str
) -> None:
    term = Term("p-2", date(2026, 1, 1), years, SERIAL + 3)
    with pytest.raises(RefusedError) as refused:
        certify_signer(term, key, ca=CA, ca_key=CA_KEY)
    assert refused.value.code == "PKI-EVIDENCE-01"
    assert f"[{rule}]" in str(refused.value)


def test_a_name_that_cannot_be_printed_has_no_place_in_it() -> None:
    term = Term("p-3\n", date(2026, 1, 1), 2, SERIAL + 4)
    with pytest.raises(InputError) as refused:
        certify_signer(term, KEY.public_key(), ca=CA, ca_key=CA_KEY)
    assert refused.value.code.startswith("PKI-")


def test_it_is_stated_that_a_signer_is_no_ca() -> None:
    profile = load_builtin_profile("evidence-signer")
    assert profile.denies_ca
    found = lint_certificate(SIGNER, replace(profile, denies_ca=False), CA)
    assert [finding.rule for finding in found] == ["PKI-BC-01"]
    stamping = lint_certificate(SIGNER, load_builtin_profile("evidence-timestamp"), CA)
    assert [finding.rule for finding in stamping] == [
        "PKI-KU-01",
        "PKI-BC-01",
        "PKI-EKU-01",
    ]
