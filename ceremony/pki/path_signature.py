"""Which signatures of a path no key could have made, before the validator is asked.

It takes for granted that a signature is of the kind of the key that verifies it. Of an
RSA signature under an elliptic-curve key it says that the key is too short, and of one
by Ed25519 it ends on an assertion.

Source: RFC 5280, section 6.1.3 (a)(1): a signature is verified by the issuer's key and
the parameters that go with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from asn1crypto import x509 as asn1
    from asn1crypto.algos import SignedDigestAlgorithm

_MADE_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "rsassa_pkcs1v15": ("rsa",),
    "rsassa_pss": ("rsa", "rsassa_pss"),
    "dsa": ("dsa",),
    "ecdsa": ("ec",),
    "ed25519": ("ed25519",),
    "ed448": ("ed448",),
}
"""By the kind of a signature, the kinds of key that make one; names of asn1crypto."""

_WORDS: Final[Mapping[str, str]] = {
    "rsassa_pkcs1v15": "RSA PKCS#1",
    "rsassa_pss": "RSA PSS",
    "rsa": "RSA",
    "ecdsa": "ECDSA",
    "ec": "ECDSA",
    "dsa": "DSA",
    "ed25519": "Ed25519",
    "ed448": "Ed448",
}


def kind_faults(below: asn1.Certificate, above: asn1.Certificate) -> Iterator[str]:
    """Say where a signature is of another kind than the key that is to have made it.

    What is of no kind that is known here is left to the validator.

    Args:
        below: The certificate that is signed.
        above: Its issuer's.
    """
    algorithm, key = below["signature_algorithm"], above.public_key.algorithm
    try:
        signed = algorithm.signature_algo
    except ValueError:
        return
    if key not in _MADE_BY.get(signed, (key,)):
        yield (
            "A signature of the path could not be verified: it is by "
            f"{_WORDS[signed]}, and the key of the certificate above is for "
            f"{_WORDS.get(key, key)}."
        )


def mask_faults(algorithm: SignedDigestAlgorithm) -> Iterator[str]:
    """Say where RSASSA-PSS masks by another function than MGF1.

    Source:
        RFC 4055, section 2.2, which has no other.
    """
    if algorithm["algorithm"].native == "rsassa_pss":
        mask = algorithm["parameters"]["mask_gen_algorithm"]["algorithm"].native
        if mask != "mgf1":
            yield f"A signature could not be verified: its mask function is {mask}."
