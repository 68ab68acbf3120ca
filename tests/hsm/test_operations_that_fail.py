"""What goes wrong between a session and its token: each has its words and its end."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from subprocess import PIPE
from threading import Thread
from typing import Any, NoReturn

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from pkcs11 import (
    Attribute,
    KeyType,
    MechanismFlag,
    ObjectClass,
    PKCS11Error,
    exceptions,
)
from pkcs11.types import UnwrapMixin

from ceremony.errors import DeviceError
from ceremony.hsm.errors import CkrError, TokenCallError
from ceremony.hsm.host import Host, serve
from ceremony.hsm.host_process import HostProcess
from ceremony.hsm.hosted_session import HostedSession
from ceremony.hsm.inventory import difference
from ceremony.hsm.mechanism import MechanismName, SignatureScheme, WrapMethod
from ceremony.hsm.order import (
    Copies,
    KeyAlgorithm,
    KeyOrder,
    SecretAlgorithm,
    SecretKeyOrder,
    SecretUse,
)
from ceremony.hsm.raw import FunctionList, RawMechanism
from ceremony.hsm.result import WrappedKey
from ceremony.hsm.session import Session
from ceremony.hsm.token import TokenName
from ceremony.hsm.wire import Wire
from ceremony.identifiers import OperationId
from tests.fakes.behind import Behind
from tests.hsm.fresh_token import FreshToken
from tests.hsm.test_devices_that_lie import Honest

pytestmark = pytest.mark.hsm

NewId = Callable[[], OperationId]
AES = SecretAlgorithm.AES_256
MESSAGE = b"message"


@pytest.fixture
def session(fresh: FreshToken) -> Iterator[Session]:
    with fresh.token.session(fresh.pin) as opened:
        yield opened


def _lacking(session: Session, *names: MechanismName) -> Session:
    """Give the same session with a token that lacks some mechanisms."""
    offered = tuple(each for each in session._access.offered if each not in names)
    vars(session._access)["offered"] = offered
    return session


@pytest.mark.parametrize("bits", [256, 384, 512])
def test_pkcs1_is_signed_with_our_own_digest_info_where_the_token_cannot_hash(
    session: Session, new_id: NewId, bits: int
) -> None:
    lost = MechanismName(f"CKM_SHA{bits}_RSA_PKCS")
    key = session.generate_key_pair(KeyOrder("k", new_id(), KeyAlgorithm.RSA_2048))
    scheme = SignatureScheme(f"RSA_PKCS1_SHA{bits}")

    signed = _lacking(session, lost).sign_by(key.cka_id, scheme, MESSAGE)

    assert (signed.choice.used, signed.choice.passed_over) == ("CKM_RSA_PKCS", (lost,))
    public = serialization.load_der_public_key(key.public_key_der)
    assert isinstance(public, rsa.RSAPublicKey)
    digest = {256: hashes.SHA256(), 384: hashes.SHA384(), 512: hashes.SHA512()}[bits]
    public.verify(signed.value, MESSAGE, padding.PKCS1v15(), digest)


def test_pss_is_signed_over_our_own_digest_where_the_token_cannot_hash(
    session: Session, new_id: NewId
) -> None:
    lost = MechanismName.SHA384_RSA_PKCS_PSS
    key = session.generate_key_pair(KeyOrder("k", new_id(), KeyAlgorithm.RSA_2048))
    scheme = SignatureScheme.RSA_PSS_SHA384

    signed = _lacking(session, lost).sign_by(key.cka_id, scheme, MESSAGE)

    assert signed.choice.used == "CKM_RSA_PKCS_PSS"
    public = serialization.load_der_public_key(key.public_key_der)
    assert isinstance(public, rsa.RSAPublicKey)
    pss = padding.PSS(padding.MGF1(hashes.SHA384()), 48)
    public.verify(signed.value, MESSAGE, pss, hashes.SHA384())


def test_what_a_token_cannot_do_at_all_is_refused_before_it_is_asked(
    session: Session, new_id: NewId
) -> None:
    key = session.generate_key_pair(KeyOrder("k", new_id(), KeyAlgorithm.EC_P256))
    before = session.inventory()
    lacking = _lacking(
        session, MechanismName.ECDSA, MechanismName.AES_KEY_GEN, MechanismName.EDDSA
    )
    order = SecretKeyOrder("s", new_id(), AES, SecretUse.WRAP)
    for act in (
        lambda: lacking.sign(key.cka_id, MESSAGE),
        lambda: lacking.prove(key.cka_id, bytes(32)),
        lambda: lacking.generate_secret_key(order),
    ):
        with pytest.raises(DeviceError) as caught:
            act()
        assert caught.value.code == "HSM-MECHANISM-01"
        assert not caught.value.in_doubt
    assert session.inventory() == before


def _wrapped(session: Session, new_id: NewId) -> tuple[OperationId, WrappedKey]:
    kek = SecretKeyOrder("kek", new_id(), AES, SecretUse.WRAP)
    key = SecretKeyOrder("key", new_id(), AES, SecretUse.ENCRYPT, Copies.WRAPPED)
    session.generate_secret_key(kek)
    session.generate_secret_key(key)
    return kek.cka_id, session.wrap(kek.cka_id, key.cka_id, WrapMethod.AES_KWP)


def _leaving_debris(
    session: Session, functions: FunctionList, others: tuple[str, ...] = ()
) -> Session:
    """Give a session whose token leaves two objects behind as it fails to unwrap.

    Other programs store objects of their own meanwhile, under the ids in others.
    """
    library: Any = session._library

    class Leaky(UnwrapMixin):
        def __init__(self) -> None:
            """Stand for the wrapping key."""

        def unwrap_key(self, *_: Any, **told: Any) -> NoReturn:
            ours = [(told["id"], label) for label in ("", "half")]
            for cka_id, label in (*ours, *((bytes.fromhex(i), "") for i in others)):
                library.create_object(
                    {
                        Attribute.CLASS: ObjectClass.SECRET_KEY,
                        Attribute.KEY_TYPE: KeyType.GENERIC_SECRET,
                        Attribute.VALUE: bytes(16),
                        Attribute.TOKEN: True,
                        Attribute.ID: cka_id,
                        Attribute.LABEL: label,
                    }
                )
            raise exceptions.WrappedKeyInvalid

    behind: Any = Behind(library, get_objects=lambda _: [Leaky()])
    return Session(behind, functions, lambda: None)


def test_the_debris_of_a_failed_unwrapping_is_told_of_and_removed(
    session: Session, new_id: NewId
) -> None:
    kek, wrapped = _wrapped(session, new_id)
    before = session.inventory()
    leaky = _leaving_debris(session, session._functions)
    order = SecretKeyOrder("again", new_id(), AES, SecretUse.ENCRYPT)

    with pytest.raises(TokenCallError) as caught:
        leaky.unwrap_secret_key(kek, wrapped, order)

    assert (caught.value.code, caught.value.ckr) == (
        "HSM-WRAP-02",
        "CKR_WRAPPED_KEY_INVALID",
    )
    assert [each.label for each in caught.value.debris] == ["", "half"]
    assert caught.value.meaning == (
        "No key was restored. 2 broken object(s) that the attempt left were removed."
    )
    assert not caught.value.in_doubt
    assert session.inventory() == before


@pytest.mark.parametrize("other", ["77", ""], ids=["named", "nameless"])
def test_what_another_program_stores_meanwhile_stays_and_leaves_the_act_in_doubt(
    session: Session, new_id: NewId, other: str
) -> None:
    kek, wrapped = _wrapped(session, new_id)
    before = session.inventory()
    leaky = _leaving_debris(session, session._functions, (other,))
    order = SecretKeyOrder("again", new_id(), AES, SecretUse.ENCRYPT)

    with pytest.raises(TokenCallError) as caught:
        leaky.unwrap_secret_key(kek, wrapped, order)

    change = difference(before, session.inventory())
    assert [each.cka_id for each in change.added] == [other]
    assert not change.removed
    assert caught.value.in_doubt


class KeepsEverything(Honest):
    def destroy_object(self, session: int, handle: int) -> None:
        """Answer CKR_OK and do nothing."""


class RefusesToDestroy(Honest):
    def destroy_object(self, session: int, handle: int) -> None:
        raise CkrError(f"C_DestroyObject({session}, {handle})", 0x1B)


@pytest.mark.parametrize("functions", [KeepsEverything, RefusesToDestroy])
def test_debris_that_stays_leaves_the_act_in_doubt(
    session: Session, new_id: NewId, functions: type[Honest]
) -> None:
    kek, wrapped = _wrapped(session, new_id)
    before = session.inventory()
    leaky = _leaving_debris(session, functions(session._functions))
    order = SecretKeyOrder("again", new_id(), AES, SecretUse.ENCRYPT)

    with pytest.raises(TokenCallError) as caught:
        leaky.unwrap_secret_key(kek, wrapped, order)

    assert caught.value.in_doubt
    assert caught.value.meaning == (
        "The key, or a broken object, may exist in the token."
    )
    assert len(caught.value.debris) == 2
    assert len(session.inventory()) == len(before) + 2


def test_debris_is_told_of_alike_to_whoever_asks_from_another_process(
    session: Session, new_id: NewId
) -> None:
    kek, wrapped = _wrapped(session, new_id)
    name, host = TokenName("7" * 16), Host()
    leaky = _leaving_debris(session, session._functions)
    host._sessions[name] = (leaky, ExitStack())
    calls, answers = os.pipe(), os.pipe()
    theirs = Wire(calls[0], answers[1])
    serving = Thread(target=serve, args=(theirs, host))
    serving.start()
    # Any process will do to stand for the one that serves.
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=PIPE, start_new_session=True
    ) as process:
        asked = HostProcess(process, Wire(answers[0], calls[1]))
        order = SecretKeyOrder("again", new_id(), AES, SecretUse.ENCRYPT)
        with pytest.raises(TokenCallError) as caught:
            HostedSession(asked, name).unwrap_secret_key(kek, wrapped, order)
        process.terminate()
        asked.close()
    serving.join()
    theirs.close()

    error = caught.value
    assert [(each.object_class, each.label) for each in error.debris] == [
        ("CKO_SECRET_KEY", ""),
        ("CKO_SECRET_KEY", "half"),
    ]
    assert error.act == "restoring a wrapped key"
    assert (error.code, error.ckr) == ("HSM-WRAP-02", "CKR_WRAPPED_KEY_INVALID")
    assert error.meaning.endswith(
        "2 broken object(s) that the attempt left were removed."
    )
    assert not error.in_doubt


def test_a_key_wrapped_in_another_way_than_asked_for_is_not_relied_on(
    session: Session, new_id: NewId
) -> None:
    class PadsTwice(Honest):
        def wrap_key(
            self, session: int, mechanism: RawMechanism, wrapping: int, key: int
        ) -> bytes:
            return super().wrap_key(session, mechanism, wrapping, key) + bytes(8)

    kek, _ = _wrapped(session, new_id)
    key = next(each for each in session.inventory().entries if each.label == "key")
    padding_twice = Session(
        session._library, PadsTwice(session._functions), lambda: None
    )
    with pytest.raises(DeviceError, match="has 48 bytes, not 40") as caught:
        padding_twice.wrap(kek, OperationId(key.cka_id), WrapMethod.AES_KWP)
    assert caught.value.code == "HSM-WRAP-03"


def test_what_is_no_secret_key_of_the_ordered_length_is_not_restored_as_one(
    session: Session, new_id: NewId
) -> None:
    """SoftHSMv2 would take a whole PKCS #8 for an AES key and not tell its length."""
    kek, _ = _wrapped(session, new_id)
    pair = KeyOrder("pair", new_id(), KeyAlgorithm.EC_P256, copies=Copies.WRAPPED)
    session.generate_key_pair(pair)
    wrapped = session.wrap(kek, pair.cka_id, WrapMethod.AES_KWP)
    before = session.inventory()

    order = SecretKeyOrder("again", new_id(), AES, SecretUse.ENCRYPT)
    with pytest.raises(DeviceError) as caught:
        session.unwrap_secret_key(kek, wrapped, order)

    assert (caught.value.code, caught.value.in_doubt) == ("HSM-WRAP-03", False)
    assert session.inventory() == before


