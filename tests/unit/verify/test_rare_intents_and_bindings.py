"""What no writer of records makes of an intent or a binding, and the verifier meets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ceremony.engine.facts import Fact, Intent, Outcome
from ceremony.pack.record import BINDING, Record, read_record
from ceremony.verify.asked import verify_asked
from ceremony.verify.binding import verify_binding_told
from ceremony.verify.check import FailedError
from tests.fakes.record_builder import build_record
from tests.fakes.record_crl import build_crls


def told_otherwise(record: Record, change: Callable[[Fact], Fact]) -> Record:
    """Let each leaf tell what becomes of its fact; the state stays as it was."""
    facts = tuple(replace(each, fact=change(each.fact)) for each in record.facts)
    return replace(record, facts=facts)


def test_a_key_that_the_script_does_not_name_is_no_error_of_the_verifier() -> None:
    def change(fact: Fact) -> Fact:
        is_asked = isinstance(fact, Intent) and fact.verb == "key.generate"
        return replace(fact, thing="nobody") if is_asked else fact  # type: ignore[call-arg]  # an intent

    record = read_record(build_record().files)
    verify_asked(record)
    with pytest.raises(FailedError) as failed:
        verify_asked(told_otherwise(record, change))
    assert failed.value.rule == "VERIFY-INTENT-05"
    assert "(thing)" in str(failed.value)


def test_a_list_whose_key_has_no_certificate_is_left_to_the_check_of_lists() -> None:
    def change(fact: Fact) -> Fact:
        if isinstance(fact, Intent) and fact.verb == "crl.issue":
            return replace(fact, algorithm="rsa-sha256")
        return replace(fact, certificate=None) if isinstance(fact, Outcome) else fact

    record = read_record(build_crls().files)
    verify_asked(told_otherwise(record, change))


@pytest.mark.parametrize("raw", [b"not json", b"[]", b"{}"])
def test_a_binding_that_is_no_object_of_its_kind_is_named(raw: bytes) -> None:
    files = build_record().files | {BINDING: raw}
    with pytest.raises(FailedError) as failed:
        verify_binding_told(read_record(files))
    assert failed.value.rule == "VERIFY-BINDING-01"
    assert BINDING in str(failed.value)
