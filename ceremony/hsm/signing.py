"""How a token signs: each scheme by the best mechanism that the token has.

Where a token lacks the mechanism that also hashes, the digest is made here and signed
plainly: for PKCS #1 v1.5 inside its DigestInfo.

Whether the slot still holds the token is asked when a key is found; at each signature
only the session is asked whether it lives, for a token that is taken away takes its
sessions with it, and telling a serial takes as long as signing.

Source: PKCS#11 v2.40, section 5.1.2 (CKR_SESSION_HANDLE_INVALID: removing a token
closes all sessions with it); current mechanisms, 2.1.6, 2.1.10, 2.1.11 and 2.3.6; RFC
8017, section 9.2 (DigestInfo).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from pkcs11 import MGF, Mechanism, ObjectClass
from pkcs11.types import SignMixin

from ceremony.hsm.access import Held, TokenAccess
from ceremony.hsm.errors import Act, device_door
from ceremony.hsm.generation import library_mechanism
from ceremony.hsm.mechanism import MechanismName, SignatureScheme
from ceremony.hsm.result import TokenSignature
from ceremony.identifiers import OperationId

SIGNER: Final[Held[SignMixin]] = Held(
    ObjectClass.PRIVATE_KEY,
    SignMixin,
    "sign",
)
"""A private key that may sign."""

_DIGEST_INFO: Final = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
"""What stands before the digest. Source: RFC 8017, section 9.2, note 1."""

_PSS: Final = {
    "sha256": (Mechanism.SHA256, MGF.SHA256, 32),
    "sha384": (Mechanism.SHA384, MGF.SHA384, 48),
    "sha512": (Mechanism.SHA512, MGF.SHA512, 64),
}


@dataclass(frozen=True, slots=True)
class _Call:
    """What a mechanism is given.

    Attributes:
        data: What the token signs.
        parameter: The mechanism's own.
    """

    data: bytes
    parameter: tuple[Mechanism, MGF, int] | None = None


class Signer:
    """The private keys of one session, each found once and then at hand.

    Args:
        access: The session's way to its token.
    """

    def __init__(self, access: TokenAccess) -> None:
        self._access = access
        self._found: dict[OperationId, SignMixin] = {}

    def find(self, cka_id: OperationId) -> SignMixin:
        """Find a private key that may sign.

        Args:
            cka_id: 32 lower-case hexadecimal digits.

        Raises:
            DeviceError: ``HSM-KEY-01`` there is not one such key, ``HSM-KEY-05`` it
                does not sign; or the token's failure.
        """
        if cka_id not in self._found:
            self._found[cka_id] = self._access.key(cka_id, SIGNER)
        return self._found[cka_id]

    def sign(
        self, cka_id: OperationId, scheme: SignatureScheme, data: bytes
    ) -> TokenSignature:
        """Have the token sign.

        Args:
            cka_id: 32 lower-case hexadecimal digits.
            scheme: What the signature is to be.
            data: What to sign, any length; for ECDSA the digest, cut to the length of
                the curve's order, since not every token cuts it itself.

        Raises:
            DeviceError: ``HSM-KEY-01`` there is not one such key, ``HSM-KEY-05`` it
                does not sign, ``HSM-MECHANISM-01`` the token cannot; or the token's
                failure, with ``in_doubt`` where it may have signed.
        """
        key, choice = self.find(cka_id), self._access.choose(scheme)
        call = _call(choice.used, scheme.digest, data)
        self._access.verify_live()
        with device_door(Act.SIGN):
            value = key.sign(
                call.data,
                mechanism=library_mechanism(choice.used),
                mechanism_param=call.parameter,
            )
        return TokenSignature(value, choice)

    def forget(self) -> None:
        """Look for every key anew, since some object was destroyed."""
        self._found.clear()


def _call(used: MechanismName, digest: str, data: bytes) -> _Call:
    """Bring the data into the form that a mechanism takes."""
    if used is MechanismName.RSA_PKCS:
        return _Call(_DIGEST_INFO[digest] + hashlib.new(digest, data).digest())
    if used is MechanismName.RSA_PKCS_PSS:
        return _Call(hashlib.new(digest, data).digest(), _PSS[digest])
    if used.endswith("_PSS"):
        return _Call(data, _PSS[digest])
    return _Call(data)
