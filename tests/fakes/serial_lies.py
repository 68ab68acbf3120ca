"""Lies about serial numbers that were used before, each with the one check that tells.

The later ceremony knows a batch and a single certificate of the earlier one; the
issuing CA signs a certificate or a batch more, and lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from ceremony.pki.certificate import decode_certificate, fingerprint
from ceremony.pki.order import Order
from tests.fakes.batch_lies import as_the_meters
from tests.fakes.batch_site import SCRIPT_FILE
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.made_up_site import SoftwareKey
from tests.fakes.record_answered import answer_again
from tests.fakes.record_builder import BuiltRecord, build_record
from tests.fakes.record_earlier import FIRST, build_earlier
from tests.fakes.record_key_gone import build_before as build_listed
from tests.fakes.record_key_gone import gone_script
from tests.fakes.record_renewal import (
    build_before,
    build_renewal,
    import_again,
    revoked_device,
    second_script,
)
from tests.fakes.renewal_script import ACT, IMPORTS, OTHER, list_step

REVOKED: Final = (1 << 126) + 12345
"""Of as many octets as the profiles have; a list says that it is revoked."""

BY_NUMBER: Final = f"serial:{REVOKED:032x}"
MADE: Final = "certificates-device-certificates-0001.pem"

Number = Callable[[], int]


def _meters() -> int:
    """Give the number of the meter's earlier certificate."""
    made = build_before().builder.state.certificates["meter-certificate"]
    return int(made.serial, 16)


def _meters_certificate() -> x509.Certificate:
    name = "certificate-meter-certificate.pem"
    return decode_certificate(build_before().files[name], name)


def _devices() -> int:
    """Give the number of the last one of the earlier batch."""
    return int(revoked_device(-1).removeprefix("serial:"), 16)


def build_single(number: Number | None = None) -> BuiltRecord:
    """Let the meter have its next certificate, honestly or with a number like that."""

    def serial(name: str, honest: int) -> int:
        return number() if number is not None and name == "meter-cert" else honest

    steps = [*ACT[:2], IMPORTS["meter-again"], ACT[5]]
    told = Forgery(instead=import_again, serial=serial)
    return build_renewal(told, honest=second_script(steps))


def build_part(number: Number, item: str = OTHER) -> BuiltRecord:
    """Let the last one of a new batch have such a number.

    Args:
        number: Gives it.
        item: What a list revokes before that.
    """

    def order(at: int, honest: Order) -> Order:
        return replace(honest, serial=number()) if at == 2 else honest

    imported, answered = IMPORTS["devices-again"], ACT[8]
    steps = [*ACT[:2], imported, list_step(1, [item]), answered]
    told = Forgery(instead=answer_again, batch_order=order)
    return build_renewal(told, honest=second_script(steps))


def _twice_in_a_batch(at: int, order: Order) -> Order:
    return replace(order, serial=REVOKED) if at <= 2 else order


def build_after(order: Callable[[int, Order], Order]) -> BuiltRecord:
    """Make an earlier ceremony up whose batch has other numbers, and the next one."""
    raw = SCRIPT_FILE.read_bytes()
    told = Forgery(script=lambda _: raw, ceremony=FIRST, batch_order=order)
    return build_renewal(first=build_record(told))


def _listed_before() -> BuiltRecord:
    """Let the CA's next key give a number that the last list of the key before has."""
    first = build_listed(f"{BY_NUMBER} 2020-01-15 superseded")

    def serial(name: str, honest: int) -> int:
        return REVOKED if name == "meter-cert" else honest

    told = Forgery(stop_after="2.8", serial=serial)
    return build_renewal(told, first=first, honest=gone_script(first))


def _listed_here() -> BuiltRecord:
    """Let a CA give a number that its list in this very ceremony has."""

    def script(raw: bytes) -> bytes:
        before = b"old-certificate today superseded"
        assert raw.count(before) == 1
        return raw.replace(before, before + f", {BY_NUMBER} today superseded".encode())

    def serial(name: str, honest: int) -> int:
        return REVOKED if name == "issuing-oca-certificate" else honest

    return build_earlier(Forgery(script=script, serial=serial))


