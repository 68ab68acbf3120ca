"""What a script relies on and nobody could confirm, and what it lets be: at the front.

Whoever has only paper would else not know of it. What the script says is printed; what
it leaves to be confirmed or accepted has lines for a pen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ceremony.engine.reliance import unfounded_by_profile
from ceremony.identifiers import Mode
from ceremony.report.block import labelled, section_head
from ceremony.report.drawing import space, stacked
from ceremony.report.paper.field import BETWEEN, one_of, ruled, ticked
from ceremony.report.paper.source import PaperScript
from ceremony.report.piece import Column, Piece
from ceremony.report.style import SMALL, SMALL_STRONG, WIDTH
from ceremony.report.text import Run, paragraph
from ceremony.script.model import PolicyReference, Reliance
from ceremony.script.reliance import by_ground
from ceremony.script.waiver import Waiver

SECTION: Final = 12.0
"""Above a section of the first page, points."""
_LABEL: Final = 82.0
_HOW: Final = ("confirmed: where it was read", "not confirmed, accepted: why")
_SIGNED: Final = (
    ("source, with version and clause, or reason", 0.0, WIDTH),
    ("name, printed", 0.0, 150.0),
    ("position", 160.0, 110.0),
    ("signature", 280.0, 130.0),
    ("date", 420.0, WIDTH - 420.0),
)
_ASKED: Final = (
    "Before the first step somebody who answers for it says of each, with a pen, from "
    "which source it is confirmed, or for which reason it is relied on all the same. "
    "Without that it is not used live."
)


def relied_on(paper: PaperScript) -> tuple[Piece, ...]:
    """Lay out what is relied on, and what is let be.

    Returns:
        Nothing where there is neither.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    unverified, waivers = _unverified(paper), _waivers(paper.script.waivers)
    return (*_pieces(unverified), *_pieces(waivers))


def _pieces(items: tuple[Column, ...]) -> Iterator[Piece]:
    """Set the items of a section; its head stands over the first."""
    for number, item in enumerate(items):
        yield Piece((item,), before=BETWEEN if number else SECTION)


def _unverified(paper: PaperScript) -> tuple[Column, ...]:
    script = paper.script
    policies = [each for each in script.policies if not each.is_confirmed]
    open_facts = unfounded_by_profile(script)
    parts = [
        *map(_policy, policies),
        *map(_reliance, by_ground(script.unverified)),
        *(
            item
            for profile, facts in open_facts.items()
            for item in _unanswered(paper, profile, facts)
        ),
    ]
    if not parts:
        return ()
    head = section_head("Unverified", "what nobody could confirm when it was written")
    if open_facts and _may_be_live(paper):
        head = (*head, *paragraph(_ASKED, SMALL, WIDTH))
    return ((*head, *parts[0]), *parts[1:])


def _may_be_live(paper: PaperScript) -> bool:
    return paper.mode is not Mode.REHEARSAL


def _policy(policy: PolicyReference) -> Column:
    about = f"{policy.document}, {policy.version}: {policy.approval}"
    return _told("policy, not seen", about)


def _reliance(told: Reliance) -> Column:
    """Say on whose word facts of a profile are relied on, and on what ground."""
    ground = f"from {told.source}" if told.source else told.reason
    how = "confirmed by" if told.source else "not confirmed, accepted by"
    joint = ", " if told.source else ": "
    text = f": {how} {told.by}{joint}{ground.removesuffix('.')}."
    return _told(told.profile, text, strong=told.fact)


def _unanswered(
    paper: PaperScript, profile: str, facts: tuple[str, ...]
) -> Iterator[Column]:
    """Say what nobody answers for, with lines to do so where it may be needed."""
    if not _may_be_live(paper):
        unasked = ": nobody confirms or accepts this, which no rehearsal asks for."
        yield _told(profile, unasked, strong=", ".join(facts))
        return
    for fact in facts:
        told = _told(profile, ": nobody confirms or accepts it.", strong=fact)
        pen = (*one_of(_HOW, WIDTH), ruled(_SIGNED[:1]), ruled(_SIGNED[1:]), space(4))
        yield (stacked((*told, *pen)),)


def _waivers(waivers: tuple[Waiver, ...]) -> tuple[Column, ...]:
    """Say what is let be: of what, who answers for it, why, by what and until when."""
    return tuple(
        (
            *(() if number else section_head("Waivers", "findings that are let be")),
            *_waiver(waiver),
        )
        for number, waiver in enumerate(waivers)
    )


def _waiver(waiver: Waiver) -> Column:
    alone = f", for {waiver.about} alone" if waiver.about else ""
    until = waiver.expires.isoformat()
    return (
        *_told("finding", f" in {waiver.subject}{alone}", strong=waiver.finding),
        *_told("owner", waiver.owner),
        *_told("reason", waiver.reason),
        *_told("clause", waiver.clause),
        *labelled(
            "expires",
            ticked(f"{until}; today is no later day", WIDTH - _LABEL),
            _LABEL,
            WIDTH,
        ),
    )


def _told(label: str, text: str, *, strong: str = "") -> Column:
    runs = [Run(strong, SMALL_STRONG)] if strong else []
    return labelled(label, (*runs, Run(text, SMALL)), _LABEL, WIDTH)
