"""A key that its token tells of wrongly, or not at all, judged again from the pack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ceremony.engine.command import Command
from ceremony.engine.facts import AttributeFound, Outcome
from ceremony.identifiers import Stance
from ceremony.verify.check import Check
from ceremony.verify.verdict import judge_files
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import BuiltRecord, build_record
from tests.unit.verify.judging import failures

LOCAL = "CKA_LOCAL"


def telling(
    name: str, found: str, stance: Stance = Stance.FAIL
) -> Callable[[Command], Command]:
    """Have every key's leaf tell something of one attribute."""

    def change(command: Command) -> Command:
        fact = command.fact
        if not isinstance(fact, Outcome) or fact.key is None:
            return command
        attributes = tuple(
            replace(known, found=found, passed=found == known.expected, stance=stance)
            if known.name == name
            else known
            for known in fact.key.attributes
        )
        key = replace(fact.key, attributes=attributes)
        return replace(command, fact=replace(fact, key=key))

    return change


def listing(name: str, old: str, found: str) -> Callable[[str, bytes], bytes]:
    """Have every inventory show the same; ``absent`` leaves the attribute out."""

    def change(_: str, raw: bytes) -> bytes:
        told = f'"{name}":"{old}",'.encode()
        assert told in raw or b"private-key" not in raw
        new = b"" if found == "absent" else f'"{name}":"{found}",'.encode()
        return raw.replace(told, new)

    return change


def demanding(name: str, more: str) -> Callable[[bytes], bytes]:
    """Have the site policy say more of one attribute."""

    def change(raw: bytes) -> bytes:
        told = f'name = "{name}"\n'.encode()
        assert told in raw
        return raw.replace(told, told + more.encode() + b"\n")

    return change


def record_of(
    found: str, stance: Stance, site: str = "", name: str = LOCAL, old: str = "true"
) -> BuiltRecord:
    return build_record(
        Forgery(
            command=telling(name, found, stance),
            inventory=listing(name, old, found),
            site_policy=demanding(name, site) if site else lambda raw: raw,
        )
    )


def trusting(built: BuiltRecord, **more: object) -> BuiltRecord:
    return replace(built, policy=replace(built.policy, **more))


def devices(built: BuiltRecord) -> Check:
    (check,) = [
        each
        for each in judge_files(built.files, built.policy).checks
        if each.number == "11"
    ]
    return check


WRONG = 'reported-wrongly = "remark"'
ABSENT = 'absent = "remark"'


@pytest.mark.parametrize(
    ("found", "site", "trust"),
    [
        ("false", WRONG, {"reported_wrongly": {LOCAL: Stance.REMARK}}),
        ("absent", ABSENT, {"absent": {LOCAL: Stance.REMARK}}),
    ],
)
def test_what_both_policies_let_be_passes_with_a_remark(
    found: str, site: str, trust: dict[str, object]
) -> None:
    built = trusting(record_of(found, Stance.REMARK, site), **trust)

    assert failures(built) == []
    assert devices(built).remarks[-1] == (
        f"A token does not tell, or tells wrongly, of a key: {LOCAL} {found}."
    )
    assert len(devices(trusting(build_record(), **trust)).remarks) == 1


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("found", "trust"),
    [
        ("false", {}),
        ("false", {"absent": {LOCAL: Stance.REMARK}}),
        ("absent", {"reported_wrongly": {LOCAL: Stance.REMARK}}),
        ("false", {"reported_wrongly": {"CKA_SIGN": Stance.REMARK}}),
    ],
)
def test_what_the_trust_policy_does_not_let_be_fails_whatever_the_site_says(
    found: str, trust: dict[str, object]
) -> None:
    site = f"{WRONG}\n{ABSENT}"
    built = trusting(record_of(found, Stance.REMARK, site), **trust)

    assert failures(built) == [("11", "VERIFY-KEY-04")]


