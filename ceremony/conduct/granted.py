"""What a script lets be, or relies on without confirmation, told before it begins.

Whoever opens a ceremony answers for it, and the pack tells these things on its page 1:
they are read before anything is signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from ceremony.engine.reliance import unfounded_by_profile
from ceremony.script.model import Script
from ceremony.script.reliance import by_ground


class Ground(Enum):
    """On whose word something is let be or relied on."""

    WAIVED = auto()
    CONFIRMED = auto()
    ACCEPTED = auto()
    NOBODYS = auto()
    UNSEEN = auto()


@dataclass(frozen=True, slots=True)
class Granted:
    """One thing that is let be or relied on.

    Attributes:
        told: It in one or two sentences, as on the pages: of a waiver its owner,
            reason, clause and last day; of an unverified fact who confirms it from
            which source, or who accepts it for which reason; of a policy that nobody
            has seen its title, version and approval.
        ground: On whose word.
    """

    told: str
    ground: Ground


def granted(script: Script, day: date) -> tuple[Granted, ...]:
    """Tell what a script lets be or relies on: waivers first, then what is unverified.

    Args:
        script: The script, with the texts of its profiles.
        day: The day on which it is told; a waiver that ended before says so.
    """
    return (
        *_waivers(script, day),
        *_reliances(script),
        *_nobodys(script),
        *_unseen(script),
    )


def _waivers(script: Script, day: date) -> Iterator[Granted]:
    for waiver in script.waivers:
        ended = "" if waiver.holds_on(day) else " It has expired."
        yield Granted(f"{waiver.told}{ended}", Ground.WAIVED)


def _reliances(script: Script) -> Iterator[Granted]:
    for each in by_ground(script.unverified):
        ground = Ground.CONFIRMED if each.source else Ground.ACCEPTED
        yield Granted(each.told, ground)


def _nobodys(script: Script) -> Iterator[Granted]:
    """Tell what nobody answers for, which only a rehearsal is opened with."""
    for profile, facts in unfounded_by_profile(script).items():
        yield Granted(
            f"Unverified in {profile}: {', '.join(facts)}. Nobody confirms or accepts "
            "this, and no live ceremony is opened so.",
            Ground.NOBODYS,
        )


def _unseen(script: Script) -> Iterator[Granted]:
    for each in script.policies:
        if not each.is_confirmed:
            yield Granted(
                f"Policy, not seen: {each.document}, {each.version}: {each.approval}.",
                Ground.UNSEEN,
            )


def told_later(known: Iterable[Granted]) -> str:
    """Say where it is told afterwards; empty where nobody answers for it."""
    grounds = {each.ground for each in known} - {Ground.NOBODYS, Ground.UNSEEN}
    if not grounds:
        return ""
    told = "Page 1 of the pack tells what somebody answers for"
    if Ground.WAIVED in grounds:
        told += ", and the verifier remarks on each waiver"
    return f"{told}."
