"""``ceremony hsm init`` at a terminal, and what another tool then finds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal
from tests.fakes.outside_tool import run_tool
from tests.hsm.fresh_token import write_softhsm_configuration

pytestmark = pytest.mark.hsm

OFFICER = "8203-officer"
USER = "9417-user"
NEXT_USER = "6610-other"


@pytest.fixture
def conf(tmp_path: Path) -> dict[str, str]:
    return {"SOFTHSM2_CONF": str(write_softhsm_configuration(tmp_path))}


def slots(conf: dict[str, str], folder: Path) -> dict[str, str]:
    """The initialised tokens as SoftHSM's own tool shows them: labels by serial."""
    told = run_tool(["softhsm2-util", "--show-slots"], folder, conf).stdout.decode()
    serials = re.findall(r"Serial number: *(\S*)", told)
    labels = re.findall(r"Label: *(.*?) *$", told, re.MULTILINE)
    assert len(serials) == len(labels)
    return {
        serial: label for serial, label in zip(serials, labels, strict=True) if serial
    }


def make(conf: dict[str, str], label: str) -> str:
    """Initialise a fresh token at the terminal; give its serial."""
    with Terminal(["hsm", "init", "--fresh", "--label", label], conf) as at:
        at.answer(f"New SO PIN of {label}: ", OFFICER)
        at.answer(f"New SO PIN of {label}, again: ", OFFICER)
        at.answer(f"New user PIN of {label}: ", USER)
        at.answer(f"New user PIN of {label}, again: ", USER)
        assert at.wait() == 0, at.shown
    assert OFFICER not in at.shown
    assert USER not in at.shown
    return re.findall(r"serial ([0-9a-f]{16})\.", at.shown)[0]


def inventory(conf: dict[str, str], token: str, pin: str) -> tuple[int, str]:
    with Terminal(["hsm", "inventory", "--token", token], conf) as at:
        at.answer("User PIN of .*: ", pin)
        return at.wait(), at.shown


def test_a_fresh_token_gets_its_label_and_pins(
    conf: dict[str, str], tmp_path: Path
) -> None:
    serial = make(conf, "ROOT 1")

    assert slots(conf, tmp_path) == {serial: "ROOT 1"}
    status, shown = inventory(conf, f"pkcs11:serial={serial};token=ROOT%201", USER)
    assert (status, "0 objects in ROOT 1." in shown) == (0, True)
    status, shown = inventory(conf, serial, "wrong-pin")
    assert (status, "[HSM-PIN-01]" in shown) == (4, True)


def test_a_token_is_erased_only_after_its_serial_was_typed(
    conf: dict[str, str], tmp_path: Path
) -> None:
    serial = make(conf, "ROOT")
    again = ["hsm", "init", "--token", f"pkcs11:serial={serial}", "--label", "NEXT"]

    with Terminal(again, conf) as at:
        at.expect(f"This erases every key in ROOT, {serial}.")
        at.answer("Type its serial to go on: ", "ROOT")
        assert at.wait() == 1
        assert "[CLI-TOKEN-04]" in at.shown
    assert slots(conf, tmp_path) == {serial: "ROOT"}

    with Terminal(again, conf) as at:
        at.answer("Type its serial to go on: ", serial)
        at.answer("SO PIN of ROOT: ", OFFICER)
        at.answer("New user PIN of NEXT: ", NEXT_USER)
        at.answer("New user PIN of NEXT, again: ", NEXT_USER)
        assert at.wait() == 0, at.shown
    assert slots(conf, tmp_path) == {serial: "NEXT"}
    assert inventory(conf, serial, NEXT_USER)[0] == 0
    assert inventory(conf, serial, USER)[0] == 4


def test_a_slip_in_a_new_pin_sets_nothing(conf: dict[str, str], tmp_path: Path) -> None:
    for first, second in ((OFFICER, OFFICER + "x"), ("", "")):
        with Terminal(["hsm", "init", "--fresh", "--label", "ROOT"], conf) as at:
            at.answer("New SO PIN of ROOT: ", first)
            at.answer("New SO PIN of ROOT, again: ", second)
            assert at.wait() == 2
            assert "[CLI-PIN-02]" in at.shown
    assert slots(conf, tmp_path) == {}


def test_a_wrong_officers_pin_leaves_the_token_as_it_is(
    conf: dict[str, str], tmp_path: Path
) -> None:
    serial = make(conf, "ROOT")
    with Terminal(["hsm", "init", "--token", serial, "--label", "NEXT"], conf) as at:
        at.answer("Type its serial to go on: ", serial)
        at.answer("SO PIN of ROOT: ", "not-the-officer")
        at.answer("New user PIN of NEXT: ", USER)
        at.answer("New user PIN of NEXT, again: ", USER)
        assert at.wait() == 4
        assert "[HSM-PIN-01]" in at.shown
    assert slots(conf, tmp_path) == {serial: "ROOT"}


def test_no_pin_is_taken_from_the_environment(conf: dict[str, str]) -> None:
    names = ("PIN", "SO_PIN", "USER_PIN", "CEREMONY_PIN", "PKCS11_PIN")
    with Terminal(
        ["hsm", "init", "--fresh", "--label", "ROOT"],
        {**conf, **dict.fromkeys(names, OFFICER)},
    ) as at:
        at.answer("New SO PIN of ROOT: ", "")
        at.answer("New SO PIN of ROOT, again: ", "")
        assert at.wait() == 2
        assert "[CLI-PIN-02]" in at.shown
