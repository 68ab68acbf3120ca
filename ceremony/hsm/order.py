"""What key is asked for, and what it may be used for: plain values.

Reaches no device, so that the rules may read these.

Invariants:
    * A key has one use. What would let a token be turned against its own keys, such
      as wrapping and decrypting with one key, cannot be ordered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ceremony.errors import InputError
from ceremony.identifiers import OperationId

_KEY_ID: Final = re.compile(r"[0-9a-f]{32}")
_LABEL: Final = re.compile(r"[\x20-\x7e]{1,64}")


class KeyAlgorithm(StrEnum):
    """The key pairs that can be ordered."""

    EC_P256 = "EC_P256"
    EC_P384 = "EC_P384"
    EC_P521 = "EC_P521"
    ED25519 = "ED25519"
    RSA_2048 = "RSA_2048"
    RSA_3072 = "RSA_3072"
    RSA_4096 = "RSA_4096"

    @property
    def is_rsa(self) -> bool:
        """Tell whether such a pair can also wrap keys."""
        return self.value.startswith("RSA")


class SecretAlgorithm(StrEnum):
    """The secret keys that can be ordered."""

    AES_128 = "AES_128"
    AES_256 = "AES_256"

    @property
    def bits(self) -> int:
        """The key's size."""
        return int(self.value.rpartition("_")[2])


class PairUse(StrEnum):
    """What a key pair is for."""

    SIGN = "sign"
    WRAP = "wrap"
    """To wrap and unwrap other keys by RSA-OAEP, and nothing else."""


class SecretUse(StrEnum):
    """What a secret key is for."""

    WRAP = "wrap"
    """To wrap and unwrap other keys, and nothing else."""
    ENCRYPT = "encrypt"
    MAC = "mac"


class Copies(StrEnum):
    """Whether a key may ever leave its token, always wrapped."""

    NEVER = "never"
    WRAPPED = "wrapped"
    """For a key that is to be backed up: any wrapping key of the token may wrap it."""
    WRAPPED_BY_TRUSTED = "wrapped-by-trusted"
    """The same, but only by a key that the security officer made trusted."""


class CheckValueKind(StrEnum):
    """What a check value is computed as, from 16 zero bytes.

    Source: ANSI X9.24-1:2017, annex A (both methods).
    """

    ENCRYPTED_ZEROS = "ENCRYPTED_ZEROS"
    """The first 3 bytes of their encryption; also what CKA_CHECK_VALUE is."""
    CMAC_ZEROS = "CMAC_ZEROS"
    """The first 5 bytes of their AES-CMAC."""

    @property
    def length(self) -> int:
        """The check value's length in bytes."""
        return 3 if self is CheckValueKind.ENCRYPTED_ZEROS else 5


@dataclass(frozen=True, slots=True)
class KeyOrder:
    """One key pair to be made or restored.

    Attributes:
        label: 1 to 64 printable ASCII characters; new to the token.
        cka_id: 32 lower-case hexadecimal digits (16 bytes), the operation's id; new
            to the token.
        algorithm: What kind of key.
        use: What it may do.
        copies: Whether the private key may leave the token.

    Raises:
        InputError: ``HSM-ORDER-01`` label or ``HSM-ORDER-02`` id not of that form,
            ``HSM-ORDER-03`` a use that keys of the kind do not have.
    """

    label: str
    cka_id: OperationId
    algorithm: KeyAlgorithm
    use: PairUse = PairUse.SIGN
    copies: Copies = Copies.NEVER

    def __post_init__(self) -> None:
        """Refuse what could not be found again or would serve for nothing."""
        _verify_name(self.label, self.cka_id)
        if self.use is PairUse.WRAP and not self.algorithm.is_rsa:
            raise InputError(
                "HSM-ORDER-03",
                f"A key of the kind {self.algorithm} does not wrap keys.",
                remedy="Order an RSA pair or an AES key to wrap with.",
            )


@dataclass(frozen=True, slots=True)
class SecretKeyOrder:
    """One secret key to be made or restored.

    Attributes:
        label: 1 to 64 printable ASCII characters; new to the token.
        cka_id: 32 lower-case hexadecimal digits (16 bytes), the operation's id; new
            to the token.
        algorithm: What kind of key.
        use: What it may do.
        copies: Whether it may leave the token.
        check_by: The check value that must be computable, for which the key gets the
            one usage more that this needs: a wrapping key of a token that has no
            ``CKA_CHECK_VALUE`` needs one. ``CMAC_ZEROS`` is the harmless one: who may
            encrypt single blocks with a wrapping key can make up wrapped keys.

    Raises:
        InputError: ``HSM-ORDER-01`` label or ``HSM-ORDER-02`` id not of that form.
    """

    label: str
    cka_id: OperationId
    algorithm: SecretAlgorithm
    use: SecretUse
    copies: Copies = Copies.NEVER
    check_by: CheckValueKind | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be found again by exactly this label and id."""
        _verify_name(self.label, self.cka_id)


def _verify_name(label: str, cka_id: str) -> None:
    if _LABEL.fullmatch(label) is None:
        raise InputError(
            "HSM-ORDER-01",
            f"The key label {label!r} is not 1 to 64 printable characters.",
            remedy="Give the key a short label of plain letters and digits.",
        )
    if _KEY_ID.fullmatch(cka_id) is None:
        raise InputError(
            "HSM-ORDER-02",
            f"The key id {cka_id!r} is not 32 hexadecimal digits.",
            remedy="Use the operation's id as the key's id.",
        )
