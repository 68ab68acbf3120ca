"""Small values that several facts are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ceremony.identifiers import Digest, PersonId, Role


class Input(StrEnum):
    """Where the values of a step came from."""

    TYPED = "typed"
    RECORDED = "recorded"


class Severity(StrEnum):
    """How much a deviation weighs."""

    NOTE = "note"
    MINOR = "minor"
    MAJOR = "major"


class Course(StrEnum):
    """What is done about tokens that were changed or could not be looked into."""

    LOOK_AGAIN = "look-again"
    GO_ON = "go-on"
    ABANDON = "abandon"
    UNRESOLVED = "unresolved"

    @property
    def is_end(self) -> bool:
        """Tell whether nothing is left after it but the end of the ceremony."""
        return self in (Course.ABANDON, Course.UNRESOLVED)


class Result(StrEnum):
    """How a device operation ended."""

    DONE = "done"
    FAILED = "failed"
    ADOPTED = "adopted"
    DESTROYED = "destroyed"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True)
class Head:
    """A tree head: number of leaves and RFC 6962 root."""

    size: int
    root: Digest


@dataclass(frozen=True, slots=True)
class Initial:
    """The operator's record that a person said a step is done."""

    person: PersonId
    role: Role
    mark: str
