"""The digests by which something issued is named and compared, in lines of text.

Invariants:
    * The lines are not folded yet; ``plain_text`` does that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ceremony import digest_words
from ceremony.pki.plain_text import INDENT


def fingerprint_lines(kind: str, der: bytes) -> Iterator[str]:
    """Give the SHA-256 of something issued, in hex and in words.

    Args:
        kind: What it is, e.g. ``certificate``.
        der: It in DER.
    """
    digest = hashlib.sha256(der).digest()
    yield f"SHA-256 of the {kind} (DER), to be compared:"
    yield f"{INDENT}{digest.hex()}"
    yield "The same in words, to be read aloud row by row:"
    for number, row in enumerate(digest_words.rows(digest), 1):
        yield f"{INDENT}{number}  {'  '.join(f'{word:12}' for word in row).rstrip()}"


def key_lines(spki: bytes, whose: str = "") -> Iterator[str]:
    """Give the SHA-256 of a public key.

    Args:
        spki: A SubjectPublicKeyInfo, DER.
        whose: Whose it is, e.g. `` of the issuer``; empty where that is plain.
    """
    yield f"SHA-256 of the public key{whose} (SubjectPublicKeyInfo, DER):"
    yield f"{INDENT}{hashlib.sha256(spki).hexdigest()}"
