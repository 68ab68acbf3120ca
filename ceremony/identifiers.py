"""The names that cross rooms: distinct types, so that none is taken for another."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final, NewType

CeremonyId = NewType("CeremonyId", str)
"""A ceremony's id, e.g. ``KC-2026-014-R1``; a rehearsal's ends in ``-R<n>``."""

StepId = NewType("StepId", str)
"""A step's id: act number, dot, step number, e.g. ``3.2``."""

PersonId = NewType("PersonId", str)
"""A person's id in the register, e.g. ``c-02``."""

Role = NewType("Role", str)
"""A role's name in the script and the site policy, e.g. ``internal-witness``."""

Digest = NewType("Digest", str)
"""A SHA-256 digest: 64 lower-case hexadecimal digits."""

DIGEST: Final = re.compile("[0-9a-f]{64}")
"""What a :data:`Digest` looks like where it is read."""

OperationId = NewType("OperationId", str)
"""One device operation: 16 random bytes as 32 hex digits; also its CKA_ID."""

Origin = NewType("Origin", str)
"""A journal's name in every checkpoint; a rehearsal's ends in ``/rehearsal``."""

LONGEST_FLAT_NAME: Final = 64
"""Characters of a flat name, at most."""

FLAT_NAME: Final = re.compile(
    rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{LONGEST_FLAT_NAME - 1}}}"
)
"""What a file in a pack or beside a script may be called: never a path."""


def is_flat_name(name: str) -> bool:
    """Tell whether ``name`` can name a file without being a path."""
    return FLAT_NAME.fullmatch(name) is not None


class RoleKind(StrEnum):
    """What a role may do: act and count towards control, check, or be present."""

    CONTROL = "control"
    WITNESS = "witness"
    EXTERNAL = "external"


class Stance(StrEnum):
    """What a policy says of an attribute that is not as it demands."""

    FAIL = "fail"
    REMARK = "remark"
    """It is let be, and everybody is told."""
    ACCEPT = "accept"
    """It is as good as demanded."""


class Mode(StrEnum):
    """Whether what is made here may ever be relied on."""

    REHEARSAL = "rehearsal"
    LIVE = "live"
