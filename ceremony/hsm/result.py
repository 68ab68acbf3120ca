"""What a token gave back: plain values, each with how it came about.

Reaches no device, so that the rules and whoever speaks to a device at a distance may
read these.
"""

from __future__ import annotations

from dataclasses import dataclass

from ceremony.hsm.attributes import FoundAttribute
from ceremony.hsm.mechanism import MechanismChoice, WrapMethod
from ceremony.hsm.order import CheckValueKind, KeyAlgorithm
from ceremony.hsm.remark import Remark
from ceremony.identifiers import OperationId


@dataclass(frozen=True, slots=True)
class GeneratedKey:
    """One key pair in a token, as it was read back.

    Attributes:
        label: The private key's label.
        cka_id: 32 lower-case hexadecimal digits.
        algorithm: What kind of key the token holds.
        public_key_der: SubjectPublicKeyInfo, DER, 44 to some 550 bytes.
        mechanism: How the token says it made the key, e.g. ``CKM_EC_KEY_PAIR_GEN``,
            or ``absent``.
        private_attributes: The private object's attributes, sorted by name.
        public_attributes: The public object's attributes, sorted by name.
        remarks: What is not as ordered, or cannot be so, of a pair that was just made
            or restored; empty for a pair that was only read.
    """

    label: str
    cka_id: OperationId
    algorithm: KeyAlgorithm
    public_key_der: bytes
    mechanism: str
    private_attributes: tuple[FoundAttribute, ...]
    public_attributes: tuple[FoundAttribute, ...]
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class SecretKey:
    """One secret key in a token, as it was read back; never its value.

    Attributes:
        label: The key's label.
        cka_id: 32 lower-case hexadecimal digits.
        key_type: ``CKK_AES``.
        size: In bits; 0 where the token does not tell.
        mechanism: How the token says it made the key, or ``absent``.
        attributes: The object's attributes, sorted by name.
        remarks: What the token should have told and did not, told wrongly, or made
            otherwise than ordered.
    """

    label: str
    cka_id: OperationId
    key_type: str
    size: int
    mechanism: str
    attributes: tuple[FoundAttribute, ...]
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenSignature:
    """A signature as the token gave it.

    Attributes:
        value: ECDSA: both numbers, each as long as the curve's order, big-endian;
            Ed25519: 64 bytes; RSA: as long as the modulus.
        choice: The mechanism that made it.
    """

    value: bytes
    choice: MechanismChoice


@dataclass(frozen=True, slots=True)
class Proof:
    """A token's proof that it holds a private key, verified when it was made.

    Attributes:
        message: What was signed: :func:`ceremony.key_proof.proof_message`.
        signature: As :func:`ceremony.hsm.keys.sign_by_default` describes it.
        public_key_der: SubjectPublicKeyInfo, DER: what it was verified with.
        choice: The mechanism that made it.
    """

    message: bytes
    signature: bytes
    public_key_der: bytes
    choice: MechanismChoice


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A key under another key, as the token gave it.

    Attributes:
        blob: AES: 8 bytes more than the key's encoding, filled up to a multiple of 8
            by AES-KWP; RSA: as long as the modulus. A private key is encoded as
            PKCS #8, DER; a secret key as itself.
        method: What it is wrapped by.
        choice: The mechanism that made it; None where that is not known any more.
    """

    blob: bytes
    method: WrapMethod
    choice: MechanismChoice | None = None


@dataclass(frozen=True, slots=True)
class WrappedPublicKey:
    """A public key under an AES key by AES-KWP, as the token gave it.

    Attributes:
        blob: 8 bytes more than the SubjectPublicKeyInfo (DER) filled up to a multiple
            of 8.
        choice: The mechanism that made it.
        filled: Zeros that the token has put behind the public key before it wrapped
            it, 0 to 7; by RFC 5649 there are none.
    """

    blob: bytes
    choice: MechanismChoice
    filled: int = 0


@dataclass(frozen=True, slots=True)
class CheckValue:
    """A secret key's check value: equal for equal keys, and no use to find the key.

    Attributes:
        kind: What it is computed as; only values of one kind can be compared.
        value: Lower-case hexadecimal digits: 6 or 10, by kind.
        told_by: ``CKA_CHECK_VALUE``, or the mechanism by which it was computed.
    """

    kind: CheckValueKind
    value: str
    told_by: str
