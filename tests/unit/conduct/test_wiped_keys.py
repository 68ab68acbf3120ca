"""A token that is wiped with keys in it which the site's journal knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from ceremony.check.findings import Finding, FindingSeverity
from ceremony.check.plan import read_plan
from ceremony.conduct.earlier import Found
from ceremony.conduct.preflight import check_against_journal
from ceremony.conduct.wiped import keys_known, lint_wiped, name_keys, verify_unwiped
from ceremony.conduct.workspace import Workspace
from ceremony.engine.fact_codec import encode_fact
from ceremony.engine.facts import CeremonyAbandoned, EarlierFound, Fact, KeyRestored
from ceremony.errors import RefusedError
from ceremony.identifiers import CeremonyId, Digest, Mode
from ceremony.register.history import Act, History
from tests.fakes.record_builder import START
from tests.fakes.record_renewal import build_before
from tests.fakes.room_after import history_of
from tests.fakes.workspace_after import workspace_after

RULE: Final = "CONDUCT-WIPE-01"
SERIAL: Final = "S-root-hsm"
MADE_BY: Final = "KC-2025-007-R1"
LATER: Final = "KC-2025-008-R1"
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
    return list(lint_wiped(plan, {"root-hsm": serial}, found, {mode: history}))


def keys_of(history: History) -> str:
    """Name the keys that are known to be in the token."""
    return name_keys(keys_known(SERIAL, history).values())


def tell(history: History, fact: Fact, ceremony: str = MADE_BY) -> None:
    """Let a ceremony tell of something more."""
    (_, act), *_ = history.held.items()
    history.take(
        replace(
            act.event,
            ceremony=CeremonyId(ceremony),
            type=fact.type,
            data=encode_fact(fact),
        )
    )


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
        f"Step 2.2 wipes root-hsm, in which the site's rehearsal journal has {ROOT}, "
        f"{ISSUING}."
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
    assert keys_of(history) == ISSUING
    history.gone[second] = "key.destroy of ceremony KC-2025-008-R1, leaf 24"
    assert told(history) == []


def test_of_many_keys_the_first_are_named_and_the_others_counted(
    history: History,
) -> None:
    (known, act), *_ = history.held.items()
    history.held = {known._replace(cka_id=f"{at:032x}"): act for at in range(8)}
    assert keys_of(history) == ", ".join([ROOT] * 6) + " and 2 more"


def test_keys_of_an_abandoned_ceremony_alone_let_the_second_try_be_held(
    history: History,
) -> None:
    tell(history, CeremonyAbandoned("the room was too hot"))
    (finding,) = told(history, mode=Mode.LIVE)
    assert (finding.rule, finding.severity) == (RULE, FindingSeverity.WARNING)
    assert finding.message == (
        f"Step 2.2 wipes root-hsm, in which the site's live journal has {ROOT}, "
        f"{ISSUING}, of abandoned ceremonies alone."
    )
    verify_unwiped([finding])


def test_what_another_ceremony_worked_with_is_kept_though_its_own_was_abandoned(
    history: History,
) -> None:
    (_, act), *_ = history.held.items()
    tell(history, CeremonyAbandoned("the room was too hot"))
    tell(history, found_of(act).fact, LATER)
    kept, left = told(history, mode=Mode.LIVE)
    assert (kept.severity, left.severity) == (
        FindingSeverity.ERROR,
        FindingSeverity.WARNING,
    )
    assert kept.message.endswith(f"has {ROOT}.")
    assert left.message.endswith(f"has {ISSUING}, of abandoned ceremonies alone.")

    tell(history, CeremonyAbandoned("the air was too dry"), LATER)
    (again,) = told(history, mode=Mode.LIVE)
    assert again.severity is FindingSeverity.WARNING


@pytest.mark.parametrize("original", ["original", "nothing"])
def test_a_copy_is_kept_until_its_original_was_abandoned_too(
    history: History, original: str
) -> None:
    (_, act), *_ = history.held.items()
    assert act.outcome.key is not None
    copy = replace(
        act.outcome,
        thing="copy",
        serial="S-spare",
        key=replace(act.outcome.key, cka_id="cd" * 16),
        restored=KeyRestored(original, "kek", "aes-kwp", Digest("ab" * 32)),
    )
    tell(history, replace(found_of(act).fact, thing="original"), LATER)
    tell(history, copy, LATER)
    tell(history, CeremonyAbandoned("the air was too dry"), LATER)
    (finding,) = told(history, serial="S-spare", mode=Mode.LIVE)
    assert finding.severity is FindingSeverity.ERROR

    tell(history, CeremonyAbandoned("the room was too hot"))
    (finding,) = told(history, serial="S-spare", mode=Mode.LIVE)
    is_known = original == "original"
    assert (finding.severity is FindingSeverity.WARNING) == is_known


def test_a_rehearsal_wipes_no_live_key(history: History) -> None:
    plan, live = read_plan(build_before().builder.script), history
    serials = {"root-hsm": SERIAL}
    both = {Mode.LIVE: live, Mode.REHEARSAL: History()}
    (finding,) = lint_wiped(plan, serials, (), both)
    assert finding.severity is FindingSeverity.ERROR
    assert "the site's live journal has" in finding.message
    with pytest.raises(RefusedError):
        verify_unwiped([finding])

    two = list(lint_wiped(plan, serials, (), {**both, Mode.REHEARSAL: live}))
    assert [each.severity for each in two] == [
        FindingSeverity.ERROR,
        FindingSeverity.WARNING,
    ]


@pytest.mark.parametrize("rehearsed", [False, True])
def test_a_rehearsal_is_checked_against_the_live_journal_too(
    tmp_path: Path, *, rehearsed: bool
) -> None:
    built = build_before()
    live = workspace_after(built, tmp_path / "live")
    workspace = Workspace(tmp_path / "site")
    place = workspace.journal_path(Mode.LIVE)
    place.parent.mkdir(parents=True)
    live.journal_path(Mode.REHEARSAL).rename(place)
    if rehearsed:
        workspace.create_journal(Mode.REHEARSAL, built.builder.site.origin)
    before = place.read_bytes()
    findings = check_against_journal(
        workspace,
        Mode.REHEARSAL,
        built.builder.script,
        serials={"root-hsm": SERIAL},
        files={},
        today=START.date(),
    )
    assert [(each.rule, each.severity) for each in findings] == [
        (RULE, FindingSeverity.ERROR)
    ]
    assert place.read_bytes() == before
