"""What the steps of a script have made by the time that another one needs it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ceremony.check.findings import Finding, error
from ceremony.check.plan import Plan
from ceremony.script.model import Script, Step, ThingKind

MADE_ONCE: Final = "Take the second step out, or name another thing."
MAKE_FIRST: Final = "Put the step that makes it before this one."
"""The remedies for what stands at the wrong place."""


@dataclass(slots=True)
class Made:
    """What the walk has seen so far.

    Attributes:
        tokens: Tokens that were initialised.
        listed: Tokens whose inventory was the last thing done to them.
        keys: Keys that were generated; likewise ``requests`` with their keys.
        certified: The key that a certificate of the script is for; empty for one from
            elsewhere.
        answered: Requests from elsewhere that were answered, with the first step.
        batches: Certificates that answered a set of requests.
        crls: Revocation lists that were issued.
        destroyed: Keys that were destroyed, with the step that did it.
        pins: Whose PIN of which token was changed.
        unlisted: Tokens with the step that made or destroyed a key, or acted by hand,
            and no inventory since.
        read: What was read back, with the number of words.
    """

    tokens: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    requests: dict[str, str] = field(default_factory=dict)
    certificates: set[str] = field(default_factory=set)
    certified: dict[str, str] = field(default_factory=dict)
    answered: dict[str, Step] = field(default_factory=dict)
    batches: set[str] = field(default_factory=set)
    crls: set[str] = field(default_factory=set)
    destroyed: dict[str, Step] = field(default_factory=dict)
    pins: set[tuple[str, str]] = field(default_factory=set)
    unlisted: dict[str, Step] = field(default_factory=dict)
    read: dict[tuple[str, str], int] = field(default_factory=dict)


def made_before(script: Script) -> Made:
    """Give what exists before the first step: what earlier ceremonies have made."""
    earlier = [thing for thing in script.things if thing.is_earlier]

    def named(kind: ThingKind) -> set[str]:
        return {thing.name for thing in earlier if thing.kind is kind}

    return Made(
        tokens={thing.token for thing in earlier if thing.token},
        keys=named(ThingKind.KEY),
        certificates=named(ThingKind.CERTIFICATE),
        batches=named(ThingKind.CERTIFICATES),
    )


def needs_key(
    plan: Plan, made: Made, step: Step, key: str, name: str = "key"
) -> Iterator[Finding]:
    """Insist on a key that has been made by then and not destroyed.

    Args:
        plan: The script.
        made: What the walk has seen so far.
        step: The step that uses the key.
        key: The key's name.
        name: The parameter that names it.
    """
    if key not in made.keys:
        yield error(
            "SCRIPT-KEY-01",
            plan.step_place(step, "with", name),
            f"Step {step.id} uses {key}, which has not been generated before.",
            MAKE_FIRST,
        )
    if key in made.destroyed:
        yield error(
            "SCRIPT-KEY-07",
            plan.step_place(step, "with", "key"),
            f"Step {step.id} uses {key}, which step {made.destroyed[key].id} has "
            "destroyed.",
            "Put this step before that one, or take it out.",
        )
