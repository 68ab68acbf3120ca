"""How a key leaves a token under another one, and how it comes back.

Invariants:
    * What a failed unwrapping leaves in the token under the id that was drawn for it
      is removed, and nothing else is: other programs may store theirs meanwhile. Where
      the token then holds anything else than before, the act is in doubt.
    * A restored key gets the attributes that were ordered and no others.

Source: PKCS#11 v2.40, sections 5.13 (C_WrapKey, C_UnwrapKey); current mechanisms,
2.1.8 (OAEP) and 2.13; RFC 3394, RFC 5649, RFC 8017 section 7.1.
"""

from __future__ import annotations

import secrets
import struct
from dataclasses import dataclass
from typing import Any, Final

from pkcs11 import MGF, Attribute, KeyType, Mechanism, MechanismFlag, ObjectClass
from pkcs11.constants import DEFAULT
from pkcs11.types import UnwrapMixin, WrapMixin

from ceremony.errors import DeviceError
from ceremony.hsm.access import Held, TokenAccess
from ceremony.hsm.errors import Act, TokenCallError, device_door
from ceremony.hsm.fault import BAD_BLOB, MAY_NOT_LEAVE
from ceremony.hsm.generation import (
    CURVE_PARAMETERS,
    library_mechanism,
    pair_type,
    private_template,
    public_template,
    secret_template,
)
from ceremony.hsm.inventory import Inventory, InventoryEntry, difference
from ceremony.hsm.keys import PublicKey
from ceremony.hsm.mechanism import WrapMethod
from ceremony.hsm.objects import TokenObject
from ceremony.hsm.order import KeyOrder, SecretKeyOrder
from ceremony.hsm.public_key import RSA_KINDS, load_public_key, public_values
from ceremony.hsm.raw import RawMechanism
from ceremony.hsm.result import WrappedKey
from ceremony.identifiers import OperationId

_DATA_SPECIFIED: Final = 1
_OAEP: Final = {
    method: struct.pack("@LLLPL", digest, mask, _DATA_SPECIFIED, 0, 0)
    for method, digest, mask in (
        (WrapMethod.RSA_OAEP_SHA256, Mechanism.SHA256, MGF.SHA256),
        (WrapMethod.RSA_OAEP_SHA1, Mechanism.SHA_1, MGF.SHA1),
    )
}
"""CK_RSA_PKCS_OAEP_PARAMS, natural alignment: no label."""

_HEAD: Final = 8
"""What AES-KW and AES-KWP add to a key of whole 8-byte blocks."""

_NO_CAPABILITIES: Final = MechanismFlag(0)
_NOT_OF_PRIVATE_KEYS: Final = {
    Attribute.ENCRYPT: DEFAULT,
    Attribute.VERIFY: DEFAULT,
    Attribute.WRAP: DEFAULT,
}
"""What the library asks of every unwrapped key and no private key has."""


@dataclass(frozen=True, slots=True)
class _Target:
    """The object that an unwrapping is to make."""

    object_class: ObjectClass
    key_type: KeyType
    template: dict[Attribute, Any]


def wrap(
    access: TokenAccess,
    wrapping_id: OperationId,
    cka_id: OperationId,
    method: WrapMethod,
) -> WrappedKey:
    """Have the token wrap one of its keys by another one.

    Args:
        access: The session's way to its token.
        wrapping_id: The wrapping key: an AES key, or an RSA pair's public key.
        cka_id: The private or secret key that is wrapped.
        method: What the wrapped key is to be.

    Raises:
        DeviceError: ``HSM-KEY-01`` there is not one such key, ``HSM-KEY-05`` it does
            not wrap, ``HSM-MECHANISM-01`` the token cannot, ``HSM-WRAP-01`` the key
            may not leave, ``HSM-WRAP-03`` it is wrapped in another way than that; or
            the token's failure.
    """
    choice = access.choose(method)
    held = ObjectClass.PUBLIC_KEY if method.is_rsa else ObjectClass.SECRET_KEY
    access.key(wrapping_id, Held(held, WrapMixin, "wrap keys"))
    wrapping = access.only(wrapping_id, f"CKO_{held.name}")
    handle = access.only(cka_id, "CKO_PRIVATE_KEY", "CKO_SECRET_KEY")
    with device_door(Act.LOOK):
        entry = access.reader.entry(handle)
        trusted = access.reader.entry(wrapping).value("CKA_TRUSTED") is True
    _verify_may_leave(entry, trusted=trusted)
    mechanism = RawMechanism(library_mechanism(choice.used), _OAEP.get(method, b""))
    with device_door(Act.WRAP):
        blob = access.functions.wrap_key(access.handle, mechanism, wrapping, handle)
    if entry.object_class == "CKO_SECRET_KEY":
        _verify_length(method, len(blob), entry.size)
    return WrappedKey(blob, method, choice)


