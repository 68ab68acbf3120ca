"""A CA has its next key made after the one before has signed a list and was destroyed.

The second ceremony names the certificate of the key before, not the key, which is gone;
it ends where the meter's request was taken in, or the next key has signed a list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.engine.command import Command
from tests.fakes.forgery import Forgery, keep_command, keep_named
from tests.fakes.made_up_site import SoftwareKey
from tests.fakes.record_anew import script_with
from tests.fakes.record_builder import BuiltRecord, build_record
from tests.fakes.record_earlier import FIRST
from tests.fakes.record_renewal import build_renewal, second_script
from tests.fakes.record_succession import STEPS
from tests.fakes.renewal_script import ACT, NEXT_KEY, OTHER, list_step

REVOKES_THE_METER: Final = "meter-certificate today superseded"
TAKEN: Final = "2.7"
"""The step in which the meter's request is taken in, or the next key signs a list."""


def signed_by_anybody(_: str, der: bytes) -> bytes:
    """Sign a list by a key that is nobody's, in the issuing CA's name."""
    crl = x509.load_der_x509_crl(der)
    told = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(crl.issuer)
        .last_update(crl.last_update_utc)
        .next_update(crl.next_update_utc or crl.last_update_utc)
    )
    for entry in crl:
        told = told.add_revoked_certificate(entry)
    for extension in crl.extensions:
        told = told.add_extension(extension.value, critical=extension.critical)
    made = told.sign(SoftwareKey("anybody"), hashes.SHA256())
    return made.public_bytes(Encoding.DER)


@cache
def build_before(
    revoked: str = OTHER, crl: Callable[[str, bytes], bytes] = keep_named
) -> BuiltRecord:
    """Make the first ceremony up, in which the issuing key ends.

    Args:
        revoked: What its list revokes.
        crl: Changes the list (DER); is told its name.
    """
    raw = script_with(
        [
            list_step(1, [revoked]),
            "key.destroy, irreversible: true, with: {key: issuing-dca}",
        ],
        {"first-list": "kind: crl, title: A list, profile: generic-crl"},
    )
    return build_record(Forgery(script=lambda _: raw, ceremony=FIRST, crl=crl))


def gone_script(first: BuiltRecord, steps: Sequence[str] = STEPS) -> bytes:
    """Give the second one's script.

    Args:
        first: The first ceremony.
        steps: Those of its second act where the key is still there.
    """
    kept = (step for step in steps if "key: issuing-dca}" not in step)
    steps = [step.replace("expect-objects: 4", "expect-objects: 2") for step in kept]
    lines = second_script(steps, first=first).splitlines(keepends=True)
    return b"".join(it for it in lines if not it.startswith(b"  issuing-dca: "))


def listing_script(
    first: BuiltRecord, number: int = 2, revoked: Sequence[str] = (OTHER,)
) -> bytes:
    """Give the script by which the next key signs its CA's next list.

    Args:
        first: The first ceremony.
        number: The list's number; the one before has 1.
        revoked: What it revokes.
    """
    told = list_step(number, revoked).replace("issuing-dca", "next-dca")
    return gone_script(first, [*ACT[:2], *NEXT_KEY, told])


def build_next_list(
    number: int = 2,
    revoked: Sequence[str] = (OTHER,),
    command: Callable[[Command], Command] = keep_command,
) -> BuiltRecord:
    """Make the second ceremony up, which ends with that list.

    Args:
        number: See :func:`listing_script`.
        revoked: See there.
        command: Changes a fact before it is recorded.
    """
    first = build_before()
    forgery = Forgery(stop_after=TAKEN, command=command)
    raw = listing_script(first, number, revoked)
    return build_renewal(forgery, first=first, honest=raw)


def build_key_gone(
    first: BuiltRecord | None = None,
    command: Callable[[Command], Command] = keep_command,
) -> BuiltRecord:
    """Make the second ceremony up.

    Args:
        first: The first ceremony; :func:`build_before` where none is given.
        command: Changes a fact before it is recorded.
    """
    first = first or build_before()
    forgery = Forgery(stop_after=TAKEN, command=command)
    return build_renewal(forgery, first=first, honest=gone_script(first))
