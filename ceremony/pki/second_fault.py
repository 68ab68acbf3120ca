"""Where the second linter itself is wrong, so that nothing sound is kept back by it.

Each entry is for one finding of one version and says what the standard has instead. A
finding that is in it is recorded with that ground, as a departure is, and never
dropped; another version of the linter is believed until somebody has looked again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ceremony.pki.departure import Departure


class _OfForm(Departure):
    """One that is for whatever names of one form the finding is about."""

    __slots__ = ()

    def expects(self, finding: str, text: str) -> bool:
        """See :class:`Departure`; ``about`` is a pattern of the whole text."""
        return self.finding == finding and re.fullmatch(self.about, text) is not None


_WILDCARD: Final = (
    r".*\.subjectAltName\.[0-9]+\.dNSName: Invalid domain name syntax: "
    r'"\*(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+\.([a-z]{2,}|xn--[a-z0-9-]*[a-z0-9])"\.'
)
"""A host of two labels or more, below a wildcard that is the whole first label."""

FAULTS: Final[Mapping[str, tuple[Departure, ...]]] = {
    "0.13.3": (
        # Its table has nameConstraints as MUST NOT (serverauth_cross_ca.py).
        Departure(
            "cabf.serverauth.cross_ca.name_constraints_extension_present",
            "name constraints",
            "pkilint 0.13.3 forbids what a cross-certificate may have.",
            "CA/B TLS BR, section 7.1.2.2.3 (nameConstraints may be present)",
        ),
        # It asks for a host of each dNSName (general_name.py).
        _OfForm(
            "pkix.invalid_domain_name_syntax",
            _WILDCARD,
            "pkilint 0.13.3 has no place for a wildcard, which applications may use.",
            "RFC 5280, section 4.2.1.6, last paragraph; RFC 9525, section 6.3",
        ),
    ),
}
"""By version of pkilint, what it finds and the standard permits."""
