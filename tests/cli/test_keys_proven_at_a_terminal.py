"""``ceremony hsm pin`` and ``prove`` at a terminal, and what other tools then say."""

from __future__ import annotations

import hashlib
import re
import secrets
import shlex
from contextlib import closing
from pathlib import Path

import pytest

from ceremony.cli.hsm_prove import check_command, find_key
from ceremony.conduct.softhsm import find_softhsm
from ceremony.digest_words import parse_word
from ceremony.errors import DeviceError
from ceremony.hsm.hosted import open_module
from ceremony.hsm.inventory import Inventory, InventoryEntry
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.identifiers import OperationId
from tests.cli.terminal import Terminal
from tests.cli.test_tokens_prepared_at_a_terminal import (
    NEXT_USER,
    OFFICER,
    USER,
    inventory,
    make,
    slots,
)
from tests.fakes.outside_tool import run_tool
from tests.hsm.fresh_token import secret, write_softhsm_configuration

pytestmark = [pytest.mark.hsm, pytest.mark.no_cover]

KINDS = (
    KeyAlgorithm.EC_P256,
    KeyAlgorithm.EC_P384,
    KeyAlgorithm.EC_P521,
    KeyAlgorithm.ED25519,
    KeyAlgorithm.RSA_2048,
)
"""One of each digest and form of a signature."""


@pytest.fixture
def conf(tmp_path: Path) -> dict[str, str]:
    return {"SOFTHSM2_CONF": str(write_softhsm_configuration(tmp_path))}


def fill(conf: dict[str, str], serial: str) -> dict[str, str]:
    """Make a key of each kind; give labels with their ids."""
    made: dict[str, str] = {}
    with (
        closing(open_module(find_softhsm(), sha256=None, environment=conf)) as module,
        module.token(serial).session(secret(USER.encode())) as session,
    ):
        for kind in KINDS:
            made[kind.value] = secrets.token_hex(16)
            order = KeyOrder(kind.value, OperationId(made[kind.value]), kind)
            session.generate_key_pair(order)
    return made


def change(
    conf: dict[str, str], serial: str, which: str, pins: tuple[str, str, str], *so: str
) -> tuple[int, str]:
    with Terminal(["hsm", "pin", "--token", serial, *so], conf) as at:
        at.answer(f"Present {which} of ROOT: ", pins[0])
        at.answer(f"New {which} of ROOT: ", pins[1])
        at.answer(f"New {which} of ROOT, again: ", pins[2])
        status = at.wait()
    assert not any(pin in at.shown for pin in pins)
    return status, at.shown


def test_a_users_pin_is_changed_by_who_knows_it_and_types_the_new_one_twice(
    conf: dict[str, str],
) -> None:
    serial = make(conf, "ROOT")

    wrong = change(conf, serial, "user PIN", ("wrong-pin", NEXT_USER, NEXT_USER))
    slip = change(conf, serial, "user PIN", (USER, NEXT_USER, NEXT_USER + "x"))
    assert (wrong[0], "[HSM-PIN-01]" in wrong[1]) == (4, True)
    assert (slip[0], "[CLI-PIN-02]" in slip[1]) == (2, True)
    assert inventory(conf, serial, USER)[0] == 0

    status, shown = change(conf, serial, "user PIN", (USER, NEXT_USER, NEXT_USER))
    assert (status, f"The user PIN of ROOT, serial {serial}, is" in shown) == (0, True)
    assert inventory(conf, serial, NEXT_USER)[0] == 0
    assert inventory(conf, serial, USER)[0] == 4


def test_an_officers_pin_is_changed_and_the_users_stays(
    conf: dict[str, str], tmp_path: Path
) -> None:
    serial, new = make(conf, "ROOT"), "7201-second"

    status, shown = change(conf, serial, "SO PIN", (OFFICER, new, new), "--so")

    assert (status, f"The SO PIN of ROOT, serial {serial}, is" in shown) == (0, True)
    assert inventory(conf, serial, USER)[0] == 0
    for pin, erased in ((OFFICER, False), (new, True)):
        tool = ["softhsm2-util", "--init-token", "--serial", serial, "--label", "BY"]
        told = run_tool([*tool, "--so-pin", pin, "--pin", USER], tmp_path, conf)
        assert (told.returncode == 0) is erased
    assert slots(conf, tmp_path) == {serial: "BY"}


