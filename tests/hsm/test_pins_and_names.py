"""PINs that change, tokens that are named, modules that are started."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pkcs11 import (
    TokenFlag,
)

from ceremony.errors import DeviceError
from ceremony.hsm.errors import TokenCallError
from ceremony.hsm.module import Module, load_module
from ceremony.hsm.order import (
    KeyAlgorithm,
    KeyOrder,
)
from ceremony.hsm.pkcs11_token import Pkcs11Token
from ceremony.hsm.token import TokenName
from ceremony.identifiers import OperationId
from tests.fakes.behind import Behind
from tests.hsm.fresh_token import FreshToken, secret
from tests.hsm.test_devices_that_lie import Honest

pytestmark = pytest.mark.hsm

NewId = Callable[[], OperationId]


def test_a_pin_that_is_to_be_changed_opens_nothing_else(
    fresh: FreshToken, module: Module
) -> None:
    name = TokenName(fresh.token.serial)

    def find(_: TokenName) -> Any:
        real = module._find(name)
        flags = real.flags | TokenFlag.USER_PIN_TO_BE_CHANGED
        return Behind(real, flags=flags)

    first = Pkcs11Token(name, module._image.functions, find, set())
    with pytest.raises(DeviceError) as caught, first.session(fresh.pin):
        pytest.fail("somebody is logged in")
    assert caught.value.code == "HSM-PIN-06"
    with first.session(None) as session:
        session.inventory()

    first.change_pin(fresh.pin, secret(b"4410-second"))

    with fresh.token.session(secret(b"4410-second")):
        pass


def test_a_new_pin_that_the_token_does_not_take_changes_nothing(
    fresh: FreshToken,
) -> None:
    with pytest.raises(TokenCallError) as caught:
        fresh.token.change_pin(fresh.pin, secret(b"1"))
    assert (caught.value.code, caught.value.in_doubt) == ("HSM-PIN-04", False)
    assert caught.value.meaning == "The old PIN still holds."
    with fresh.token.session(fresh.pin):
        pass


def test_a_change_of_pin_that_cannot_be_shown_is_in_doubt(
    fresh: FreshToken, module: Module
) -> None:
    class ChangesNothing(Honest):
        def set_pin(self, session: int, old: object, new: object) -> None:
            """Answer CKR_OK and do nothing."""

    functions = ChangesNothing(module._image.functions)
    name = TokenName(fresh.token.serial)
    lying = Pkcs11Token(name, functions, module._find, set())
    with pytest.raises(TokenCallError) as caught:
        lying.change_pin(fresh.pin, secret(b"4410-second"))
    assert caught.value.in_doubt
    assert caught.value.meaning == "The old PIN or the new one may hold."
    with fresh.token.session(fresh.pin):
        pass


def test_two_tokens_with_one_label_are_told_apart_by_their_serials(
    module: Module, make_token: Callable[[str], FreshToken], new_id: NewId
) -> None:
    first, second = make_token("TWIN"), make_token("TWIN")
    order = KeyOrder("k", new_id(), KeyAlgorithm.EC_P256)
    token = module.token(first.token.serial, "TWIN")
    with token.session(first.pin) as session:
        session.generate_key_pair(order)
    with second.token.session(second.pin) as session:
        assert len(session.inventory()) == 0
    for name in ((first.token.serial, "OTHER"), ("0" * 16, "TWIN")):
        with pytest.raises(DeviceError) as caught:
            module.token(*name)
        assert caught.value.code == "HSM-TOKEN-01"


def test_a_token_named_with_its_label_keeps_its_name_when_it_is_relabelled(
    module: Module, fresh: FreshToken
) -> None:
    token = module.token(fresh.token.serial, fresh.label)
    token.initialise(fresh.so_pin, "RELABELLED", fresh.pin)
    assert token.facts.label == "RELABELLED"


def test_a_module_is_not_started_twice_with_two_sets_of_arguments(
    module: Module,
) -> None:
    with pytest.raises(DeviceError) as caught:
        load_module(module.path, sha256=None, init_arguments="configdir='/nowhere'")
    assert caught.value.code == "HSM-MODULE-04"


def test_a_module_that_wants_arguments_and_gets_none_says_so(
    nss_path: Path,
) -> None:
    code = (
        "from pathlib import Path\n"
        "from ceremony.errors import DeviceError\n"
        "from ceremony.hsm.module import load_module\n"
        "try:\n"
        f"    load_module(Path({str(nss_path)!r}), sha256=None)\n"
        "except DeviceError as error:\n"
        "    print(error.code)\n"
    )
    done = subprocess.run(  # noqa: S603  the interpreter that runs this
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "HSM-MODULE-05\n", done.stderr
