"""What a key's attributes must be, and whether what the token says meets it.

Decides on values only and reaches no device. A passed check proves no hardware: a
software token answers all ``CKA_`` rules as a real one does; only ``CKF_HW_SLOT`` and
the vendor's own attestation tell them apart.

Invariants:
    * Each rule gives exactly one verdict, in the order of the rules.
    * What is waived or let be is still shown as not passed, and as what it is.
    * Usages that a policy keeps apart are together only where the key is ordered with
      all of those that it has; nothing waives this.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from ceremony.identifiers import Stance

AttributeValue: TypeAlias = "bool | str"
"""What a token answers: a truth value, or a short text such as ``CKM_...``."""

ABSENT: Final = "absent"
"""Stands for an attribute that the token does not have or does not show."""

APART: Final = "apart"
"""What a set of usages is found as where a key has one of them at most."""

AS_ORDERED: Final = "as ordered"
"""What it is found as where a key has more, and is ordered with all of these."""

_TRUSTED: Final = "CKA_TRUSTED"

_TOGETHER: Final = " + "
"""Stands between usages; with room, so that a line may end there."""


@dataclass(frozen=True, slots=True, order=True)
class FoundAttribute:
    """One attribute as it was read back.

    Attributes:
        name: The standard's own name, e.g. ``CKA_SENSITIVE``.
        value: What the token answered.
    """

    name: str
    value: AttributeValue


@dataclass(frozen=True, slots=True)
class AttributeRule:
    """One attribute, the only value that it may have, and what else is let be.

    Attributes:
        name: The standard's own name, e.g. ``CKA_SENSITIVE`` or ``CKF_HW_SLOT``.
        expected: The value it must have.
        absent: What holds where the token does not tell it.
        reported_wrongly: What holds where it tells another value; anything but FAIL
            is for what was seen to be otherwise, such as that the token made the key.
    """

    name: str
    expected: AttributeValue
    absent: Stance = Stance.FAIL
    reported_wrongly: Stance = Stance.FAIL


@dataclass(frozen=True, slots=True)
class AttributePolicy:
    """The rules for one kind of key.

    Attributes:
        rules: 1 to some 20 rules, one for each name.
        waived: Names of rules whose failure does not stop the step, and is shown.
        apart: Sets of usages, 2 or more names each, of which a key may have one.
        ordered: The usages that the key is ordered with; these may be together.
    """

    rules: tuple[AttributeRule, ...]
    waived: frozenset[str] = frozenset()
    apart: tuple[tuple[str, ...], ...] = ()
    ordered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AttributeVerdict:
    """One rule held against what was found.

    Attributes:
        name: The attribute's name; of a set of usages all names, joined by `` + ``.
        expected: What the rule asks for.
        found: What the token answered, or ``absent``.
        passed: Whether it was found as expected.
        waived: Whether it was not, and the policy lets that be for once.
        stance: What the policy says of it where it is neither passed nor waived.
    """

    name: str
    expected: AttributeValue
    found: AttributeValue
    passed: bool
    waived: bool = False
    stance: Stance = Stance.FAIL

    @property
    def holds(self) -> bool:
        """Tell whether the key may be used as far as this goes."""
        return self.passed or self.waived or self.stance is not Stance.FAIL


def check_attributes(
    policy: AttributePolicy,
    found: Iterable[FoundAttribute],
    public: Iterable[FoundAttribute] = (),
) -> tuple[AttributeVerdict, ...]:
    """Hold each rule of a policy against what the token answered.

    Args:
        policy: The rules, and which of them are waived.
        found: What was read back of the private or secret key; more than the rules
            name does no harm.
        public: What was read back of the public key: for the usages of a pair, and
            whether it is trusted, which no private key tells.

    Returns:
        One verdict for each rule, then one for each set of usages, in their order.
    """
    values = {each.name: each.value for each in public if each.name == _TRUSTED}
    values |= {attribute.name: attribute.value for attribute in found}
    usages = {each.name for each in public if each.value is True}
    usages |= {name for name, value in values.items() if value is True}
    return (
        *(_judge(policy, rule, values) for rule in policy.rules),
        *(_judge_apart(names, usages, policy.ordered) for names in policy.apart),
    )


def _judge(
    policy: AttributePolicy, rule: AttributeRule, values: dict[str, AttributeValue]
) -> AttributeVerdict:
    found = values.get(rule.name, ABSENT)
    passed = found == rule.expected
    stance = rule.absent if found == ABSENT else rule.reported_wrongly
    if passed:
        stance = Stance.FAIL
    return AttributeVerdict(
        name=rule.name,
        expected=rule.expected,
        found=found,
        passed=passed,
        waived=not passed and stance is Stance.FAIL and rule.name in policy.waived,
        stance=stance,
    )


def _judge_apart(
    names: tuple[str, ...], usages: set[str], ordered: frozenset[str]
) -> AttributeVerdict:
    """Judge one set; what no object of the key has or tells it cannot be used for."""
    both = [name for name in names if name in usages]
    found = _TOGETHER.join(both)
    if len(both) <= 1:
        found = APART
    elif ordered.issuperset(both):
        found = AS_ORDERED
    passed = found in (APART, AS_ORDERED)
    expected = found if passed else APART
    return AttributeVerdict(_TOGETHER.join(names), expected, found, passed)
