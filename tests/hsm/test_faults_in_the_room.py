"""A module that ends between an act and its outcome: what the journal then says."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ceremony.conduct.actions import act
from ceremony.conduct.demo import open_demo
from ceremony.conduct.devices import Devices
from ceremony.conduct.recovery import Choice, Decision, recover
from ceremony.conduct.rehearsal import gather
from ceremony.engine.facts import Outcome, Result
from ceremony.errors import DeviceError, RefusedError
from ceremony.hsm.inventory import Inventory
from ceremony.identifiers import Role
from ceremony.pack.answers import load_answers
from tests.faulty.bound import put_before
from tests.faulty.module import FaultyModule
from tests.unit.conduct.desk_scenes import Laptop

pytestmark = [
    pytest.mark.hsm,
    pytest.mark.slow,
    pytest.mark.crash,
    pytest.mark.no_cover,
]

HSM = "root-hsm"
BY = (Role("security-officer"), Role("internal-witness"))


class FaultyRoom:
    """The demo, opened at a laptop whose HSM is behind the proxy."""

    def __init__(self, laptop: Laptop, faulty: FaultyModule) -> None:
        self.faulty = faulty
        self.laptop = laptop
        faulty.plan()
        put_before(laptop.site / "binding.toml", "hsm", faulty)
        laptop.desk.open(laptop.workspace, open_demo(laptop.workspace))
        self.conductor = laptop.desk.conductor

    def fails(self, step: str, plan: str) -> DeviceError:
        """Carry a step out under a plan, in a new process of the module."""
        self.laptop.play_to(step)
        os.kill(self.conductor.devices.module("hsm").pid, signal.SIGKILL)
        time.sleep(0.1)
        self.faulty.plan(plan)
        told = load_answers(self.laptop.site / "answers.yaml").step(
            self.conductor.current().id
        )
        inputs = gather(self.conductor, told, self.laptop.desk.room.pins)
        with pytest.raises(DeviceError) as caught:
            act(self.conductor, inputs)
        self.faulty.plan()
        return caught.value

    def recover(self, choice: Choice) -> None:
        pins = self.laptop.desk.room.pins
        recover(self.conductor, pins, Decision(choice, BY), lambda _: None)

    def outcomes(self) -> list[Result]:
        """Give the outcomes of the current step."""
        facts = [known.fact for known in self.conductor.state.current]
        return [fact.result for fact in facts if isinstance(fact, Outcome)]

    def inventory(self) -> Inventory:
        pin = self.laptop.pin(HSM)
        with self.conductor.devices.session(HSM, pin) as session:
            return session.inventory()


@pytest.fixture
def room(faulty: FaultyModule) -> Iterator[FaultyRoom]:
    laptop = Laptop(faulty.folder)
    yield FaultyRoom(laptop, faulty)
    laptop.desk.leave()


def first(verb: str, laptop: Laptop) -> str:
    script = laptop.desk.conductor.script
    return next(step.id for step in script.steps if step.verb == verb)


def test_a_key_that_was_made_is_in_doubt_where_the_look_afterwards_fails(
    room: FaultyRoom,
) -> None:
    # Three looks belong to making the key: for its label, and for each of its halves.
    plan = "C_FindObjectsInit 4 before crash"

    error = room.fails(first("key.generate", room.laptop), plan)

    assert (error.code, error.in_doubt) == ("HSM-HOST-01", True)
    assert error.meaning == "A key, or half of one, may exist in the token."
    assert room.conductor.state.pending is not None
    assert room.outcomes() == []
    assert len(room.inventory()) == 2


def test_a_token_that_was_erased_is_in_doubt_where_the_login_afterwards_fails(
    room: FaultyRoom,
) -> None:
    # The first login is the security officer's, to set the user PIN.
    plan = "C_Login 2 before return 0x30"

    error = room.fails(first("token.initialise", room.laptop), plan)

    assert (error.code, error.in_doubt) == ("HSM-DEVICE-01", True)
    assert room.conductor.state.pending is not None
    assert room.outcomes() == []


def test_an_outcome_stands_where_the_logout_afterwards_fails(room: FaultyRoom) -> None:
    error = room.fails(
        first("key.generate", room.laptop), "C_Logout * before return 0x30"
    )

    assert (error.code, error.in_doubt) == ("HSM-DEVICE-01", False)
    assert room.conductor.state.pending is None
    assert room.outcomes() == [Result.DONE]
    assert len(room.inventory()) == 2


@pytest.mark.parametrize(
    "plan", ["C_Sign * before return 0x5", "C_Sign * after flip 3"]
)
def test_a_pair_that_looks_whole_and_does_not_sign_is_not_adopted(
    room: FaultyRoom, plan: str
) -> None:
    room.fails(first("key.generate", room.laptop), "C_GenerateKeyPair 1 after crash")
    assert len(room.inventory()) == 2
    room.faulty.plan(plan)

    with pytest.raises(RefusedError) as caught:
        room.recover(Choice.ADOPT)

    assert caught.value.code == "CONDUCT-RESUME-03"
    assert len(room.inventory()) == 2
    assert room.outcomes() == []
    room.recover(Choice.DESTROY)
    assert len(room.inventory()) == 0
    assert room.outcomes() == [Result.DESTROYED]


def test_a_pair_is_not_held_to_be_broken_where_its_module_ends(
    room: FaultyRoom,
) -> None:
    room.fails(first("key.generate", room.laptop), "C_GenerateKeyPair 1 after crash")
    room.faulty.plan("C_Sign * before crash")

    with pytest.raises(DeviceError) as caught:
        room.recover(Choice.ADOPT)

    assert caught.value.code == "HSM-HOST-01"
    room.faulty.plan()
    room.recover(Choice.ADOPT)
    assert len(room.inventory()) == 2
    assert room.outcomes() == [Result.ADOPTED]


@contextmanager
def pulled() -> Iterator[None]:
    """Stands for a token that is taken out before it is logged out."""
    yield
    raise DeviceError("HSM-DEVICE-02", "It was pulled.", remedy="Put it back.")


def test_no_module_is_left_running_where_one_did_not_end_well(
    room: FaultyRoom,
) -> None:
    devices = Devices(room.conductor.devices.binding)
    started = [devices.module(name) for name in ("hsm", "people")]
    devices._stack.enter_context(pulled())
    with pytest.raises(DeviceError, match="pulled"), devices:
        pass
    assert [each.is_running for each in started] == [False, False]


def test_a_module_that_is_started_anew_leaves_no_pipe_of_the_one_before(
    room: FaultyRoom,
) -> None:
    with Devices(room.conductor.devices.binding) as devices:
        first_one = devices.module("people")
        before = len(list(Path("/proc/self/fd").iterdir()))
        os.kill(first_one.pid, signal.SIGKILL)
        while first_one.is_running:
            time.sleep(0.01)
        assert devices.module("people").pid != first_one.pid
        assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_an_evidence_session_of_a_process_that_ended_is_not_used_again(
    room: FaultyRoom,
) -> None:
    devices = room.conductor.devices
    name = devices.binding.evidence.module
    os.kill(devices.module(name).pid, signal.SIGKILL)
    time.sleep(0.1)
    # Somebody else asks for the same module, which is started anew.
    assert devices.module(name).is_running
    with pytest.raises(DeviceError) as caught:
        _ = devices.evidence
    assert caught.value.code == "CONDUCT-EVIDENCE-02"