def wrap_for(
    access: TokenAccess, public_key_der: bytes, cka_id: OperationId, method: WrapMethod
) -> WrappedKey:
    """Have the token wrap a secret key to a pair that another token holds.

    The pair's public key is in the token as long as this takes and as an object of
    the session only, so that it is gone whatever happens.

    Args:
        access: The session's way to its token, opened for writing.
        public_key_der: The other token's public key: SubjectPublicKeyInfo, DER, RSA.
        cka_id: The secret key that is wrapped.
        method: One of the RSA methods.

    Raises:
        InputError: ``HSM-ORDER-04``: no RSA key of a known size.
        DeviceError: As :func:`wrap`.
    """
    public = load_public_key(public_key_der, *RSA_KINDS)
    carrier = OperationId(secrets.token_hex(16))
    access.choose(method)
    access.verify_same_token()
    with device_door(Act.WRAP):
        brought = access.library.create_object(
            {
                Attribute.CLASS: ObjectClass.PUBLIC_KEY,
                Attribute.KEY_TYPE: KeyType.RSA,
                Attribute.TOKEN: False,
                Attribute.PRIVATE: False,
                Attribute.LABEL: carrier,
                Attribute.ID: bytes.fromhex(carrier),
                Attribute.WRAP: True,
                Attribute.ENCRYPT: False,
                Attribute.VERIFY: False,
                **public_values(public),
            }
        )
    try:
        return wrap(access, carrier, cka_id, method)
    finally:
        with device_door(Act.WRAP):
            brought.destroy()


def _verify_may_leave(entry: InventoryEntry, *, trusted: bool) -> None:
    """Keep a key in its token that is to stay there, whatever the token allows.

    NSS wraps keys of which it says itself that they are not extractable.
    """
    if entry.value("CKA_EXTRACTABLE") is False:
        why = "is to stay in its token"
    elif entry.value("CKA_WRAP_WITH_TRUSTED") is True and not trusted:
        why = "may be wrapped by a trusted wrapping key only"
    else:
        return
    raise DeviceError(
        MAY_NOT_LEAVE.code,
        f"The key {entry.label!r} (id {entry.cka_id}) {why}.",
        remedy=MAY_NOT_LEAVE.remedy,
        meaning=Act.WRAP.refusal,
    )


def _verify_length(method: WrapMethod, length: int, bits: int) -> None:
    """Refuse a wrapped secret key that is longer or shorter than its method makes it.

    ``CKM_AES_KEY_WRAP_PAD`` is RFC 5649 in some modules (SoftHSMv2), and in others
    (NSS) a padding of PKCS #7 inside RFC 3394, which is 8 bytes longer and which no
    other module would unwrap. And SoftHSMv2 restores whatever it finds as an AES key,
    of any length, which it does not tell afterwards.

    Args:
        method: What the key is wrapped by.
        length: The wrapped key's, in bytes.
        bits: The key's size; 0 where it is not known.
    """
    expected = bits // 8 + _HEAD
    if bits and not method.is_rsa and length != expected:
        raise DeviceError(
            "HSM-WRAP-03",
            f"A key of {bits} bits wrapped by {method} has {length} bytes, not "
            f"{expected}.",
            remedy="Wrap and unwrap by a method that the token carries out as its "
            "standard says, and check which wrapped key this is.",
            meaning="No key was restored, and what was wrapped is not relied on.",
        )


