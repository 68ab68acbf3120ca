"""A made-up ceremony in which a CA gets its next key, and renews what the last signed.

It is the second one; the record ends where the meter's request was taken in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from tests.fakes.forgery import Forgery, keep_bytes
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_renewal import build_renewal, second_script
from tests.fakes.renewal_script import ACT, IMPORTS, NEXT_KEY

STEPS: Final = (
    *ACT[:2],
    *NEXT_KEY,
    IMPORTS["meter-again"],
    (
        "certificate.issue, irreversible: true, with: {key: next-dca, "
        "request: meter-request, certificate: meter-cert}"
    ),
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


def named_otherwise(raw: bytes) -> bytes:
    """Let the next key be another CA's."""
    begin, things, end = raw.partition(b"  next-dca: ")
    return begin + things + end.replace(b"common-name: Z2", b"common-name: Z3")
