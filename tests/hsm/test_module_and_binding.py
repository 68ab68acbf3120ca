from __future__ import annotations

import ctypes
import hashlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pkcs11.types import Token

from ceremony.errors import DeviceError
from ceremony.hsm.errors import TokenCallError
from ceremony.hsm.module import Module, load_module, module_digest
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.hsm.pkcs11_token import Pkcs11Token
from ceremony.hsm.token import TokenName
from ceremony.identifiers import Digest, OperationId
from tests.fakes.outside_tool import run_tool
from tests.hsm.fresh_token import (
    SO_PIN,
    FreshToken,
    look_afresh,
    secret,
    write_softhsm_configuration,
)
from tests.rehearsals.stage import run_python

pytestmark = pytest.mark.hsm

NewId = Callable[[], OperationId]
OBJECT_HEAD = 8
"""What SoftHSMv2 writes of an object's file before its first attribute."""


@pytest.fixture
def stored(
    module: Module, memory_folder: Path, make_token: Callable[[str], FreshToken]
) -> Iterator[tuple[FreshToken, Path]]:
    """A token together with the folder it is stored in."""
    tokens = memory_folder / "tokens"
    before = set(tokens.iterdir())
    fresh = make_token("STORED")
    (folder,) = set(tokens.iterdir()) - before
    yield fresh, folder
    look_afresh(module)


def test_the_digest_is_that_of_the_file(softhsm_path: Path, module: Module) -> None:
    expected = hashlib.sha256(softhsm_path.read_bytes()).hexdigest()

    assert module_digest(softhsm_path) == expected
    assert module.digest == expected
    assert module.path == softhsm_path.resolve()


def test_a_pinned_module_loads_and_is_the_same_one(
    softhsm_path: Path, module: Module
) -> None:
    loaded = load_module(softhsm_path, sha256=module.digest)
    assert loaded.digest == module.digest
    assert {each.serial for each in loaded.tokens()} == {
        each.serial for each in module.tokens()
    }
    assert load_module(softhsm_path.resolve(), sha256=None) is loaded


def test_a_module_with_another_digest_is_not_loaded(
    softhsm_path: Path, tmp_path: Path
) -> None:
    wrong = Digest("0" * 64)
    changed = tmp_path / "module.so"
    changed.write_bytes(softhsm_path.read_bytes() + b"\0")

    for path in (softhsm_path, changed):
        with pytest.raises(DeviceError) as caught:
            load_module(path, sha256=wrong)
        assert caught.value.code == "HSM-MODULE-02"
    assert "module.so" not in Path("/proc/self/maps").read_text()


SWAP = """
import os
import sys
from pathlib import Path
from ceremony.hsm import module

link, approved = Path(sys.argv[1]), sys.argv[2]
other = link.with_name("other.so")
other.write_bytes(b"no module at all")
digest = module._digest

def swap_afterwards(descriptor):
    found = digest(descriptor)
    os.replace(other, link.resolve())
    os.unlink(link)
    os.symlink(os.devnull, link)
    return found

module._digest = swap_afterwards
loaded = module.load_module(link, sha256=approved)
print(loaded.path.name, loaded.digest == approved, len(loaded.tokens()))
"""


def test_what_was_hashed_is_what_is_loaded_though_the_file_is_swapped_meanwhile(
    softhsm_path: Path, tmp_path: Path
) -> None:
    approved = hashlib.sha256(softhsm_path.read_bytes()).hexdigest()
    # SoftHSMv2 has one slot where it has no token.
    (tmp_path / "approved.so").write_bytes(softhsm_path.read_bytes())
    link = tmp_path / "module.so"
    link.symlink_to("approved.so")
    configuration = write_softhsm_configuration(tmp_path)

    told = run_python(
        ["-c", SWAP, link, approved], env={"SOFTHSM2_CONF": str(configuration)}
    )

    assert (told.status, told.out) == (0, "approved.so True 1\n"), told.all


def test_a_missing_module_is_named(tmp_path: Path) -> None:
    for path in (
        tmp_path / "none.so",
        tmp_path,
        Path("libsofthsm2.so"),
        Path("../module.so"),
    ):
        for act in (module_digest, lambda path: load_module(path, sha256=None)):
            with pytest.raises(DeviceError) as caught:
                act(path)
            assert caught.value.code == "HSM-MODULE-01"
            assert str(path) in str(caught.value)


def test_a_file_that_is_no_module_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.so"
    text.write_text("no library")
    library = next(
        Path(line.split()[-1])
        for line in Path("/proc/self/maps").read_text().splitlines()
        if "libc.so" in line or "libc-" in line
    )
    assert not hasattr(ctypes.CDLL(str(library)), "C_GetFunctionList")

    for path in (text, library):
        with pytest.raises(DeviceError) as caught:
            load_module(path, sha256=None)
        assert caught.value.code == "HSM-MODULE-03"


