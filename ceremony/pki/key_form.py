"""How keys and signature algorithms are encoded, for whatever holds one.

A certificate and a request hold a key in the same form, so that both are judged here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from ceremony.pki.der import RawKey, read_rsa_key
from ceremony.pki.der_extension import read_oid
from ceremony.pki.fact import KeyAlgorithm, SignatureAlgorithm
from ceremony.pki.oid_name import name_oid
from ceremony.pki.plain_text import cut_hex, number_text
from ceremony.pki.weak_key import modulus_weakness, point_weakness

_PSS: Final = (
    "304106092a864886f70d01010a3034a00f300d060960864801650304020{0}0500a11c301a06092a"
    "864886f70d010108300d060960864801650304020{0}0500a2030201{1}"
)
SIGNATURES: Final = {
    SignatureAlgorithm.ECDSA_SHA256: "300a06082a8648ce3d040302",
    SignatureAlgorithm.ECDSA_SHA384: "300a06082a8648ce3d040303",
    SignatureAlgorithm.ECDSA_SHA512: "300a06082a8648ce3d040304",
    SignatureAlgorithm.RSA_SHA256: "300d06092a864886f70d01010b0500",
    SignatureAlgorithm.RSA_SHA384: "300d06092a864886f70d01010c0500",
    SignatureAlgorithm.RSA_SHA512: "300d06092a864886f70d01010d0500",
    SignatureAlgorithm.RSA_PSS_SHA256: _PSS.format(1, "20"),
    SignatureAlgorithm.RSA_PSS_SHA384: _PSS.format(2, "30"),
    SignatureAlgorithm.RSA_PSS_SHA512: _PSS.format(3, "40"),
    SignatureAlgorithm.ED25519: "300506032b6570",
}
"""DER of the AlgorithmIdentifiers in hexadecimal: RFC 5758, 3.2 (parameters absent);
RFC 4055, 5 (NULL) and 3.1 (a salt as long as the digest); RFC 8410, 3 (absent)."""

_EC: Final = "1.2.840.10045.2.1"
_RSA: Final = "1.2.840.113549.1.1.1"
_ED25519: Final = "1.3.101.112"
# By algorithm: its OID, DER of its parameters, and for EC the octets of a point
# (RFC 5480, 2.1.1 and 2.2; RFC 3279, 2.3.1; RFC 8410, 3).
_KEYS: Final = {
    KeyAlgorithm.EC_P256: (_EC, "06082a8648ce3d030107", 65),
    KeyAlgorithm.EC_P384: (_EC, "06052b81040022", 97),
    KeyAlgorithm.EC_P521: (_EC, "06052b81040023", 133),
    KeyAlgorithm.ED25519: (_ED25519, "", 0),
    KeyAlgorithm.RSA_2048: (_RSA, "0500", 0),
    KeyAlgorithm.RSA_3072: (_RSA, "0500", 0),
    KeyAlgorithm.RSA_4096: (_RSA, "0500", 0),
}
_CURVES: Final = {
    KeyAlgorithm.EC_P256: ec.SECP256R1(),
    KeyAlgorithm.EC_P384: ec.SECP384R1(),
    KeyAlgorithm.EC_P521: ec.SECP521R1(),
}
_BY_CURVE: Final = {_KEYS[curve][:2]: curve for curve in _CURVES}
_RSA_BITS: Final = {
    KeyAlgorithm.RSA_2048: 2048,
    KeyAlgorithm.RSA_3072: 3072,
    KeyAlgorithm.RSA_4096: 4096,
}
_NULL: Final = bytes.fromhex("0500")
_SEQUENCE: Final = b"\x30"
_EXPONENT: Final = 65537
_UNCOMPRESSED: Final = b"\x04"


_BY_FORM: Final = {bytes.fromhex(form): name for name, form in SIGNATURES.items()}


def signature_of(identifier: bytes) -> SignatureAlgorithm | None:
    """Tell a signature algorithm by its AlgorithmIdentifier in DER; None for others."""
    return _BY_FORM.get(identifier)


def is_named_in(identifier: bytes, algorithm: SignatureAlgorithm) -> bool:
    """Tell whether an AlgorithmIdentifier in DER has an algorithm's OID.

    It may have other parameters, such as a NULL beside ECDSA.
    """
    wanted = bytes.fromhex(SIGNATURES[algorithm])
    end = 4 + wanted[3]
    return identifier[2:end] == wanted[2:end]


def curve_named(key: RawKey) -> KeyAlgorithm | None:
    """Tell which of the known curves an EC key names; None for every other key."""
    return _BY_CURVE.get((key.oid, key.parameters.hex()))


def key_differs(key: RawKey, wanted: KeyAlgorithm) -> str:
    """Say what keeps a key from being of an algorithm; empty where nothing does."""
    checks = [kind_differs, parameters_differ]
    if is_ec(wanted):
        checks.append(point_differs)
    if is_rsa(wanted):
        checks.append(modulus_differs)
    found = next((wrong for check in checks if (wrong := check(key, wanted))), "")
    return found or weakness(key)


def is_ec(algorithm: KeyAlgorithm) -> bool:
    """Tell whether a key of an algorithm is a point on a curve."""
    return _KEYS[algorithm][0] == _EC


def is_rsa(algorithm: KeyAlgorithm) -> bool:
    """Tell whether a key of an algorithm is an RSA modulus."""
    return algorithm in _RSA_BITS


def kind_differs(key: RawKey, wanted: KeyAlgorithm) -> str:
    """Say of which other kind a key is; empty where it is of the wanted one."""
    return (
        "" if key.oid == _KEYS[wanted][0] else f"it is of the kind {name_oid(key.oid)}"
    )


def parameters_differ(key: RawKey, wanted: KeyAlgorithm) -> str:
    """Say which other curve, or parameters, a key of the wanted kind names."""
    kind, parameters, _ = _KEYS[wanted]
    if key.oid != kind or key.parameters.hex() == parameters:
        return ""
    return _parameters_words(key.parameters)


def _parameters_words(parameters: bytes) -> str:
    """Say what stands where a curve is named: DER."""
    curve = read_oid(parameters)
    if curve:
        return f"it names {name_oid(curve)}"
    if parameters[:1] == _SEQUENCE:
        size = len(parameters)
        return (
            f"it states a curve by explicit parameters, {size} octets, and names none"
        )
    told = {b"": "absent", _NULL: "NULL"}.get(parameters, cut_hex(parameters))
    return f"the parameters are {told}"


def point_differs(key: RawKey, wanted: KeyAlgorithm) -> str:
    """Say why the point is none of the wanted curve, or in another form than whole.

    Of a key that names another curve nothing is said.

    Source:
        RFC 5480, section 2.2; SEC 1, section 2.3.4.
    """
    kind, parameters, octets = _KEYS[wanted]
    if (key.oid, key.parameters.hex()) != (kind, parameters):
        return ""
    if key.bits[:1] != _UNCOMPRESSED or len(key.bits) != octets:
        return f"the point takes {len(key.bits)} octets"
    return "" if _is_on_curve(wanted, key.bits) else "the point is not on the curve"


@lru_cache(maxsize=256)
def _is_on_curve(wanted: KeyAlgorithm, point: bytes) -> bool:
    """Tell it of an uncompressed point; one of a batch is asked about ten times."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[wanted], point)
    except ValueError:
        return False
    return True


def modulus_differs(key: RawKey, wanted: KeyAlgorithm) -> str:
    """Say which modulus and exponent an RSA key has that are not the wanted ones."""
    if key.oid != _RSA:
        return ""
    modulus, exponent = read_rsa_key(key.bits)
    bits = modulus.bit_length()
    if (bits, exponent) == (_RSA_BITS[wanted], _EXPONENT):
        return ""
    return f"the modulus has {bits} bits and the exponent is {number_text(exponent)}"


def weakness(key: RawKey) -> str:
    """Say why anybody can sign by a key of any kind; empty where it is not seen."""
    if key.oid == _ED25519:
        return point_weakness(key.bits)
    if key.oid != _RSA:
        return ""
    modulus, _ = read_rsa_key(key.bits)
    return modulus_weakness(modulus) if modulus > 1 else "the modulus is none"
