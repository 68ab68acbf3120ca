"""What kind of key a script orders: its algorithm, its use, whether it may be copied.

A key that names nothing of this is what the certificate profiles that ship are for: a
pair on P-256 that signs and never leaves its token. A copy is of the kind of the key
that it is a copy of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Algorithm(StrEnum):
    """The keys that a script can order."""

    P_256 = "P-256"
    P_384 = "P-384"
    P_521 = "P-521"
    ED25519 = "Ed25519"
    RSA_2048 = "RSA-2048"
    RSA_3072 = "RSA-3072"
    RSA_4096 = "RSA-4096"
    AES_128 = "AES-128"
    AES_256 = "AES-256"

    @property
    def bits(self) -> int:
        """The key's size; for Ed25519 that of its public key."""
        _, _, number = self.value.partition("-")
        return int(number) if number else 256

    @property
    def is_secret(self) -> bool:
        """Tell whether it is one secret key, and no pair."""
        return self.value.startswith("AES")

    @property
    def is_rsa(self) -> bool:
        """Tell whether such a pair can also wrap keys."""
        return self.value.startswith("RSA")


class KeyUse(StrEnum):
    """What a key is for; a key has one use."""

    SIGN = "sign"
    WRAP = "wrap"
    """To wrap and unwrap other keys, and nothing else."""


class KeyCopies(StrEnum):
    """Whether a key may ever leave its token."""

    NEVER = "never"
    WRAPPED = "wrapped"
    """Under a wrapping key of its token, for a backup."""
    WRAPPED_BY_TRUSTED = "wrapped-by-trusted"
    """The same, but only under one that the security officer made trusted."""

    @property
    def may_leave(self) -> bool:
        """Tell whether the key ever leaves its token."""
        return self is not KeyCopies.NEVER


class CheckMethod(StrEnum):
    """How a secret key's check value is found."""

    ZEROS = "zeros"
    """The token's own attribute, else by encrypting zeros: the first 3 bytes."""
    CMAC = "cmac"
    """The first 5 bytes of the AES-CMAC of zeros, for which the key may also sign."""


class WrapBy(StrEnum):
    """What a wrapped key is."""

    AES_KWP = "aes-kwp"
    """RFC 5649: any key, under a secret key."""
    AES_KW = "aes-kw"
    """RFC 3394: a secret key, under a secret key."""
    RSA_OAEP_SHA256 = "rsa-oaep-sha256"
    """RFC 8017, section 7.1: a secret key, under an RSA pair."""
    RSA_OAEP_SHA1 = "rsa-oaep-sha1"

    @property
    def is_rsa(self) -> bool:
        """Tell whether an RSA pair wraps, and no secret key."""
        return self.value.startswith("rsa")


@dataclass(frozen=True, slots=True)
class KeyKind:
    """What one key of a script is, with everything that it leaves out filled in.

    Attributes:
        check_value: For a secret key; a pair has none.
        copy_of: For a copy: the name of the key it is restored from; else empty.
        trusted: Whether the security officer makes it trusted; only a wrapping key is.
    """

    algorithm: Algorithm
    use: KeyUse
    copies: KeyCopies
    check_value: CheckMethod
    copy_of: str = ""
    trusted: bool = False


_UNWRAPPED: Final = {
    "CKA_LOCAL": "false",
    "CKA_ALWAYS_SENSITIVE": "false",
    "CKA_NEVER_EXTRACTABLE": "false",
}
"""What a token says of every key that it unwrapped.

Source: PKCS#11 v2.40, section 5.13 (C_UnwrapKey).
"""

TRUSTED: Final = "CKA_TRUSTED"
"""A wrapping key's, a pair's on its public key; only the security officer sets it."""

WITH_TRUSTED: Final = "CKA_WRAP_WITH_TRUSTED"
"""A key's that is wrapped by none but a trusted key.

Source: PKCS#11 v2.40, sections 4.8 to 4.10, and 4.7 for CKA_TRUSTED.
"""

_MAY_LEAVE: Final = {"CKA_EXTRACTABLE": "true", "CKA_NEVER_EXTRACTABLE": "false"}


def left_open_by(kind: KeyKind) -> Mapping[str, str]:
    """Give what a key's attributes are where it may be, or is, a wrapped copy.

    A site or a verifier that wants no copies wants them otherwise.
    """
    told: dict[str, str] = {}
    if kind.copy_of:
        told |= _UNWRAPPED
    if kind.copies.may_leave:
        told |= _MAY_LEAVE
    return told


def _concerns(name: str, kind: KeyKind) -> bool:
    """Tell whether a policy's demand is about keys of a kind.

    Of trust the two attributes are each about one kind: a key that may leave, and a
    key that wraps. A copy unwraps, and nothing is made trusted for that.
    """
    if name == WITH_TRUSTED:
        return kind.copies.may_leave
    return name != TRUSTED or (kind.use is KeyUse.WRAP and not kind.copy_of)


def usage_of(kind: KeyKind) -> Mapping[str, str]:
    """Give what a key's own attributes of usage are, by its one use."""
    wraps = kind.use is KeyUse.WRAP
    checks = kind.algorithm.is_secret
    by_cmac = checks and kind.check_value is CheckMethod.CMAC
    by_zeros = checks and kind.check_value is CheckMethod.ZEROS
    told = {
        "CKA_SIGN": str(not wraps or by_cmac).lower(),
        "CKA_UNWRAP": str(wraps).lower(),
    }
    if checks:
        told["CKA_WRAP"] = "true"
        told["CKA_ENCRYPT"] = str(by_zeros).lower()
        told["CKA_VERIFY"] = "false"
    return told


def usages_of(kind: KeyKind) -> frozenset[str]:
    """Give all usages that a key is ordered with, a pair's in either of its objects.

    These belong together: that a key has them all is no combination of uses.
    """
    own = {name for name, value in usage_of(kind).items() if value == "true"}
    if not kind.algorithm.is_secret:
        own.add("CKA_WRAP" if kind.use is KeyUse.WRAP else "CKA_VERIFY")
    return frozenset(own)


def demanded_of(kind: KeyKind, demands: Mapping[str, str]) -> dict[str, str]:
    """Give what a policy's demands come to for a key of one kind.

    What a policy says of usage is said of keys that sign; a wrapping key has the one
    usage that the script orders in its place. What the script orders of trust is
    demanded also where the policy says nothing of it.

    Args:
        kind: What the script orders.
        demands: What the policy wants of each attribute that it names.
    """
    own = {**usage_of(kind), **left_open_by(kind)}
    if kind.use is KeyUse.SIGN:
        own = dict(left_open_by(kind))
    asked = {
        name: own.get(name, wanted)
        for name, wanted in demands.items()
        if _concerns(name, kind)
    }
    if kind.copies is KeyCopies.WRAPPED_BY_TRUSTED:
        asked[WITH_TRUSTED] = "true"
    if kind.trusted:
        asked[TRUSTED] = "true"
    return asked
