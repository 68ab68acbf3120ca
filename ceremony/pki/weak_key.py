"""Keys by which anybody can sign: what their public half alone shows.

An Ed25519 key of small order takes signatures that were made without a private key, and
the private half of some RSA moduli is found at once. Only what costs next to nothing is
asked, since a batch has fifty thousand keys.

Invariants:
    * What is found is certain: no key that was made as its standard says is called
      weak. What is not found may be weak all the same: a modulus of small factors above
      16,384, a prime or a higher power of one as the modulus, one from a faulty
      generator, or a key that somebody has published.
"""

from __future__ import annotations

from functools import lru_cache
from math import gcd, isqrt, prod
from typing import Final

_P: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _P) % _P
"""The field of edwards25519, and the d of its equation; RFC 8032, section 5.1."""

_POINT_OCTETS: Final = 32
_FACTORS_BELOW: Final = 16_384
"""NIST SP 800-89 asks for 752; so much more still costs a sixth of a millisecond."""

_FERMAT_ROUNDS: Final = 100
_SQUARES_MOD_16: Final = frozenset({0, 1, 4, 9})


def point_weakness(encoded: bytes) -> str:
    """Say why an Ed25519 key is no key that one holder has; empty where it is one.

    Args:
        encoded: The key: 32 octets, little-endian, with the sign of x in the last bit.

    Source:
        RFC 8032, section 5.1.3, for what decoding refuses. It lets points of small
        order be, for which a signature is valid whatever it is over.
    """
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    square = y * y % _P
    # Minus zero is no x: y = 1 and y = -1, whose x is 0, have no sign.
    if len(encoded) != _POINT_OCTETS or y >= _P or (square == 1 and sign):
        return f"the point is not in its one encoding of {_POINT_OCTETS} octets"
    # x is the root of (y^2 - 1) / (d y^2 + 1), which has one where the product has.
    if pow((square - 1) * (_D * square + 1), (_P - 1) // 2, _P) == _P - 1:
        return "the point is not on the curve"
    if _has_small_order(square):
        return "the point is of small order, so that anybody can sign for it"
    return ""


def _has_small_order(square: int) -> bool:
    """Tell a point whose order divides 8 by the square of its y.

    Those of order 1, 2 and 4 have y = 1, -1 and 0. Twice a point of order 8 is one of
    order 4, so that x^2 = -y^2, and the curve's equation comes to d y^4 + 2 y^2 = 1.
    """
    return square in {0, 1} or (_D * square * square + 2 * square - 1) % _P == 0


@lru_cache(maxsize=256)
def modulus_weakness(modulus: int) -> str:
    """Say how anybody finds the factors of an RSA modulus; empty where it is not seen.

    One of a batch is asked about several times.

    Source:
        NIST SP 800-89, section 5.3.3: odd, and no factor smaller than 752; CA/Browser
        Forum TLS Baseline Requirements, section 6.1.1.3: Fermat's method.
    """
    small = gcd(modulus, _small_primes() % modulus)
    if small > 1:
        return f"the modulus has a prime factor below {_FACTORS_BELOW}"
    if _is_split_by_fermat(modulus):
        rounds = f"{_FERMAT_ROUNDS} rounds of Fermat's method"
        return f"the modulus has factors so close that {rounds} find them"
    return ""


@lru_cache(maxsize=1)
def _small_primes() -> int:
    """Multiply the primes together by which a modulus is divided."""
    return prod(
        number
        for number in range(2, _FACTORS_BELOW)
        if all(number % each for each in range(2, isqrt(number) + 1))
    )


def _is_split_by_fermat(modulus: int) -> bool:
    """Tell whether n = a^2 - b^2 for one of the first a that are not below its root.

    A square is found in the first round, with b = 0.
    """
    above = isqrt(modulus - 1) + 1
    rest = above * above - modulus
    for _ in range(_FERMAT_ROUNDS):
        # Most are no square by their last four bits, and no root is taken of them.
        if rest & 15 in _SQUARES_MOD_16 and isqrt(rest) ** 2 == rest:
            return True
        rest += 2 * above + 1
        above += 1
    return False
