"""When two subjects are one, however their names are spelled.

Names are compared as people read them and a results file keeps them, so that what was
issued years ago is compared in the same way as what is asked for now.

Invariants:
    * Two names are one where they differ by letter case, blanks or string type alone.
    * A name that is not empty is compared alone; subjectAltName names a subject only
      where there is no name, as a device has none.

Source: RFC 5280, section 7.1; RFC 4518, sections 2.2, 2.3 and 2.6.1.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from stringprep import in_table_b1, map_table_b2
from typing import Final
from unicodedata import normalize

from ceremony import canonical
from ceremony.pki.der import RawAttribute
from ceremony.pki.oid_name import short_name
from ceremony.pki.plain_text import printable, quoted
from ceremony.pki.profile import CertificateProfile

_PART: Final = re.compile(r'([^=]*)=("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)')
"""One attribute of a name as :func:`subject_text` writes it."""

_ESCAPE: Final = re.compile(
    r'\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U(00[01][0-9a-f]{5})|([tnr])|(["\\]))'
)
_BLANK: Final = " "


def subject_text(attributes: Iterable[RawAttribute]) -> str:
    """Write a name in printable ASCII, in its own order; empty for an empty name."""
    return printable(
        ", ".join(f"{short_name(each.oid)}={quoted(each.value)}" for each in attributes)
    )


def compared_subject(name: str, subject_digest: str) -> bytes:
    """Give the digest by which one subject is told from another.

    Args:
        name: The name, as :func:`subject_text` writes it.
        subject_digest: SHA-256, hexadecimal, of the name and the subjectAltName; see
            ``RequestJudgement.subject_digest``. Asked where the name is empty.

    Returns:
        32 bytes.
    """
    if not name:
        return bytes.fromhex(subject_digest)
    parts = [[kind, _prepared(value)] for kind, value in _PART.findall(name)]
    return hashlib.sha256(canonical.encode(parts or name)).digest()


def has_one_subject(profile: CertificateProfile) -> bool:
    """Tell whether every request for a certificate of a profile names one subject.

    Of a set of such requests one is good, and each other one repeats its subject.
    """
    if not profile.subject:
        return profile.alternative_name is None
    return all(part.text for part in profile.subject)


def _prepared(value: str) -> str:
    """Give a value without its quotes, its letter case and what blanks are too many."""
    bare = value[1:-1] if value.startswith('"') else value
    read = _ESCAPE.sub(_letter, bare)
    folded = "".join(map_table_b2(each) for each in read if not in_table_b1(each))
    return _BLANK.join(normalize("NFKC", folded).split())


def _letter(escape: re.Match[str]) -> str:
    *numbers, blank, plain = escape.groups()
    if blank:
        return _BLANK
    return plain or chr(int(next(filter(None, numbers)), 16))
