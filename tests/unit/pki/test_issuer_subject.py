"""Whose name is a CA's: by RFC 5280, section 7.1, and not by octets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from ceremony.errors import InputError, RefusedError
from ceremony.pki.der_name import decode_name
from ceremony.pki.issuer_subject import (
    has_subject_of,
    issuer_subjects,
    verify_asked_subjects,
    verify_subject,
)
from ceremony.pki.request_results import Asked

KEY = ec.derive_private_key(71, ec.SECP256R1())
NOTHING = x509.Name([])


def name(
    common: str, kind: _ASN1Type = _ASN1Type.UTF8String, *, turned: bool = False
) -> x509.Name:
    """Give a CA's name; with ``turned`` its two parts change places."""
    parts = [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example"),
        x509.NameAttribute(NameOID.COMMON_NAME, common, kind),
    ]
    return x509.Name(parts[::-1] if turned else parts)


def certificate(subject: x509.Name, issuer: x509.Name) -> x509.Certificate:
    first = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(issuer, subject, KEY.public_key(), 1)
    builder = builder.not_valid_before(first).not_valid_after(first)
    return builder.sign(KEY, hashes.SHA256())


ABOVE = [
    certificate(name("Sub 1"), name("Policy")),
    certificate(name("Policy"), name("Root")),
]


@pytest.mark.parametrize(
    "subject",
    [
        *(name("Sub 1"), name("Policy"), name("Root")),
        *(name("SUB 1"), name("sub  1"), name("Sub 1", _ASN1Type.PrintableString)),
    ],
)
def test_the_name_of_each_ca_above_is_a_cas_however_it_is_spelled(
    subject: x509.Name,
) -> None:
    issuers = issuer_subjects(ABOVE)
    assert has_subject_of(subject, issuers)
    with pytest.raises(RefusedError) as caught:
        verify_subject(subject, issuers)
    assert caught.value.code == "PKI-SUBJECT-01"
    assert f"CN={subject.rdns[-1].rfc4514_string()[3:]}" in str(caught.value)


@pytest.mark.parametrize(
    "subject", [name("Sub 2"), name("Sub1"), name("Sub 1", turned=True), NOTHING]
)
def test_another_name_is_no_cas(subject: x509.Name) -> None:
    above = [*ABOVE, certificate(NOTHING, NOTHING)]
    verify_subject(subject, issuer_subjects(above))
    assert not has_subject_of(name("Sub 1"), issuer_subjects([]))


def test_a_name_that_cannot_be_taken_apart_is_told() -> None:
    with pytest.raises(InputError) as caught:
        decode_name(b"\x30\x05")
    assert caught.value.code == "PKI-CERT-02"


def test_the_first_request_of_a_set_for_a_cas_name_is_named() -> None:
    (issuer,) = issuer_subjects([certificate(name("Root"), name("Root"))])
    asked = [Asked(2, bytes(32), bytes(32)), Asked(5, issuer, bytes(32))]
    verify_asked_subjects(asked[:1], frozenset({issuer}))
    with pytest.raises(RefusedError) as caught:
        verify_asked_subjects(asked, frozenset({issuer}))
    assert caught.value.code == "PKI-SUBJECT-01"
    assert str(caught.value).startswith("Request 5 of the set ")
