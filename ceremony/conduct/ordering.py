"""From what a script says of a key to what a device is asked for.

Invariants:
    * Each word of a script has one device's word; a test goes through all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceremony.hsm.mechanism import WrapMethod
from ceremony.hsm.order import (
    CheckValueKind,
    Copies,
    KeyAlgorithm,
    KeyOrder,
    PairUse,
    SecretAlgorithm,
    SecretKeyOrder,
    SecretUse,
)
from ceremony.identifiers import OperationId
from ceremony.script.key_kind import (
    Algorithm,
    CheckMethod,
    KeyCopies,
    KeyKind,
    KeyUse,
    WrapBy,
)

PAIRS: Final[Mapping[Algorithm, KeyAlgorithm]] = {
    Algorithm.P_256: KeyAlgorithm.EC_P256,
    Algorithm.P_384: KeyAlgorithm.EC_P384,
    Algorithm.P_521: KeyAlgorithm.EC_P521,
    Algorithm.ED25519: KeyAlgorithm.ED25519,
    Algorithm.RSA_2048: KeyAlgorithm.RSA_2048,
    Algorithm.RSA_3072: KeyAlgorithm.RSA_3072,
    Algorithm.RSA_4096: KeyAlgorithm.RSA_4096,
}
SECRETS: Final[Mapping[Algorithm, SecretAlgorithm]] = {
    Algorithm.AES_128: SecretAlgorithm.AES_128,
    Algorithm.AES_256: SecretAlgorithm.AES_256,
}
METHODS: Final[Mapping[WrapBy, WrapMethod]] = {
    WrapBy.AES_KWP: WrapMethod.AES_KWP,
    WrapBy.AES_KW: WrapMethod.AES_KW,
    WrapBy.RSA_OAEP_SHA256: WrapMethod.RSA_OAEP_SHA256,
    WrapBy.RSA_OAEP_SHA1: WrapMethod.RSA_OAEP_SHA1,
}
CHECKS: Final[Mapping[CheckMethod, CheckValueKind]] = {
    CheckMethod.ZEROS: CheckValueKind.ENCRYPTED_ZEROS,
    CheckMethod.CMAC: CheckValueKind.CMAC_ZEROS,
}
_COPIES: Final[Mapping[KeyCopies, Copies]] = {
    KeyCopies.NEVER: Copies.NEVER,
    KeyCopies.WRAPPED: Copies.WRAPPED,
    KeyCopies.WRAPPED_BY_TRUSTED: Copies.WRAPPED_BY_TRUSTED,
}


def pair_order(kind: KeyKind, label: str, op: OperationId) -> KeyOrder:
    """Give the order for a key pair, made or restored."""
    use = PairUse.WRAP if kind.use is KeyUse.WRAP else PairUse.SIGN
    return KeyOrder(label, op, PAIRS[kind.algorithm], use, _COPIES[kind.copies])


def secret_order(kind: KeyKind, label: str, op: OperationId) -> SecretKeyOrder:
    """Give the order for a wrapping key, made or restored.

    The check value that the script names must be computable on every token, for one
    that was restored may have no attribute to tell it.
    """
    return SecretKeyOrder(
        label,
        op,
        SECRETS[kind.algorithm],
        SecretUse.WRAP,
        _COPIES[kind.copies],
        CHECKS[kind.check_value],
    )
