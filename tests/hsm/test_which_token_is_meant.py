"""The token that a command line means is one, or nothing is done."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pkcs11 import Mechanism
from pkcs11.types import Token

from ceremony.cli.hsm_options import find_token
from ceremony.cli.hsm_token import find_fresh
from ceremony.conduct.needs import MECHANISMS, signing_mechanism_of
from ceremony.errors import DeviceError
from ceremony.hsm.keys import private_key, sign_by_default
from ceremony.hsm.module import Module
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.identifiers import OperationId
from tests.hsm.fresh_token import FreshToken

pytestmark = pytest.mark.hsm


class Doubled(Module):
    """Shows each token twice; SoftHSMv2 itself never does."""

    def _present(self) -> list[Token]:
        return super()._present() * 2


class Bare(Module):
    """Shows no token."""

    def _present(self) -> list[Token]:
        return []


def test_the_fresh_token_is_the_only_one(module: Module) -> None:
    doubled, bare = Doubled(module._image), Bare(module._image)

    assert find_fresh([bare, module]) is module
    for modules in ([bare], [doubled], [module, doubled]):
        with pytest.raises(DeviceError) as caught:
            find_fresh(modules)
        assert caught.value.code == "CLI-TOKEN-03"


def test_a_token_is_meant_by_serial_or_uri(module: Module, fresh: FreshToken) -> None:
    serial = fresh.token.serial
    uri = f"pkcs11:serial={serial};token=CEREMONY%20A"

    for named in (serial, uri):
        found, facts = find_token([Bare(module._image), module], named)
        assert (found, facts.serial) == (module, serial)


@pytest.mark.parametrize("named", ["", "0", "pkcs11:manufacturer=SoftHSM%20project"])
def test_a_name_that_means_no_token_or_several_is_refused(
    module: Module, fresh: FreshToken, named: str
) -> None:
    with pytest.raises(DeviceError) as caught:
        find_token([module], named)

    assert caught.value.code == "CLI-TOKEN-01"
    assert f"{fresh.label} ({fresh.token.serial})" in str(caught.value)


class AskedError(Exception):
    """Carries the mechanism that a key's signature was asked for by."""


@pytest.mark.parametrize(
    "algorithm",
    # The other RSA sizes differ in seconds only.
    [each for each in KeyAlgorithm if each not in {"RSA_3072", "RSA_4096"}],
)
def test_the_mechanisms_that_are_asked_for_are_those_that_are_used(
    module: Module, fresh: FreshToken, algorithm: KeyAlgorithm
) -> None:
    key_id = OperationId("5f" * 16)
    with fresh.token.session(fresh.pin) as session:
        made = session.generate_key_pair(KeyOrder("k", key_id, algorithm))

    def sign(_: bytes, mechanism: Mechanism) -> bytes:
        raise AskedError(f"CKM_{mechanism.name}")

    public = load_der_public_key(made.public_key_der)
    with pytest.raises(AskedError) as asked:
        sign_by_default(private_key(public, sign), b"a challenge")

    assert (made.mechanism, str(asked.value)) == MECHANISMS[algorithm]
    assert signing_mechanism_of(public) == MECHANISMS[algorithm][1]
    assert set(MECHANISMS[algorithm]) <= set(module.survey().tokens[0].mechanisms)
