"""Keys that a test knows, brought into a token without its help.

A token makes an RSA pair for wrapping and shows its public key; what the test encrypts
to it, the token restores. From then on everything that the token does with the key can
be done over again by cryptography.
"""

from __future__ import annotations

from dataclasses import replace

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from ceremony.errors import DeviceError
from ceremony.hsm.mechanism import WrapMethod
from ceremony.hsm.order import KeyAlgorithm, KeyOrder, PairUse, SecretKeyOrder
from ceremony.hsm.result import SecretKey, WrappedKey
from tests.hsm.contract.token_under_test import (
    REFUSALS,
    AnySession,
    TokenUnderTest,
    new_id,
)

OAEP: dict[WrapMethod, hashes.HashAlgorithm] = {
    WrapMethod.RSA_OAEP_SHA256: hashes.SHA256(),
    WrapMethod.RSA_OAEP_SHA1: hashes.SHA1(),  # noqa: S303  what many tokens have
}


def oaep(method: WrapMethod) -> padding.OAEP:
    return padding.OAEP(padding.MGF1(OAEP[method]), OAEP[method], None)


def bring_in(
    under_test: TokenUnderTest,
    session: AnySession,
    value: bytes,
    order: SecretKeyOrder,
) -> SecretKey:
    """Put a known secret key into the token by whichever OAEP it has."""
    pair = KeyOrder("contract carrier", new_id(), KeyAlgorithm.RSA_2048, PairUse.WRAP)
    with under_test.offering("RSA_2048"):
        made = session.generate_key_pair(pair)
    public = serialization.load_der_public_key(made.public_key_der)
    assert isinstance(public, rsa.RSAPublicKey)
    refusals = []
    for method in OAEP:
        wrapped = WrappedKey(public.encrypt(value, oaep(method)), method)
        try:
            key = session.unwrap_secret_key(pair.cka_id, wrapped, order)
        except DeviceError as error:
            if error.code not in REFUSALS:
                raise
            refusals.append(error)
            continue
        for entry in session.inventory().entries:
            if entry.cka_id == pair.cka_id:
                session.destroy(entry)
        return key
    under_test.pass_over("RSA-OAEP", refusals[-1])
    raise refusals[-1]


def tampered(wrapped: WrappedKey, place: int = 9) -> WrappedKey:
    blob = bytearray(wrapped.blob)
    blob[place] ^= 0x01
    return replace(wrapped, blob=bytes(blob))
