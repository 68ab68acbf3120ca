"""Where the second linter itself is wrong, so that nothing sound is kept back by it.

Each entry is for one finding of one version and says what the standard has instead. A
finding that is in it is recorded with that ground, as a departure is, and never
dropped; another version of the linter is believed until somebody has looked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceremony.pki.departure import Departure

FAULTS: Final[Mapping[str, tuple[Departure, ...]]] = {
    "0.13.3": (
        # Its table has nameConstraints as MUST NOT (serverauth_cross_ca.py).
        Departure(
            "cabf.serverauth.cross_ca.name_constraints_extension_present",
            "name constraints",
            "pkilint 0.13.3 forbids what a cross-certificate may have.",
            "CA/B TLS BR, section 7.1.2.2.3 (nameConstraints may be present)",
        ),
    ),
}
"""By version of pkilint, what it finds and the standard permits."""
