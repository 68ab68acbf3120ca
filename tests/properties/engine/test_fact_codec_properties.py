"""Facts as JSON: nothing is lost, and nothing that is not exactly so is read."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony import canonical
from ceremony.canonical import Json
from ceremony.engine.fact_codec import FACT_TYPES, decode_fact, encode_fact
from ceremony.engine.facts import (
    AttendanceChanged,
    BreakBegun,
    BreakEnded,
    CommandRefused,
    Fact,
    Head,
    Initial,
    Input,
    Noted,
    RecordVerified,
    StepClosed,
)
from ceremony.errors import EvidenceError
from ceremony.identifiers import Digest, PersonId, Role
from tests.fakes.made_up_facts import KINDS, facts, values_of

SPECIFIED = {
    "attendance.changed",
    "attestation.on-paper",
    "attestation.signed",
    "break.begun",
    "break.ended",
    "ceremony.abandoned",
    "ceremony.closed",
    "ceremony.opened",
    "ceremony.resumed",
    "tokens.changed",
    "tokens.inspected",
    "clock.read",
    "command.refused",
    "custody.recorded",
    "deviation.closed",
    "deviation.recorded",
    "device.handled",
    "dissent.recorded",
    "dissent.settled",
    "earlier.found",
    "certificate.brought",
    "hold.answered",
    "hsm.intent",
    "hsm.outcome",
    "lint.checked",
    "note.recorded",
    "pack.sealed",
    "record.verified",
    "report.signed",
    "requests.given",
    "requests.judged",
    "step.closed",
    "value.checked",
    "value.recorded",
}

MALFORMED = "A fact of the type {} is not well formed: "


def with_fields() -> st.SearchStrategy[Fact]:
    """Make facts of every kind that says more than that it happened."""
    return facts().filter(lambda fact: bool(dataclasses.fields(fact)))


def through_the_journal(fact: Fact) -> Any:
    """Give a fact's data as it comes back from its leaf."""
    return json.loads(canonical.encode(dict(encode_fact(fact))))


def refused(type_name: str, data: Any) -> tuple[str, str]:
    with pytest.raises(EvidenceError) as caught:
        decode_fact(type_name, data)
    return caught.value.code, str(caught.value)


def test_every_type_of_fact_is_known_under_its_name() -> None:
    assert set(FACT_TYPES) == SPECIFIED
    assert set(FACT_TYPES.values()) == set(KINDS)


@pytest.mark.no_cover  # the tests below run the same lines, and measuring is slow
@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_fact_written_and_read_again_is_the_same(
    kind: type[Fact], data: st.DataObject
) -> None:
    fact = data.draw(values_of(kind))
    assert decode_fact(kind.type, through_the_journal(fact)) == fact


@given(fact=facts())
def test_a_fact_has_one_form_in_which_no_default_is_spelled_out(fact: Fact) -> None:
    told = through_the_journal(fact)
    for field in dataclasses.fields(fact):
        default = field.default
        left_out = field.name not in told
        assert left_out == (
            default is not dataclasses.MISSING and getattr(fact, field.name) == default
        )
    assert encode_fact(decode_fact(fact.type, told)) == told


@given(fact=facts())
def test_a_fact_with_an_unknown_field_is_refused(fact: Fact) -> None:
    told = {**through_the_journal(fact), "also": "x"}
    code, message = refused(fact.type, told)
    assert code == "ENGINE-FACT-02"
    assert f"{fact.type} has the unknown field also" in message


@given(fact=with_fields(), data=st.data())
def test_a_fact_that_lacks_a_field_is_refused(fact: Fact, data: st.DataObject) -> None:
    told = through_the_journal(fact)
    needed = [
        field.name
        for field in dataclasses.fields(fact)
        if field.default is dataclasses.MISSING
    ]
    gone = data.draw(st.sampled_from(needed))
    del told[gone]
    code, message = refused(fact.type, told)
    assert code == "ENGINE-FACT-02"
    assert f"{fact.type} lacks the field {gone}" in message


def wrong_for(value: Json) -> list[Json]:
    """Give values of every other JSON type than a value's own."""
    samples: list[Json] = ["text", 7, True, None, ["x"], {"x": "y"}, 1.5]
    return [sample for sample in samples if type(sample) is not type(value)]


@given(fact=with_fields(), data=st.data())
def test_a_field_of_another_type_is_refused(fact: Fact, data: st.DataObject) -> None:
    told = through_the_journal(fact)
    name = data.draw(st.sampled_from(sorted(told)))
    told[name] = data.draw(st.sampled_from(wrong_for(told[name])))
    code, message = refused(fact.type, told)
    assert code == "ENGINE-FACT-02"
    assert f"{fact.type}.{name}" in message


@given(fact=facts())
def test_a_default_that_is_spelled_out_is_refused(fact: Fact) -> None:
    told = through_the_journal(fact)
    for field in dataclasses.fields(fact):
        if field.name not in told and not isinstance(field.default, tuple):
            more = {**told, field.name: field.default}
            code, message = refused(fact.type, more)
            assert code == "ENGINE-FACT-02"
            assert f"{fact.type}.{field.name}" in message


