"""What a cross-certificate is ordered as has to fit to the one that it crosses."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, x448
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.name import _ASN1Type  # the only way to choose the encoding

from ceremony.conduct.actions.cross import key_to_cross
from ceremony.errors import RefusedError
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.linted import try_order
from ceremony.pki.order import Order

DAY = date(2026, 11, 26)
NAMES = {"organization": "Example", "country": "GB"}


def ordered(profile: str, name: str, issuer: x509.Certificate | None = None) -> Order:
    told = {"common-name": name, **NAMES}
    return Order(load_builtin_profile(profile), told, issuer, DAY, 1 << 120)


def certified(order: Order) -> x509.Certificate:
    made, report = try_order(order)
    assert not report.has_errors
    return made


def certified_as(
    name: x509.Name, key: ec.EllipticCurvePrivateKey | x448.X448PrivateKey
) -> x509.Certificate:
    """Give a certificate of a name for a key, signed by whichever one."""
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
        .sign(ec.generate_private_key(ec.SECP256R1()), SHA256())
    )


def test_the_key_is_that_of_the_other_certificate() -> None:
    root = certified(ordered("root-ca-ec-p384", "One"))
    other = certified(ordered("root-ca-ec-p384", "Two"))
    order = ordered("issuing-ca-ec-p384", "Two", root)
    assert key_to_cross(other, order) == other.public_key()


def test_another_name_is_not_certified() -> None:
    root = certified(ordered("root-ca-ec-p384", "One"))
    other = certified(ordered("root-ca-ec-p384", "Two"))
    with pytest.raises(RefusedError) as refused:
        key_to_cross(other, ordered("issuing-ca-ec-p384", "Three", root))
    assert refused.value.code == "CONDUCT-CROSS-01"
    assert "Two" in str(refused.value)


def test_a_name_in_another_string_type_is_told_by_its_attributes() -> None:
    root = certified(ordered("root-ca-ec-p384", "One"))
    told = [
        x509.NameAttribute(each.oid, each.value, _type=_ASN1Type.PrintableString)
        for each in certified(ordered("root-ca-ec-p384", "Two")).subject
    ]
    other = certified_as(x509.Name(told), ec.generate_private_key(ec.SECP384R1()))
    with pytest.raises(RefusedError) as refused:
        key_to_cross(other, ordered("issuing-ca-ec-p384", "Two", root))
    assert refused.value.code == "CONDUCT-CROSS-01"
    assert str(refused.value) == (
        "The certificate is for C=GB, O=Example, CN=Two, and the script orders C=GB, "
        "O=Example, CN=Two, in another string type: O, CN as UTF8String and not "
        "PrintableString."
    )
    assert "the same string types" in refused.value.remedy


def test_a_key_that_does_not_sign_is_not_certified() -> None:
    root = certified(ordered("root-ca-ec-p384", "One"))
    other = certified(ordered("root-ca-ec-p384", "Two"))
    agrees = certified_as(other.subject, x448.X448PrivateKey.generate())
    with pytest.raises(RefusedError) as refused:
        key_to_cross(agrees, ordered("issuing-ca-ec-p384", "Two", root))
    assert refused.value.code == "CONDUCT-CROSS-01"
