"""A certificate that carries a contingency key, which is named for its pair.

A script does not know the octets of what is only wrapped in the room. It names the
pair; the record gives octets and OID of the algorithm when the certificate is made.

Source: RFC 5934, appendix A; RFC 5649, section 4 (the OIDs, which have no parameters).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceremony.pki.extension import APEX_ALGORITHM, APEX_WRAPPED
from ceremony.script.key_kind import Algorithm

CONTINGENCY_KEY: Final = "apex-contingency-key"
"""The value by which a script names the pair; a profile calls its extension so too."""

WRAP_ALGORITHMS: Final[Mapping[Algorithm, str]] = {
    Algorithm.AES_128: "2.16.840.1.101.3.4.1.8",
    Algorithm.AES_256: "2.16.840.1.101.3.4.1.48",
}
"""id-aes128-wrap-pad and id-aes256-wrap-pad, by the AES key that wraps."""

_STAND_IN: Final = (WRAP_ALGORITHMS[Algorithm.AES_128], bytes(104))
"""As long as a public key on P-256 becomes."""

STATED: Final = (APEX_ALGORITHM, APEX_WRAPPED)
"""The values by which a script states algorithm and octets itself."""


def with_contingency_key(
    given: Mapping[str, str], told: tuple[str, bytes] = _STAND_IN
) -> dict[str, str]:
    """Put algorithm and octets in the place of a pair that the values name.

    Args:
        given: What the script states of a certificate.
        told: The OID of the wrap algorithm, dotted, and the wrapped public key; a
            stand-in where it is not wrapped yet.
    """
    values = dict(given)
    if values.pop(CONTINGENCY_KEY, ""):
        algorithm, wrapped = told
        values |= {APEX_ALGORITHM: algorithm, APEX_WRAPPED: wrapped.hex()}
    return values
