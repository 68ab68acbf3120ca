"""What is told of an earlier ceremony's token and shows nothing of it."""

from __future__ import annotations

from dataclasses import replace

from ceremony.engine.command import Command
from ceremony.engine.facts import EarlierFound
from tests.fakes.forgery import Forgery
from tests.fakes.record_earlier import build_earlier
from tests.unit.verify.judging import failures


def _without_a_list(told: Command) -> Command:
    fact = told.fact
    if not isinstance(fact, EarlierFound) or fact.thing != "root-hsm":
        return told
    return replace(
        told, fact=replace(fact, outcome=replace(fact.outcome, inventory=None))
    )


def test_a_token_of_which_no_list_is_told_is_not_what_the_script_names() -> None:
    assert failures(build_earlier(Forgery(command=_without_a_list))) == [
        ("5", "VERIFY-EARLIER-02"),
        ("11", "ENGINE-EARLIER-01"),
    ]
