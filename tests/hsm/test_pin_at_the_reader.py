"""A person whose token has a keypad takes their turn, and no PIN is typed here."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ceremony.clock import SystemClock
from ceremony.conduct.demo import open_demo
from ceremony.conduct.room import enter
from ceremony.conduct.step_view import view_step
from ceremony.engine.facts import Attested, Outcome, Result
from ceremony.engine.steps.kind import Need, NeedKind
from ceremony.errors import DeviceError
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.identifiers import OperationId, PersonId, Role
from tests.cli.terminal import Terminal
from tests.fakes.key_acts import NEW_OFFICER_PIN, put_at_site
from tests.faulty.bound import put_before
from tests.faulty.module import FaultyModule
from tests.faulty.site import Site
from tests.hsm.fresh_token import SO_PIN, USER_PIN, secret
from tests.rehearsals.stage import environment
from tests.unit.conduct.desk_scenes import READING, Laptop
from tests.unit.conduct.scenes import play_to

pytestmark = [pytest.mark.hsm, pytest.mark.slow]

WITNESS = "w-01"
ROOT_HSM = "root-hsm"


class KeypadLaptop(Laptop):
    """A laptop at which one module is one whose readers have keypads."""

    def give_keypads(
        self,
        faulty: FaultyModule,
        entered: str,
        *,
        name: str = WITNESS,
        module: str = "people",
        new: str = "",
    ) -> None:
        """Bind the module anew.

        Args:
            faulty: The module with keypads.
            entered: What is entered at each of them.
            name: Whose PIN is entered there: a person, or a token of the script.
            module: The module's name in the binding.
            new: What is entered as a new PIN, and from then on.
        """
        path = self.site / "binding.toml"
        blocks = path.read_text().split("\n\n")
        for at, block in enumerate(blocks):
            if f'"{name}"' in block:
                blocks[at] = block.replace('pin = "fixed"', 'pin = "pinpad"')
        path.write_text("\n\n".join(blocks))
        changed = {"FAULTY_NEW_PIN": new} if new else {}
        put_before(path, module, faulty, FAULTY_PIN=entered, **changed)
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


@pytest.mark.no_cover
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


def test_an_officers_pin_is_changed_at_the_reader_as_the_script_has_it(
    laptop: KeypadLaptop, faulty: FaultyModule
) -> None:
    put_at_site(laptop.site)
    officer = laptop.pins["officer"][ROOT_HSM]
    laptop.give_keypads(
        faulty, officer, name=ROOT_HSM, module="hsm", new=NEW_OFFICER_PIN
    )
    ceremony, told = open_demo(laptop.workspace, recorded=False), list[str]()
    with enter(laptop.workspace, ceremony, SystemClock(), None, told.append) as room:
        play_to(room, "2.2")
        step = view_step(room.conductor, {})
        assert step is not None
        assert [(need.name, need.at_reader) for need in step.needs] == [
            ("so_pin", True),
            ("new_so_pin", True),
            ("new_so_pin_again", True),
        ]
        told.clear()
        play_to(room, "2.3")
        serial = room.conductor.devices.bound(ROOT_HSM).serial
        changed = [
            known.fact
            for known in room.conductor.facts
            if isinstance(known.fact, Outcome)
        ]

    assert [outcome.result for outcome in changed] == [Result.DONE]
    whose = "security officer PIN of Root token"
    assert told == [
        f"The {whose}, {serial}: enter it on the reader.",
        f"The new {whose}, {serial}: enter it on the reader.",
        f"The new {whose}, once more, {serial}: enter it on the reader.",
    ]
    assert officer not in " ".join(told)


def ceremony_hsm(faulty: FaultyModule, entered: str, *told: str) -> tuple[int, str]:
    """Run ``ceremony hsm`` with nobody at a terminal; give status and both outputs."""
    pins = {"FAULTY_PIN": entered, "FAULTY_NEW_PIN": "5521-second"}
    ran = subprocess.run(  # noqa: S603  our own command
        [
            *(sys.executable, "-m", "ceremony", "hsm", *told),
            *("--module", str(faulty.path)),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env=environment(faulty.environment(**pins), measured=True),
    )
    return ran.returncode, ran.stderr + ran.stdout


@pytest.mark.no_cover
def test_the_commands_about_a_token_name_its_reader_and_ask_for_nothing(
    site: Site, new_id: Callable[[], OperationId]
) -> None:
    faulty, serial, user = site.faulty, site.token.serial, USER_PIN.decode()
    with site.token.session(secret(USER_PIN)) as session:
        session.generate_key_pair(KeyOrder("k", new_id(), KeyAlgorithm.EC_P256))
    faulty.plan("keypad")
    token = ("--token", serial)

    listed = ceremony_hsm(faulty, user, "inventory", *token)
    proven = ceremony_hsm(faulty, user, "prove", *token, "--key", "k")
    wrong = ceremony_hsm(faulty, "00000000", "pin", *token)
    changed = ceremony_hsm(faulty, user, "pin", *token)
    officer = ceremony_hsm(faulty, SO_PIN.decode(), "pin", "--so", *token)

    at_reader = "User PIN of FAULTY: enter it on the reader.\n"
    assert (listed[0], proven[0], wrong[0], changed[0], officer[0]) == (0, 0, 4, 0, 0)
    assert listed[1].startswith(at_reader)
    assert proven[1].startswith(at_reader)
    assert "the signature was checked" in proven[1]
    assert "[HSM-PIN-01]" in wrong[1]
    for which, told in (("user PIN", changed[1]), ("SO PIN", officer[1])):
        assert told.splitlines() == [
            f"Present {which} of FAULTY: enter it on the reader.",
            f"New {which} of FAULTY: enter it on the reader.",
            f"The {which} of FAULTY, serial {serial}, is the new one.",
        ]
    faulty.plan()
    # SoftHSMv2 keeps in memory what a PIN opened before another process changed it.
    with (
        closing(faulty.open()) as module,
        module.token(serial).session(secret(b"5521-second")),
    ):
        pass


def test_a_token_with_a_keypad_is_initialised_at_it(faulty: FaultyModule) -> None:
    faulty.plan("keypad")
    told = ["hsm", "init", "--fresh", "--label", "ROOT", "--module", str(faulty.path)]
    with Terminal(told, faulty.environment(FAULTY_PIN=USER_PIN.decode())) as at:
        at.expect("New SO PIN of ROOT: enter it on the reader.")
        at.expect("New user PIN of ROOT: enter it on the reader.")
        assert at.wait() == 0, at.shown
    serial = re.findall(r"serial ([0-9a-f]{16})\.", at.shown)[0]
    faulty.plan()
    with (
        closing(faulty.open()) as module,
        module.token(serial, "ROOT").session(secret(USER_PIN)) as session,
    ):
        assert len(session.inventory()) == 0
