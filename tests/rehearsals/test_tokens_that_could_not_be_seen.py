"""A token is exchanged or wiped, or nobody looks: two people end the ceremony."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ceremony.clock import SystemClock
from ceremony.conduct.incident import abandon
from ceremony.conduct.inspection import inspect_tokens
from ceremony.conduct.room import Room, enter
from ceremony.conduct.site import load_site
from ceremony.conduct.unseen import decide_found
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import (
    Course,
    Outcome,
    Result,
    Resumed,
    TokensInspected,
)
from ceremony.engine.state import Phase
from ceremony.engine.unseen import UNSEEN, found_courses, open_unseen
from ceremony.errors import DeviceError, RefusedError
from tests.cli.terminal import Terminal, initial_by_two
from tests.crash.harness import BY, DyingStore, in_child, seal
from tests.fakes.makers_tool import delete, initialise_anew
from tests.fakes.outside_tool import run_tool
from tests.rehearsals.opened import facts_of
from tests.rehearsals.stage import run_ceremony
from tests.rehearsals.test_tokens_that_changed_meanwhile import (
    ROOT_HSM,
    Kill,
    go_on,
    inside,
    kill,
    put_some,
)

__all__ = ["kill"]

pytestmark = [pytest.mark.crash, pytest.mark.hsm, pytest.mark.no_cover]


def exchange(site: Path) -> None:
    """Put another token in the place of the root token: same label, same PINs."""
    known = load_site(site)
    assert known.pins is not None
    bound = known.binding.token(ROOT_HSM)
    pins = known.pins
    delete(site, ROOT_HSM)
    told = run_tool(
        [
            *("softhsm2-util", "--init-token", "--free", "--label", bound.label),
            *("--so-pin", bytes(pins.officer[ROOT_HSM].expose()).decode()),
            *("--pin", bytes(pins.user[ROOT_HSM].expose()).decode()),
        ],
        site.parent,
        known.binding.module(bound.module).environment,
    )
    assert told.returncode == 0, told.stderr


def alone(room: Room) -> str:
    """Insist that one person does not give the ceremony up; give the rule."""
    with pytest.raises(RefusedError) as caught:
        abandon(room.conductor, "One person alone.")
    return caught.value.code


def tell_decide_and_seal(room: Room) -> None:
    conductor = room.conductor
    size = len(conductor.facts)
    finding, other = inspect_tokens(conductor, room.pins)
    assert finding.problem.startswith("There is no token with serial")
    assert other.agrees
    # What could be looked into is told as well, with what is in it.
    look = conductor.facts[-1].fact
    assert isinstance(look, TokensInspected)
    assert [each.serial for each in look.tokens] == [other.serial]
    assert len(conductor.facts) == size + 2
    told = conductor.state.deviations[-1].recorded
    assert (told.cause, told.severity) == (UNSEEN, "major")
    assert told.happened.startswith(f"Root token, {finding.serial}, could not be")
    # It is told once while it waits, whoever looks, and nobody goes on over it.
    inspect_tokens(conductor, room.pins)
    with pytest.raises(DeviceError):
        go_on(room)
    assert len(conductor.facts) == size + 2
    assert alone(room) == "ENGINE-UNSEEN-03"
    assert found_courses(conductor.state) == (Course.LOOK_AGAIN, Course.ABANDON)
    for reason, course, by, rule in (
        (" ", Course.ABANDON, BY, "CONDUCT-CHANGE-01"),
        ("Why not.", Course.GO_ON, BY, "ENGINE-UNSEEN-02"),
        ("It is gone.", Course.UNRESOLVED, BY, "ENGINE-UNSEEN-02"),
        ("I know it.", Course.ABANDON, BY[:1], "ENGINE-DEVIATION-03"),
    ):
        with pytest.raises(RefusedError) as caught:
            decide_found(conductor, course, reason, by)
        assert caught.value.code == rule
    decide_found(conductor, Course.LOOK_AGAIN, "It is in the safe.", BY)
    inspect_tokens(conductor, room.pins)
    # What is told after a decision is told anew.
    assert len(open_unseen(conductor.state)) == 1
    decide_found(conductor, Course.ABANDON, "It is another token.", BY)
    assert conductor.state.phase is Phase.ABANDONED
    verdict = seal(room, room.workspace.folder)
    (room.workspace.folder / "verdict.txt").write_text(verdict)


def test_a_token_that_was_exchanged_is_told_and_two_people_end_the_ceremony(
    kill: Kill,
) -> None:
    left = kill("nothing in doubt")
    exchange(left.folder / "site")
    inside(left, tell_decide_and_seal)
    told = facts_of(left.folder, "deviation.closed")
    assert [each["course"] for each in told] == ["look-again", "abandon"]
    (end,) = facts_of(left.folder, "ceremony.abandoned")
    assert end["reason"].endswith("It is another token.")
    verdict = (left.folder / "verdict.txt").read_text()
    assert verdict.startswith("Record: CANNOT TELL")
    assert "NOT VERIFIED" not in verdict


def wiped(room: Room) -> None:
    with pytest.raises(DeviceError) as caught:
        go_on(room)
    assert caught.value.code == "HSM-PIN-01"
    (known,) = open_unseen(room.conductor.state)
    assert "refused the PIN" in known.recorded.happened
    lost = (Course.LOOK_AGAIN, Course.UNRESOLVED)
    assert found_courses(room.conductor.state) == lost
    assert alone(room) == "ENGINE-UNSEEN-03"


def undecided(room: Room) -> None:
    wiped(room)
    conductor = room.conductor
    pending = conductor.state.pending
    assert pending is not None
    for reason, course, by, rule in (
        (" ", Course.UNRESOLVED, BY, "CONDUCT-CHANGE-01"),
        ("It is gone.", Course.ABANDON, BY, "ENGINE-UNSEEN-02"),
        ("I know it.", Course.UNRESOLVED, BY[:1], "ENGINE-DEVIATION-03"),
    ):
        with pytest.raises(RefusedError) as caught:
            decide_found(conductor, course, reason, by)
        assert caught.value.code == rule
    (room.workspace.folder / "op.txt").write_text(pending.op)


def test_what_is_in_doubt_in_a_token_that_never_comes_back_is_left_by_two_people(
    kill: Kill,
) -> None:
    left = kill("making in doubt")
    initialise_anew(left.folder / "site", ROOT_HSM, pin="27182818284590")
    inside(left, undecided)
    op = (left.folder / "op.txt").read_text()
    (plan,) = left.plans()
    with Terminal(["resume", plan.ceremony, "--workspace", str(left.folder)]) as at:
        at.expect("What is in a token is not known: nobody goes on over that.")
        at.expect("If the token never comes back: The key root-oca, CKA_ID ")
        at.answer(r"What is done \(look-again / unresolved\): ", "unresolved")
        at.answer("Why, for the record: ", "It was dropped.")
        initial_by_two(at)
        at.expect(f"{plan.ceremony} is abandoned")
        assert at.wait() == 0
    (end,) = facts_of(left.folder, "ceremony.abandoned")
    assert end["reason"].startswith("It was dropped. key.generate in step ")
    assert f"The key root-oca, CKA_ID {op}, or a part of it" in end["reason"]
    outcome = facts_of(left.folder, "hsm.outcome")[-1]
    assert outcome["result"] == "unresolved"
    assert len(outcome["decided_by"]) == 2


def leave_and_seal(room: Room) -> None:
    wiped(room)
    decide_found(room.conductor, Course.UNRESOLVED, "It was dropped.", BY)
    assert room.conductor.state.phase is Phase.ABANDONED
    assert (room.conductor.state.pending, room.conductor.state.keys) == (None, {})
    verdict = seal(room, room.workspace.folder)
    (room.workspace.folder / "verdict.txt").write_text(verdict)


@pytest.mark.soak
def test_the_pack_of_what_was_left_unresolved_fails_no_check(kill: Kill) -> None:
    left = kill("making in doubt")
    initialise_anew(left.folder / "site", ROOT_HSM, pin="27182818284590")
    inside(left, leave_and_seal)
    verdict = (left.folder / "verdict.txt").read_text()
    assert verdict.startswith("Record: CANNOT TELL")
    assert "abandoned (0 note, 0 minor, 1 major)" in verdict


def cut_off(
    left: Workspace, course: Course, when: str = "after", after: int = 1
) -> None:
    """Decide about the token, and be killed before the ceremony is abandoned."""

    def work() -> None:
        DyingStore.acknowledged = os.open(os.devnull, os.O_WRONLY)
        DyingStore.when, DyingStore.die_at = when, 0
        (plan,) = left.plans()
        workspace = Workspace(left.folder, DyingStore.open)
        with enter(workspace, plan.ceremony, SystemClock()) as room:
            inspect_tokens(room.conductor, room.pins)
            DyingStore.die_at = DyingStore._count + after
            decide_found(room.conductor, course, "It fell.", BY)

    assert os.WIFSIGNALED(in_child(work))


def end_it(room: Room) -> None:
    state = room.conductor.state
    assert (state.phase, state.pending, state.given_up) == (Phase.RUNNING, None, True)
    inspect_tokens(room.conductor, room.pins)
    decide_found(room.conductor, Course.ABANDON, "It is still gone.", BY)


def end_it_once(room: Room) -> None:
    """End it, unless that is recorded; one outcome and one end tell of the doubt."""
    conductor = room.conductor
    if conductor.state.phase is Phase.RUNNING:
        end_it(room)
    told = [str(getattr(each.fact, "reason", "")) for each in conductor.facts]
    assert conductor.state.phase is Phase.ABANDONED
    assert ["is in doubt for good" in reason for reason in told].count(True) == 1
    unresolved = [
        each.fact.decided_by
        for each in conductor.facts
        if isinstance(each.fact, Outcome) and each.fact.result is Result.UNRESOLVED
    ]
    assert [len(by) for by in unresolved] == [2]


def end_beside(room: Room) -> None:
    """Give it up over the other token, and resolve what is in doubt in this one."""
    conductor = room.conductor
    other, seen = inspect_tokens(conductor, room.pins)[::-1]
    assert (other.problem != "", seen.whole) == (True, True)
    assert found_courses(conductor.state) == (Course.LOOK_AGAIN, Course.ABANDON)
    decide_found(conductor, Course.ABANDON, "It fell.", BY)
    assert (conductor.state.phase, conductor.state.given_up) == (Phase.RUNNING, True)
    size = len(conductor.facts)
    # Nobody has to see it again; what is in doubt comes before the end.
    assert [each.problem for each in inspect_tokens(conductor, room.pins)] == [""]
    assert len(conductor.facts) == size
    go_on(room)
    assert conductor.state.phase is Phase.ABANDONED
    assert list(conductor.state.keys) == ["root-oca"]
    assert "NOT VERIFIED" not in seal(room, room.workspace.folder)


def test_whoever_is_cut_off_around_the_end_of_what_was_left_unresolved_ends_it_once(
    kill: Kill, tmp_path: Path
) -> None:
    left = kill("making in doubt")
    delete(left.folder / "site", ROOT_HSM)
    shutil.copytree(left.folder, tmp_path / "left")
    # The outcome is durable; what ends the ceremony is about to be; it is.
    for when, after in (("after", 1), ("before", 2), ("after", 2)):
        cut_off(left, Course.UNRESOLVED, when, after)
        inside(left, end_it_once)
        shutil.rmtree(left.folder)
        shutil.copytree(tmp_path / "left", left.folder)


@pytest.mark.soak
def test_a_doubt_elsewhere_is_resolved_before_the_end_over_an_unseen_token(
    kill: Kill,
) -> None:
    left = kill("making in doubt")
    delete(left.folder / "site", "issuing-hsm")
    inside(left, end_beside)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("killed", "course"),
    [
        ("making in doubt", Course.UNRESOLVED),
        ("nothing in doubt", Course.ABANDON),
    ],
)
def test_whoever_is_cut_off_after_the_decision_to_abandon_can_only_abandon(
    kill: Kill, killed: str, course: Course
) -> None:
    left = kill(killed)
    delete(left.folder / "site", ROOT_HSM)
    cut_off(left, course)
    inside(left, end_it)
    (end,) = facts_of(left.folder, "ceremony.abandoned")
    named = "is in doubt for good. The key root-oca, CKA_ID " in end["reason"]
    assert named is (course is Course.UNRESOLVED)


def left_by_one(left: Workspace) -> tuple[str, ...]:
    """Let one person give the ceremony up at a terminal; give what is said."""
    (plan,) = left.plans()
    typed = ["abandon", plan.ceremony, "--reason", "One person alone."]
    done = run_ceremony([*typed, "--workspace", str(left.folder)])
    assert "Traceback" not in done.err
    return str(done.status), done.all


def test_one_person_at_a_terminal_ends_no_ceremony_before_a_look_into_its_tokens(
    kill: Kill,
) -> None:
    left = kill("nothing in doubt")
    site = left.folder / "site"
    inside(left, put_some)
    status, told = left_by_one(left)
    assert status == "1"
    assert "not the ceremony's: private-key intruder; public-key intruder" in told
    assert "[ENGINE-CHANGE-05]" in told
    assert len(facts_of(left.folder, "tokens.changed")) == 1
    # Now it is gone altogether, and both wait for two people.
    delete(site, ROOT_HSM)
    assert "[ENGINE-CHANGE-05]" in left_by_one(left)[1]
    (plan,) = left.plans()
    with Terminal(["resume", plan.ceremony, "--workspace", str(left.folder)]) as at:
        at.expect("Somebody changed a token meanwhile")
        at.expect("What is in a token is not known: nobody goes on over that.")
        at.expect("Root token, [0-9a-f]{16}, could not be looked into. There is no")
        at.answer(r"What is done \(look-again / abandon\): ", "abandon")
        at.answer("Why, for the record: ", "It was stolen.")
        initial_by_two(at)
        at.expect(f"{plan.ceremony} is abandoned")
        assert at.wait() == 0
    closed = facts_of(left.folder, "deviation.closed")
    assert [each["course"] for each in closed] == ["abandon", "abandon"]


def test_one_person_ends_a_ceremony_whose_tokens_are_as_the_record_left_them(
    kill: Kill,
) -> None:
    left = kill("nothing in doubt")
    status, told = left_by_one(left)
    assert (status, "is abandoned." in told) == ("0", True)
    assert "Root token" in told


def resume_and_die(left: Workspace) -> None:
    """Go on, and kill it as soon as the resumption is recorded."""

    def work() -> None:
        DyingStore.acknowledged = os.open(os.devnull, os.O_WRONLY)
        DyingStore.when, DyingStore.die_at = "after", 1
        (plan,) = left.plans()
        workspace = Workspace(left.folder, DyingStore.open)
        with enter(workspace, plan.ceremony, SystemClock()) as room:
            go_on(room)

    assert os.WIFSIGNALED(in_child(work))


def see_what_is_left(room: Room) -> None:
    assert room.conductor.state.pending is not None
    finding = inspect_tokens(room.conductor, room.pins)[0]
    assert finding.left == ("private-key root-oca", "public-key root-oca")
    assert finding.whole
    assert finding.expected == finding.foreign == finding.missing == ()
    assert not finding.agrees


def see_it_in_the_list(room: Room) -> None:
    listed = [
        len(each.fact.tokens[0].inventory.added)
        for each in room.conductor.facts
        if isinstance(each.fact, Resumed)
    ]
    assert listed == [2]
    see_what_is_left(room)


def test_what_an_interrupted_resumption_listed_is_shown_as_left_all_the_same(
    kill: Kill,
) -> None:
    left = kill("making in doubt")
    inside(left, see_what_is_left)
    resume_and_die(left)
    inside(left, see_it_in_the_list)