def test_a_public_key_of_another_pair_proves_nothing(
    session: Session, new_id: NewId
) -> None:
    keys = [
        session.generate_key_pair(KeyOrder(name, new_id(), KeyAlgorithm.EC_P256))
        for name in ("mine", "other")
    ]
    halves = {
        (each.label, each.object_class): each for each in session.inventory().entries
    }
    session.destroy(halves["mine", "CKO_PUBLIC_KEY"])
    session.destroy(halves["other", "CKO_PRIVATE_KEY"])
    (other,) = list(session._library.get_objects({Attribute.LABEL: "other"}))
    other[Attribute.ID] = bytes.fromhex(keys[0].cka_id)

    with pytest.raises(DeviceError) as caught:
        session.prove(keys[0].cka_id, bytes(32))
    assert caught.value.code == "HSM-PROVE-02"


def test_halves_of_two_rsa_pairs_are_no_key(session: Session, new_id: NewId) -> None:
    keys = [
        session.generate_key_pair(KeyOrder(name, new_id(), KeyAlgorithm.RSA_2048))
        for name in ("mine", "other")
    ]
    halves = {
        (each.label, each.object_class): each for each in session.inventory().entries
    }
    session.destroy(halves["mine", "CKO_PUBLIC_KEY"])
    session.destroy(halves["other", "CKO_PRIVATE_KEY"])
    (other,) = list(session._library.get_objects({Attribute.LABEL: "other"}))
    other[Attribute.ID] = bytes.fromhex(keys[0].cka_id)

    with pytest.raises(DeviceError, match="another one's") as caught:
        session.read_key(keys[0].cka_id)
    assert caught.value.code == "HSM-KEY-03"


