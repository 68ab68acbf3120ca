"""What a key signs to prove that it is there, told apart from all else it may sign.

Invariants:
    * What is signed begins with fixed ASCII text, so that it can be taken neither for
      a certificate or a list (which begin with the byte 0x30) nor for a checkpoint.
    * It names the token and the key, so that a proof for one is none for another.
    * In a ceremony the challenge follows from the journal: nobody could foresee it,
      and whoever has the record computes it again.
"""

from __future__ import annotations

import hashlib
from typing import Final

from ceremony.errors import InputError
from ceremony.identifiers import OperationId

PROOF_PREFIX: Final = b"key-ceremony/key.prove/v1\n"
"""What every proof begins with."""

CHALLENGE_PREFIX: Final = b"key-ceremony/key.prove/v1 challenge\n"
"""What a challenge is the digest of, before leaf hash and operation id."""

_SHORTEST: Final = 16
_LONGEST: Final = 64


def proof_message(serial: str, cka_id: OperationId, challenge: bytes) -> bytes:
    """Give what is signed: the prefix and three lines.

    Args:
        serial: The token's serial as its facts have it.
        cka_id: 32 lower-case hexadecimal digits.
        challenge: 16 to 64 bytes that nobody could foresee.

    Returns:
        UTF-8, each line ended by one newline::

            key-ceremony/key.prove/v1
            token 0a1b2c3d4e5f6071
            key 4f6e65206f7065726174696f6e206964
            challenge 00112233445566778899aabbccddeeff

    Raises:
        InputError: ``HSM-PROVE-01``: a challenge of another length.
    """
    if not _SHORTEST <= len(challenge) <= _LONGEST:
        raise InputError(
            "HSM-PROVE-01",
            f"The challenge has {len(challenge)} bytes, not {_SHORTEST} to {_LONGEST}.",
            remedy="Give a fresh random challenge.",
        )
    lines = f"token {serial}\nkey {cka_id}\nchallenge {challenge.hex()}\n"
    return PROOF_PREFIX + lines.encode()


def proof_challenge(leaf_hash: bytes, op: OperationId) -> bytes:
    """Give the challenge of a proof that is made in a ceremony.

    The leaf holds the operation's random id and, by its ``prev``, everything that the
    journal held before: until it is written nobody can know the challenge.

    Args:
        leaf_hash: RFC 6962 hash of the intent's leaf, 32 bytes.
        op: The operation's id, 32 lower-case hexadecimal digits.

    Returns:
        SHA-256 over the prefix, the leaf hash and the 16 bytes of the id, 32 bytes.
    """
    told = CHALLENGE_PREFIX + leaf_hash + bytes.fromhex(op)
    return hashlib.sha256(told).digest()
