"""What no writer of records makes of an intent or a binding, and the verifier meets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import reduce
from operator import getitem

import pytest

from ceremony import canonical
from ceremony.canonical import Json
from ceremony.engine.facts import Fact, Intent, Outcome
from ceremony.identifiers import Mode, PersonId
from ceremony.pack.binding import PinSource, TokenBinding, encode_binding_json
from ceremony.pack.record import BINDING, Record, read_record
from ceremony.verify.asked import verify_asked
from ceremony.verify.binding import verify_binding_told
from ceremony.verify.check import FailedError
from tests.fakes.made_up_binding import bound_site
from tests.fakes.made_up_site import Site
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


def places(value: Json, *way: str | int) -> Iterator[tuple[str | int, ...]]:
    """Give the way to each value within a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[arg-type]  # a list
    for name, each in inner:
        yield (*way, name)
        if isinstance(each, dict | list):
            yield from places(each, *way, name)


@pytest.mark.parametrize("other", [["x"], {"x": ["y"]}, 7, True])
def test_no_value_of_another_kind_passes_or_ends_the_verifier(other: Json) -> None:
    record = read_record(build_record().files)
    told = record.files[BINDING]
    verify_binding_told(record)
    every = list(places(json.loads(told)))
    assert ("tokens", 0, "name") in every
    assert ("tokens", 0, "module") in every
    assert ("people", 6, "id") in every
    for *way, last in every:
        changed = json.loads(told)
        reduce(getitem, way, changed)[last] = other
        files = {**record.files, BINDING: canonical.encode(changed)}
        with pytest.raises(FailedError, match=BINDING):
            verify_binding_told(replace(record, files=files))


@pytest.mark.parametrize(("pin", "passes"), [("typed", True), ("fixed", False)])
def test_no_pin_of_a_live_ceremony_is_from_a_file(pin: str, *, passes: bool) -> None:
    record = read_record(build_record().files)
    told = json.loads(record.files[BINDING])
    told["evidence"]["pin"] = pin
    rehearsed = replace(record, files={BINDING: canonical.encode(told)})
    verify_binding_told(rehearsed)
    first, *more = record.facts
    opening = replace(first, fact=replace(record.opened, mode=Mode.LIVE))
    live = replace(rehearsed, facts=(opening, *more))
    with nullcontext() if passes else pytest.raises(FailedError, match="from a file"):
        verify_binding_told(live)


def test_more_people_and_modules_of_a_site_than_take_part_are_no_part_of_it() -> None:
    record = read_record(build_record().files)
    site, made_up = bound_site(), Site()
    somebody = replace(
        site.people[0], id=PersonId("z-99"), module="luna", serial="S-z-99"
    )
    tokens = tuple(
        TokenBinding(it.name, "root", it.serial, it.label, PinSource.TYPED, "")
        for it in record.opened.tokens
    )
    modules = (
        *site.modules,
        *(
            replace(site.modules[0], name=name, sha256=record.opened.tokens[0].module)
            for name in ("root", "luna")
        ),
    )
    cosigning = [
        replace(each, cosigner=made_up.person(each.id).cosigner) for each in site.people
    ]
    assert any(each.cosigner for each in cosigning)
    larger = replace(
        site,
        modules=(replace(modules[0], init_arguments="flags="), *modules[1:]),
        tokens=tokens,
        evidence=replace(site.evidence, serial="0" * 16),
        people=(somebody, *cosigning[::-1]),
    )
    seated = [seat.person for seat in record.opened.seats]
    for people, passes in ((seated, True), ([*seated, somebody.id], False)):
        files = {BINDING: encode_binding_json(larger, people)}
        with (
            nullcontext()
            if passes
            else pytest.raises(FailedError, match="list of people")
        ):
            verify_binding_told(replace(record, files=files))
