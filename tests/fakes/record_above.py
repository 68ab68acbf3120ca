"""A made-up ceremony below a root that has signed a list in the ceremony before.

The root does nothing in it: the issuing CA answers a set. What the root has revoked is
known by its last list alone.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from tests.fakes.forgery import Forgery
from tests.fakes.record_anew import script_with
from tests.fakes.record_answered import answer_again
from tests.fakes.record_builder import BuiltRecord, build_record
from tests.fakes.record_earlier import FIRST
from tests.fakes.record_renewal import build_renewal, second_script
from tests.fakes.renewal_script import ACT, IMPORTS, OTHER, list_step

ISSUING: Final = "issuing-dca-certificate"
ANSWERING: Final = (*ACT[:2], IMPORTS["devices-again"], ACT[8], ACT[-1])
"""The steps of the second act; 2.5 answers the set."""


@cache
def build_listed_above(revoked: str = OTHER) -> BuiltRecord:
    """Make the first ceremony up.

    Args:
        revoked: What the root's list revokes.
    """
    signed = list_step(1, [revoked]).replace("key: issuing-dca", "key: root-dca")
    raw = script_with(
        [signed], {"first-list": "kind: crl, title: A list, profile: generic-arl"}
    )
    return build_record(Forgery(script=lambda _: raw, ceremony=FIRST))


def answering_script(first: BuiltRecord, *, is_root_there: bool = True) -> bytes:
    """Give the script of the second ceremony.

    Args:
        first: The first ceremony.
        is_root_there: Whether it names the root's key, and not its certificate alone.
    """
    lines = second_script(ANSWERING, first=first).splitlines(keepends=True)
    return b"".join(
        it for it in lines if is_root_there or not it.startswith(b"  root-dca: ")
    )


def build_below(revoked: str = OTHER) -> BuiltRecord:
    """Make the second ceremony up.

    Args:
        revoked: See :func:`build_listed_above`.
    """
    first = build_listed_above(revoked)
    honest = answering_script(first)
    return build_renewal(Forgery(instead=answer_again), first=first, honest=honest)


def build_below_the_revoked() -> BuiltRecord:
    """Let the root have revoked the certificate of the CA that answers."""
    return build_below(f"{ISSUING} today key-compromise")
