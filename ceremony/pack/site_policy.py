"""The site policy: what a site demands of people, keys and hardware at run time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ceremony.identifiers import Role, RoleKind, Stance
from ceremony.pack.key_policy import (
    read_apart,
    verify_absent,
    verify_reported_wrongly,
)
from ceremony.pack.toml_places import decode_fields
from ceremony.people.attestation import Level
from ceremony.script.shape import Fields


@dataclass(frozen=True, slots=True)
class AttributeDemand:
    """What one attribute of a generated key has to be.

    Attributes:
        name: e.g. ``CKA_SENSITIVE``.
        expected: ``true``, ``false`` or text.
        waivable: True where a rehearsal on software tokens may fail it.
        absent: What holds where a token does not tell it.
        reported_wrongly: What holds where a token tells something else.
    """

    name: str
    expected: str
    waivable: bool
    absent: Stance = Stance.FAIL
    reported_wrongly: Stance = Stance.FAIL


@dataclass(frozen=True, slots=True)
class HardwareModel:
    """A token model on whose PIN level A3 may rest, as the token tells it."""

    vendor: str
    model: str


@dataclass(frozen=True, slots=True)
class SitePolicy:
    """What the site demands.

    Attributes:
        organisation: Whose site it is, as printed.
        roles: Every role that the site knows, with its kind.
        levels: The lowest attestation level by role; others: any.
        attributes: What a key's attributes have to be, 1 or more.
        apart: Sets of usages, 2 or more each, of which a key may have one at most.
        hardware: Models on whose PIN level A3 may rest.
        approvers: Roles that approve scripts and authorise ceremonies.
        wrapped_copies: True where a script may have keys leave their token under a
            wrapping key, for a backup.
    """

    organisation: str
    roles: Mapping[Role, RoleKind]
    levels: Mapping[Role, Level]
    attributes: tuple[AttributeDemand, ...]
    hardware: tuple[HardwareModel, ...]
    approvers: tuple[Role, ...]
    apart: tuple[tuple[str, ...], ...] = ()
    wrapped_copies: bool = False

    def minimum_level(self, role: Role) -> Level:
        """Give the lowest level accepted of a role: A0 where none is named."""
        return self.levels.get(role, Level.A0)


def decode_site_policy(raw: bytes, file: str) -> SitePolicy:
    """Read a site policy from its bytes.

    Args:
        raw: The file's bytes, UTF-8 TOML.
        file: Its name, for places.

    Raises:
        InputError: ``FILE-*``: not of the shape; ``POLICY-ROLE-01``: a level or an
            approver of a role that the policy does not know; ``POLICY-ATTRIBUTE-*``:
            what may not be said of an attribute.
    """
    top = decode_fields(raw, file, "a site policy")
    policy = SitePolicy(
        organisation=top.text("organisation"),
        roles={
            Role(role): top.as_choice(node, f"the kind of {role}", RoleKind)
            for role, node in top.pairs("roles", required=True)
        },
        levels={
            Role(role): top.as_choice(node, f"the level of {role}", Level)
            for role, node in top.pairs("levels")
        },
        attributes=tuple(
            _read_attribute(item) for item in top.children("attribute", required=True)
        ),
        hardware=tuple(_read_model(item) for item in top.children("hardware")),
        approvers=tuple(Role(name) for name in top.names("approvers", required=True)),
        apart=tuple(read_apart(item) for item in top.children("must-not-combine")),
        wrapped_copies=top.flag("wrapped-copies", default=False),
    )
    for role in sorted({*policy.levels, *policy.approvers} - set(policy.roles)):
        top.faults.add(
            "POLICY-ROLE-01",
            f"The site policy uses the role {role} and does not say its kind.",
            top.place,
            remedy="Add the role under [roles].",
        )
    top.finish()
    top.faults.raise_any()
    return policy


def _read_attribute(item: Fields) -> AttributeDemand:
    demand = AttributeDemand(
        name=item.text("name"),
        expected=item.text("expected"),
        waivable=item.flag("waivable", default=False),
        absent=item.choice("absent", Stance, Stance.FAIL),
        reported_wrongly=item.choice("reported-wrongly", Stance, Stance.FAIL),
    )
    verify_absent(item, demand.name, demand.expected, demand.absent)
    verify_reported_wrongly(item, demand.name, demand.reported_wrongly)
    item.finish()
    return demand


def _read_model(item: Fields) -> HardwareModel:
    model = HardwareModel(vendor=item.text("vendor"), model=item.text("model"))
    item.finish()
    return model