LIBRARY_BEFORE_MODULE = """
import sys
from pathlib import Path
from ceremony.errors import DeviceError
from ceremony.hsm.module import load_module

library, module = map(Path, sys.argv[1:])
try:
    load_module(library, sha256=None)
except DeviceError as error:
    print(error.code)
print(load_module(module, sha256=None).path)
"""


def test_a_library_that_was_refused_never_comes_in_place_of_a_module(
    softhsm_path: Path, tmp_path: Path
) -> None:
    library = next(
        line.split()[-1]
        for line in Path("/proc/self/maps").read_text().splitlines()
        if "libc.so" in line or "libc-" in line
    )
    conf = write_softhsm_configuration(tmp_path)
    told = run_tool(
        [sys.executable, "-c", LIBRARY_BEFORE_MODULE, library, str(softhsm_path)],
        Path(__file__).parents[2],
        {"SOFTHSM2_CONF": str(conf)},
    )

    assert told.stdout.decode().split() == [
        "HSM-MODULE-03",
        str(softhsm_path.resolve()),
    ]


def test_two_tokens_with_one_serial_are_both_refused(
    module: Module, fresh: FreshToken
) -> None:
    class Doubled(Module):
        """Shows each token twice; SoftHSMv2 itself aborts on such a pair."""

        def _present(self) -> list[Token]:
            return super()._present() * 2

    with pytest.raises(DeviceError) as caught:
        Doubled(module._image).token(fresh.token.serial)
    assert caught.value.code == "HSM-TOKEN-06"


def test_a_token_that_vanishes_in_a_session_is_reported(
    module: Module, stored: tuple[FreshToken, Path], new_id: NewId
) -> None:
    fresh, folder = stored
    away = folder.parent.parent / "away"

    def vanish() -> None:
        with fresh.token.session(fresh.pin) as session:
            folder.rename(away)
            session.generate_key_pair(KeyOrder("k", new_id(), KeyAlgorithm.EC_P256))

    with pytest.raises(DeviceError) as caught:
        vanish()
    assert caught.value.code.startswith("HSM-DEVICE-")

    look_afresh(module)
    with pytest.raises(DeviceError) as caught:
        fresh.token.session(fresh.pin).__enter__()
    assert caught.value.code == "HSM-TOKEN-01"

    away.rename(folder)
    look_afresh(module)
    with fresh.token.session(fresh.pin) as session:
        assert len(session.inventory()) == 0


def test_half_written_objects_are_listed_and_can_be_destroyed(
    module: Module, stored: tuple[FreshToken, Path], new_id: NewId
) -> None:
    fresh, folder = stored
    with fresh.token.session(fresh.pin) as session:
        session.generate_key_pair(KeyOrder("k", new_id(), KeyAlgorithm.EC_P256))
    for file in folder.glob("*.object"):
        if file.name != "token.object":
            file.write_bytes(file.read_bytes()[:OBJECT_HEAD])
    look_afresh(module)

    with fresh.token.session(fresh.pin) as session:
        entries = session.inventory().entries
        assert [(each.object_class, each.label, each.cka_id) for each in entries] == [
            ("absent", "", "")
        ] * 2
        for entry in entries:
            session.destroy(entry)
        assert len(session.inventory()) == 0


def test_another_token_in_the_slot_is_not_used(
    fresh: FreshToken, module: Module, new_id: NewId
) -> None:
    """The slot holds the wrong token: every act asks, and none is carried out."""
    swapped = Pkcs11Token(
        TokenName("0123456789abcdef"),
        module._image.functions,
        lambda _: module._find(TokenName(fresh.token.serial)),
        set(),
    )
    with swapped.session(fresh.pin) as session:
        order = KeyOrder("k", new_id(), KeyAlgorithm.EC_P256)
        for act in (
            session.inventory,
            session.read_anchors,
            lambda: session.generate_key_pair(order),
            lambda: session.read_key(order.cka_id),
            lambda: session.sign(order.cka_id, b""),
            lambda: session.write_anchor(b""),
        ):
            with pytest.raises(DeviceError) as caught:
                act()
            assert caught.value.code == "HSM-TOKEN-02"
    with fresh.token.session(fresh.pin) as session:
        assert len(session.inventory()) == 0


def test_a_token_that_changes_its_serial_when_initialised_is_set_aside(
    fresh: FreshToken, module: Module
) -> None:
    changing = Pkcs11Token(
        TokenName("0123456789abcdef"),
        module._image.functions,
        lambda _: module._find(TokenName(fresh.token.serial)),
        set(),
    )
    with pytest.raises(DeviceError) as caught:
        changing.initialise(fresh.so_pin, "CHANGED", fresh.pin)

    assert caught.value.code == "HSM-TOKEN-03"
    assert caught.value.in_doubt


def test_a_fresh_token_refuses_too_short_an_officers_pin(module: Module) -> None:
    before = len(module.tokens())
    with pytest.raises(TokenCallError) as caught:
        module.initialise_free_slot("SHORT", secret(SO_PIN[:2]))
    assert caught.value.code in ("HSM-PIN-01", "HSM-PIN-04")
    assert len(module.tokens()) == before
