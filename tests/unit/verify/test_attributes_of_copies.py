"""What a policy says of attributes holds of secret keys and of restored copies too.

The key ``kek`` is ordered to wrap, with a check value by CMAC, so that it also signs.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from ceremony.engine.command import Command
from ceremony.engine.facts import AttributeFound, KeyMade, Outcome, SecretKeyMade
from ceremony.identifiers import Stance
from tests.fakes.forgery import Forgery
from tests.fakes.record_backup import build_backup
from tests.fakes.record_builder import BuiltRecord
from tests.unit.verify.judging import failures, verdict_of

APART = ("CKA_SIGN", "CKA_DECRYPT", "CKA_UNWRAP")
TOGETHER = " + ".join(APART)
Attributes = tuple[AttributeFound, ...]


def of_key(
    label: str, change: Callable[[Attributes], Attributes]
) -> Callable[[Command], Command]:
    """Have the leaf of one key, a pair or not, tell other attributes."""

    def changed(key: KeyMade | SecretKeyMade) -> Attributes:
        return change(key.attributes) if key.label == label else key.attributes

    def command_of(command: Command) -> Command:
        fact = command.fact
        if not isinstance(fact, Outcome):
            return command
        if fact.key is not None:
            key = replace(fact.key, attributes=changed(fact.key))
            fact = replace(fact, key=key)
        if fact.secret_key is not None:
            secret = replace(fact.secret_key, attributes=changed(fact.secret_key))
            fact = replace(fact, secret_key=secret)
        return replace(command, fact=fact)

    return command_of


def telling(
    name: str, found: str, stance: Stance
) -> Callable[[Attributes], Attributes]:
    """Have an attribute be told as found otherwise, and let be."""

    def change(attributes: Attributes) -> Attributes:
        return tuple(
            replace(each, found=found, passed=found == each.expected, stance=stance)
            if each.name == name
            else each
            for each in attributes
        )

    return change


def listing(label: str, name: str, found: str) -> Callable[[str, bytes], bytes]:
    """Have every inventory show the same; ``absent`` leaves the attribute out."""

    def change(_: str, raw: bytes) -> bytes:
        listed = json.loads(raw)
        for item in listed["objects"]:
            if item["label"] == label and item["kind"] != "public-key":
                item["attributes"].pop(name, None)
                if found != "absent":
                    item["attributes"][name] = found
        return json.dumps(listed, separators=(",", ":"), sort_keys=True).encode()

    return change


def demanding(name: str, more: str) -> Callable[[bytes], bytes]:
    """Have the site policy say more of one attribute."""

    def change(raw: bytes) -> bytes:
        told = f'name = "{name}"\n'.encode()
        assert told in raw
        return raw.replace(told, told + more.encode() + b"\n")

    return change


def backup_of(
    label: str, name: str, found: str, stance: Stance, site: str
) -> BuiltRecord:
    return build_backup(
        Forgery(
            command=of_key(label, telling(name, found, stance)),
            inventory=listing(label, name, found),
            site_policy=demanding(name, site),
        )
    )


def trusting(built: BuiltRecord, **more: object) -> BuiltRecord:
    return replace(built, policy=replace(built.policy, **more))


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("label", "found"),
    [("signer-copy", "true"), ("kek-copy", "true"), ("kek", "false")],
)
def test_what_both_policies_let_be_of_a_copy_or_a_secret_key_has_a_remark(
    label: str, found: str
) -> None:
    name, site = "CKA_LOCAL", 'reported-wrongly = "remark"'
    built = backup_of(label, name, found, Stance.REMARK, site)

    assert failures(built) == [("11", "VERIFY-KEY-04")]
    built = trusting(built, reported_wrongly={name: Stance.REMARK})
    assert failures(built) == []
    told = f"A token does not tell, or tells wrongly, of a key: {name} {found}."
    assert told in verdict_of(built).remarks


@pytest.mark.parametrize("label", ["signer-copy", "kek"])
def test_a_leaf_of_any_key_lets_nothing_be_but_what_the_site_policy_says(
    label: str,
) -> None:
    found = "true" if label == "signer-copy" else "false"
    site = 'absent = "remark"'
    built = backup_of(label, "CKA_LOCAL", found, Stance.REMARK, site)
    built = trusting(built, reported_wrongly={"CKA_LOCAL": Stance.REMARK})

    assert failures(built) == [("11", "VERIFY-KEY-07")]


@pytest.mark.parametrize(
    ("label", "rule"), [("signer", None), ("kek", "VERIFY-KEY-04")]
)
def test_a_usage_that_is_accepted_when_absent_is_not_where_the_script_orders_it(
    label: str, rule: str | None
) -> None:
    name = "CKA_UNWRAP"
    built = backup_of(label, name, "absent", Stance.ACCEPT, 'absent = "accept"')
    built = trusting(built, absent={name: Stance.ACCEPT})

    assert failures(built) == ([("11", rule)] if rule else [])
    rules = {
        key: value for key, value in built.policy.attributes.items() if key != name
    }
    lenient = trusting(built, attributes=rules, absent={})
    assert failures(lenient) == ([("11", "VERIFY-KEY-07")] if rule else [])


def test_a_keys_own_ordered_use_is_no_combination() -> None:
    built = build_backup()

    assert failures(trusting(built, apart=(APART,))) == []


def with_set(found: str) -> Callable[[Attributes], Attributes]:
    """Have a leaf tell of the set of usages, and nothing of decryption by itself."""
    told = AttributeFound(TOGETHER, found, found, passed=True)
    return lambda attributes: (
        *(each for each in attributes if each.name != "CKA_DECRYPT"),
        told,
    )


def told_of_set(label: str, found: str) -> BuiltRecord:
    built = build_backup(Forgery(command=of_key(label, with_set(found))))
    rules = dict(built.policy.attributes)
    del rules["CKA_DECRYPT"]
    return trusting(built, attributes=rules, apart=(APART,))


def test_a_leaf_tells_usages_that_stand_together_as_the_script_orders_them() -> None:
    assert failures(told_of_set("kek", "as ordered")) == []
    assert failures(told_of_set("signer-copy", "apart")) == []


@pytest.mark.parametrize(
    ("label", "lie"),
    [
        ("kek", "apart"),
        ("kek", "CKA_SIGN + CKA_UNWRAP"),
        ("signer-copy", "as ordered"),
    ],
)
def test_a_leaf_that_tells_of_usages_otherwise_fails(label: str, lie: str) -> None:
    assert failures(told_of_set(label, lie)) == [("11", "VERIFY-KEY-02")]


@pytest.mark.no_cover
@pytest.mark.parametrize("label", ["kek", "kek-copy", "signer-copy"])
def test_another_usage_beside_those_that_are_ordered_is_a_combination(
    label: str,
) -> None:
    forged = Forgery(
        command=of_key(
            label,
            lambda told: tuple(each for each in told if each.name != "CKA_DECRYPT"),
        ),
        inventory=listing(label, "CKA_DECRYPT", "true"),
    )
    built = build_backup(forged)
    rules = dict(built.policy.attributes)
    del rules["CKA_DECRYPT"]
    built = trusting(built, attributes=rules)

    assert failures(built) == []
    assert failures(trusting(built, apart=(APART,))) == [("11", "VERIFY-KEY-06")]
    # What stands together there is not in this set.
    assert failures(trusting(built, apart=(("CKA_DECRYPT", "CKA_DERIVE"),))) == []