@given(name=st.text(max_size=20).filter(lambda text: text not in FACT_TYPES))
def test_a_fact_of_an_unknown_type_is_refused(name: str) -> None:
    assert refused(name, {})[0] == "ENGINE-FACT-01"


def test_a_default_spelled_out_is_named() -> None:
    told: dict[str, Json] = {"person": "c-03", "direction": "out", "reason": ""}
    assert refused("attendance.changed", told) == (
        "ENGINE-FACT-02",
        MALFORMED.format("attendance.changed")
        + "attendance.changed.reason spells out its default.",
    )


def test_a_choice_that_is_none_is_refused_with_the_choices() -> None:
    told: dict[str, Json] = {"initials": [], "input": "guessed"}
    assert refused("step.closed", told) == (
        "ENGINE-FACT-02",
        MALFORMED.format("step.closed")
        + "step.closed.input is not one of typed, recorded.",
    )


ROOT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""SHA-256 of no octets: FIPS 180-4, by sha256sum."""

NO_DIGESTS = [
    "",
    "Other text",
    ROOT.upper(),
    ROOT[1:],
    ROOT + "0",
    ROOT + "\n",
    f"g{ROOT[1:]}",
    7,
]


@pytest.mark.parametrize("told", NO_DIGESTS)
def test_a_digest_is_64_lower_case_hex_digits(told: Json) -> None:
    given: dict[str, Json] = {
        "request": "devices",
        "profile": "smki-device-ds",
        "file_count": 1,
        "size": 0,
        "digest": ROOT,
    }
    assert decode_fact("requests.given", given).digest == ROOT  # type: ignore[union-attr]  # given
    assert refused("requests.given", {**given, "digest": told}) == (
        "ENGINE-FACT-02",
        MALFORMED.format("requests.given")
        + "requests.given.digest is not SHA-256 as 64 lower-case hex digits.",
    )


def test_a_digest_in_a_list_and_one_that_may_be_absent_are_digests_too() -> None:
    path: dict[str, Json] = {
        "tool": "x",
        "version": "1",
        "certificates": [ROOT, "Other text"],
    }
    told: dict[str, Json] = {
        "verb": "certificate.issue",
        "token": "hsm",
        "serial": "1",
        "result": "done",
        "path": path,
    }
    assert (
        "hsm.outcome.path.certificates is not SHA-256"
        in refused("hsm.outcome", told)[1]
    )
    told = {"verb": "certificate.issue", "token": "hsm", "serial": "1", "tbs": "x"}
    assert "hsm.intent.tbs is not SHA-256" in refused("hsm.intent", told)[1]


def test_a_fault_deep_inside_is_told_with_its_path() -> None:
    initial: dict[str, Json] = {"person": "w-01", "role": "internal-witness"}
    told: dict[str, Json] = {"initials": [initial], "input": "typed"}
    assert (
        "step.closed.initials lacks the field mark" in refused("step.closed", told)[1]
    )
    told = {"initials": ["WE"], "input": "typed"}
    assert "step.closed.initials is not an object" in refused("step.closed", told)[1]
    told = {"initials": "WE", "input": "typed"}
    assert "step.closed.initials is not a list" in refused("step.closed", told)[1]


def test_a_number_is_no_truth_value_and_a_truth_value_no_number() -> None:
    head: dict[str, Json] = {"size": True, "root": "00" * 32}
    told: dict[str, Json] = {
        "record": "VERIFIED",
        "checks": [],
        "remarks": [],
        "head": head,
    }
    assert (
        "record.verified.head.size is not a int" in refused("record.verified", told)[1]
    )


@pytest.mark.parametrize(
    ("fact", "data"),
    [
        (Noted("A remark."), {"text": "A remark."}),
        (
            AttendanceChanged(PersonId("c-03"), "in"),
            {"person": "c-03", "direction": "in"},
        ),
        (
            BreakBegun("Lunch.", 45, (PersonId("s-01"), PersonId("w-01"))),
            {"reason": "Lunch.", "minutes": 45, "staying": ["s-01", "w-01"]},
        ),
        (BreakEnded(), {}),
        (
            CommandRefused("ENGINE-STEP-01", "step.closed"),
            {"rule": "ENGINE-STEP-01", "command": "step.closed"},
        ),
        (
            StepClosed(
                (Initial(PersonId("w-01"), Role("internal-witness"), "WE"),),
                Input.RECORDED,
            ),
            {
                "initials": [
                    {"person": "w-01", "role": "internal-witness", "mark": "WE"}
                ],
                "input": "recorded",
            },
        ),
        (
            RecordVerified("VERIFIED", (), ("a",), Head(9, Digest("00" * 32))),
            {
                "record": "VERIFIED",
                "checks": [],
                "remarks": ["a"],
                "head": {"size": 9, "root": "00" * 32},
            },
        ),
    ],
)
def test_a_fact_is_written_as_the_specification_shows(
    fact: Fact, data: dict[str, Json]
) -> None:
    assert encode_fact(fact) == data
    assert decode_fact(fact.type, data) == fact
