"""What key is asked for, and what key was made: plain values.

Reaches no device, so that the rules may read these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ceremony.errors import InputError
from ceremony.hsm.attributes import FoundAttribute
from ceremony.identifiers import OperationId

_KEY_ID: Final = re.compile(r"[0-9a-f]{32}")
_LABEL: Final = re.compile(r"[\x20-\x7e]{1,64}")


class KeyAlgorithm(StrEnum):
    """The key pairs that can be ordered."""

    EC_P256 = "EC_P256"
    EC_P384 = "EC_P384"
    ED25519 = "ED25519"
    RSA_2048 = "RSA_2048"
    RSA_3072 = "RSA_3072"
    RSA_4096 = "RSA_4096"


@dataclass(frozen=True, slots=True)
class KeyOrder:
    """One key pair to be made.

    Attributes:
        label: 1 to 64 printable ASCII characters; new to the token.
        cka_id: 32 lower-case hexadecimal digits (16 bytes), the operation's id; new
            to the token.
        algorithm: What kind of key.

    Raises:
        InputError: ``HSM-ORDER-01`` label or ``HSM-ORDER-02`` id not of that form.
    """

    label: str
    cka_id: OperationId
    algorithm: KeyAlgorithm

    def __post_init__(self) -> None:
        """Refuse what could not be found again by exactly this label and id."""
        if _LABEL.fullmatch(self.label) is None:
            raise InputError(
                "HSM-ORDER-01",
                f"The key label {self.label!r} is not 1 to 64 printable characters.",
                remedy="Give the key a short label of plain letters and digits.",
            )
        if _KEY_ID.fullmatch(self.cka_id) is None:
            raise InputError(
                "HSM-ORDER-02",
                f"The key id {self.cka_id!r} is not 32 hexadecimal digits.",
                remedy="Use the operation's id as the key's id.",
            )


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
    """

    label: str
    cka_id: OperationId
    algorithm: KeyAlgorithm
    public_key_der: bytes
    mechanism: str
    private_attributes: tuple[FoundAttribute, ...]
    public_attributes: tuple[FoundAttribute, ...]
