from __future__ import annotations

from ceremony.hsm.attributes import (
    AttributePolicy,
    AttributeRule,
    AttributeVerdict,
    FoundAttribute,
    check_attributes,
)

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
        AttributeVerdict("CKA_SENSITIVE", True, True, passed=True, waived=False),  # noqa: FBT003  the same
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


def test_only_a_rule_that_says_so_may_be_missing_on_a_token() -> None:
    optional = AttributeRule("CKA_SIGN_RECOVER", expected=False, may_be_absent=True)

    verdicts = check_attributes(AttributePolicy((SENSITIVE, optional)), [])

    assert [each.name for each in verdicts if each.passed] == ["CKA_SIGN_RECOVER"]
