"""Lies about an operation that two people left unresolved, and about their look."""

from __future__ import annotations

from typing import Any, Final

from ceremony.engine.facts import Course
from ceremony.identifiers import PersonId
from tests.fakes.forgeries import Lie
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_change import BY, NAMELESS
from tests.fakes.record_elsewhere import Elsewhere, build_elsewhere
from tests.fakes.record_unresolved import OTHER, Lost, build_unresolved


def _lie(number: str, rule: str, place: str, **changes: Any) -> Lie:
    def make() -> BuiltRecord:
        return build_unresolved(Lost(**changes))

    return Lie(number, rule, make, place)


UNRESOLVED_LIES: Final = {
    "one person leaves an operation unresolved": _lie(
        "10", "ENGINE-DEVIATION-03", "step 2.5", by=BY[:1]
    ),
    "an operation is left unresolved and nobody says why": _lie(
        "10", "ENGINE-DEVIATION-02", "step 2.5", reason=" "
    ),
    "a token that was looked into is called lost": _lie(
        "11", "ENGINE-UNSEEN-02", "step 2.5", seen=True
    ),
    "another token was lost than the one in doubt": _lie(
        "11", "ENGINE-UNSEEN-02", "step 2.5", token=OTHER
    ),
    "a token was lost of which nobody knows": _lie(
        "11",
        "ENGINE-UNSEEN-05",
        "step 2.5",
        token="no-hsm",  # noqa: S106  the name of a token
    ),
    "nobody names the token that was lost": _lie(
        "11", "ENGINE-UNSEEN-02", "step 2.5", token=""
    ),
    "an operation is unresolved and people only decided to look again": _lie(
        "11", "ENGINE-UNSEEN-04", "step 2.5", course=Course.LOOK_AGAIN
    ),
    "an operation is unresolved by the word of others": _lie(
        "11",
        "ENGINE-UNSEEN-04",
        "step 2.5",
        decided_by=(BY[0].person, PersonId("c-01")),
    ),
    "a step is closed after its operation was left unresolved": _lie(
        "11", "ENGINE-CHANGE-05", "step 2.5", goes_on=True
    ),
    "a look shows what nobody tells": _lie(
        "11", "ENGINE-LOOK-01", "step 2.5", foreign=(NAMELESS,)
    ),
    "a look says that the record has more in a token than it has": _lie(
        "11", "ENGINE-LOOK-02", "step 2.5", more=1
    ),
    "a token that nobody saw is left out though people only look again": Lie(
        "11",
        "VERIFY-RESUME-02",
        lambda: build_elsewhere(Elsewhere(Course.LOOK_AGAIN)),
        "issuing-hsm was not looked into",
    ),
    "a look is told of another token": _lie(
        "11", "ENGINE-LOOK-01", "step 2.5", serial="S-other"
    ),
}
"""Every lie about an operation that was left unresolved, by what it does."""
