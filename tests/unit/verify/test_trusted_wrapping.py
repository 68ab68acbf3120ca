"""A key that only a trusted key wraps: every claim of trust is checked again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ceremony.engine.command import Command
from ceremony.engine.facts import FoundObject, Outcome
from ceremony.verify.outcome import RecordWord
from tests.fakes.forgery import Forgery
from tests.fakes.record_backup import build_backup
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.trusted import build_trusted
from tests.unit.verify.judging import failures, verdict_of

TRUSTED, WITH_TRUSTED = "CKA_TRUSTED", "CKA_WRAP_WITH_TRUSTED"


def told(key: str, name: str, found: str | None) -> Callable[[Command], Command]:
    """Have a key's leaf tell an attribute so; None: not at all."""

    def part(made: Any) -> Any:
        kept = tuple(
            each if each.name != name else replace(each, found=found, passed=False)
            for each in made.attributes
            if found is not None or each.name != name
        )
        return replace(made, attributes=kept)

    def command(given: Command) -> Command:
        fact = given.fact
        if not isinstance(fact, Outcome) or fact.thing != key:
            return given
        made = {
            field: part(getattr(fact, field))
            for field in ("key", "secret_key")
            if getattr(fact, field) is not None
        }
        return replace(given, fact=replace(fact, **made))

    return command


def listed(name: str, before: str, after: str) -> Forgery:
    """Have every inventory show an attribute otherwise."""
    old, new = (f'"{name}":"{value}"'.encode() for value in (before, after))
    return Forgery(inventory=lambda _, raw: raw.replace(old, new))


def trust_lost() -> Forgery:
    """Let the wrapping key lose its trust before it wraps, and tell of that."""
    built = build_trusted()
    (at,) = (
        known
        for known in built.builder.facts
        if isinstance(known.fact, Outcome)
        and (known.fact.verb, known.fact.thing) == ("key.wrap", "signer")
    )
    names = [blob.name for blob in at.event.blobs]
    first = names[[name.startswith("inventory-") for name in names].index(True)]
    seen: list[str] = []

    def inventory(file: str, raw: bytes) -> bytes:
        seen.extend([file] * (file == first or bool(seen)))
        return (
            raw.replace(b'"CKA_TRUSTED":"true"', b'"CKA_TRUSTED":"false"')
            if (seen and "first" in file)
            else raw
        )

    def command(given: Command) -> Command:
        fact = given.fact
        if not isinstance(fact, Outcome) or fact.inventory is None:
            return given
        if (fact.verb, fact.thing) != ("key.wrap", "signer"):
            return given
        brief = FoundObject("secret-key", "kek", built.builder.state.made["kek"].cka_id)
        changed = replace(fact.inventory, added=(brief,), removed=(brief,))
        return replace(given, fact=replace(fact, inventory=changed))

    return Forgery(inventory=inventory, command=command)


def test_an_honest_record_is_verified() -> None:
    built = build_trusted()
    assert failures(built) == []
    assert verdict_of(built).record is RecordWord.VERIFIED_WITH_REMARKS


def policy_says(built: BuiltRecord, **said: str) -> BuiltRecord:
    attributes = {**built.policy.attributes, **said}
    return replace(built, policy=replace(built.policy, attributes=attributes))


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        # The leaf says that it is trusted, and the token's list that it is not.
        (lambda: listed(TRUSTED, "true", "false"), "VERIFY-KEY-02"),
        (lambda: listed(WITH_TRUSTED, "true", "false"), "VERIFY-KEY-02"),
        # Nobody tells whether it is: neither the leaf nor anybody else.
        (lambda: Forgery(command=told("kek", TRUSTED, None)), "VERIFY-KEY-04"),
        (lambda: Forgery(command=told("signer", WITH_TRUSTED, None)), "VERIFY-KEY-04"),
        # It was trusted when it was made, and no more when it wrapped.
        (trust_lost, "VERIFY-BACKUP-03"),
    ],
)
def test_a_lie_about_trust_fails_check_11_alone(
    make: Callable[[], Forgery], rule: str
) -> None:
    assert ("11", rule) in failures(build_trusted(make()))
    assert {number for number, _ in failures(build_trusted(make()))} == {"11"}


def test_a_script_that_wraps_it_under_another_key_fails() -> None:
    def untrusted(raw: bytes) -> bytes:
        return raw.replace(b"    trusted: true\n", b"")

    built = build_trusted(Forgery(script=untrusted))
    assert failures(built) == [("11", "ENGINE-BACKUP-08")]


def test_a_policy_that_wants_trust_refuses_keys_that_have_none() -> None:
    assert failures(policy_says(build_trusted(), **{TRUSTED: "true"})) == [
        ("11", "VERIFY-KEY-04")
    ], "the transport key wraps and is not trusted"
    assert failures(policy_says(build_backup(), **{WITH_TRUSTED: "true"})) == [
        ("11", "VERIFY-KEY-04")
    ]
