"""A wrapped public key is the one of the leaf, and the certificate carries just that.

Parts of checks 11 and 12. Whether the public key is in the octets only the holder of
the AES key can see; the token that wrapped it has unwrapped it again.
"""

from __future__ import annotations

from typing import Final

from cryptography import x509

from ceremony import canonical
from ceremony.engine.facts import Outcome, PublicKeyWrapped
from ceremony.engine.state import Recorded
from ceremony.pack.record import Record
from ceremony.pki.contingency import CONTINGENCY_KEY, with_contingency_key
from ceremony.pki.der import read_apex_key
from ceremony.pki.extension import APEX_KEY
from ceremony.script.model import Thing
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place

_BLOCK: Final = 8
"""What AES-KWP fills up to, and what it adds."""


def verify_public_wrapped(record: Record, recorded: Recorded, fact: Outcome) -> None:
    """Compare a wrapped public key's leaf with its blob.

    Raises:
        FailedError: ``VERIFY-CONTINGENCY-01``: the blob is missing or another one;
            ``VERIFY-CONTINGENCY-02``: its length is not what AES-KWP makes of the
            public key.
    """
    wrapped = fact.public_wrapped
    if wrapped is None:
        return
    beside = {blob.sha256: blob.name for blob in recorded.event.blobs}
    raw = record.files.get(beside.get(wrapped.blob, ""), b"")
    if (canonical.digest(raw), len(raw)) != (wrapped.blob, wrapped.size):
        raise FailedError(
            "VERIFY-CONTINGENCY-01",
            f"{place(recorded)}: the wrapped public key of {fact.thing} is missing or "
            "another one",
        )
    whole = len(_file(record, wrapped.public_key)) + wrapped.filled
    expected = (whole + _BLOCK - 1) // _BLOCK * _BLOCK + _BLOCK
    if len(raw) != expected:
        raise FailedError(
            "VERIFY-CONTINGENCY-02",
            f"{place(recorded)}: {len(raw)} bytes are not the public key of "
            f"{fact.thing} under {wrapped.under} by AES-KWP, which are {expected}",
        )


def remarks_on_filled(record: Record) -> tuple[str, ...]:
    """Tell which public keys were wrapped with zeros behind them."""
    names = sorted(
        name for name, each in record.state.public_wrapped.items() if each.filled
    )
    if not names:
        return ()
    told = ", ".join(names)
    return (f"Zeros are wrapped with a public key, against RFC 5649: {told}.",)


def given_values(record: Record, thing: Thing) -> dict[str, str]:
    """Give what the script states of a certificate, the carried key by the record.

    Raises:
        KeyError: The public key was not wrapped.
    """
    pair = thing.given.get(CONTINGENCY_KEY, "")
    if not pair:
        return thing.given
    algorithm, octets = _told(record, record.state.public_wrapped[pair])
    return with_contingency_key(thing.given, (algorithm, octets))


def verify_carried(
    record: Record, recorded: Recorded, thing: Thing, certificate: x509.Certificate
) -> None:
    """Insist that a certificate carries what was wrapped for it.

    Raises:
        FailedError: ``VERIFY-CONTINGENCY-03``: it carries another algorithm or other
            octets, or none.
        KeyError: The public key was not wrapped.
    """
    pair = thing.given.get(CONTINGENCY_KEY, "")
    if not pair:
        return
    carried = [
        read_apex_key(extension.value.public_bytes())
        for extension in certificate.extensions
        if extension.oid.dotted_string == APEX_KEY
    ]
    if carried != [_told(record, record.state.public_wrapped[pair])]:
        raise FailedError(
            "VERIFY-CONTINGENCY-03",
            f"{place(recorded)}: the certificate {thing.name} does not carry the "
            f"wrapped public key of {pair}",
        )


def _told(record: Record, wrapped: PublicKeyWrapped) -> tuple[str, bytes]:
    return wrapped.algorithm, _file(record, wrapped.blob)


def _file(record: Record, digest: str) -> bytes:
    """Find a file of the pack by its digest; empty where there is none."""
    found = (raw for raw in record.files.values() if canonical.digest(raw) == digest)
    return next(found, b"")