def unwrap_secret(
    access: TokenAccess,
    wrapping_id: OperationId,
    wrapped: WrappedKey,
    order: SecretKeyOrder,
) -> None:
    """Restore a secret key; it is read back by the caller.

    Args:
        access: An open session, the user logged in, opened for writing.
        wrapping_id: The AES key, or the RSA pair, that it was wrapped by.
        wrapped: The wrapped key.
        order: What it is to be and may do.

    Raises:
        DeviceError: As :func:`wrap`; ``HSM-WRAP-02``: nothing that the wrapping key
            can unwrap.
    """
    _verify_length(wrapped.method, len(wrapped.blob), order.algorithm.bits)
    target = _Target(ObjectClass.SECRET_KEY, KeyType.AES, secret_template(order))
    _unwrap(access, wrapping_id, wrapped, order, target)


def unwrap_private(
    access: TokenAccess,
    wrapping_id: OperationId,
    wrapped: WrappedKey,
    order: KeyOrder,
) -> None:
    """Restore a private key; the public one is written by :func:`write_public`.

    Args:
        access: An open session, the user logged in, opened for writing.
        wrapping_id: The AES key that it was wrapped by.
        wrapped: The wrapped key.
        order: What it is to be and may do.

    Raises:
        DeviceError: As :func:`unwrap_secret`.
    """
    template = {**private_template(order), **_NOT_OF_PRIVATE_KEYS}
    target = _Target(ObjectClass.PRIVATE_KEY, pair_type(order.algorithm), template)
    _unwrap(access, wrapping_id, wrapped, order, target)


def write_public(access: TokenAccess, public: PublicKey, order: KeyOrder) -> None:
    """Write the public key that belongs to a restored private key.

    Raises:
        DeviceError: The token failed; ``in_doubt``: the private key exists.
    """
    template: dict[Attribute, Any] = {
        Attribute.CLASS: ObjectClass.PUBLIC_KEY,
        Attribute.KEY_TYPE: pair_type(order.algorithm),
        Attribute.TOKEN: True,
        Attribute.LABEL: order.label,
        Attribute.ID: bytes.fromhex(order.cka_id),
        **public_template(order),
        **public_values(public),
    }
    if not order.algorithm.is_rsa:
        template[Attribute.EC_PARAMS] = CURVE_PARAMETERS[order.algorithm]
    with device_door(Act.UNWRAP):
        access.library.create_object(template)


def _unwrap(
    access: TokenAccess,
    wrapping_id: OperationId,
    wrapped: WrappedKey,
    order: KeyOrder | SecretKeyOrder,
    target: _Target,
) -> None:
    access.refuse_existing(order.label, order.cka_id)
    used = access.choose(wrapped.method).used
    rsa = wrapped.method.is_rsa
    held = ObjectClass.PRIVATE_KEY if rsa else ObjectClass.SECRET_KEY
    key = access.key(wrapping_id, Held(held, UnwrapMixin, "unwrap keys"))
    before = access.objects()
    try:
        with device_door(Act.UNWRAP, unexplained=BAD_BLOB):
            key.unwrap_key(
                target.object_class,
                target.key_type,
                wrapped.blob,
                id=bytes.fromhex(order.cka_id),
                label=order.label,
                mechanism=library_mechanism(used),
                mechanism_param=_OAEP.get(wrapped.method),
                store=True,
                capabilities=_NO_CAPABILITIES,
                template=target.template,
            )
    except TokenCallError as error:
        _clear_debris(access, before, order.cka_id, error)
        raise


def _clear_debris(
    access: TokenAccess,
    before: tuple[TokenObject, ...],
    cka_id: OperationId,
    error: TokenCallError,
) -> None:
    """Remove what a failed unwrapping left, and tell of it in the error."""
    known = {each.handle for each in before}
    error.in_doubt, error.meaning = True, Act.UNWRAP.doubt
    try:
        debris = [
            each
            for each in access.objects()
            if each.handle not in known and each.entry.cka_id == cka_id
        ]
        error.debris = tuple(each.entry for each in debris)
        for each in debris:
            with device_door(Act.DESTROY):
                access.functions.destroy_object(access.handle, each.handle)
        after = access.inventory()
    except DeviceError:
        # The unwrapping's own failure is what a person needs to hear of.
        return
    change = difference(Inventory.of(each.entry for each in before), after)
    if change.added or change.removed:
        return
    error.in_doubt, error.meaning = False, Act.UNWRAP.refusal
    if debris:
        error.meaning += (
            f" {len(debris)} broken object(s) that the attempt left were removed."
        )
