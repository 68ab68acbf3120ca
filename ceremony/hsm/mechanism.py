"""The mechanisms by their standard names, and which of them an operation may use.

Reaches no device and needs no PKCS#11 library, so that whoever only asks for an
operation can name it. What a token can do is its list of mechanisms and nothing else:
the flags that go with the list are not read, for SoftHSMv2 gives uninitialised memory
there.

Invariants:
    * The table is the only place that says what may stand in for what.
    * Whatever is chosen is told, together with what was preferred and is missing.

Source: PKCS#11 v3.1, section 6 (mechanisms); for ``CKM_AES_KEY_WRAP_PAD``, which older
tokens have for RFC 5649, v2.40 current mechanisms, section 2.13.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from ceremony.errors import DeviceError
from ceremony.hsm.order import CheckValueKind, KeyAlgorithm, SecretAlgorithm


class MechanismName(StrEnum):
    """The mechanisms that are ever used here."""

    EC_KEY_PAIR_GEN = "CKM_EC_KEY_PAIR_GEN"
    EC_EDWARDS_KEY_PAIR_GEN = "CKM_EC_EDWARDS_KEY_PAIR_GEN"
    RSA_PKCS_KEY_PAIR_GEN = "CKM_RSA_PKCS_KEY_PAIR_GEN"
    AES_KEY_GEN = "CKM_AES_KEY_GEN"
    ECDSA = "CKM_ECDSA"
    EDDSA = "CKM_EDDSA"
    RSA_PKCS = "CKM_RSA_PKCS"
    SHA256_RSA_PKCS = "CKM_SHA256_RSA_PKCS"
    SHA384_RSA_PKCS = "CKM_SHA384_RSA_PKCS"
    SHA512_RSA_PKCS = "CKM_SHA512_RSA_PKCS"
    RSA_PKCS_PSS = "CKM_RSA_PKCS_PSS"
    SHA256_RSA_PKCS_PSS = "CKM_SHA256_RSA_PKCS_PSS"
    SHA384_RSA_PKCS_PSS = "CKM_SHA384_RSA_PKCS_PSS"
    SHA512_RSA_PKCS_PSS = "CKM_SHA512_RSA_PKCS_PSS"
    AES_KEY_WRAP = "CKM_AES_KEY_WRAP"
    AES_KEY_WRAP_PAD = "CKM_AES_KEY_WRAP_PAD"
    AES_KEY_WRAP_KWP = "CKM_AES_KEY_WRAP_KWP"
    RSA_PKCS_OAEP = "CKM_RSA_PKCS_OAEP"
    AES_ECB = "CKM_AES_ECB"
    AES_CMAC = "CKM_AES_CMAC"


class SignatureScheme(StrEnum):
    """What a signature is, whichever mechanism makes it."""

    ECDSA = "ECDSA"
    """Over a digest that is given, at most as long as the curve's order."""
    ED25519_PURE = "ED25519_PURE"
    RSA_PKCS1_SHA256 = "RSA_PKCS1_SHA256"
    RSA_PKCS1_SHA384 = "RSA_PKCS1_SHA384"
    RSA_PKCS1_SHA512 = "RSA_PKCS1_SHA512"
    RSA_PSS_SHA256 = "RSA_PSS_SHA256"
    """MGF1 with the same digest, and a salt as long as the digest."""
    RSA_PSS_SHA384 = "RSA_PSS_SHA384"
    RSA_PSS_SHA512 = "RSA_PSS_SHA512"

    @property
    def digest(self) -> str:
        """The digest's name for :mod:`hashlib`; empty where the scheme names none."""
        name = self.value.rpartition("_")[2].lower()
        return name if name.startswith("sha") else ""


class WrapMethod(StrEnum):
    """What a wrapped key is, whichever mechanism makes it."""

    AES_KWP = "AES_KWP"
    """RFC 5649: any key."""
    AES_KW = "AES_KW"
    """RFC 3394: keys whose encoding is a multiple of 8 bytes, hence secret keys."""
    RSA_OAEP_SHA256 = "RSA_OAEP_SHA256"
    """RFC 8017, section 7.1, for both digest and MGF1, no label: secret keys."""
    RSA_OAEP_SHA1 = "RSA_OAEP_SHA1"
    """The same with SHA-1, which is all that some tokens have."""

    @property
    def is_rsa(self) -> bool:
        """Tell whether an RSA pair wraps, and not a secret key."""
        return self in {WrapMethod.RSA_OAEP_SHA256, WrapMethod.RSA_OAEP_SHA1}


Operation: TypeAlias = (
    "KeyAlgorithm | SecretAlgorithm | SignatureScheme | WrapMethod | CheckValueKind"
)
"""Everything that a mechanism is chosen for; no two have the same name."""

