"""How a public key is put under a secret key in a token, and shown to come back.

PKCS#11 wraps private and secret keys only. The octets of the public key are therefore
brought in as a generic secret of the session, which is wrapped like any other key. They
are no secret, so that the token may show what it unwraps: they are compared.

Invariants:
    * Nothing stays: every object that the act makes is destroyed, and all are the
      session's own, so that they go with it whatever happens.
    * Nothing else is destroyed: what other programs store meanwhile is not touched.
    * A wrapped public key is given only where the token gave the same octets back. Some
      tokens fill them up with zeros to 8 bytes before they wrap (SoftHSMv2); how many
      zeros these are is told, for they are in the wrapped key for good.

Source: PKCS#11 v2.40, sections 5.7 and 5.13; RFC 5649; RFC 5934, appendix A. That what
is wrapped is the SubjectPublicKeyInfo is recalled of RFC 5934 and was not looked up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from pkcs11 import Attribute, KeyType, MechanismFlag, Object, ObjectClass
from pkcs11.types import UnwrapMixin, WrapMixin

from ceremony.errors import DeviceError
from ceremony.hsm.access import Held, TokenAccess
from ceremony.hsm.errors import Act, device_door
from ceremony.hsm.fault import BAD_BLOB
from ceremony.hsm.generation import library_mechanism
from ceremony.hsm.mechanism import MechanismChoice, WrapMethod
from ceremony.hsm.raw import RawMechanism
from ceremony.hsm.result import WrappedPublicKey
from ceremony.identifiers import OperationId

_BLOCK: Final = 8
_WRAPS: Final[Held[WrapMixin]] = Held(ObjectClass.SECRET_KEY, WrapMixin, "wrap keys")
_UNWRAPS: Final[Held[UnwrapMixin]] = Held(
    ObjectClass.SECRET_KEY, UnwrapMixin, "unwrap keys"
)
_CARRIER: Final = {
    Attribute.TOKEN: False,
    Attribute.PRIVATE: True,
    Attribute.SENSITIVE: False,
    Attribute.EXTRACTABLE: True,
}
"""An object of the session that may be wrapped, and whose value may be read."""


def wrap_public(
    access: TokenAccess, wrapping_id: OperationId, public_key_der: bytes
) -> WrappedPublicKey:
    """Have the token wrap a public key by AES-KWP, and unwrap it again to compare.

    Args:
        access: The session's way to its token, opened for writing.
        wrapping_id: The AES key.
        public_key_der: SubjectPublicKeyInfo, DER, as it stands in the record.

    Raises:
        DeviceError: ``HSM-KEY-01`` there is not one such key, ``HSM-KEY-05`` it does
            not wrap or unwrap, ``HSM-MECHANISM-01`` the token cannot, ``HSM-WRAP-03``
            its mechanism is not RFC 5649, ``HSM-WRAP-24`` what came back is something
            else; or the token's failure.
    """
    choice = access.choose(WrapMethod.AES_KWP)
    access.key(wrapping_id, _WRAPS)
    access.verify_same_token()
    whole = len(public_key_der) // _BLOCK * _BLOCK
    _wrap(access, wrapping_id, public_key_der[:whole], choice)
    blob = _wrap(access, wrapping_id, public_key_der, choice)
    back = _unwrap(access, wrapping_id, blob, choice)
    filled = back.removeprefix(public_key_der)
    if not back.startswith(public_key_der) or any(filled) or len(filled) >= _BLOCK:
        raise DeviceError(
            "HSM-WRAP-24",
            f"The token wrapped a public key of {len(public_key_der)} bytes and "
            "unwrapped something else.",
            remedy="Wrap the public key in a token that carries out AES-KWP as RFC "
            "5649 says.",
            meaning="Nobody could recover the public key from what was wrapped, and it "
            "was not kept.",
        )
    return WrappedPublicKey(blob, choice, len(filled))


def _wrap(
    access: TokenAccess,
    wrapping_id: OperationId,
    octets: bytes,
    choice: MechanismChoice,
) -> bytes:
    """Wrap octets, and insist on the length that RFC 5649 gives them.

    Octets of whole blocks tell RFC 5649 from a padding of PKCS #7 inside RFC 3394.
    """
    wrapping = access.only(wrapping_id, "CKO_SECRET_KEY")
    mechanism = RawMechanism(library_mechanism(choice.used))
    with device_door(Act.WRAP_PUBLIC):
        carrier = access.library.create_object(
            {
                Attribute.CLASS: ObjectClass.SECRET_KEY,
                Attribute.KEY_TYPE: KeyType.GENERIC_SECRET,
                Attribute.VALUE: octets,
                **_CARRIER,
            }
        )
    with _destroyed_after(access, carrier) as handle, device_door(Act.WRAP_PUBLIC):
        blob = access.functions.wrap_key(access.handle, mechanism, wrapping, handle)
    expected = (len(octets) + _BLOCK - 1) // _BLOCK * _BLOCK + _BLOCK
    if len(blob) != expected:
        raise DeviceError(
            "HSM-WRAP-03",
            f"{len(octets)} bytes wrapped by {choice.used} have {len(blob)}, not "
            f"{expected}.",
            remedy="Wrap by a token that carries out AES-KWP as RFC 5649 says.",
            meaning=Act.WRAP_PUBLIC.refusal,
        )
    return blob


def _unwrap(
    access: TokenAccess, wrapping_id: OperationId, blob: bytes, choice: MechanismChoice
) -> bytes:
    """Have the token unwrap what it wrapped, and read the octets from there."""
    key = access.key(wrapping_id, _UNWRAPS)
    with device_door(Act.WRAP_PUBLIC, unexplained=BAD_BLOB):
        back = key.unwrap_key(
            ObjectClass.SECRET_KEY,
            KeyType.GENERIC_SECRET,
            blob,
            mechanism=library_mechanism(choice.used),
            store=False,
            capabilities=MechanismFlag(0),
            template=dict(_CARRIER),
        )
    with _destroyed_after(access, back), device_door(Act.WRAP_PUBLIC):
        value: bytes = back[Attribute.VALUE]
    return value


@contextmanager
def _destroyed_after(access: TokenAccess, made: Object) -> Iterator[int]:
    """Give the handle of an object that the act made, and destroy that one object."""
    handle: int = made.handle  # type: ignore[assignment]  # it exists
    try:
        yield handle
    finally:
        with device_door(Act.DESTROY):
            access.functions.destroy_object(access.handle, handle)