@pytest.mark.parametrize(
    ("found", "stance", "site"),
    [
        ("false", Stance.REMARK, ""),
        ("false", Stance.REMARK, ABSENT),
        ("false", Stance.ACCEPT, WRONG),
        ("true", Stance.REMARK, WRONG),
    ],
)
def test_a_leaf_lets_nothing_be_but_what_the_recorded_site_policy_says(
    found: str, stance: Stance, site: str
) -> None:
    built = trusting(
        record_of(found, stance, site), reported_wrongly={LOCAL: Stance.REMARK}
    )

    assert failures(built) == [("11", "VERIFY-KEY-07")]
    assert LOCAL in devices(built).reason


def test_a_site_policy_that_cannot_be_read_demands_nothing() -> None:
    site = "no policy at all = = ="
    built = trusting(
        record_of("false", Stance.REMARK, site), reported_wrongly={LOCAL: Stance.REMARK}
    )

    # What the device was told to have been asked for is looked at before the key.
    assert failures(built) == [("11", "VERIFY-INTENT-05")]


def test_a_usage_that_no_token_tells_is_accepted_without_a_remark() -> None:
    derive = "CKA_DERIVE"
    built = trusting(
        record_of("absent", Stance.ACCEPT, 'absent = "accept"', derive, "false"),
        absent={derive: Stance.ACCEPT},
    )

    assert failures(built) == []
    assert len(devices(built).remarks) == 1


def test_an_attribute_that_no_leaf_tells_is_never_let_be() -> None:
    built = build_record()
    rules = {**built.policy.attributes, "CKA_MODIFIABLE": "false"}
    built = trusting(built, attributes=rules, absent={"CKA_MODIFIABLE": Stance.REMARK})

    assert failures(built) == [("11", "VERIFY-KEY-04")]


APART = ("CKA_SIGN", "CKA_DECRYPT")
TOGETHER = "CKA_SIGN + CKA_DECRYPT"


def with_set(found: str) -> Callable[[Command], Command]:
    """Have every key's leaf tell of the set of usages."""

    def change(command: Command) -> Command:
        fact = command.fact
        if not isinstance(fact, Outcome) or fact.key is None:
            return command
        passed = found == "apart"
        told = AttributeFound(TOGETHER, "apart", found, passed=passed)
        key = replace(fact.key, attributes=(*fact.key.attributes, told))
        return replace(command, fact=replace(fact, key=key))

    return change


def both(_: str, raw: bytes) -> bytes:
    return raw.replace(b'"CKA_DECRYPT":"false"', b'"CKA_DECRYPT":"true"')


def test_usages_that_are_kept_apart_pass_where_the_inventory_shows_one() -> None:
    honest = build_record()
    told = build_record(Forgery(command=with_set("apart")))

    assert failures(trusting(honest, apart=(APART,))) == []
    assert failures(trusting(told, apart=(APART,))) == []


def without_decrypt(command: Command) -> Command:
    """Have every key's leaf, as its site may have it, say nothing of decryption."""
    fact = command.fact
    if not isinstance(fact, Outcome) or fact.key is None:
        return command
    kept = tuple(each for each in fact.key.attributes if each.name != "CKA_DECRYPT")
    return replace(command, fact=replace(fact, key=replace(fact.key, attributes=kept)))


def test_usages_that_are_kept_apart_and_stand_together_fail() -> None:
    built = build_record(Forgery(command=without_decrypt, inventory=both))
    rules = dict(built.policy.attributes)
    del rules["CKA_DECRYPT"]
    built = trusting(built, attributes=rules)

    assert failures(built) == []
    assert failures(trusting(built, apart=(("CKA_SIGN", "CKA_DERIVE"),))) == []
    apart = trusting(built, apart=(("CKA_SIGN", "CKA_DERIVE"), APART))
    assert failures(apart) == [("11", "VERIFY-KEY-06")]
    assert "has CKA_SIGN and CKA_DECRYPT" in devices(apart).reason


def test_a_leaf_that_says_of_usages_what_the_inventory_does_not_show_fails() -> None:
    lie = build_record(Forgery(command=with_set(TOGETHER)))

    assert ("11", "VERIFY-KEY-02") in failures(lie)
