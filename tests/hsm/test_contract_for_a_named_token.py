"""The contract, held as an owner of a token would: by options, in a process of its own.

Beside the named token stands another one with the same PINs. Nothing of it may change.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hsm.contract.conftest import SOFTHSM_LACKS
from tests.hsm.contract.test_token_itself import NEW_PIN
from tests.hsm.fresh_token import SO_PIN, USER_PIN, write_softhsm_configuration

pytestmark = [pytest.mark.hsm, pytest.mark.slow, pytest.mark.no_cover]

ROOT = Path(__file__).parents[2]
MAKE = """
import sys
from pathlib import Path
from ceremony.hsm.module import load_module
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.secret import Secret
module = load_module(Path(sys.argv[1]), sha256=None)
so_pin, pin = (Secret(bytearray(each.encode())) for each in sys.argv[2:])
for label in ("NAMED", "OTHER"):
    token = module.token(module.initialise_free_slot("FACTORY", so_pin).serial)
    token.initialise(so_pin, label, pin)
    with token.session(pin) as session:
        order = KeyOrder("owner's key", "0f" * 16, KeyAlgorithm.EC_P256)
        session.generate_key_pair(order)
    print(token.serial)
"""
LOOK = """
import sys
from pathlib import Path
from ceremony.hsm.module import load_module
from ceremony.secret import Secret
token = load_module(Path(sys.argv[1]), sha256=None).token(sys.argv[2])
with token.session(Secret(bytearray(sys.argv[3].encode()))) as session:
    for entry in session.inventory().entries:
        print(entry.label, entry.object_class)
"""


@dataclass(frozen=True)
class Faulty:
    """The module that fails on purpose, and the file of its plan."""

    path: Path
    plan: Path


@dataclass(frozen=True)
class Store:
    """A folder of SoftHSMv2 with two tokens."""

    folder: Path
    module: Path
    named: str
    other: str

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return _run(self.folder, *arguments, **more)

    def contract(self, *options: str) -> subprocess.CompletedProcess[str]:
        return self.run(
            *("-m", "pytest", "tests/hsm/contract", "-q", "-p", "no:cacheprovider"),
            *("-k", "not slow and (RSA_2048 or pin or secret_key or random)"),
            *(word for each in SOFTHSM_LACKS for word in ("--p11-lacks", each)),
            *("--p11-module", str(self.module), *options),
        )

    def refused(
        self, faulty: Faulty, tests: str, *options: str
    ) -> subprocess.CompletedProcess[str]:
        """Hold some tests of it against the module with the plan's failures."""
        return self.run(
            *("-m", "pytest", "tests/hsm/contract", "-v", "-p", "no:cacheprovider"),
            *("-k", tests, "--p11-module", str(faulty.path)),
            *("--p11-serial", self.named, "--p11-pin", USER_PIN.decode(), *options),
            FAULTY_MODULE=str(self.module),
            FAULTY_PLAN=str(faulty.plan),
        )

    def digests(self, serial: str) -> dict[str, str]:
        """Give what is on disk of one token, but for the lock files."""
        folders = (self.folder / "tokens").iterdir()
        (folder,) = (each for each in folders if each.name.endswith(serial[-12:]))
        return {
            each.name: hashlib.sha256(each.read_bytes()).hexdigest()
            for each in folder.iterdir()
            if each.suffix != ".lock"
        }


