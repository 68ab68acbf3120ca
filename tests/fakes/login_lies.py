"""Lies about logins that last, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ceremony.engine.facts import BreakBegun, BreakEnded
from ceremony.engine.login import LOGIN
from ceremony.identifiers import PersonId
from ceremony.script.model import Step
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.logins import build_logins
from tests.fakes.record_builder import BuiltRecord, RecordBuilder
from tests.fakes.record_devices import log_in_or_out

STAYING: Final = (PersonId("s-01"), PersonId("w-01"))


def _lie(rule: str, place: str, **changes: Any) -> Lie:
    def make() -> BuiltRecord:
        return build_logins(Forgery(**changes))

    return Lie("11", rule, make, place)


def have_a_break(
    step: str, *, logged_out: tuple[str, ...] = ("root-hsm",), anew: bool = False
) -> Callable[[RecordBuilder, Step], None]:
    """Have a break before a step is carried out, and log in anew where told to."""

    def before(builder: RecordBuilder, current: Step) -> None:
        if current.id != step:
            return
        builder.record(BreakBegun("Lunch.", 30, STAYING, logged_out))
        builder.record(BreakEnded())
        if anew:
            log_in_or_out(builder, current, LOGIN)

    return before


def _logs_in_twice(builder: RecordBuilder, step: Step) -> None:
    if step.id == "2.4":
        log_in_or_out(builder, step, LOGIN)


def only_confirms(step: str) -> Callable[[bytes], bytes]:
    """Let a step of the script confirm something instead of what it does."""

    def script(raw: bytes) -> bytes:
        line = next(each for each in raw.split(b"\n") if f'"{step}"'.encode() in each)
        verb = line[line.index(b"verb: ") : line.index(b", text:")]
        said = line.replace(verb, b"verb: confirm")
        return raw.replace(line, said.replace(said[said.index(b", with:") : -1], b""))

    return script


def _changes_the_pin(raw: bytes) -> bytes:
    """Let the user PIN be changed while the user is logged in."""
    line = next(each for each in raw.split(b"\n") if b'"2.8"' in each)
    told = line.replace(b"key.prove", b"token.change-pin")
    told = told.replace(b"{key: root-oca}", b"{token: root-hsm, user: user}")
    return raw.replace(line, told)


LOGIN_LIES: Final[Mapping[str, Lie]] = {
    "login-made-twice": _lie("ENGINE-LOGIN-01", "step 2.4", before=_logs_in_twice),
    "pin-changed-while-logged-in": _lie(
        "ENGINE-LOGIN-02", "step 2.8", script=_changes_the_pin
    ),
    "key-used-after-a-break-without-a-login": _lie(
        "ENGINE-LOGIN-03", "step 2.8", before=have_a_break("2.8")
    ),
    "logout-where-nobody-is-logged-in": _lie(
        "ENGINE-LOGIN-04", "step 2.9", script=only_confirms("2.3")
    ),
    "break-that-leaves-a-token-logged-in": _lie(
        "ENGINE-LOGIN-05",
        "step 2.8",
        before=have_a_break("2.8", logged_out=(), anew=True),
    ),
    "closed-while-logged-in": _lie(
        "ENGINE-LOGIN-06", "leaf", script=only_confirms("2.9")
    ),
}
"""Every such lie, by a name that says what it is."""

OF_ANOTHER_SCRIPT: Final = (
    "pin-changed-while-logged-in",
    "logout-where-nobody-is-logged-in",
    "closed-while-logged-in",
)
"""The lies that have a script of their own, which no committed policy approves."""
