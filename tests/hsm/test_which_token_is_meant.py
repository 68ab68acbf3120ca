"""The token that a command line means is one, or nothing is done."""

from __future__ import annotations

import pytest
from pkcs11.types import Token

from ceremony.cli.hsm_options import find_token
from ceremony.cli.hsm_token import find_fresh
from ceremony.errors import DeviceError
from ceremony.hsm.keys import default_scheme, private_key, sign_by_default
from ceremony.hsm.mechanism import SignatureScheme, choose
from ceremony.hsm.module import Module
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.hsm.public_key import load_public_key
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

    assert find_fresh([bare, module])[0] is module
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
    """Carries the scheme that a key's signature was asked for by."""


@pytest.mark.parametrize(
    "algorithm",
    # The other RSA sizes differ in seconds only.
    [each for each in KeyAlgorithm if each not in {"RSA_3072", "RSA_4096"}],
)
def test_what_the_doctor_asks_for_is_what_a_signature_takes(
    module: Module, fresh: FreshToken, algorithm: KeyAlgorithm
) -> None:
    key_id = OperationId("5f" * 16)
    offered = module.survey().tokens[0].mechanisms
    with fresh.token.session(fresh.pin) as session:
        made = session.generate_key_pair(KeyOrder("k", key_id, algorithm))
        public = load_public_key(made.public_key_der, algorithm)
        scheme = default_scheme(public)
        signed = session.sign_by(key_id, scheme, b"d" * 32)

    def sign(_: bytes, asked: SignatureScheme) -> bytes:
        raise AskedError(asked)

    with pytest.raises(AskedError) as asked:
        sign_by_default(private_key(public, sign), b"a challenge")

    assert asked.value.args == (scheme,)
    assert made.mechanism == choose(algorithm, offered).used
    assert signed.choice == choose(scheme, offered)
