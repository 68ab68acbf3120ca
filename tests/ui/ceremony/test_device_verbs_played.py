"""Every device verb at the window, by keyboard only and with every PIN typed.

Two ceremonies have them all: the built-in backup, and the one that uses, proves and
ends a key. What each step shows is measured as it is shown, and in most of them
something goes wrong first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from ceremony.hsm.errors import Act
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.identifiers import OperationId
from tests.hsm.fresh_token import secret
from tests.rehearsals.opened import leaves_of
from tests.rehearsals.stage import run_ceremony
from tests.ui.ceremony.bad_turns import FaultyRoom, open_faulty_room
from tests.ui.ceremony.watching import Watcher
from tests.ui.typist import Typist, type_keys
from ui.conductor.incident_sheets import DeviationSheet

pytestmark = [pytest.mark.slow, pytest.mark.crash]

WRONG = "000000000000"
OTHER = "111111111111"
LINE_HIGH = 18
"""How much higher a row of the outline is by one line, pixels."""


def watched(at: FaultyRoom) -> Watcher:
    watcher = Watcher(at.typist)
    at.typist.before = watcher.look
    return watcher


def finish(at: FaultyRoom, workspace: Path) -> str:
    """Play to the end; give the second line of what another program says of it."""
    at.typist.play()
    assert "The report is signed: " in at.typist.room.page.bar._say.text()
    at.typist.window.close()
    told = run_ceremony(
        [
            *("verify", str(workspace / "packs" / "KC-2026-001-R1.pdf")),
            *("--proof", str(workspace / "packs" / "KC-2026-001-R1.proof")),
            *("--trust", str(workspace / "site" / "trust-policy.toml")),
            *("--format", "json"),
        ]
    )
    verdict = json.loads(told.out)
    assert verdict["record"] == "VERIFIED WITH REMARKS", told.all
    statuses = {check["number"]: check["status"] for check in verdict["checks"]}
    assert [n for n, s in statuses.items() if s != "passed"] == ["8"]
    return str(verdict)


def outcomes(workspace: Path) -> dict[str, list[str]]:
    """Give the results of every operation by its step, in order."""
    told: dict[str, list[str]] = {}
    for leaf in leaves_of(workspace):
        if leaf["type"] == "hsm.outcome":
            told.setdefault(leaf["step"]["id"], []).append(leaf["data"]["result"])
    return told


def test_a_backup_is_held_by_keyboard_though_its_module_hangs(
    open_window: Callable[[], Typist], folder: Path
) -> None:
    at = open_faulty_room(open_window, folder, "backup")
    watcher = watched(at)
    at.typist.play(until="3.7")
    page = at.in_doubt(Act.WRAP, "C_WrapKey * after hang", "Wrap key")
    at.decide(page)
    finish(at, folder / "workspace" / "demo")
    assert watcher.wrong == []
    assert set(watcher.verbs) == {
        *("token.initialise", "token.inventory", "key.generate", "key.check-value"),
        *("key.wrap", "key.unwrap"),
    }
    assert "equal to that of Backup wrapping key" in watcher.said["3.11"]
    assert "it signed, and verifies with the original's" in watcher.said["4.8"]
    # A copy has a long name, which takes two lines in the outline.
    assert watcher.rows["3.9"] - watcher.rows["3.7"] == LINE_HIGH
    assert outcomes(folder / "workspace" / "demo")["3.7"] == ["failed", "done"]


@contextmanager
def another_key(at: FaultyRoom, label: str) -> Iterator[None]:
    """Have a key of that label in the token that somebody else made."""
    pin = secret(at.pins.answer("The PIN", at.serial).encode())
    order = KeyOrder(label, OperationId("ab" * 16), KeyAlgorithm.EC_P256)
    with (
        closing(at.faulty.open()) as module,
        module.token(at.serial).session(pin) as session,
    ):
        session.generate_key_pair(order)
        yield
        for entry in session.inventory().entries:
            session.destroy(entry)


def change_pins_badly(at: FaultyRoom) -> None:
    """Type wrong PINs and have the module hang before it has changed anything."""
    at.typist.play(until="2.2")
    old, new = (
        at.pins.answer(which, at.serial)
        for which in ("The officer PIN", "The new officer PIN")
    )
    at.refused("HSM-PIN-01", WRONG, OTHER, OTHER)
    at.refused("CONDUCT-PIN-03", old, new, OTHER)
    page = at.in_doubt(Act.CHANGE_PIN, "C_SetPIN * before hang", "Change PIN")
    at.pins.keep()
    at.decide(page)


def make_a_key_badly(at: FaultyRoom) -> None:
    """Type a wrong PIN, and find the key's label in the token."""
    at.typist.play(until="2.5")
    at.refused("HSM-PIN-01", WRONG)
    with another_key(at, "root-oca"):
        at.refused("HSM-LABEL-01", at.pins.answer("The PIN", at.serial))


def use_it_badly(at: FaultyRoom) -> None:
    """Have the module hang in each act that is left, after it has acted."""
    at.typist.play(until="2.10")
    at.refused("HSM-PIN-01", WRONG, OTHER, OTHER)
    for step, act, function, title in (
        ("2.10", Act.CHANGE_PIN, "C_SetPIN *", "Change PIN"),
        ("2.11", Act.SIGN, "C_Sign *", "Prove key"),
        ("2.12", Act.SIGN, "C_Sign *", "Issue revocation list"),
        ("2.15", Act.DESTROY, "C_DestroyObject 1", "Destroy key"),
    ):
        at.typist.play(until=step)
        at.decide(at.in_doubt(act, f"{function} after hang", title))


def test_a_key_is_used_proven_and_destroyed_though_much_goes_wrong(
    open_window: Callable[[], Typist], folder: Path
) -> None:
    at = open_faulty_room(open_window, folder, "key-acts")
    watcher = watched(at)
    change_pins_badly(at)
    make_a_key_badly(at)
    use_it_badly(at)
    finish(at, folder / "workspace" / "demo")
    assert watcher.wrong == []
    assert {"token.change-pin", "key.prove", "key.generate"} <= set(watcher.verbs)
    results = outcomes(folder / "workspace" / "demo")
    assert results["2.2"] == ["failed", "failed", "done"]
    assert results["2.5"] == ["failed", "failed", "done"]
    assert results["2.10"] == ["failed", "adopted"]
    assert results["2.11"] == ["failed", "done"]
    assert results["2.12"] == ["failed", "done"]
    assert results["2.15"] == ["adopted"]


def test_a_tampered_blob_is_told_where_it_is_restored_and_the_room_goes_on(
    open_window: Callable[[], Typist], folder: Path
) -> None:
    at = open_faulty_room(open_window, folder, "backup")
    typist = at.typist
    typist.play(until="3.7")
    at.faulty.plan("C_WrapKey * after flip 4")
    typist.play(until="3.9")
    at.faulty.plan()
    for _ in range(2):
        pin = at.pins.answer("The PIN", at.serial)
        told = at.refused("HSM-WRAP-02", pin)
        assert told.meaning == Act.UNWRAP.refusal
    sheet = typist.sheet("F3")
    assert isinstance(sheet, DeviationSheet)
    type_keys("The blob cannot be restored.")
    typist.save(sheet)
    view = typist.room.page.view
    assert view is not None
    assert view.deviations[-1].happened == "The blob cannot be restored."
    typist.window.close()
    assert outcomes(folder / "workspace" / "demo")["3.9"] == ["failed", "failed"]
