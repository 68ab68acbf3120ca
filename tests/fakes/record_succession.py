"""A made-up ceremony in which a CA gets its next key, and renews what the last signed.

It is the second one; the record ends where the meter's request was taken in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from ceremony.pki.certificate import fingerprint
from tests.fakes.forgery import Forgery, keep_bytes
from tests.fakes.made_up_site import SoftwareKey
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_renewal import build_before, build_renewal, second_script
from tests.fakes.renewal_script import ACT, IMPORTS, NEXT_KEY, OTHER, list_step

ISSUING: Final = "issuing-dca-certificate"
STEPS: Final = (
    *ACT[:2],
    *NEXT_KEY,
    IMPORTS["meter-again"],
    (
        "certificate.issue, irreversible: true, with: {key: next-dca, "
        "request: meter-request, certificate: meter-cert}"
    ),
)
BY_THE_ROOT: Final = (
    "certificate.issue, irreversible: true, with: {key: root-dca, "
    "request: meter-request, certificate: meter-cert}"
)
TAKEN: Final = "2.8"
"""The step in which the meter's request is taken in."""


def succession_script() -> bytes:
    """Give its script."""
    return second_script(STEPS)


def build_succession(
    script: Callable[[bytes], bytes] = keep_bytes, forgery: Forgery | None = None
) -> BuiltRecord:
    """Make it up.

    Args:
        script: Changes the script.
        forgery: What else is changed.
    """
    raw = script(succession_script())
    told = replace(forgery or Forgery(), script=lambda _: raw, stop_after=TAKEN)
    return build_renewal(told)


def build_listed_by_next() -> BuiltRecord:
    """Let the next key's first list revoke what is renewed after that all the same."""
    old = build_before().builder.state.certificates["meter-certificate"]
    told = list_step(1, [f"serial:{old.serial} today key-compromise"])
    *before, taken, answered = STEPS
    steps = [*before, told.replace("issuing-dca", "next-dca"), taken, answered]
    return build_renewal(Forgery(stop_after="2.9"), honest=second_script(steps))


BY_NAME: Final = "old-meter today key-compromise"


def by_name_script() -> bytes:
    """Let the next key's list revoke by its name what the key before has signed."""
    told = list_step(1, [BY_NAME]).replace("issuing-dca", "next-dca")
    return second_script([*ACT[:2], *NEXT_KEY, told])


def build_listed_by_name(
    script: Callable[[bytes], bytes] = keep_bytes,
) -> BuiltRecord:
    """Make that up; the record ends with the list.

    Args:
        script: Changes the script.
    """
    raw = script(by_name_script())
    return build_renewal(Forgery(script=lambda _: raw, stop_after="2.8"))


def build_list_of_the_key_before(
    number: int = 2, revoked: Sequence[str] = (OTHER,)
) -> BuiltRecord:
    """Let the key before sign a list after the next key's first; the record ends there.

    Args:
        number: Its number; the next key's list has 1.
        revoked: What it revokes; the next key's list revokes :data:`OTHER`.
    """
    of_next = list_step(1, [OTHER]).replace("issuing-dca", "next-dca")
    told = list_step(2, revoked).replace("number: 2", f"number: {number}")
    raw = second_script([*ACT[:2], *NEXT_KEY, of_next, told])
    return build_renewal(Forgery(stop_after="2.9"), honest=raw)


def build_usurped() -> BuiltRecord:
    """Let the root answer, beside whose key somebody has written its issuing CA's name.

    The certificate is brought from elsewhere, and the script names it.
    """
    before = build_before()
    pem = before.files[f"certificate-{ISSUING}.pem"]
    old = x509.load_pem_x509_certificate(pem)
    made = (
        x509.CertificateBuilder(old.issuer, old.subject)
        .public_key(SoftwareKey("root-dca").public_key())
        .serial_number(77)
        .not_valid_before(old.not_valid_before_utc)
        .not_valid_after(old.not_valid_after_utc)
        .sign(SoftwareKey("anybody"), hashes.SHA256())
    )
    thing = (
        f"stranger: {{kind: certificate, title: Theirs, sha256: {fingerprint(made)}}}"
    )
    raw = second_script([*ACT[:2], IMPORTS["meter-again"], BY_THE_ROOT])
    raw = raw.replace(b"  old-devices: ", f"  {thing}\n  old-devices: ".encode())
    told = Forgery(stop_after="2.4")
    return build_renewal(told, honest=raw, brought={"stranger": made})


def named_otherwise(raw: bytes) -> bytes:
    """Let the next key be another CA's."""
    begin, things, end = raw.partition(b"  next-dca: ")
    return begin + things + end.replace(b"common-name: Z2", b"common-name: Z3")