_WORDS: Final[dict[Operation, str]] = {
    KeyAlgorithm.EC_P256: "EC P-256 key pairs",
    KeyAlgorithm.EC_P384: "EC P-384 key pairs",
    KeyAlgorithm.EC_P521: "EC P-521 key pairs",
    KeyAlgorithm.ED25519: "Ed25519 key pairs",
    KeyAlgorithm.RSA_2048: "RSA key pairs of 2048 bits",
    KeyAlgorithm.RSA_3072: "RSA key pairs of 3072 bits",
    KeyAlgorithm.RSA_4096: "RSA key pairs of 4096 bits",
    SecretAlgorithm.AES_128: "AES keys of 128 bits",
    SecretAlgorithm.AES_256: "AES keys of 256 bits",
    SignatureScheme.ECDSA: "signatures by ECDSA",
    SignatureScheme.ED25519_PURE: "signatures by Ed25519",
    SignatureScheme.RSA_PKCS1_SHA256: "signatures by SHA-256 with RSA",
    SignatureScheme.RSA_PKCS1_SHA384: "signatures by SHA-384 with RSA",
    SignatureScheme.RSA_PKCS1_SHA512: "signatures by SHA-512 with RSA",
    SignatureScheme.RSA_PSS_SHA256: "signatures by SHA-256 with RSA-PSS",
    SignatureScheme.RSA_PSS_SHA384: "signatures by SHA-384 with RSA-PSS",
    SignatureScheme.RSA_PSS_SHA512: "signatures by SHA-512 with RSA-PSS",
    WrapMethod.AES_KWP: "wrapping by AES-KWP",
    WrapMethod.AES_KW: "wrapping by AES-KW",
    WrapMethod.RSA_OAEP_SHA256: "wrapping by RSA-OAEP with SHA-256",
    WrapMethod.RSA_OAEP_SHA1: "wrapping by RSA-OAEP with SHA-1",
    CheckValueKind.ENCRYPTED_ZEROS: "check values by AES-ECB",
    CheckValueKind.CMAC_ZEROS: "check values by AES-CMAC",
}

_M: Final = MechanismName
_EC: Final = (_M.EC_KEY_PAIR_GEN,)
_RSA: Final = (_M.RSA_PKCS_KEY_PAIR_GEN,)
_AES: Final = (_M.AES_KEY_GEN,)
_OAEP: Final = (_M.RSA_PKCS_OAEP,)

CANDIDATES: Final[dict[Operation, tuple[MechanismName, ...]]] = {
    KeyAlgorithm.EC_P256: _EC,
    KeyAlgorithm.EC_P384: _EC,
    KeyAlgorithm.EC_P521: _EC,
    KeyAlgorithm.ED25519: (_M.EC_EDWARDS_KEY_PAIR_GEN,),
    KeyAlgorithm.RSA_2048: _RSA,
    KeyAlgorithm.RSA_3072: _RSA,
    KeyAlgorithm.RSA_4096: _RSA,
    SecretAlgorithm.AES_128: _AES,
    SecretAlgorithm.AES_256: _AES,
    # A digest made here and signed plainly, since that is what every token has.
    SignatureScheme.ECDSA: (_M.ECDSA,),
    SignatureScheme.ED25519_PURE: (_M.EDDSA,),
    SignatureScheme.RSA_PKCS1_SHA256: (_M.SHA256_RSA_PKCS, _M.RSA_PKCS),
    SignatureScheme.RSA_PKCS1_SHA384: (_M.SHA384_RSA_PKCS, _M.RSA_PKCS),
    SignatureScheme.RSA_PKCS1_SHA512: (_M.SHA512_RSA_PKCS, _M.RSA_PKCS),
    SignatureScheme.RSA_PSS_SHA256: (_M.SHA256_RSA_PKCS_PSS, _M.RSA_PKCS_PSS),
    SignatureScheme.RSA_PSS_SHA384: (_M.SHA384_RSA_PKCS_PSS, _M.RSA_PKCS_PSS),
    SignatureScheme.RSA_PSS_SHA512: (_M.SHA512_RSA_PKCS_PSS, _M.RSA_PKCS_PSS),
    WrapMethod.AES_KWP: (_M.AES_KEY_WRAP_KWP, _M.AES_KEY_WRAP_PAD),
    WrapMethod.AES_KW: (_M.AES_KEY_WRAP,),
    WrapMethod.RSA_OAEP_SHA256: _OAEP,
    WrapMethod.RSA_OAEP_SHA1: _OAEP,
    CheckValueKind.ENCRYPTED_ZEROS: (_M.AES_ECB,),
    CheckValueKind.CMAC_ZEROS: (_M.AES_CMAC,),
}
"""Each operation with its mechanisms, the best one first."""


@dataclass(frozen=True, slots=True)
class MechanismChoice:
    """Which mechanism a token does an operation by.

    Attributes:
        operation: The operation's name, e.g. ``RSA_PKCS1_SHA256``.
        used: The mechanism.
        passed_over: What would have been better and the token lacks, best first.
    """

    operation: str
    used: MechanismName
    passed_over: tuple[MechanismName, ...] = ()


def operation_words(operation: Operation) -> str:
    """Name an operation as a person reads it, e.g. ``signatures by ECDSA``."""
    return _WORDS[operation]


def choose(operation: Operation, offered: Collection[str]) -> MechanismChoice:
    """Choose the best mechanism that a token offers.

    Args:
        operation: What is to be done.
        offered: The names of all of the token's mechanisms.

    Raises:
        DeviceError: ``HSM-MECHANISM-01``: it offers none that would do.
    """
    candidates = CANDIDATES[operation]
    for place, candidate in enumerate(candidates):
        if candidate in offered:
            return MechanismChoice(operation.value, candidate, candidates[:place])
    raise DeviceError(
        "HSM-MECHANISM-01",
        f"The token does not offer {operation.value}: it has none of the mechanisms "
        f"{', '.join(candidates)}.",
        remedy="Choose a token or an algorithm that go together.",
        meaning="Nothing was done with any key.",
    )
