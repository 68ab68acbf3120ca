"""Lies about tokens that were changed meanwhile, each with the check that finds it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from ceremony.engine.facts import Course, FoundObject, Severity
from ceremony.identifiers import PersonId
from tests.fakes.forgeries import Lie
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_change import (
    BY,
    INTRUDER,
    NAMELESS,
    Change,
    build_adopted,
    build_change,
)

_LATE: Final = FoundObject("public-key", "late", "cd" * 16)


_UNSEEN: Final[dict[str, Any]] = {
    "unseen": Severity.MAJOR,
    "finds": 0,
    "courses": (),
    "again": (),
}
"""A token that could not be looked into, and then holds what it should."""


def _lie(number: str, rule: str, place: str, **changes: Any) -> Lie:
    def make() -> BuiltRecord:
        return build_change(Change(**changes))

    return Lie(number, rule, make, place)


def _adopted(place: str, *by: PersonId, resumed: bool = True) -> Lie:
    """Have a key be told as adopted, by a decision that these people did not make."""

    def make() -> BuiltRecord:
        told = Change("2.5") if resumed else Change("2.5", finds=0, courses=())
        return build_adopted(replace(told, resumed=resumed), by)

    return Lie("11", "VERIFY-RESUME-01", make, place)


_DECIDED: Final = tuple(each.person for each in BY)

CHANGE_LIES: Final = {
    "what is foreign is told by nobody": _lie(
        "11", "VERIFY-INVENTORY-03", "step 2.14: the token holds", finds=0, courses=()
    ),
    "less is told than the list shows": _lie(
        "11", "VERIFY-INVENTORY-03", "step 2.14: the token holds", told=INTRUDER
    ),
    "more is found than was decided about": _lie(
        "11",
        "VERIFY-INVENTORY-03",
        "public-key late",
        again=(*INTRUDER, NAMELESS, _LATE),
    ),
    "the tokens are looked into again and hold the same": _lie(
        "11",
        "VERIFY-INVENTORY-03",
        "step 2.14: the token holds",
        courses=(Course.LOOK_AGAIN,),
    ),
    "people go on over a key that is gone": _lie(
        "11", "ENGINE-CHANGE-03", "D-01 is not closed in this way", lost=1
    ),
    "one decision is told of two different changes": _lie(
        "11",
        "ENGINE-CHANGE-03",
        "D-01 is not closed in this way",
        earlier=(_LATE,),
        anew=Course.GO_ON,
    ),
    "a change is closed as any deviation": _lie(
        "11", "VERIFY-INVENTORY-03", "step 2.14: the token holds", courses=(None,)
    ),
    "a change is no major deviation": _lie(
        "11", "ENGINE-CHANGE-01", "step 2.14", severity=Severity.MINOR
    ),
    "one person decides": _lie("10", "ENGINE-DEVIATION-03", "step 2.14", by=BY[:1]),
    "the same change is told twice": _lie(
        "11", "ENGINE-CHANGE-02", "step 2.14", finds=2
    ),
    "a key is adopted and nobody looked into the tokens": _adopted(
        "told as adopted", *_DECIDED, resumed=False
    ),
    "a key is adopted by one of the two who looked": _adopted(
        "told as adopted", _DECIDED[1]
    ),
    "a token is not looked into after an interruption": _lie(
        "11", "VERIFY-RESUME-02", "issuing-hsm was not looked into", others=False
    ),
    "an interruption is told to have begun before the last act": _lie(
        "11", "VERIFY-RESUME-03", "it tells of an interruption after leaf", since=9
    ),
    "a note tells that the ceremony was left before the last act": _lie(
        "11", "VERIFY-RESUME-03", "it tells of an interruption after leaf", noted=9
    ),
    "the ceremony goes on while a change waits": _lie(
        "11", "ENGINE-CHANGE-05", "step 2.14", courses=(), resumed=False
    ),
    "the ceremony goes on while a token waits that was not seen": _lie(
        "11", "ENGINE-UNSEEN-03", "step 2.14", **_UNSEEN, seen=False
    ),
    "a token that was not seen is a minor deviation": _lie(
        "11", "ENGINE-UNSEEN-01", "step 2.14", **{**_UNSEEN, "unseen": Severity.MINOR}
    ),
}
"""Every lie about a changed token, by what it does."""
