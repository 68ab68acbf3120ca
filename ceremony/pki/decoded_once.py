"""Short DER that the second linter reads again and again, decoded once.

Certificates under one issuer share its name and key identifier, their key usage and
their policies, and each is linted several times: nearly all that is in their
extensions and names was decoded a moment ago, by the same type.

Invariants:
    * Given again is only what the same bytes gave by the same type.
    * What is given again is never changed by anybody: a test holds each value that the
      linter has looked at against its bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

MOST: Final = 512
"""Values that are kept; then all of them are forgotten."""
LONGEST: Final = 256
"""Bytes of what is kept at most: a key is each certificate's own."""


class DecodedOnce:
    """Decodes like the function that it is given, and keeps what is short.

    Args:
        decode: Decodes DER by a type, and raises where it does not fit.
    """

    def __init__(self, decode: Callable[..., Any]) -> None:
        self._decode = decode
        # A type is kept beside its number, so that no other one gets the number.
        self.kept: dict[tuple[bytes, int], tuple[object, Any]] = {}

    def __call__(self, substrate: Any, asn1Spec: Any) -> Any:  # noqa: ANN401, N803  the linter's own
        """Decode DER by a type."""
        der = bytes(substrate)
        if len(der) > LONGEST:
            return self._decode(der, asn1Spec=asn1Spec)
        key = der, id(asn1Spec)
        known = self.kept.get(key)
        if known is None:
            known = asn1Spec, self._decode(der, asn1Spec=asn1Spec)
            if len(self.kept) >= MOST:
                self.kept.clear()
            self.kept[key] = known
        return known[1]
