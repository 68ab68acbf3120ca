"""What the verifier remarks on a token that was zeroised, and when it can say more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ceremony.engine.command import Command
from ceremony.engine.facts import DeviceHandled, Seen
from ceremony.verify.verdict import judge_files
from tests.fakes.forgery import Forgery
from tests.fakes.zeroise import build_zeroise

PEOPLE = "that nothing is left in it rests on the word of two people."
BLANK = "its module shows a token that holds nothing."
NO_PIN = "its module shows no object and no user PIN."


def seeing(seen: Seen) -> Callable[[Command], Command]:
    """Let both acts see the token so."""

    def change(command: Command) -> Command:
        fact = command.fact
        if not isinstance(fact, DeviceHandled) or fact.zeroised is None:
            return command
        told = replace(fact.zeroised, seen=seen)
        return replace(command, fact=replace(fact, zeroised=told))

    return change


def unlisted(script: bytes) -> bytes:
    """Let nobody list the token between the first act and its initialisation."""
    line = next(each for each in script.split(b"\n") if b'"2.8"' in each)
    said = line.replace(b"token.inventory", b"confirm")
    return script.replace(line, said.replace(said[said.index(b", with:") : -1], b""))


def remarks(forgery: Forgery) -> tuple[str, ...]:
    built = build_zeroise(forgery)
    checks = judge_files(built.files, built.policy).checks
    (check,) = [each for each in checks if each.number == "11"]
    return tuple(said for said in check.remarks if "was zeroised" in said)


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (Seen.ABSENT, PEOPLE),
        (Seen.USER_PIN, PEOPLE),
        (Seen.BLANK, BLANK),
        (Seen.NO_USER_PIN, NO_PIN),
    ],
)
def test_what_was_seen_counts_where_nobody_listed_the_token(
    seen: Seen, words: str
) -> None:
    told = "Root token was zeroised by hand in step"
    assert remarks(Forgery(script=unlisted, command=seeing(seen))) == (
        f"{told} 2.7; {words}",
        f"{told} 2.14; {words}",
    )


def test_a_list_before_it_is_initialised_says_more_than_people() -> None:
    listed = "Root token was zeroised by hand in step 2.7; the list of step 2.8 shows"
    assert remarks(Forgery(command=seeing(Seen.USER_PIN)))[0].startswith(listed)
