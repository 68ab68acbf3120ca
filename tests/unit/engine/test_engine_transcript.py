"""How each kind of step reads once it is done: concrete lines, tables and marks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest

from ceremony.digest_words import words
from ceremony.engine.facts import (
    Attested,
    CertificateMade,
    ClockRead,
    CustodyRecorded,
    DeviceFault,
    Fact,
    FoundObject,
    HoldAnswered,
    Input,
    InventoryTaken,
    KeyMade,
    Linted,
    LintFinding,
    Outcome,
    RequestMade,
    Result,
    StepClosed,
    ValueChecked,
)
from ceremony.engine.steps import KINDS
from ceremony.engine.transcript import Entry, Line, Mark, Table, Words
from ceremony.identifiers import Digest, Stance
from tests.fakes.walked_record import at


def facts_of(step: str) -> tuple[Fact, ...]:
    return tuple(r.fact for r in at(step, StepClosed).before.current)


def read(step: str, *facts: Fact) -> tuple[Entry, ...]:
    """Read a step as the record has it, or as these facts would have it."""
    state = at(step, StepClosed).before
    assert state.step is not None
    return KINDS[state.step.verb].entries(state, facts or facts_of(step))


def fact_of(step: str, kind: type[Fact]) -> Any:
    return next(fact for fact in facts_of(step) if isinstance(fact, kind))


def test_what_is_said_confirmed_or_ended_reads_as_one_line() -> None:
    assert read("1.8") == (Line("", "Read aloud."),)
    assert read("1.12") == (Line("", "The act is over."),)
    assert read("3.1") == (Line("", "confirmed", mark=Mark.PASS),)


SAYS_SO: Final = ("say", "confirm", "act-end", "token.logout")
"""The verbs whose closing alone says something."""


@pytest.mark.parametrize("verb", [verb for verb in KINDS if verb not in SAYS_SO])
def test_a_step_in_which_nothing_was_recorded_reads_as_nothing(verb: str) -> None:
    state = at("2.1", StepClosed).before
    assert KINDS[verb].entries(state, ()) == ()
    beside = StepClosed((), Input.TYPED)
    assert KINDS[verb].entries(state, (beside,)) == ()


def test_a_sign_in_tells_level_checkpoint_and_the_persons_own_watch() -> None:
    told = replace(fact_of("1.4", Attested), waived=False, clock_reading="09:03")
    assert read("1.4", told) == (
        Line("statement", "signed with the person's own key", mark=Mark.PASS),
        Line("level", "A1"),
        Line("checkpoint", "6"),
        Line("root", told.head.root[:32], mono=True),
        Line("own watch", "09:03"),
    )
    waived = read("1.4", replace(told, waived=True))
    assert waived[1] == Line("level", "A1, waived")


def test_a_value_reads_as_its_name_and_what_was_typed() -> None:
    assert read("1.11") == (Line("recording reference", "REC-1", strong=True),)


def test_a_clock_reads_as_a_table_with_offsets_in_seconds() -> None:
    told = fact_of("1.10", ClockRead)
    one, two = (
        replace(ref, reading=f"2026-11-25T09:0{n}:02Z", offset_ms=offset)
        for n, ref, offset in zip((1, 2), told.references, (1500, -60_000), strict=True)
    )
    assert read("1.10", replace(told, references=(one, two))) == (
        Table(
            ("Reference", "read", "laptop"),
            (("radio clock", "09:01:02", "+1.5 s"), ("watch", "09:02:02", "-60.0 s")),
        ),
        Line("", "within 60 s", mark=Mark.PASS),
    )
    off = replace(two, offset_ms=-60_001)
    last = read("1.10", replace(told, references=(one, off)))[-1]
    assert last == Line("", "within 60 s", mark=Mark.FAIL)


def test_a_hold_reads_as_the_roll_call_and_the_quorum() -> None:
    told = fact_of("2.1", HoldAnswered)
    one, two, three = told.answers
    assert read("2.1") == (
        Table(
            ("Roll-call", "answer"),
            (
                ("Key custodian 1", "ready"),
                ("Key custodian 2", "ready"),
                ("Key custodian 3", "ready"),
            ),
        ),
        Line("", "3 of 3 ready."),
        Line("", "quorum 2 of 3: 3 ready", mark=Mark.PASS),
    )
    away = tuple(replace(each, answer="absent") for each in (two, three))
    assert read("2.1", replace(told, answers=(one, *away)))[1:] == (
        Line("", "1 of 3 ready."),
        Line("", "quorum 2 of 3: 1 ready", mark=Mark.FAIL),
    )
    others = tuple(replace(each, role="auditor") for each in (two, three))
    assert read("2.1", replace(told, answers=(one, *others)))[1:] == (
        Line("", "3 of 3 ready."),
        Line("", "quorum 2 of 3: 1 ready", mark=Mark.FAIL),
    )


def test_a_read_back_shows_the_right_words_beside_the_typed() -> None:
    told = fact_of("1.9", ValueChecked)
    shown = words(bytes.fromhex(told.value))[:8]
    assert read("1.9") == (
        Line("value", "script digest"),
        Words(shown, told.typed),
        Line("", "every row at first entry", mark=Mark.EQUAL),
    )
    again = replace(told, attempts=(1, 3), equal=False, typed=("wrong",) * 8)
    assert read("1.9", again)[1:] == (
        Words(shown, ("wrong",) * 8),
        Line("", "entries per row: 1, 3", mark=Mark.FAIL),
    )
    assert read("2.8")[0] == (
        Line("value", "certificate fingerprint root-oca-certificate")
    )


def test_a_hand_over_reads_as_who_gave_what_to_whom_and_where_it_is_kept() -> None:
    told = fact_of("2.14", CustodyRecorded)
    assert read("2.14") == (
        Line("Bag to the safe", "sealed"),
        Line("bag number", "B-0042", mono=True, strong=True),
        Line("contains", "Root token"),
        Line("contains", "Issuing token"),
        Line("from", "Ceremony administrator"),
        Line("to", "Security officer"),
        Line("kept", "safe S-1"),
    )
    bare = replace(told, thing="root-hsm", bag="", contents=(), storage="")
    assert read("2.14", bare) == (
        Line("Root token", "sealed"),
        Line("from", "Ceremony administrator"),
        Line("to", "Security officer"),
    )


def test_an_initialised_token_reads_as_label_serial_and_contents() -> None:
    assert read("2.2") == (
        Line("token", "root-hsm", mono=True),
        Line("serial", "S-root-hsm", mono=True),
        Line("found", "no object", strong=True),
        Line("wiped", "whatever was in the token before"),
    )


KEY = FoundObject("private-key", "root-oca", "01")
NAMELESS = FoundObject("data", "", "")


@pytest.mark.parametrize(
    ("taken", "lines"),
    [
        (
            InventoryTaken(Digest("22" * 32), 1, (KEY,)),
            (
                Line("found", "1 object", strong=True),
                Line("new", "private-key root-oca"),
            ),
        ),
        (
            InventoryTaken(Digest("22" * 32), 2, (), (NAMELESS,)),
            (
                Line("found", "2 objects", strong=True),
                Line("gone", "data without label"),
            ),
        ),
        (
            InventoryTaken(Digest("22" * 32), 1, (NAMELESS,), (KEY,)),
            (
                Line("found", "1 object", strong=True),
                Line("new", "data without label"),
                Line("gone", "private-key root-oca"),
            ),
        ),
    ],
)
def test_an_inventory_reads_as_what_is_new_and_what_is_gone(
    taken: InventoryTaken, lines: tuple[Line, ...]
) -> None:
    outcome = replace(fact_of("2.4", Outcome), inventory=taken)
    assert read("2.4", outcome) == lines


def test_an_outcome_that_was_not_simply_done_says_so() -> None:
    done = replace(fact_of("2.4", Outcome), inventory=None)
    fault = DeviceFault("HSM-PIN-01", "The PIN was refused.", "CKR_PIN_INCORRECT")
    told = {
        (Result.DONE, None): (),
        (Result.ADOPTED, None): (
            Line("adopted", "made before the interruption and kept"),
        ),
        (Result.DESTROYED, None): (
            Line("destroyed", "what the interruption left was removed"),
        ),
        (Result.FAILED, None): (
            Line("", "the interruption left nothing", mark=Mark.FAIL),
        ),
        (Result.FAILED, fault): (Line("", "The PIN was refused.", mark=Mark.FAIL),),
    }
    for (result, why), lines in told.items():
        assert read("2.4", replace(done, result=result, fault=why)) == lines


def test_a_key_reads_as_its_ids_and_each_attribute_with_a_verdict() -> None:
    outcome = fact_of("2.5", Outcome)
    key: KeyMade = outcome.key
    one, two, *_ = key.attributes
    three = next(found for found in key.attributes if found.waived)
    bad = replace(two, passed=False, found="absent")
    told = replace(outcome, key=replace(key, attributes=(one, bad, three)))
    assert read("2.5", told) == (
        Line("label", "root-oca", mono=True),
        Line("CKA_ID", key.cka_id, mono=True),
        Line("short id", key.key_identifier, mono=True),
        Line("algorithm", "P-256, made in the token"),
        Line("mechanism", "CKM_EC_KEY_PAIR_GEN", mono=True),
        Table(
            ("Attribute", "asked", "found", ""),
            (
                ("CKA_TOKEN", "true", "true", "pass"),
                ("CKA_PRIVATE", "true", "absent", "fail"),
                ("CKF_HW_SLOT", "true", "false", "waived"),
            ),
            mono=True,
        ),
        Line("", "1 waived by the site policy for a rehearsal"),
    )
    local = replace(bad, name="CKA_LOCAL", found="false", stance=Stance.REMARK)
    derive = replace(bad, name="CKA_DERIVE", expected="false", stance=Stance.ACCEPT)
    *_, table, remarked = read(
        "2.5", replace(outcome, key=replace(key, attributes=(local, derive)))
    )
    assert table.rows == (
        ("CKA_LOCAL", "true", "false", "remark"),
        ("CKA_DERIVE", "false", "absent", "accepted"),
    )
    assert remarked == Line("", "1 let be by the site policy, with a remark")
    plain = replace(outcome, key=replace(key, attributes=(one,)))
    assert isinstance(read("2.5", plain)[-1], Table)


def test_a_lint_reads_as_the_rules_applied_and_each_finding() -> None:
    told: Linted = fact_of("2.5", Linted)
    clean = replace(told, rule_count=24, findings=())
    assert read("2.5", clean) == (
        Line("lint", "24 rules before key, 0 findings", mark=Mark.PASS),
    )
    warning = LintFinding("PKI-KU-01", "warning", "Look here.")
    error = LintFinding("PKI-BC-01", "error", "Not so.")
    noted = replace(clean, findings=(warning,))
    assert read("2.5", noted) == (
        Line("lint", "24 rules before key, 1 finding", mark=Mark.PASS),
        Line("warning", "PKI-KU-01: Look here."),
    )
    bad = replace(clean, findings=(warning, error), stage="before-signing")
    assert read("2.5", bad) == (
        Line("lint", "24 rules before signing, 2 findings", mark=Mark.FAIL),
        Line("warning", "PKI-KU-01: Look here."),
        Line("error", "PKI-BC-01: Not so."),
    )


def test_a_request_reads_as_subject_and_digest() -> None:
    request: RequestMade = fact_of("2.11", Outcome).request
    assert read("2.11") == (
        Line("subject", request.subject),
        Line("SHA-256", request.digest, mono=True),
        Line("", "signature verified with the key in it", mark=Mark.PASS),
    )


@pytest.mark.parametrize("step", ["2.7", "2.12"])
def test_a_certificate_reads_as_linted_and_signed_bytes_compared(step: str) -> None:
    outcome = fact_of(step, Outcome)
    made: CertificateMade = outcome.certificate
    lines = read(step)
    assert lines[0] == Line(
        "lint",
        f"{fact_of(step, Linted).rule_count} rules before signing, 0 findings",
        mark=Mark.PASS,
    )
    assert lines[1:4] == (
        Line("linted", made.tbs[:32], mono=True),
        Line("signed", made.tbs[:32], mono=True),
        Line("", "what was linted is what is signed", mark=Mark.SAME_BYTES),
    )
    assert lines[4:] == (
        Line("subject", made.subject),
        Line("valid", f"{made.not_before[:10]} to {made.not_after[:10]}"),
        Line("serial", made.serial, mono=True),
        Line("SHA-256", made.digest, mono=True),
    )


def test_other_bytes_signed_than_linted_are_marked_as_a_failure() -> None:
    outcome = fact_of("2.7", Outcome)
    linted = fact_of("2.7", Linted)
    other = replace(linted, tbs=Digest("ee" * 32))
    lines = read("2.7", other, outcome)
    assert lines[1] == Line("linted", "ee" * 16, mono=True)
    assert lines[3] == Line("", "what was linted is what is signed", mark=Mark.FAIL)
    alone = read("2.7", replace(other, stage="after-signing"), outcome)
    assert alone[1] == Line("linted", "", mono=True)
    assert alone[3] == Line("", "what was linted is what is signed", mark=Mark.FAIL)
