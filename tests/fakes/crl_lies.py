"""Lies about revocation lists, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.engine.command import Command
from ceremony.engine.facts import Outcome
from ceremony.pki.crl_order import CrlOrder, prepare_crl
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.made_up_site import SoftwareKey
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_crl import build_crls

FIRST, SECOND = "step 2.9", "step 2.17"


def _lie(rule: str, place: str, **changes: Any) -> Lie:
    def make() -> BuiltRecord:
        return build_crls(Forgery(**changes))

    return Lie("12", rule, make, place)


def _of_second(change: Callable[[CrlOrder], CrlOrder]) -> Callable[..., CrlOrder]:
    return lambda order: change(order) if order.number > 1 else order


def _told(**changes: Any) -> Callable[[Command], Command]:
    """Tell of the second list otherwise than its file says."""

    def command(told: Command) -> Command:
        fact = told.fact
        if not isinstance(fact, Outcome) or fact.crl is None or fact.crl.number == 1:
            return told
        return replace(told, fact=replace(fact, crl=replace(fact.crl, **changes)))

    return command


def _by_nobody(name: str, der: bytes) -> bytes:
    """Change the last byte of the second list's signature value."""
    return der[:-1] + bytes([der[-1] ^ 1]) if name == "second-arl" else der


def _with_a_delta(name: str, der: bytes) -> bytes:
    """Let the issuer's key sign a list that says that it is a delta."""
    if name != "second-arl":
        return der
    honest = x509.load_der_x509_crl(der)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(honest.issuer)
        .last_update(honest.last_update_utc)
        .next_update(honest.next_update_utc)  # type: ignore[arg-type]  # it has one
        .add_extension(x509.DeltaCRLIndicator(1), critical=True)
    )
    for extension in honest.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    for entry in honest:
        builder = builder.add_revoked_certificate(entry)
    forged = builder.sign(SoftwareKey("root-oca"), hashes.SHA256())
    return forged.public_bytes(Encoding.DER)


def _signed_by_another(name: str, der: bytes) -> bytes:
    """Let another key sign the very list."""
    if name != "second-arl":
        return der
    orders: list[CrlOrder] = []
    build_crls(Forgery(crl_order=lambda order: orders.append(order) or order))
    forged = prepare_crl(orders[-1]).sign(SoftwareKey("issuing-oca"), hashes.SHA256())
    return forged.public_bytes(Encoding.DER)


def _entry(first: bytes, second: bytes) -> Callable[[bytes], bytes]:
    """Let the script's lists have one certificate revoked, each in another way."""

    def script(raw: bytes) -> bytes:
        listed = b"crl: first-arl, number: 1, revoked: [serial:4a0f " + first + b"]}"
        told = raw.replace(b"crl: first-arl, number: 1}", listed)
        return told.replace(b"4a0f 2026-01-15 unspecified", b"4a0f " + second)

    return script


CRL_LIES: Final[Mapping[str, Lie]] = {
    "list-told-otherwise": _lie(
        "VERIFY-CRL-01", SECOND, command=_told(next_update="2036-01-01T00:00:00Z")
    ),
    "list-told-with-another-number": _lie(
        "VERIFY-CRL-01", SECOND, command=_told(number=9)
    ),
    "list-without-a-signature": _lie("VERIFY-CRL-02", SECOND, crl=_by_nobody),
    "list-signed-by-another-key": _lie("VERIFY-CRL-02", SECOND, crl=_signed_by_another),
    "list-that-leaves-one-out": _lie(
        "VERIFY-CRL-03",
        SECOND,
        crl_order=_of_second(lambda order: replace(order, revoked=order.revoked[1:])),
    ),
    "list-of-another-number": _lie(
        "VERIFY-CRL-03",
        SECOND,
        crl_order=_of_second(lambda order: replace(order, number=9)),
    ),
    "list-of-another-day": _lie(
        "VERIFY-CRL-04",
        FIRST,
        crl_order=lambda order: (
            replace(order, this_update=order.this_update + timedelta(days=2))
            if order.number == 1
            else order
        ),
    ),
    "list-that-is-a-delta": _lie("PKI-CRL-10", SECOND, crl=_with_a_delta),
    "list-by-which-a-compromise-was-later": _lie(
        "ENGINE-EARLIER-03",
        SECOND,
        script=_entry(b"2026-01-15 superseded", b"2026-01-16 key-compromise"),
    ),
    "list-that-takes-a-compromise-back": _lie(
        "ENGINE-EARLIER-03",
        SECOND,
        script=_entry(b"2026-01-15 key-compromise", b"2026-01-15 superseded"),
    ),
    "list-whose-number-does-not-grow": _lie(
        "ENGINE-CRL-03",
        SECOND,
        script=lambda raw: raw.replace(
            b"crl: second-arl, number: 2", b"crl: second-arl, number: 1"
        ),
    ),
}
"""Every such lie, by a name that says what it is."""