def prove(conf: dict[str, str], serial: str, *more: str) -> tuple[int, str]:
    with Terminal(["hsm", "prove", "--token", serial, *more], conf) as at:
        at.answer("User PIN of ROOT: ", USER)
        return at.wait(), at.shown


def test_each_kind_of_key_proves_itself_to_openssl(
    conf: dict[str, str], tmp_path: Path
) -> None:
    serial = make(conf, "ROOT")
    made = fill(conf, serial)
    challenges = set()
    for label, key_id in made.items():
        folder = tmp_path / f"proof of {label}"
        status, shown = prove(conf, serial, "--key", label, "-o", str(folder))

        assert status == 0, shown
        (challenge,) = re.findall(r"Challenge: ([0-9a-f]{64})\n", shown)
        challenges.add(challenge)
        assert (folder / "message.txt").read_text() == (
            "key-ceremony/key.prove/v1\n"
            f"token {serial}\nkey {key_id}\nchallenge {challenge}\n"
        )
        digest = hashlib.sha256((folder / "public-key.der").read_bytes())
        assert f"SHA-256 of its public key: {digest.hexdigest()}" in shown
        told = shown.partition(digest.hexdigest())[2].split("Signed by")[0].split()
        read = bytes(parse_word(word, place) for place, word in enumerate(told))
        assert read == digest.digest()
        (command,) = re.findall(r"^  (openssl .*)$", shown, re.MULTILINE)
        assert run_tool(shlex.split(command), tmp_path).returncode == 0
        (folder / "message.txt").write_text("something else")
        assert run_tool(shlex.split(command), tmp_path).returncode != 0
    assert len(challenges) == len(KINDS)


def test_a_key_is_named_by_its_id_as_well_and_nothing_need_be_written(
    conf: dict[str, str], tmp_path: Path
) -> None:
    serial = make(conf, "ROOT")
    made = fill(conf, serial)
    before = sorted(tmp_path.rglob("*.*"))
    status, shown = prove(conf, serial, "--key", made["EC_P256"])

    assert (status, "The key 'EC_P256' (id" in shown) == (0, True)
    assert "openssl" not in shown
    assert sorted(tmp_path.rglob("*.*")) == before
    for named in ("another", ""):
        status, shown = prove(conf, serial, "--key", named)
        assert (status, "[CLI-KEY-01]" in shown) == (4, True)
        assert f"EC_P256 ({made['EC_P256']})" in shown.replace("\n", "")


def test_a_proof_is_written_to_a_new_folder_only(
    conf: dict[str, str], tmp_path: Path
) -> None:
    with Terminal(
        ["hsm", "prove", "--token", "1", "--key", "k", "-o", str(tmp_path)], conf
    ) as at:
        assert at.wait() == 2
        assert "[CLI-OUT-03]" in at.shown


def test_a_label_of_two_keys_names_neither_and_an_id_does() -> None:
    def entry(cka_id: str, kind: str = "CKO_PRIVATE_KEY") -> InventoryEntry:
        return InventoryEntry(kind, "twin", cka_id, "CKK_EC", 256, "P-256", ())

    listed = Inventory.of(
        [entry("01"), entry("02"), entry("01", "CKO_PUBLIC_KEY"), entry("03", "x")]
    )

    assert find_key(listed, "02") == entry("02")
    for named in ("twin", "03"):
        with pytest.raises(DeviceError) as caught:
            find_key(listed, named)
        assert caught.value.code == "CLI-KEY-01"


def test_a_command_for_a_key_that_never_signs_here_is_a_defect(tmp_path: Path) -> None:
    x25519 = bytes.fromhex("302a300506032b656e032100") + bytes(range(32))
    with pytest.raises(TypeError):
        check_command(x25519, tmp_path)
