"""What the token in memory does with its keys, all by cryptography."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import cmac, hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from ceremony.hsm.attributes import ABSENT, FoundAttribute
from ceremony.hsm.mechanism import SignatureScheme, WrapMethod
from ceremony.hsm.order import CheckValueKind, KeyAlgorithm

_CURVES = {
    KeyAlgorithm.EC_P256: ec.SECP256R1(),
    KeyAlgorithm.EC_P384: ec.SECP384R1(),
    KeyAlgorithm.EC_P521: ec.SECP521R1(),
}
_CURVE_NAMES = {
    "secp256r1": ("P-256", KeyAlgorithm.EC_P256),
    "secp384r1": ("P-384", KeyAlgorithm.EC_P384),
    "secp521r1": ("P-521", KeyAlgorithm.EC_P521),
}
_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_OAEP: dict[WrapMethod, hashes.HashAlgorithm] = {
    WrapMethod.RSA_OAEP_SHA256: hashes.SHA256(),
    WrapMethod.RSA_OAEP_SHA1: hashes.SHA1(),  # noqa: S303  what many tokens have
}


def new_private_key(algorithm: KeyAlgorithm) -> Any:
    if algorithm.is_rsa:
        bits = int(algorithm.value.removeprefix("RSA_"))
        return rsa.generate_private_key(public_exponent=65537, key_size=bits)
    if algorithm is KeyAlgorithm.ED25519:
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(_CURVES[algorithm])


def describe(public: Any) -> tuple[KeyAlgorithm, str, int, str]:
    """Give a pair's algorithm, its key type, its size in bits and its curve."""
    match public:
        case rsa.RSAPublicKey():
            kind = KeyAlgorithm(f"RSA_{public.key_size}")
            return kind, "CKK_RSA", public.key_size, ""
        case ed25519.Ed25519PublicKey():
            return KeyAlgorithm.ED25519, "CKK_EC_EDWARDS", 256, "Ed25519"
        case _:
            name, kind = _CURVE_NAMES[public.curve.name]
            return kind, "CKK_EC", public.key_size, name


def attributes(
    flags: Mapping[Any, Any], mechanism: str | None = None
) -> tuple[FoundAttribute, ...]:
    """Give what a token says of an object that it made, or that it restored."""
    made, extractable = mechanism is not None, flags.get("EXTRACTABLE")
    told = {**flags, "TOKEN": True, "LOCAL": made}
    if extractable is not None:
        told |= {
            "ALWAYS_SENSITIVE": made,
            "NEVER_EXTRACTABLE": made and not extractable,
        }
    found = [FoundAttribute(f"CKA_{name}", value) for name, value in told.items()]
    found.append(FoundAttribute("CKA_KEY_GEN_MECHANISM", mechanism or ABSENT))
    return tuple(sorted(found))


def sign(key: Any, scheme: SignatureScheme, data: bytes) -> bytes:
    match key:
        case ed25519.Ed25519PrivateKey():
            return key.sign(data)
        case ec.EllipticCurvePrivateKey():
            ready = utils.Prehashed(_of_length(len(data)))
            width = (key.key_size + 7) // 8
            numbers = utils.decode_dss_signature(key.sign(data, ec.ECDSA(ready)))
            return b"".join(each.to_bytes(width, "big") for each in numbers)
        case _:
            digest = _DIGESTS[scheme.digest]
            pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
            plain = padding.PKCS1v15()
            signature: bytes = key.sign(data, pss if "PSS" in scheme else plain, digest)
            return signature


def _of_length(length: int) -> hashes.HashAlgorithm:
    return next(each for each in _DIGESTS.values() if each.digest_size == length)


def check_value(key: bytes, kind: CheckValueKind) -> bytes:
    """Give the whole block of which a check value is the beginning."""
    if kind is CheckValueKind.ENCRYPTED_ZEROS:
        mode = modes.ECB()  # noqa: S305  what a check value is
        return Cipher(algorithms.AES(key), mode).encryptor().update(bytes(16))
    mac = cmac.CMAC(algorithms.AES(key))
    mac.update(bytes(16))
    return mac.finalize()


def wrap(wrapping: Any, key: Any, method: WrapMethod) -> bytes:
    """Wrap a secret or private key; ValueError where the method cannot."""
    encoded = key if isinstance(key, bytes) else _pkcs8(key)
    if method.is_rsa:
        blob: bytes = wrapping.encrypt(encoded, _oaep(method))
        return blob
    if method is WrapMethod.AES_KWP:
        return keywrap.aes_key_wrap_with_padding(wrapping, encoded)
    return keywrap.aes_key_wrap(wrapping, encoded)


def unwrap(wrapping: Any, blob: bytes, method: WrapMethod) -> bytes:
    """Give what was wrapped; ValueError or InvalidUnwrap where it is none."""
    if method.is_rsa:
        encoded: bytes = wrapping.decrypt(blob, _oaep(method))
        return encoded
    if method is WrapMethod.AES_KWP:
        return keywrap.aes_key_unwrap_with_padding(wrapping, blob)
    return keywrap.aes_key_unwrap(wrapping, blob)


def _oaep(method: WrapMethod) -> padding.OAEP:
    digest = _OAEP[method]
    return padding.OAEP(padding.MGF1(digest), digest, None)


def _pkcs8(key: Any) -> bytes:
    encoded: bytes = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return encoded