def build_brought(
    change: Callable[[x509.Certificate], x509.Certificate],
) -> BuiltRecord:
    """Let one of the earlier batch be brought as a file, too, as it is or another.

    Args:
        change: Gives what is brought, by the one of the batch.
    """
    first, *_ = x509.load_pem_x509_certificates(build_before().files[MADE])
    brought = change(first)
    thing = (
        "one-of-them: {kind: certificate, title: One of them, "
        f"sha256: {fingerprint(brought)}}}"
    )
    raw = second_script()
    raw = raw.replace(b"  old-devices: ", f"  {thing}\n  old-devices: ".encode())
    return build_renewal(honest=raw, brought={"one-of-them": brought})


def build_one_of_them() -> BuiltRecord:
    """Let that be the certificate of the batch."""
    return build_brought(lambda made: made)


def build_named_twice() -> BuiltRecord:
    """Let the script name the earlier batch and the meter's certificate twice."""
    raw = second_script()
    lines = raw.splitlines(keepends=True)
    more = [
        line.replace(b"  old-", b"  the-same-", 1)
        for line in lines
        if line.startswith((b"  old-meter: ", b"  old-devices: "))
    ]
    at = next(i for i, line in enumerate(lines) if line.startswith(b"  old-devices: "))
    return build_renewal(honest=b"".join([*lines[: at + 1], *more, *lines[at + 1 :]]))


def like_it(made: x509.Certificate) -> x509.Certificate:
    """Make another certificate of its issuer's name and number."""
    return (
        x509.CertificateBuilder(made.issuer, made.issuer)
        .public_key(SoftwareKey("anybody").public_key())
        .serial_number(made.serial_number)
        .not_valid_before(made.not_valid_before_utc)
        .not_valid_after(made.not_valid_after_utc)
        .sign(SoftwareKey("anybody"), hashes.SHA256())
    )


def _lie(make: Callable[[], BuiltRecord], *named: str) -> Lie:
    return Lie("12", "VERIFY-EARLIER-06", make, f"{' and '.join(named)} are of one ")


def _revoked(make: Callable[[], BuiltRecord], thing: str) -> Lie:
    return Lie("12", "VERIFY-EARLIER-08", make, f"{thing} has the serial number 4000")


SERIAL_LIES: Final[Mapping[str, Lie]] = {
    "serial-number-of-an-earlier-batch": _lie(
        lambda: build_single(_devices), "old-devices", "meter-cert"
    ),
    "batch-with-the-serial-number-of-an-earlier-certificate": _lie(
        lambda: build_part(_meters), "old-meter", "device-certs"
    ),
    "batch-with-the-serial-number-of-an-earlier-batch": _lie(
        lambda: build_part(_devices), "old-devices", "device-certs"
    ),
    "earlier-batch-with-the-serial-number-of-a-certificate": _lie(
        lambda: build_after(as_the_meters), "old-meter", "old-devices"
    ),
    "earlier-batch-with-a-serial-number-twice": _lie(
        lambda: build_after(_twice_in_a_batch), "old-devices", "old-devices"
    ),
    "brought-certificate-with-the-serial-number-of-an-earlier-batch": _lie(
        lambda: build_brought(like_it), "old-devices", "one-of-them"
    ),
    "brought-certificate-with-the-serial-number-of-an-earlier-one": _lie(
        lambda: build_brought(lambda _: like_it(_meters_certificate())),
        "old-meter",
        "one-of-them",
    ),
    "serial-number-that-the-last-list-of-the-key-before-revokes": _revoked(
        _listed_before, "meter-cert"
    ),
    "serial-number-that-a-list-of-the-ceremony-revokes": _revoked(
        _listed_here, "issuing-oca-certificate"
    ),
    "batch-with-a-serial-number-that-a-list-revokes": _revoked(
        lambda: build_part(lambda: REVOKED, f"{BY_NUMBER} today superseded"),
        "device-certs",
    ),
}
"""Every such lie, by a name that says what it is."""