def _run(
    folder: Path, *arguments: str, **more: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  the interpreter that runs this
        [sys.executable, *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "SOFTHSM2_CONF": str(folder / "softhsm2.conf"),
            "PYTHONPATH": str(ROOT),
            **more,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def store(softhsm_path: Path, memory_folder: Path) -> Store:
    folder = Path(tempfile.mkdtemp(dir=memory_folder))
    write_softhsm_configuration(folder)
    pins = (SO_PIN.decode(), USER_PIN.decode())
    made = _run(folder, "-c", MAKE, str(softhsm_path), *pins)
    assert made.returncode == 0, made.stderr
    return Store(folder, softhsm_path, *made.stdout.split())


@pytest.fixture
def faulty(proxy_path: Path, tmp_path: Path) -> Faulty:
    return Faulty(proxy_path, tmp_path / "plan")


def _counts(output: str) -> dict[str, int]:
    last = output.strip().splitlines()[-1]
    return {word: int(count) for count, word in re.findall(r"(\d+) (\w+)", last)}


def test_only_the_named_token_is_touched_and_left_as_it_was(store: Store) -> None:
    before = store.digests(store.other)
    pin = USER_PIN.decode()
    done = store.contract("--p11-serial", store.named, "--p11-pin", pin)

    assert done.returncode == 0, done.stdout
    assert _counts(done.stdout)["passed"] > 10
    assert "not offered" in done.stdout
    assert "no officer's PIN was given" in done.stdout
    assert "softhsm-" not in done.stdout
    assert store.digests(store.other) == before
    left = store.run("-c", LOOK, str(store.module), store.named, pin)
    assert left.stdout.splitlines() == [
        "owner's key CKO_PRIVATE_KEY",
        "owner's key CKO_PUBLIC_KEY",
    ]


def test_with_the_officers_pin_the_named_token_is_initialised_first(
    store: Store,
) -> None:
    pins = ("--p11-pin", USER_PIN.decode(), "--p11-so-pin", SO_PIN.decode())
    before = store.digests(store.other)

    done = store.contract("--p11-serial", store.named, *pins)

    assert done.returncode == 0, done.stdout
    assert "no officer's PIN was given" not in done.stdout
    assert store.digests(store.other) == before
    pin = USER_PIN.decode()
    left = store.run("-c", LOOK, str(store.module), store.named, pin)
    assert (left.returncode, left.stdout) == (0, "")


@pytest.mark.parametrize("options", [(), ("--p11-serial", "0" * 16, "--p11-pin", "x")])
def test_no_token_is_touched_where_none_is_named(
    store: Store, options: tuple[str, ...]
) -> None:
    before = {each: store.digests(each) for each in (store.named, store.other)}

    done = store.contract(*options)

    assert done.returncode != 0
    assert "passed" not in _counts(done.stdout) or _counts(done.stdout)["passed"] <= 2
    assert {each: store.digests(each) for each in before} == before


def test_a_token_that_keeps_its_new_pin_is_asked_for_nothing_more(
    store: Store, faulty: Faulty
) -> None:
    faulty.plan.write_text("C_SetPIN 2 before return 0xa1\n")

    done = store.refused(faulty, "test_a_user_changes or test_a_token_is_used_by_one")

    assert done.returncode == 1, done.stdout
    told = f"The PIN is {NEW_PIN.decode()!r} from now on. Nothing more was tried."
    assert told in done.stdout
    assert "test_a_token_is_used_by_one" not in done.stdout


AES_KEYS = "0x1080"
"""CKM_AES_KEY_GEN. Source: PKCS#11 v2.40, pkcs11t.h."""

SAID = ("--p11-lacks", "AES_128")


@pytest.mark.parametrize(
    ("line", "options", "outcome"),
    [
        (f"mechanism {AES_KEYS} hide", (), "skipped"),
        ("C_GenerateKey * before return 0x54", (), "skipped"),
        ("C_GenerateKey * before return 0xd1", (), "failed"),
        ("C_GenerateKey * before return 0x70", (), "failed"),
        ("C_GenerateKey * before return 0xd1", SAID, "skipped"),
    ],
)
def test_what_is_offered_and_refused_is_a_failure_and_not_called_not_offered(
    store: Store, faulty: Faulty, line: str, options: tuple[str, ...], outcome: str
) -> None:
    faulty.plan.write_text(f"{line}\n")

    done = store.refused(faulty, "test_no_secret_key_is_made_over", *options)

    assert done.returncode == (outcome == "failed"), done.stdout
    assert _counts(done.stdout)[outcome] == 1
    assert ("not offered: AES_128" in done.stdout) == (outcome == "skipped")
    assert ("--p11-lacks calls 'AES_128'" in done.stdout) == (outcome == "failed")