def test_a_secret_key_of_an_unknown_kind_is_listed_and_not_used(
    session: Session, new_id: NewId
) -> None:
    key_id = new_id()
    session._library.generate_key(
        KeyType.GENERIC_SECRET,
        256,
        store=True,
        label="generic",
        id=bytes.fromhex(key_id),
        capabilities=MechanismFlag.SIGN,
    )
    assert [each.key_type for each in session.inventory().entries] == [
        "CKK_GENERIC_SECRET"
    ]
    with pytest.raises(DeviceError) as caught:
        session.read_secret_key(key_id)
    assert caught.value.code == "HSM-KEY-03"


def test_a_secret_key_of_another_length_than_ordered_is_in_doubt(
    session: Session, new_id: NewId
) -> None:
    class Shortens(Honest):
        def read_attribute(self, session: int, handle: int, kind: int) -> bytes | None:
            if kind == Attribute.VALUE_LEN:
                return (16).to_bytes(8, "little")
            return super().read_attribute(session, handle, kind)

    short = Session(session._library, Shortens(session._functions), lambda: None)
    order = SecretKeyOrder("s", new_id(), AES, SecretUse.WRAP)
    with pytest.raises(DeviceError, match="AES_128 's' where AES_256 's'") as caught:
        short.generate_secret_key(order)
    assert (caught.value.code, caught.value.in_doubt) == ("HSM-KEY-04", True)


@pytest.mark.parametrize("drawn", [bytes(16), b"\xff" * 16, b"short"])
def test_what_cannot_be_random_is_refused(session: Session, drawn: bytes) -> None:
    behind: Any = Behind(session._library, generate_random=lambda _: drawn)
    with pytest.raises(DeviceError) as caught:
        Session(behind, session._functions, lambda: None).random(16)
    assert caught.value.code == "HSM-RANDOM-02"


def test_a_generator_that_fails_gives_no_bytes(session: Session) -> None:
    def fails(_: int) -> NoReturn:
        raise PKCS11Error("Unmapped error code 0x121")

    behind: Any = Behind(session._library, generate_random=fails)
    with pytest.raises(TokenCallError) as caught:
        Session(behind, session._functions, lambda: None).random(16)
    assert caught.value.ckr == "CKR_RANDOM_NO_RNG"
