"""Somebody works at a token while a ceremony is interrupted: nobody goes on over it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ceremony.clock import SystemClock
from ceremony.conduct.demo import open_demo
from ceremony.conduct.incident import abandon
from ceremony.conduct.recovery import Choice, Decision, recover
from ceremony.conduct.room import Room, enter
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import DeviationRecorded, Outcome, Severity
from ceremony.engine.state import Phase
from ceremony.errors import RefusedError
from ceremony.hsm.hosted_session import HostedSession
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.identifiers import OperationId
from tests.crash.harness import BY, DyingStore, finish, in_child
from tests.rehearsals.stage import copy_site, run_ceremony

pytestmark = [pytest.mark.crash, pytest.mark.hsm]

ROOT_HSM = "root-hsm"
FOREIGN = OperationId("ab" * 16)
KILLED = {
    "making in doubt": ("before", 50),
    "listing in doubt": ("after", 52),
    "nothing in doubt": ("after", 53),
}
"""When it is killed; the root key is in its token each time, and twice recorded."""


@pytest.fixture(params=KILLED.values(), ids=KILLED)
def left(request: pytest.FixtureRequest, site_base: Path, tmp_path: Path) -> Workspace:
    """A demo that was killed once its root key was made."""
    copy_site(site_base, tmp_path)

    def play() -> None:
        DyingStore.acknowledged = os.open(os.devnull, os.O_WRONLY)
        DyingStore.when, DyingStore.die_at = request.param
        workspace = Workspace(tmp_path, DyingStore.open)
        with enter(workspace, open_demo(workspace), SystemClock()) as room:
            finish(room)

    assert os.WIFSIGNALED(in_child(play))
    return Workspace(tmp_path)


def session_of(room: Room):  # noqa: ANN201  as the devices give it
    assert room.site.pins is not None
    return room.conductor.devices.session(ROOT_HSM, room.site.pins.user[ROOT_HSM])


def put_foreign(at: HostedSession) -> None:
    at.generate_key_pair(KeyOrder("intruder", FOREIGN, KeyAlgorithm.EC_P256))


def labels(at: HostedSession) -> list[str]:
    return sorted(each.label for each in at.inventory().entries)


def go_on(room: Room) -> None:
    recover(room.conductor, room.pins, Decision(Choice.ADOPT, BY), lambda _: None)


def put_and_take_back(left: Workspace) -> None:
    (plan,) = left.plans()
    with enter(left, plan.ceremony, SystemClock()) as room:
        with session_of(room) as at:
            put_foreign(at)
        size = len(room.conductor.facts)
        with pytest.raises(RefusedError) as caught:
            go_on(room)
        assert caught.value.code == "CONDUCT-RESUME-04"
        assert f"private-key intruder, id {FOREIGN}, is there and not recorded" in str(
            caught.value
        )
        assert len(room.conductor.facts) == size
        with session_of(room) as at:
            assert labels(at) == ["intruder"] * 2 + ["root-oca"] * 2
            for entry in at.inventory().entries:
                if entry.cka_id == FOREIGN:
                    at.destroy(entry)
        go_on(room)
        finish(room)
        assert room.conductor.state.phase is Phase.CLOSED
        told = [
            each.fact.result
            for each in room.conductor.facts
            if isinstance(each.fact, Outcome) and each.fact.verb == "key.generate"
        ]
        assert len(told) == 2


def exchange(left: Workspace) -> None:
    (plan,) = left.plans()
    with enter(left, plan.ceremony, SystemClock()) as room:
        with session_of(room) as at:
            for entry in at.inventory().entries:
                at.destroy(entry)
            at.generate_key_pair(KeyOrder("root-oca", FOREIGN, KeyAlgorithm.EC_P256))
        with pytest.raises(RefusedError) as caught:
            go_on(room)
        assert caught.value.code == "CONDUCT-RESUME-04"


def put_nameless(left: Workspace) -> None:
    (plan,) = left.plans()
    with enter(left, plan.ceremony, SystemClock()) as room:
        with session_of(room) as at:
            at.write_anchor(b"somebody else's")
        with pytest.raises(RefusedError) as caught:
            go_on(room)
        assert caught.value.code == "CONDUCT-RESUME-04"
        assert "id none, is there and not recorded" in str(caught.value)
        with session_of(room) as at:
            assert len(at.inventory().entries) == 3


def test_what_bears_no_id_is_not_taken_for_a_part_of_a_whole_key(
    left: Workspace,
) -> None:
    assert in_child(lambda: put_nameless(left)) == 0
    (plan,) = left.plans()
    again = run_ceremony(["resume", plan.ceremony, "--workspace", str(left.folder)])
    assert "[CONDUCT-RESUME-04]" in again.err
    assert "Traceback" not in again.err


def lose(left: Workspace) -> None:
    (plan,) = left.plans()
    with enter(left, plan.ceremony, SystemClock()) as room:
        kept = room.conductor.state.keys
        with session_of(room) as at:
            for entry in at.inventory().entries:
                at.destroy(entry)
        if room.conductor.state.pending is None:
            with pytest.raises(RefusedError) as caught:
                go_on(room)
            assert caught.value.code == "CONDUCT-RESUME-04"
        else:
            go_on(room)
            told = [
                each.fact.severity
                for each in room.conductor.facts
                if isinstance(each.fact, DeviationRecorded)
            ]
            assert (Severity.MAJOR in told) == ("root-oca" in kept)
        abandon(room.conductor, "The root key is gone.")
        assert room.conductor.state.phase is Phase.ABANDONED


def test_a_ceremony_whose_key_is_gone_is_abandoned_whatever_was_in_doubt(
    left: Workspace,
) -> None:
    assert in_child(lambda: lose(left)) == 0


def test_what_another_put_there_is_neither_destroyed_nor_passed_over(
    left: Workspace,
) -> None:
    assert in_child(lambda: put_and_take_back(left)) == 0


def test_a_key_that_was_exchanged_for_another_of_its_name_is_found(
    left: Workspace,
) -> None:
    assert in_child(lambda: exchange(left)) == 0
