"""What was gathered for a step before it runs: values, PINs and initials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ceremony.engine.facts import Input
from ceremony.identifiers import Role
from ceremony.secret import Secret


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a step asked for.

    Attributes:
        values: Answers by the name of the need.
        pins: PINs by the name of the need; wiped when the step has run.
        initials: The marks as typed, by role.
        source: Whether people typed or a recording answered.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    pins: Mapping[str, Secret] = field(default_factory=dict)
    initials: Mapping[Role, str] = field(default_factory=dict)
    source: Input = Input.TYPED

    def wipe(self) -> None:
        """Forget every PIN."""
        for pin in self.pins.values():
            pin.wipe()
