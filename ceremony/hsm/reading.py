"""What a token holds of a key, read back: never what was asked for or expected."""

from __future__ import annotations

from dataclasses import replace

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pkcs11 import Attribute

from ceremony.errors import DeviceError
from ceremony.hsm.access import TokenAccess
from ceremony.hsm.errors import Act, device_door
from ceremony.hsm.generation import (
    private_template,
    public_template,
    secret_template,
)
from ceremony.hsm.keys import PublicKey
from ceremony.hsm.order import KeyOrder, SecretKeyOrder
from ceremony.hsm.public_key import algorithm_of, read_public_key, unreadable_key
from ceremony.hsm.remark import remarks_on_ordered, remarks_on_size
from ceremony.hsm.result import GeneratedKey, SecretKey
from ceremony.identifiers import OperationId


def public_key(access: TokenAccess, cka_id: OperationId) -> PublicKey:
    """Read the public key of a pair of which both halves are there.

    Raises:
        DeviceError: As :func:`read_pair`.
    """
    access.only(cka_id, "CKO_PRIVATE_KEY")
    handle = access.only(cka_id, "CKO_PUBLIC_KEY")
    with device_door(Act.LOOK):
        return read_public_key(access.reader, handle, access.reader.entry(handle))


def read_pair(access: TokenAccess, cka_id: OperationId) -> GeneratedKey:
    """Read a key pair.

    Raises:
        DeviceError: ``HSM-KEY-01`` not exactly one private and one public object with
            this id, ``HSM-KEY-03`` a kind that is not known here or halves that do
            not belong together, or the token's failure.
    """
    private_handle = access.only(cka_id, "CKO_PRIVATE_KEY")
    public_handle = access.only(cka_id, "CKO_PUBLIC_KEY")
    with device_door(Act.LOOK):
        private = access.reader.entry(private_handle)
        public = access.reader.entry(public_handle)
        key = read_public_key(access.reader, public_handle, public)
    moduli = {private.value("CKA_MODULUS"), public.value("CKA_MODULUS")}
    if len(moduli) > 1:
        raise unreadable_key(private, "its public key is another one's")
    return GeneratedKey(
        label=private.label,
        cka_id=cka_id,
        algorithm=algorithm_of(public),
        public_key_der=key.public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        ),
        mechanism=str(private.value("CKA_KEY_GEN_MECHANISM")),
        private_attributes=private.attributes,
        public_attributes=public.attributes,
    )


def read_secret(access: TokenAccess, cka_id: OperationId) -> SecretKey:
    """Read a secret key, all but its value.

    Raises:
        DeviceError: ``HSM-KEY-01`` not exactly one secret key with this id,
            ``HSM-KEY-03`` it is none for AES, or the token's failure.
    """
    handle = access.only(cka_id, "CKO_SECRET_KEY")
    with device_door(Act.LOOK):
        entry = access.reader.entry(handle)
    if entry.key_type != "CKK_AES":
        raise unreadable_key(entry, "its kind is not known here")
    return SecretKey(
        label=entry.label,
        cka_id=cka_id,
        key_type=entry.key_type,
        size=entry.size,
        mechanism=str(entry.value("CKA_KEY_GEN_MECHANISM")),
        attributes=entry.attributes,
        remarks=remarks_on_size(entry.size),
    )


def read_ordered_pair(access: TokenAccess, order: KeyOrder) -> GeneratedKey:
    """Read a pair that was just made or restored, and hold it against its order.

    An attribute that is not as ordered is a remark: policy decides upon it.

    Raises:
        DeviceError: ``HSM-KEY-04``: it is not what was ordered; or as
            :func:`read_pair`.
    """
    key = read_pair(access, order.cka_id)
    if (key.label, key.algorithm) != (order.label, order.algorithm):
        raise _not_ordered(key.label, key.algorithm, order)
    remarks = (
        *remarks_on_ordered(_named(private_template(order)), key.private_attributes),
        *remarks_on_ordered(_named(public_template(order)), key.public_attributes),
    )
    return replace(key, remarks=remarks)


def read_ordered_secret(access: TokenAccess, order: SecretKeyOrder) -> SecretKey:
    """Read a secret key that was just made or restored, and hold it to its order.

    A size that the token does not tell is a remark and not a difference, and so is an
    attribute that is not as ordered.

    Raises:
        DeviceError: ``HSM-KEY-04``: it is not what was ordered; or as
            :func:`read_secret`.
    """
    key = read_secret(access, order.cka_id)
    if key.label != order.label or key.size not in {0, order.algorithm.bits}:
        raise _not_ordered(key.label, f"AES_{key.size}", order)
    remarks = remarks_on_ordered(_named(secret_template(order)), key.attributes)
    return replace(key, remarks=(*key.remarks, *remarks))


def _not_ordered(
    label: str, algorithm: str, order: KeyOrder | SecretKeyOrder
) -> DeviceError:
    return DeviceError(
        "HSM-KEY-04",
        f"The token made {algorithm} {label!r} where {order.algorithm} "
        f"{order.label!r} was ordered.",
        remedy="Keep the token as it is and decide by the two-person rule.",
        meaning="A key exists that nobody ordered.",
        in_doubt=True,
    )


def _named(template: dict[Attribute, bool]) -> dict[str, bool]:
    return {f"CKA_{each.name}": value for each, value in template.items()}
