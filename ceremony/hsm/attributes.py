"""What a key's attributes must be, and whether what the token says meets it.

Decides on values only and reaches no device. A passed check proves no hardware: a
software token answers all ``CKA_`` rules as a real one does; only ``CKF_HW_SLOT`` and
the vendor's own attestation tell them apart.

Invariants:
    * Each rule gives exactly one verdict, in the order of the rules.
    * A waived verdict is still shown as failed: ``passed`` is never changed by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

AttributeValue: TypeAlias = "bool | str"
"""What a token answers: a truth value, or a short text such as ``CKM_...``."""

ABSENT: Final = "absent"
"""Stands for an attribute that the token does not have or does not show."""


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
    """One attribute and the only value that it may have.

    Attributes:
        name: The standard's own name, e.g. ``CKA_SENSITIVE`` or ``CKF_HW_SLOT``.
        expected: The value it must have.
        may_be_absent: True where a token that lacks the attribute also meets the
            rule, since it then cannot do what the attribute would allow.
    """

    name: str
    expected: AttributeValue
    may_be_absent: bool = False


@dataclass(frozen=True, slots=True)
class AttributePolicy:
    """The rules for one kind of key.

    Attributes:
        rules: 1 to some 20 rules, one for each name.
        waived: Names of rules whose failure does not stop the step, and is shown.
    """

    rules: tuple[AttributeRule, ...]
    waived: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AttributeVerdict:
    """One rule held against what was found.

    Attributes:
        name: The attribute's name.
        expected: What the rule asks for.
        found: What the token answered, or ``absent``.
        passed: Whether the rule is met.
        waived: Whether the rule is not met and the policy lets that be.
    """

    name: str
    expected: AttributeValue
    found: AttributeValue
    passed: bool
    waived: bool


def check_attributes(
    policy: AttributePolicy, found: Iterable[FoundAttribute]
) -> tuple[AttributeVerdict, ...]:
    """Hold each rule of a policy against what the token answered.

    Args:
        policy: The rules, and which of them are waived.
        found: What was read back; more than the rules name does no harm.

    Returns:
        One verdict for each rule, in the order of the rules.
    """
    values = {attribute.name: attribute.value for attribute in found}
    return tuple(_judge(policy, rule, values) for rule in policy.rules)


def _judge(
    policy: AttributePolicy, rule: AttributeRule, values: dict[str, AttributeValue]
) -> AttributeVerdict:
    found = values.get(rule.name, ABSENT)
    passed = found == rule.expected or (found == ABSENT and rule.may_be_absent)
    return AttributeVerdict(
        name=rule.name,
        expected=rule.expected,
        found=found,
        passed=passed,
        waived=not passed and rule.name in policy.waived,
    )
