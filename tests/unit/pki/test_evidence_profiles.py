"""The evidence profiles say what the evidence CA of a site makes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

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
