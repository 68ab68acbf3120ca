"""What a cross-certificate is ordered as has to fit to the one that it crosses."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, x448
from cryptography.hazmat.primitives.hashes import SHA256

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


def test_a_key_that_does_not_sign_is_not_certified() -> None:
    root = certified(ordered("root-ca-ec-p384", "One"))
    other = certified(ordered("root-ca-ec-p384", "Two"))
    agrees = (
        x509.CertificateBuilder()
        .subject_name(other.subject)
        .issuer_name(other.subject)
        .public_key(x448.X448PrivateKey.generate().public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
        .sign(ec.generate_private_key(ec.SECP256R1()), SHA256())
    )
    with pytest.raises(RefusedError) as refused:
        key_to_cross(agrees, ordered("issuing-ca-ec-p384", "Two", root))
    assert refused.value.code == "CONDUCT-CROSS-01"
