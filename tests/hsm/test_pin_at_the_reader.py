"""A person whose token has a keypad takes their turn, and no PIN is typed here."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ceremony.clock import SystemClock
from ceremony.conduct.demo import open_demo
from ceremony.conduct.room import enter
from ceremony.engine.facts import Attested
from ceremony.engine.steps.kind import Need, NeedKind
from ceremony.errors import DeviceError
from ceremony.identifiers import PersonId, Role
from tests.faulty.bound import put_before
from tests.faulty.module import FaultyModule
from tests.unit.conduct.desk_scenes import READING, Laptop

pytestmark = [pytest.mark.hsm, pytest.mark.slow]

WITNESS = "w-01"


class KeypadLaptop(Laptop):
    """A laptop at which the people's module is one whose readers have keypads."""

    def give_keypads(self, faulty: FaultyModule, entered: str) -> None:
        """Bind the people's module anew.

        Args:
            faulty: The module with keypads.
            entered: What is entered at each of them.
        """
        path = self.site / "binding.toml"
        blocks = path.read_text().split("\n\n")
        for at, block in enumerate(blocks):
            if f'"{WITNESS}"' in block:
                blocks[at] = block.replace('pin = "fixed"', 'pin = "pinpad"')
        path.write_text("\n\n".join(blocks))
        put_before(path, "people", faulty, FAULTY_PIN=entered)
        faulty.plan("keypad")


@pytest.fixture
def laptop(faulty: FaultyModule) -> Iterator[KeypadLaptop]:
    laptop = KeypadLaptop(faulty.folder)
    yield laptop
    laptop.desk.leave()


def test_a_turn_is_signed_with_a_pin_that_was_entered_at_the_reader(
    laptop: KeypadLaptop, faulty: FaultyModule
) -> None:
    laptop.give_keypads(faulty, laptop.pins["user"][WITNESS])
    desk = laptop.desk
    desk.open(laptop.workspace, open_demo(laptop.workspace, recorded=False))
    turn = desk.view().turn
    assert turn is not None
    assert (turn.person, turn.at_reader, turn.offered) == (WITNESS, True, False)

    desk.sign_turn(turn.digest, READING, None)

    facts = [known.fact for known in desk.conductor.facts]
    assert any(isinstance(fact, Attested) for fact in facts)


def test_a_wrong_pin_at_the_reader_leaves_the_turn_as_it_was(
    laptop: KeypadLaptop, faulty: FaultyModule
) -> None:
    laptop.give_keypads(faulty, "00000000")
    desk = laptop.desk
    desk.open(laptop.workspace, open_demo(laptop.workspace, recorded=False))
    turn = desk.view().turn
    assert turn is not None

    with pytest.raises(DeviceError) as caught:
        desk.sign_turn(turn.digest, READING, None)

    assert caught.value.code == "HSM-PIN-01"
    assert "a wrong PIN was entered since the last login" in caught.value.meaning
    assert desk.view().turn == turn


def test_whoever_enters_the_room_hears_of_the_reader_before_it_waits(
    laptop: KeypadLaptop, faulty: FaultyModule
) -> None:
    laptop.give_keypads(faulty, laptop.pins["user"][WITNESS])
    ceremony, told = open_demo(laptop.workspace, recorded=False), list[str]()
    with enter(laptop.workspace, ceremony, SystemClock(), None, told.append) as room:
        serial = room.conductor.devices.person(PersonId(WITNESS)).serial
        need = Need("pin", NeedKind.PIN, "The PIN", Role("witness"), (), serial)
        with room.pins.pin(need) as pin:
            assert pin.is_at_reader

    assert told == [f"The PIN, {serial}: enter it on the reader."]


def test_the_terminal_says_where_the_pin_is_entered(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path)
    path = laptop.site / "binding.toml"
    before, evidence = path.read_text().split("[evidence]")
    pad = evidence.replace('pin = "fixed"', 'pin = "pinpad"', 1)
    path.write_text(f"{before}[evidence]{pad}")
    ceremony = open_demo(laptop.workspace, recorded=False)

    ran = subprocess.run(  # noqa: S603  our own command
        [
            *(sys.executable, "-m", "ceremony", "run", ceremony),
            *("--workspace", str(laptop.workspace.folder)),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    # SoftHSMv2 has no keypad, which is said after the sentence.
    told = ran.stderr.index("enter it on the reader.")
    assert "HSM-PIN-07" in ran.stderr[told:]
    assert ran.returncode != 0
