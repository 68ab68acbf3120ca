"""A token zeroised by hand: each of its rules, what ends with it, and how it reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.engine.decide import verify_command
from ceremony.engine.facts import (
    DeviceHandled,
    InventoryTaken,
    Resumed,
    Seen,
    TokenFound,
    Zeroised,
)
from ceremony.engine.facts.room import DeviceReading
from ceremony.engine.fold import fold
from ceremony.engine.state import State, TokenState
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.zeroise import ending_words
from ceremony.engine.transcript import Line, Mark
from ceremony.engine.zeroise import is_inspected, take_shown_again
from ceremony.identifiers import StepId
from ceremony.script.model import Step
from tests.fakes.walked_record import (
    Moment,
    allowed,
    at,
    changed,
    refusal,
    walked_manual_acts,
    walked_zeroise,
)

FIRST, FOR_GOOD = "2.7", "2.14"


def acted(step: str = FIRST) -> Moment:
    return at(step, DeviceHandled, walked_zeroise())


def told(moment: Moment) -> Zeroised:
    fact = moment.command.fact
    assert isinstance(fact, DeviceHandled)
    assert fact.zeroised is not None
    return fact.zeroised


def current(state: State) -> Step:
    assert state.step is not None
    return state.step


def test_the_honest_ceremony_is_allowed_fact_by_fact() -> None:
    for each in walked_zeroise():
        verify_command(each.before, each.command)


def test_each_key_ends_with_its_token_and_nothing_is_known_of_the_token() -> None:
    first, last = acted(), acted(FOR_GOOD)
    assert first.before.destroyed == {}
    assert first.before.token("root-hsm").initialised
    assert first.after.destroyed == {"first-key": FIRST}
    assert first.after.token("root-hsm") == TokenState()
    assert last.before.token("root-hsm").initialised
    assert last.after.destroyed == {"first-key": FIRST, "second-key": FOR_GOOD}


def changes(moment: Moment) -> dict[str, Zeroised | None]:
    honest = told(moment)
    return {
        "nothing-is-told-of-it": None,
        "another-token": replace(honest, serial="0000"),
        "a-key-left-out": replace(honest, keys=()),
        "a-key-too-many": replace(honest, keys=(*honest.keys, "second-key")),
    }


@pytest.mark.parametrize("name", changes(acted()))
def test_what_is_zeroised_is_the_token_with_every_key_in_it(name: str) -> None:
    moment = acted()
    allowed(moment.before, moment.command)
    lie = changed(moment.command, zeroised=changes(moment)[name])
    assert refusal(moment.before, lie) == "ENGINE-ZEROISE-01"


def test_a_key_that_ended_before_does_not_end_again() -> None:
    last = acted(FOR_GOOD)
    assert told(last).keys == ("second-key",)
    again = replace(told(last), keys=("first-key", "second-key"))
    lie = changed(last.command, zeroised=again)
    assert refusal(last.before, lie) == "ENGINE-ZEROISE-01"


def test_an_act_that_zeroises_nothing_does_not_tell_of_it() -> None:
    other = at("2.4", DeviceHandled, walked_manual_acts())
    serial = next(
        each.serial
        for each in (other.before.opened.tokens if other.before.opened else ())
        if each.name == "root-hsm"
    )
    lie = changed(other.command, zeroised=Zeroised(serial, Seen.BLANK))
    assert refusal(other.before, lie) == "ENGINE-ZEROISE-01"


@pytest.mark.parametrize(("shown", "words"), [(1, "1 object."), (2, "2 objects.")])
def test_a_token_that_shows_an_object_is_not_zeroised(shown: int, words: str) -> None:
    moment = acted()
    left = replace(told(moment), seen=Seen.USER_PIN, shown=shown)
    lie = changed(moment.command, zeroised=left)
    assert refusal(moment.before, lie) == "ENGINE-ZEROISE-02"
    with pytest.raises(Exception, match=f"still shows {words}"):
        verify_command(moment.before, lie)


def test_nobody_is_logged_in_at_a_token_that_is_zeroised() -> None:
    moment = acted()
    known = replace(moment.before.token("root-hsm"), login=StepId("2.6"))
    logged_in = replace(moment.before, tokens={"root-hsm": known})
    assert refusal(logged_in, moment.command) == "ENGINE-ZEROISE-03"


def test_where_a_reading_differs_no_key_ends_and_the_step_stays_open() -> None:
    moment = acted()
    wrong = (DeviceReading("state", "zeroised", "operational", agrees=False),)
    both = changed(moment.command, readings=wrong)
    assert refusal(moment.before, both) == "ENGINE-ZEROISE-01"
    honest = changed(both, zeroised=None)
    allowed(moment.before, honest)
    after = fold(moment.before, moment.event, honest.fact)
    assert after.destroyed == {}
    assert after.token("root-hsm").initialised
    with pytest.raises(Exception, match="operational"):
        KINDS["device.manual"].complete(current(after), after)


def test_a_key_that_a_list_shows_again_is_destroyed_no_longer() -> None:
    after = acted().after
    objects = after.keys["first-key"].objects
    shown = InventoryTaken(told_digest(), len(objects), objects, ())
    assert take_shown_again(after, shown).destroyed == {}
    assert take_shown_again(after, None).destroyed == {"first-key": FIRST}
    empty = InventoryTaken(told_digest(), 0, (), objects)
    assert take_shown_again(after, empty).destroyed == {"first-key": FIRST}
    unknown = replace(after, destroyed={"nobodys": StepId(FIRST)})
    assert take_shown_again(unknown, shown).destroyed == {"nobodys": FIRST}
    found = TokenFound("root-hsm", "S-root-hsm", 0, shown)
    again = Resumed(30, rebooted=False, tokens=(found,), by=())
    assert fold(after, acted().event, again).destroyed == {}


def told_digest() -> object:
    fact = acted().command.fact
    assert isinstance(fact, DeviceHandled)
    return fact.before


def test_a_token_that_is_being_zeroised_is_not_looked_into_after_a_kill() -> None:
    moment = acted()
    assert not is_inspected(moment.before, "root-hsm")
    assert not is_inspected(moment.after, "root-hsm")
    assert is_inspected(acted(FOR_GOOD).before, "root-hsm") is False
    assert is_inspected(
        at("2.4", DeviceHandled, walked_manual_acts()).before, "root-hsm"
    )
    done = walked_zeroise()[-1].after
    assert done.step is None
    assert not is_inspected(done, "root-hsm")


@pytest.mark.parametrize(
    ("seen", "words", "mark"),
    [
        (
            Seen.ABSENT,
            "no token with this serial; that it is empty rests on two people",
            None,
        ),
        (Seen.BLANK, "a token that is not initialised", Mark.PASS),
        (Seen.NO_USER_PIN, "no object and no user PIN", None),
        (
            Seen.USER_PIN,
            "no object is shown without a login; the next list tells the rest",
            None,
        ),
    ],
)
def test_the_transcript_says_what_was_seen_and_which_keys_ended(
    seen: Seen, words: str, mark: Mark | None
) -> None:
    moment = acted()
    fact = replace(moment.command.fact, zeroised=replace(told(moment), seen=seen))
    assert KINDS["device.manual"].entries(moment.after, (fact,))[-3:] == (
        Line("zeroised", told(moment).serial, mono=True),
        Line("afterwards", words, mark=mark),
        Line("destroyed", "First key"),
    )


def test_what_ends_is_said_before_anybody_acts() -> None:
    before, after = acted().before, acted().after
    step = current(before)
    said = "Whatever is in Root token is destroyed:"
    assert ending_words(step, before) == f"{said} First key."
    assert ending_words(step, after) == f"{said} every key in it."
    other = at("2.4", DeviceHandled, walked_manual_acts()).before
    assert ending_words(current(other), other) == ""
