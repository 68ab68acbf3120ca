"""A token that is wiped with keys in it which the site's journal knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest

from ceremony.check.findings import Finding, FindingSeverity
from ceremony.check.plan import read_plan
from ceremony.conduct.earlier import Found
from ceremony.conduct.wiped import keys_in, lint_wiped, verify_unwiped
from ceremony.engine.facts import EarlierFound
from ceremony.errors import RefusedError
from ceremony.identifiers import CeremonyId, Digest, Mode
from ceremony.register.history import Act, History
from tests.fakes.record_renewal import build_before
from tests.fakes.room_after import history_of

RULE: Final = "CONDUCT-WIPE-01"
SERIAL: Final = "S-root-hsm"
ROOT: Final = "root-dca (key.generate of ceremony KC-2025-007-R1, leaf 33)"
ISSUING: Final = "issuing-dca (key.generate of ceremony KC-2025-007-R1, leaf 48)"


@pytest.fixture
def history() -> History:
    """What the first ceremony left: two keys in one token."""
    return history_of(build_before().builder.facts)


def told(
    history: History,
    *,
    serial: str = SERIAL,
    found: Sequence[Found] = (),
    mode: Mode = Mode.REHEARSAL,
) -> list[Finding]:
    """Hold the first ceremony's script once more against what it left."""
    plan = read_plan(build_before().builder.script)
    return list(lint_wiped(plan, {"root-hsm": serial}, found, history, mode))


def found_of(act: Act) -> Found:
    fact = EarlierFound(
        thing="it",
        ceremony=CeremonyId("KC-2025-007-R1"),
        seq=act.event.seq,
        leaf=Digest("ab" * 32),
        outcome=act.outcome,
    )
    return Found(fact, {})


def test_each_key_that_would_be_wiped_is_named_with_the_leaf_of_its_making(
    history: History,
) -> None:
    (finding,) = told(history)
    assert finding.rule == RULE
    assert finding.severity is FindingSeverity.WARNING
    assert finding.message == (
        f"Step 2.2 wipes root-hsm, in which the site's journal has {ROOT}, {ISSUING}."
    )
    line = build_before().builder.script.raw.decode().splitlines()
    assert "token.initialise" in line[finding.place.line - 1]


def test_a_live_key_is_not_wiped_by_a_script_that_does_not_name_it(
    history: History,
) -> None:
    (finding,) = told(history, mode=Mode.LIVE)
    assert finding.severity is FindingSeverity.ERROR
    with pytest.raises(RefusedError) as refused:
        verify_unwiped([finding])
    assert refused.value.code == RULE
    assert str(refused.value) == finding.message
    verify_unwiped(told(history))


def test_a_token_without_a_key_is_wiped_without_a_word(history: History) -> None:
    assert told(history, serial="S-other") == []
    assert told(History()) == []


def test_a_key_that_has_ended_or_is_named_is_not_told(history: History) -> None:
    (first, act), (second, _) = history.held.items()
    (finding,) = told(history, found=[found_of(act)])
    assert finding.message.endswith(f"has {ISSUING}.")
    history.gone[first] = "key.destroy of ceremony KC-2025-008-R1, leaf 20"
    assert keys_in(SERIAL, history) == ISSUING
    history.gone[second] = "key.destroy of ceremony KC-2025-008-R1, leaf 24"
    assert told(history) == []


def test_of_many_keys_the_first_are_named_and_the_others_counted(
    history: History,
) -> None:
    (known, act), *_ = history.held.items()
    history.held = {known._replace(cka_id=f"{at:032x}"): act for at in range(8)}
    assert keys_in(SERIAL, history) == ", ".join([ROOT] * 6) + " and 2 more"
