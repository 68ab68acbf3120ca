"""What the library that reads certificates raises of a field, sooner or later.

It takes a file at once and reads a field no sooner than somebody asks for it, so that
each place that asks may meet these.
"""

from __future__ import annotations

from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

FIELD_FAULTS: Final = (
    ValueError,
    TypeError,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    UnsupportedAlgorithm,
)
"""A field is malformed, or of a form that the library does not know."""

LOAD_FAULTS: Final = (ValueError, x509.InvalidVersion)
"""A file is not what it is read as, or of a version that there is not."""
