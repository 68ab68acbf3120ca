"""Somebody works at a token during an interruption: two people decide first."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ceremony.clock import SystemClock
from ceremony.conduct.changed import decide_change
from ceremony.conduct.demo import open_demo
from ceremony.conduct.incident import abandon
from ceremony.conduct.inspection import inspect_tokens
from ceremony.conduct.recovery import Choice, Decision, recover
from ceremony.conduct.resume_view import ChangeView, view_change
from ceremony.conduct.room import Room, enter
from ceremony.conduct.workspace import Workspace
from ceremony.engine import facts
from ceremony.engine.change import courses
from ceremony.engine.facts import Course, Outcome, Result, Resumed, TokensChanged
from ceremony.engine.state import Phase
from ceremony.errors import RefusedError
from ceremony.hsm.hosted_session import HostedSession
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.identifiers import OperationId
from tests.cli.terminal import Terminal, initial_by_two
from tests.crash.harness import BY, DyingStore, finish, in_child, seal
from tests.crash.key_acts_child import dying_at
from tests.fakes.foreign_pair import put_pair
from tests.fakes.nameless_key import put_nameless_key
from tests.rehearsals.opened import facts_of
from tests.rehearsals.stage import copy_site, run_ceremony

pytestmark = [pytest.mark.crash, pytest.mark.hsm, pytest.mark.no_cover]

ROOT_HSM = "root-hsm"
FOREIGN = OperationId("ab" * 16)
KILLED = {
    "making in doubt": ("before", 50),
    "listing in doubt": ("after", 52),
    "nothing in doubt": ("after", 53),
}
"""When it is killed; the root key is in its token each time, and twice recorded."""

Kill = Callable[[str], Workspace]


@pytest.fixture
def kill(site_base: Path, memory: Path) -> Kill:
    """Kill a demo once its root key was made."""

    def killed(name: str) -> Workspace:
        copy_site(site_base, memory)

        def play() -> None:
            DyingStore.acknowledged = os.open(os.devnull, os.O_WRONLY)
            DyingStore.when, DyingStore.die_at = KILLED[name]
            workspace = Workspace(memory, DyingStore.open)
            with enter(workspace, open_demo(workspace), SystemClock()) as room:
                finish(room)

        assert os.WIFSIGNALED(in_child(play))
        return Workspace(memory)

    return killed


def inside(left: Workspace, act: Callable[[Room], None], *, dies: bool = False) -> None:
    """Act in the interrupted room, in a process of its own that may die in it."""

    def work() -> None:
        (plan,) = left.plans()
        with enter(left, plan.ceremony, SystemClock()) as room:
            act(room)

    assert os.WIFSIGNALED(status := in_child(work)) is dies, status
    assert dies or status == 0


def session_of(room: Room):  # noqa: ANN201  as the devices give it
    assert room.site.pins is not None
    return room.conductor.devices.session(ROOT_HSM, room.site.pins.user[ROOT_HSM])


def put_foreign(at: HostedSession) -> None:
    at.generate_key_pair(KeyOrder("intruder", FOREIGN, KeyAlgorithm.EC_P256))


def put_some(room: Room) -> None:
    with session_of(room) as at:
        put_foreign(at)


def labels(room: Room) -> list[str]:
    with session_of(room) as at:
        return sorted(each.label for each in at.inventory().entries)


def go_on(room: Room) -> None:
    recover(room.conductor, room.pins, Decision(Choice.ADOPT, BY), lambda _: None)


def refused(room: Room) -> str:
    """Insist that nobody goes on; give why."""
    with pytest.raises(RefusedError) as caught:
        go_on(room)
    assert caught.value.code == "CONDUCT-RESUME-04"
    return str(caught.value)


def told(room: Room) -> list[TokensChanged]:
    """Give every change that is recorded."""
    facts = (each.fact for each in room.conductor.facts)
    return [fact for fact in facts if isinstance(fact, TokensChanged)]


def generated(room: Room) -> int:
    return sum(
        isinstance(each.fact, Outcome) and each.fact.verb == "key.generate"
        for each in room.conductor.facts
    )


def undecided(room: Room, reason: str) -> None:
    """Insist that nothing can be decided for this reason."""
    with pytest.raises(RefusedError) as caught:
        decide_change(room.conductor, Course.LOOK_AGAIN, reason, BY)
    assert caught.value.code == "CONDUCT-CHANGE-01"


def put_and_take_back(room: Room) -> None:
    put_some(room)
    why = refused(room)
    assert f"private-key intruder, id {FOREIGN}, is there and not recorded" in why
    # That they looked is told with it; what waits for its decision is not told again.
    assert isinstance(room.conductor.facts[-1].fact, facts.TokensInspected)
    size = len(room.conductor.facts)
    refused(room)
    inspect_tokens(room.conductor, room.pins)
    assert len(room.conductor.facts) == size
    # Something else is.
    with session_of(room) as at:
        at.write_anchor(b"somebody else's")
    assert "id none, is there and not recorded" in refused(room)
    first, second = told(room)
    assert [len(each.tokens[0].foreign) for each in (first, second)] == [2, 3]
    with pytest.raises(RefusedError) as caught:
        abandon(room.conductor, "One person alone.")
    assert caught.value.code == "ENGINE-CHANGE-05"
    assert labels(room).count("intruder") == 2
    take_away(room)
    # It is removed, and still two people decide that they look again.
    refused(room)
    undecided(room, " ")
    decide_change(room.conductor, Course.LOOK_AGAIN, "A test key, removed.", BY)
    undecided(room, "Nothing waits any more.")
    go_on(room)
    assert room.conductor.state.foreign == {}
    assert all(known.closed for known in room.conductor.state.deviations)
    assert generated(room) == 1


@pytest.mark.parametrize("name", KILLED)
def test_what_another_put_there_is_neither_destroyed_nor_passed_over(
    kill: Kill, name: str
) -> None:
    inside(kill(name), put_and_take_back)


def go_on_beside(room: Room) -> None:
    with session_of(room) as at:
        put_foreign(at)
        at.write_anchor(b"somebody else's")
    refused(room)
    decide_change(room.conductor, Course.GO_ON, "The test keys of May.", BY)
    # What came after the decision is not what was decided about.
    put_late(room)
    refused(room)
    assert Course.GO_ON in courses(room.conductor.state)
    decide_change(room.conductor, Course.GO_ON, "The test keys of May and June.", BY)
    go_on(room)
    finish(room)
    there = labels(room)
    assert [there.count(each) for each in ("intruder", "late", "root-oca")] == [2, 2, 2]
    # What has neither id nor label could be a part of some key.
    assert there.count("") == 1
    assert len(there) == 8
    assert generated(room) == 2
    verdict = seal(room, room.workspace.folder)
    (room.workspace.folder / "verdict.txt").write_text(verdict)


def test_a_key_in_doubt_is_adopted_beside_what_is_foreign(kill: Kill) -> None:
    left = kill("making in doubt")
    put_nameless_key(left.folder / "site", ROOT_HSM)
    inside(left, go_on_beside)
    verdict = (left.folder / "verdict.txt").read_text()
    assert verdict.startswith("Record: VERIFIED WITH REMARKS")
    assert "completed with deviations (0 note, 2 minor, 2 major)" in verdict


def die_once_it_is_listed(room: Room) -> None:
    """Resume, and be killed before the key in doubt is adopted."""
    dying_at(room, Resumed, before=False)
    go_on(room)


def adopt_beside_a_nameless_key(room: Room) -> None:
    assert labels(room) == ["", "root-oca", "root-oca"]
    assert "secret-key without label, id none, is there" in refused(room)
    decide_change(room.conductor, Course.GO_ON, "The other department's.", BY)
    go_on(room)
    assert labels(room) == ["", "root-oca", "root-oca"]
    facts = [each.fact for each in room.conductor.facts]
    outcomes = [fact for fact in facts if isinstance(fact, Outcome)]
    assert outcomes[-1].result is Result.ADOPTED


def test_a_whole_key_that_is_listed_already_has_nothing_nameless_of_its_own(
    kill: Kill,
) -> None:
    left = kill("making in doubt")
    inside(left, die_once_it_is_listed, dies=True)
    put_nameless_key(left.folder / "site", ROOT_HSM)
    inside(left, adopt_beside_a_nameless_key)


def adopt_nothing_beside_a_twin(room: Room) -> None:
    pending = room.conductor.state.pending
    assert pending is not None
    put_pair(room.workspace.folder / "site", ROOT_HSM, "twin", pending.op)
    with pytest.raises(RefusedError) as caught:
        go_on(room)
    assert caught.value.code == "CONDUCT-RESUME-25"
    assert labels(room) == ["root-oca", "root-oca", "twin", "twin"]
    assert room.conductor.state.pending is not None
    destroyed = Decision(Choice.DESTROY, BY)
    recover(room.conductor, room.pins, destroyed, lambda _: None)
    assert labels(room) == []


def test_a_whole_key_is_never_destroyed_by_those_who_decide_to_adopt(
    kill: Kill,
) -> None:
    inside(kill("making in doubt"), adopt_nothing_beside_a_twin)


def take_away(room: Room) -> None:
    with session_of(room) as at:
        for entry in at.inventory().entries:
            if entry.label != "root-oca":
                at.destroy(entry)


def put_late(room: Room) -> None:
    order = KeyOrder("late", OperationId("cd" * 16), KeyAlgorithm.EC_P256)
    with session_of(room) as at:
        at.generate_key_pair(order)


def go_on_once_it_is_removed(room: Room) -> None:
    put_some(room)
    refused(room)
    decide_change(room.conductor, Course.GO_ON, "The test keys of May.", BY)
    take_away(room)
    go_on(room)
    assert room.conductor.state.change is None
    assert not room.conductor.state.foreign[ROOT_HSM]
    assert room.conductor.state.pending is None


def test_what_people_go_on_beside_may_be_removed_by_then(kill: Kill) -> None:
    inside(kill("making in doubt"), go_on_once_it_is_removed)


def decide_about_each_change(room: Room) -> None:
    conductor = room.conductor
    put_some(room)
    refused(room)
    take_away(room)
    put_late(room)
    refused(room)
    decide_change(conductor, Course.ABANDON, "Nobody knows who it was.", BY)
    closed = [known.closed for known in conductor.state.deviations]
    anew = [Course.LOOK_AGAIN, Course.ABANDON]
    assert [each.course for each in closed if each] == anew
    assert closed[0] is not None
    assert closed[0].decided.endswith("told anew as D-02.")
    # It is abandoned, whatever is found then and whoever explains it.
    take_away(room)
    put_some(room)
    refused(room)
    assert courses(conductor.state) == (Course.LOOK_AGAIN, Course.ABANDON)
    with pytest.raises(RefusedError) as caught:
        decide_change(conductor, Course.GO_ON, "It is mine.", BY)
    assert caught.value.code == "ENGINE-CHANGE-03"
    take_away(room)
    decide_change(conductor, Course.LOOK_AGAIN, "It was mine.", BY)
    assert view_change(conductor) == ChangeView((), (), given_up=True)
    go_on(room)
    assert conductor.state.phase is Phase.ABANDONED
    assert conductor.state.abandoned is not None
    assert "Nobody knows who it was." in conductor.state.abandoned.reason


def test_a_decision_is_about_one_change_and_to_abandon_is_the_last(
    kill: Kill,
) -> None:
    inside(kill("making in doubt"), decide_about_each_change)


def make_it_anew(room: Room, order: KeyOrder) -> None:
    with session_of(room) as at:
        for entry in at.inventory().entries:
            at.destroy(entry)
        at.generate_key_pair(order)


def exchange(room: Room) -> None:
    conductor = room.conductor
    kept = conductor.state.keys.get("root-oca")
    if kept is not None:
        # A key of the same name and id is another one all the same.
        own = OperationId(kept.cka_id)
        make_it_anew(room, KeyOrder("root-oca", own, KeyAlgorithm.EC_P384))
        assert f"public-key root-oca, id {own}, is recorded" in refused(room)
        assert courses(conductor.state) == (Course.LOOK_AGAIN, Course.ABANDON)
    make_it_anew(room, KeyOrder("root-oca", FOREIGN, KeyAlgorithm.EC_P384))
    refused(room)
    if kept is not None:
        with pytest.raises(RefusedError) as caught:
            decide_change(conductor, Course.GO_ON, "Why not.", BY)
        assert caught.value.code == "ENGINE-CHANGE-03"
    doubt = conductor.state.pending is not None
    decide_change(conductor, Course.ABANDON, "The root key is gone.", BY)
    if doubt:
        # What is in doubt is resolved first.
        assert conductor.state.phase is Phase.RUNNING
        go_on(room)
    assert conductor.state.phase is Phase.ABANDONED
    assert labels(room) == ["root-oca"] * 2


def give_up_and_seal(room: Room) -> None:
    exchange(room)
    verdict = seal(room, room.workspace.folder)
    (room.workspace.folder / "verdict.txt").write_text(verdict)


@pytest.mark.parametrize("name", ["making in doubt", "nothing in doubt"])
def test_a_ceremony_whose_key_is_gone_is_abandoned(kill: Kill, name: str) -> None:
    inside(kill(name), exchange)


def test_what_is_in_doubt_is_resolved_before_a_ceremony_is_abandoned(
    kill: Kill,
) -> None:
    left = kill("listing in doubt")
    inside(left, give_up_and_seal)
    verdict = (left.folder / "verdict.txt").read_text()
    assert verdict.startswith("Record: CANNOT TELL")
    assert "Ceremony: abandoned" in verdict


def test_people_go_on_beside_it_at_a_terminal_though_the_answers_are_recorded(
    kill: Kill,
) -> None:
    left = kill("nothing in doubt")
    inside(left, put_some)
    (plan,) = left.plans()
    place = ("--workspace", str(left.folder))
    nobody = run_ceremony(["resume", plan.ceremony, *place])
    assert "[CONDUCT-RESUME-04]" in nobody.err
    assert "Traceback" not in nobody.err
    with Terminal(["resume", plan.ceremony, *place]) as at:
        at.expect("Somebody changed a token meanwhile")
        at.expect(f"private-key intruder, id {FOREIGN}, is there and not recorded")
        at.answer(r"What is done \(look-again / go-on / abandon\): ", "go-on")
        at.answer("Why, for the record: ", "The test keys of May.")
        initial_by_two(at, "XX")
        at.expect(r"\[ENGINE-INITIAL-02\]")
        initial_by_two(at)
        at.expect(f"{plan.ceremony} is closed")
        assert at.wait() == 0
    (change,) = facts_of(left.folder, "tokens.changed")
    assert [each["cka_id"] for each in change["tokens"][0]["foreign"]] == [FOREIGN] * 2
    decided = next(
        each
        for each in facts_of(left.folder, "deviation.closed")
        if each["deviation"] == change["deviation"]
    )
    assert decided["course"] == "go-on"
    assert "The test keys of May." in decided["decided"]
