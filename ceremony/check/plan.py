"""A script together with the tree it came from, so that rules can point at places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from ceremony.engine.steps import KINDS
from ceremony.engine.steps.kind import read_parameters
from ceremony.errors import Place
from ceremony.identifiers import Role, RoleKind
from ceremony.script.model import Script, Step, Thing
from ceremony.script.node import Node, find_place
from ceremony.script.yaml_profile import parse_yaml

Parameters = TypeVar("Parameters")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rule looks at.

    Attributes:
        script: The script, as decoded.
        tree: The tree of its bytes, for places only.
    """

    script: Script
    tree: Node

    def place(self, *path: str | int) -> Place:
        """Find where the value under these keys stands in the file."""
        return find_place(self.tree, path)

    def step_place(self, step: Step, *path: str | int) -> Place:
        """Find where a value of a step stands in the file."""
        act, number = (int(part) for part in step.id.split("."))
        return self.place("acts", act - 1, "steps", number - 1, *path)

    def kind_of(self, role: str) -> RoleKind | None:
        """Give a role's kind; None where the script does not name the role."""
        return next(
            (demand.kind for demand in self.script.roles if demand.role == role), None
        )

    def count_of(self, role: str) -> int:
        """Give how many people hold a role; 0 where the script does not name it."""
        return next(
            (demand.count for demand in self.script.roles if demand.role == role), 0
        )

    def thing(self, name: str) -> Thing | None:
        """Find a thing by name; None where there is none."""
        return next((thing for thing in self.script.things if thing.name == name), None)

    def parameters(self, step: Step) -> object:
        """Give a step's parameters as its kind reads them.

        Only for a script whose form has been checked.
        """
        return read_parameters(KINDS[step.verb].parameters, step.parameters)

    def steps_with(
        self, parameters: type[Parameters]
    ) -> Iterator[tuple[Step, Parameters]]:
        """Give every step whose kind takes ``parameters``, with them, in order."""
        for step in self.script.steps:
            told = self.parameters(step)
            if isinstance(told, parameters):
                yield step, told

    def roles_of(self, step: Step) -> tuple[Role, ...]:
        """Give the roles that have to be in the room for a step to be done."""
        return tuple(dict.fromkeys((step.by, *step.initials)))


def read_plan(script: Script) -> Plan:
    """Give the plan of a decoded script.

    Raises:
        InputError: The script's bytes are outside the profile; a decoded script's
            never are.
    """
    file = script.acts[0].steps[0].place.file if script.steps else "script"
    return Plan(script, parse_yaml(script.raw, file))
