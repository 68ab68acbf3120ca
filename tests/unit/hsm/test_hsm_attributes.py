from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.hsm.attributes import (
    AttributePolicy,
    AttributeRule,
    AttributeVerdict,
    FoundAttribute,
    check_attributes,
)
from ceremony.identifiers import Stance

SENSITIVE = AttributeRule("CKA_SENSITIVE", expected=True)
HARDWARE = AttributeRule("CKF_HW_SLOT", expected=True)


def test_each_rule_gives_one_verdict_in_its_order() -> None:
    policy = AttributePolicy((HARDWARE, SENSITIVE), frozenset({"CKF_HW_SLOT"}))
    found = [
        FoundAttribute("CKA_SENSITIVE", value=True),
        FoundAttribute("CKA_LOCAL", value=True),
        FoundAttribute("CKF_HW_SLOT", value=False),
    ]

    assert check_attributes(policy, found) == (
        AttributeVerdict("CKF_HW_SLOT", True, False, passed=False, waived=True),  # noqa: FBT003  positions read as in the report
        AttributeVerdict("CKA_SENSITIVE", True, True, passed=True),  # noqa: FBT003  the same
    )


def test_an_attribute_that_the_token_does_not_show_fails_its_rule() -> None:
    (verdict,) = check_attributes(AttributePolicy((SENSITIVE,)), [])

    assert (verdict.found, verdict.passed, verdict.waived) == ("absent", False, False)


def test_a_waiver_lets_a_failure_be_and_still_shows_it() -> None:
    policy = AttributePolicy((HARDWARE,), frozenset({"CKF_HW_SLOT"}))

    (failed,) = check_attributes(policy, [FoundAttribute("CKF_HW_SLOT", value=False)])
    (passed,) = check_attributes(policy, [FoundAttribute("CKF_HW_SLOT", value=True)])

    assert (failed.passed, failed.waived) == (False, True)
    assert (passed.passed, passed.waived) == (True, False)


def test_a_text_is_not_a_truth_value() -> None:
    (verdict,) = check_attributes(
        AttributePolicy((SENSITIVE,)), [FoundAttribute("CKA_SENSITIVE", "true")]
    )
    assert not verdict.passed


LOCAL = AttributeRule("CKA_LOCAL", expected=True)
RECOVER = AttributeRule("CKA_SIGN_RECOVER", expected=False)


@pytest.mark.parametrize(
    ("rule", "found", "holds", "stance"),
    [
        (RECOVER, (), False, Stance.FAIL),
        (replace(RECOVER, absent=Stance.ACCEPT), (), True, Stance.ACCEPT),
        (replace(RECOVER, absent=Stance.ACCEPT), (True,), False, Stance.FAIL),
        (replace(RECOVER, absent=Stance.ACCEPT), (False,), True, Stance.FAIL),
        (LOCAL, (False,), False, Stance.FAIL),
        (replace(LOCAL, absent=Stance.REMARK), (), True, Stance.REMARK),
        (replace(LOCAL, absent=Stance.REMARK), (False,), False, Stance.FAIL),
        (replace(LOCAL, reported_wrongly=Stance.REMARK), (False,), True, Stance.REMARK),
        (replace(LOCAL, reported_wrongly=Stance.REMARK), (), False, Stance.FAIL),
        (replace(LOCAL, reported_wrongly=Stance.REMARK), (True,), True, Stance.FAIL),
    ],
)
def test_what_a_token_does_not_tell_or_tells_wrongly_is_for_the_rule_to_decide(
    rule: AttributeRule, found: tuple[bool, ...], *, holds: bool, stance: Stance
) -> None:
    told = [FoundAttribute(rule.name, value) for value in found]
    (verdict,) = check_attributes(AttributePolicy((rule,)), told)

    assert (verdict.holds, verdict.stance) == (holds, stance)
    assert verdict.passed == (found == (rule.expected,))


def test_a_remark_is_no_waiver_and_comes_before_one() -> None:
    policy = AttributePolicy(
        (replace(LOCAL, absent=Stance.REMARK),), frozenset({"CKA_LOCAL"})
    )
    (absent,) = check_attributes(policy, [])
    (wrong,) = check_attributes(policy, [FoundAttribute("CKA_LOCAL", value=False)])

    assert (absent.waived, absent.stance) == (False, Stance.REMARK)
    assert (wrong.waived, wrong.stance) == (True, Stance.FAIL)


@pytest.mark.parametrize(
    ("private", "public", "found"),
    [
        ({"CKA_SIGN": True, "CKA_DECRYPT": False}, {}, "apart"),
        ({"CKA_SIGN": True}, {}, "apart"),
        ({}, {}, "apart"),
        ({"CKA_SIGN": True, "CKA_DECRYPT": True}, {}, "CKA_SIGN + CKA_DECRYPT"),
        ({"CKA_SIGN": True}, {"CKA_WRAP": True}, "CKA_SIGN + CKA_WRAP"),
        (
            {"CKA_SIGN": True, "CKA_WRAP": False},
            {"CKA_WRAP": True},
            "CKA_SIGN + CKA_WRAP",
        ),
        ({"CKA_SIGN": True, "CKA_DERIVE": True}, {}, "apart"),
    ],
)
def test_usages_that_must_not_combine_are_found_in_either_object_of_a_pair(
    private: dict[str, bool], public: dict[str, bool], found: str
) -> None:
    usages = ("CKA_SIGN", "CKA_DECRYPT", "CKA_WRAP")
    policy = AttributePolicy(
        (), frozenset({" + ".join(usages), *usages}), apart=(usages,)
    )

    (verdict,) = check_attributes(
        policy,
        [FoundAttribute(name, value) for name, value in private.items()],
        [FoundAttribute(name, value) for name, value in public.items()],
    )

    assert (verdict.name, verdict.expected) == (" + ".join(usages), "apart")
    assert verdict.found == found
    # No waiver reaches it.
    assert verdict.holds == verdict.passed == (found == "apart")


@pytest.mark.parametrize(
    ("has", "expected", "found"),
    [
        (("CKA_WRAP",), "apart", "apart"),
        (("CKA_WRAP", "CKA_UNWRAP"), "as ordered", "as ordered"),
        (("CKA_WRAP", "CKA_DECRYPT"), "apart", "CKA_WRAP + CKA_DECRYPT"),
        (
            ("CKA_WRAP", "CKA_UNWRAP", "CKA_DECRYPT"),
            "apart",
            "CKA_WRAP + CKA_UNWRAP + CKA_DECRYPT",
        ),
    ],
)
def test_usages_that_a_key_is_ordered_with_may_be_together_and_no_other_with_them(
    has: tuple[str, ...], expected: str, found: str
) -> None:
    policy = AttributePolicy(
        (),
        apart=(("CKA_WRAP", "CKA_UNWRAP", "CKA_DECRYPT"),),
        ordered=frozenset({"CKA_WRAP", "CKA_UNWRAP", "CKA_SIGN"}),
    )

    (verdict,) = check_attributes(
        policy, [FoundAttribute(name, value=True) for name in has]
    )

    assert (verdict.expected, verdict.found) == (expected, found)
    assert verdict.holds == verdict.passed == (expected == found)
