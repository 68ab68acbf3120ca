from __future__ import annotations

from ceremony.hsm.attributes import (
    SIGNING_KEY_POLICY,
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

    assert (verdict.found, verdict.passed, verdict.stops) == ("absent", False, True)


def test_a_waiver_lets_a_failure_be_and_still_shows_it() -> None:
    policy = AttributePolicy((HARDWARE,), frozenset({"CKF_HW_SLOT"}))

    (failed,) = check_attributes(policy, [FoundAttribute("CKF_HW_SLOT", value=False)])
    (passed,) = check_attributes(policy, [FoundAttribute("CKF_HW_SLOT", value=True)])

    assert (failed.passed, failed.waived, failed.stops) == (False, True, False)
    assert (passed.passed, passed.waived, passed.stops) == (True, False, False)


def test_a_text_is_not_a_truth_value() -> None:
    (verdict,) = check_attributes(
        AttributePolicy((SENSITIVE,)), [FoundAttribute("CKA_SENSITIVE", "true")]
    )
    assert not verdict.passed


def test_what_a_signing_key_must_be() -> None:
    """Source: threats, weak templates: the key signs and can never leave."""
    expected = {
        "CKA_TOKEN": True,
        "CKA_PRIVATE": True,
        "CKA_SENSITIVE": True,
        "CKA_EXTRACTABLE": False,
        "CKA_ALWAYS_SENSITIVE": True,
        "CKA_NEVER_EXTRACTABLE": True,
        "CKA_LOCAL": True,
        "CKA_SIGN": True,
        "CKA_DECRYPT": False,
        "CKA_UNWRAP": False,
        "CKA_DERIVE": False,
        "CKA_SIGN_RECOVER": False,
        "CKF_HW_SLOT": True,
    }
    rules = {rule.name: rule.expected for rule in SIGNING_KEY_POLICY.rules}
    assert rules == expected
    assert SIGNING_KEY_POLICY.waived == frozenset()

    for name, value in expected.items():
        found = [
            FoundAttribute(each, value=good != (each == name))
            for each, good in expected.items()
        ]
        failed = [
            verdict.name
            for verdict in check_attributes(SIGNING_KEY_POLICY, found)
            if verdict.stops
        ]
        assert failed == [name], value


def test_only_sign_recover_may_be_missing_on_a_token() -> None:
    verdicts = check_attributes(SIGNING_KEY_POLICY, [])

    assert [each.name for each in verdicts if each.passed] == ["CKA_SIGN_RECOVER"]
