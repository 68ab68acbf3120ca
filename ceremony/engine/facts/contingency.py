"""A public key that a token has wrapped, for a certificate to carry."""

from __future__ import annotations

from dataclasses import dataclass

from ceremony.identifiers import Digest


@dataclass(frozen=True, slots=True)
class PublicKeyWrapped:
    """A public key under an AES key; the blob is ``public-wrapped-NAME.bin``.

    Attributes:
        under: The AES key.
        algorithm: OID of the wrap algorithm (AES-KWP), dotted.
        mechanism: The mechanism that made it; the token has unwrapped it again, and
            gave the same octets.
        public_key: SHA-256 of the SubjectPublicKeyInfo (DER) that was wrapped.
        blob: SHA-256 of the blob.
        size: Bytes of the blob.
        passed_over: What would have been better and the token lacks, best first.
        filled: Zeros that the token has put behind the public key, 0 to 7.
    """

    under: str
    algorithm: str
    mechanism: str
    public_key: Digest
    blob: Digest
    size: int
    passed_over: tuple[str, ...] = ()
    filled: int = 0
