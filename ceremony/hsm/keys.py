"""Keys that live in a token, as private keys of ``cryptography``.

Subclassing its private-key classes is that library's documented hook for keys held
elsewhere; its builders for certificates and requests then take them as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import NoReturn

from cryptography.hazmat.primitives.asymmetric import ec, utils

RawSign = Callable[[bytes], bytes]


def _stays() -> TypeError:
    return TypeError("this key lives in a token and never leaves it")


class TokenECKey(ec.EllipticCurvePrivateKey):
    """An EC key in a token; raw ECDSA over a digest is what the token is asked for."""

    def __init__(self, public: ec.EllipticCurvePublicKey, sign: RawSign) -> None:
        self._public = public
        self._sign = sign

    def sign(
        self, data: object, signature_algorithm: ec.EllipticCurveSignatureAlgorithm
    ) -> bytes:
        """Sign; the DER signature comes from the token."""
        algorithm = signature_algorithm.algorithm
        message = bytes(data)  # type: ignore[call-overload]  # any buffer, as the base says
        if isinstance(algorithm, utils.Prehashed):
            return self._sign(message)
        return self._sign(hashlib.new(algorithm.name, message).digest())

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """Give the public half."""
        return self._public

    @property
    def curve(self) -> ec.EllipticCurve:
        """Give the curve."""
        return self._public.curve

    @property
    def key_size(self) -> int:
        """Give the size in bits."""
        return self._public.key_size

    def exchange(self, *_: object, **__: object) -> NoReturn:
        """Refuse: the key signs only."""
        raise _stays()

    def private_numbers(self) -> NoReturn:
        """Refuse: the key never leaves its token."""
        raise _stays()

    def private_bytes(self, *_: object, **__: object) -> NoReturn:
        """Refuse: the key never leaves its token."""
        raise _stays()

    def __copy__(self) -> TokenECKey:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> TokenECKey:
        return self
