"""What a site says of attributes, for each kind of key that a script orders."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.conduct.actions.made import attribute_policy
from ceremony.hsm.attributes import AttributeRule
from ceremony.identifiers import Role, RoleKind, Stance
from ceremony.pack.site_policy import AttributeDemand, SitePolicy
from ceremony.script.key_kind import Algorithm, CheckMethod, KeyCopies, KeyKind, KeyUse

OFFICER = Role("officer")
SITE = SitePolicy(
    organisation="Example",
    roles={OFFICER: RoleKind.CONTROL},
    levels={},
    attributes=(
        AttributeDemand("CKA_UNWRAP", "false", waivable=False, absent=Stance.ACCEPT),
        AttributeDemand(
            "CKA_LOCAL",
            "true",
            waivable=False,
            absent=Stance.REMARK,
            reported_wrongly=Stance.REMARK,
        ),
        AttributeDemand("CKF_HW_SLOT", "true", waivable=True),
    ),
    hardware=(),
    approvers=(OFFICER,),
    apart=(("CKA_SIGN", "CKA_WRAP"),),
)
NEVER, CMAC, REMARK = KeyCopies.NEVER, CheckMethod.CMAC, Stance.REMARK
SIGNER = KeyKind(Algorithm.P_256, KeyUse.SIGN, NEVER, CMAC)
COPY = KeyKind(Algorithm.P_256, KeyUse.SIGN, NEVER, CMAC, "signer")
WRAPPER = KeyKind(Algorithm.AES_256, KeyUse.WRAP, NEVER, CMAC)


@pytest.mark.parametrize(
    ("kind", "unwraps", "absent", "local"),
    [
        (SIGNER, False, Stance.ACCEPT, True),
        (COPY, False, Stance.ACCEPT, False),
        (WRAPPER, True, Stance.FAIL, True),
    ],
)
def test_what_is_let_be_holds_of_every_kind_but_not_of_a_usage_that_is_ordered(
    kind: KeyKind, *, unwraps: bool, absent: Stance, local: bool
) -> None:
    policy = attribute_policy(SITE, kind, waives=False)

    assert policy.rules == (
        AttributeRule("CKA_UNWRAP", unwraps, absent),
        AttributeRule("CKA_LOCAL", local, REMARK, REMARK),
        AttributeRule("CKF_HW_SLOT", expected=True),
    )


TRUST = replace(
    SITE,
    attributes=(
        AttributeDemand("CKA_TRUSTED", "true", waivable=False, absent=Stance.REMARK),
        AttributeDemand("CKA_WRAP_WITH_TRUSTED", "true", waivable=False),
    ),
)
BY_TRUSTED = replace(SIGNER, copies=KeyCopies.WRAPPED_BY_TRUSTED)
TRUSTED = AttributeRule("CKA_TRUSTED", expected=True)
WITH_TRUSTED = AttributeRule("CKA_WRAP_WITH_TRUSTED", expected=True)


@pytest.mark.parametrize(
    ("site", "kind", "rules"),
    [
        # What the script orders is demanded, whatever the policy says.
        (SITE, replace(WRAPPER, trusted=True), [TRUSTED]),
        (SITE, BY_TRUSTED, [WITH_TRUSTED]),
        (SITE, WRAPPER, []),
        # What the policy demands is demanded of the keys that it can be true of.
        (TRUST, WRAPPER, [replace(TRUSTED, absent=REMARK)]),
        (TRUST, replace(WRAPPER, trusted=True), [replace(TRUSTED, absent=REMARK)]),
        (TRUST, replace(WRAPPER, copy_of="kek"), []),
        (TRUST, replace(SIGNER, copies=KeyCopies.WRAPPED), [WITH_TRUSTED]),
        (TRUST, BY_TRUSTED, [WITH_TRUSTED]),
        (TRUST, SIGNER, []),
    ],
)
def test_trust_is_demanded_of_what_wraps_and_of_what_may_leave(
    site: SitePolicy, kind: KeyKind, rules: list[AttributeRule]
) -> None:
    found = attribute_policy(site, kind, waives=False).rules
    named = {"CKA_TRUSTED", "CKA_WRAP_WITH_TRUSTED"}
    assert [each for each in found if each.name in named] == rules


def test_a_keys_own_use_goes_with_what_is_kept_apart() -> None:
    policy = attribute_policy(SITE, WRAPPER, waives=False)

    assert policy.apart == SITE.apart
    assert policy.ordered == {"CKA_SIGN", "CKA_WRAP", "CKA_UNWRAP"}


@pytest.mark.parametrize("waives", [True, False])
def test_a_demand_is_waived_only_where_it_may_be(*, waives: bool) -> None:
    policy = attribute_policy(SITE, SIGNER, waives=waives)

    assert policy.waived == ({"CKF_HW_SLOT"} if waives else set())
