"""What a record rarely gets wrong, and the reading of objects that rarely differ."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest

from ceremony import canonical
from ceremony.engine.command import Command
from ceremony.engine.facts import (
    BoundToken,
    CommandRefused,
    FoundObject,
    Opened,
    Outcome,
    Result,
    StepClosed,
)
from ceremony.identifiers import Mode
from ceremony.journal.event import Event
from ceremony.journal.note import make_vkey
from ceremony.pack.manifest import encode_manifest
from ceremony.pack.record import Record, read_record
from ceremony.script.model import Step
from ceremony.verify import device, graph, limits
from ceremony.verify.check import Check, Status
from ceremony.verify.mode import hardware_of
from ceremony.verify.outcome import Hardware, RecordWord, Story, Verdict
from ceremony.verify.text import render_verdict
from ceremony.verify.times import check_times
from ceremony.verify.verdict import judge_files
from tests.fakes.forgery import Forgery
from tests.fakes.made_up_site import SoftwareKey
from tests.fakes.record_builder import (
    BuiltRecord,
    RecordBuilder,
    build_record,
    remade,
)
from tests.unit.verify.judging import failures


def with_file(name: str, raw: bytes) -> BuiltRecord:
    built = build_record()
    files = {**built.files, name: raw}
    files["MANIFEST.sha256"] = encode_manifest(files)
    return replace(built, files=files)


def test_a_jump_of_the_wall_clock_is_shown_and_does_not_fail() -> None:
    def later(event: Event) -> Event:
        if event.cseq < 20:
            return event
        return replace(
            event, t=replace(event.t, wall=event.t.wall + timedelta(hours=1))
        )

    record = read_record(build_record(Forgery(event=later)).files)
    check = check_times(record)
    assert check.status is Status.PASSED
    assert "+3600.0 s at leaf 25, step 1.11" in check.reason


def test_a_restart_is_shown_and_its_times_are_not_compared() -> None:
    def restarted(event: Event) -> Event:
        if event.cseq < 20:
            return event
        return replace(event, t=replace(event.t, boot="another", mono_us=1))

    record = read_record(build_record(Forgery(event=restarted)).files)
    check = check_times(record)
    assert check.status is Status.PASSED
    assert "restart before leaf 25" in check.reason


def test_where_the_keys_were_follows_from_the_tokens() -> None:
    record = read_record(build_record().files)
    assert hardware_of(record) is Hardware.SOFTWARE
    assert hardware_of(with_tokens(record, ())) is Hardware.UNKNOWN
    token = replace(record.opened.tokens[0], software=False)
    assert hardware_of(with_tokens(record, (token,))) is Hardware.WITNESSED


def with_tokens(record: Record, tokens: tuple[BoundToken, ...]) -> Record:
    opened = replace(record.opened, tokens=tokens)
    first = replace(record.facts[0], fact=opened)
    return replace(record, facts=(first, *record.facts[1:]))


def test_a_rehearsal_in_a_live_journal_is_found() -> None:
    built = build_record(Forgery(origin="key-ceremony.example/small"))
    assert ("16", "VERIFY-MODE-01") in failures(built)


def test_a_live_opening_with_recorded_answers_is_refused_by_its_rule() -> None:
    def live(raw: bytes) -> bytes:
        return raw.replace(b"modes: [rehearsal]", b"modes: [rehearsal, live]")

    def command(told: Command) -> Command:
        if isinstance(told.fact, Opened):
            opened = replace(
                told.fact, mode=Mode.LIVE, answers=canonical.digest(b"answers")
            )
            return replace(told, fact=opened)
        return told

    built = build_record(
        Forgery(
            script=live,
            command=command,
            ceremony="KC-2026-001",  # type: ignore[arg-type]  # an id
            origin="key-ceremony.example/small",
        )
    )
    assert ("16", "ENGINE-OPEN-03") in failures(built)


def test_a_ceremony_is_opened_once() -> None:
    def again(told: Command) -> Command:
        if told.step == "1.8" and isinstance(told.fact, StepClosed):
            opened = build_record().builder.facts[0].fact
            return replace(told, fact=opened)
        return told

    assert ("10", "VERIFY-SCRIPT-03") in failures(build_record(Forgery(command=again)))


def test_a_log_key_of_another_kind_is_compared_by_its_own_digest() -> None:
    built = build_record()
    vkey = make_vkey(built.site.origin, SoftwareKey("log").public_key())
    policy = replace(built.policy, log_key=vkey)
    assert ("6", "VERIFY-LOG-02") in failures(replace(built, policy=policy))


def test_openings_and_exhibits_have_to_be_lists_of_their_kind() -> None:
    assert ("5", "VERIFY-FILE-04") in failures(with_file("exhibits.json", b"{"))
    assert ("5", "VERIFY-FILE-04") in failures(with_file("exhibits.json", b'"x"'))
    no_text = b'[{"sha256":["x"]}]'
    assert ("5", "VERIFY-FILE-04") in failures(with_file("exhibits.json", no_text))


def test_leaf_hashes_that_are_none_leave_the_log_unread() -> None:
    built = with_file("leaf-hashes.txt", b"nothing\n")
    checks = {
        check.number: check for check in judge_files(built.files, built.policy).checks
    }
    assert checks["5"].rule == "PACK-LEAVES-01"
    assert {checks["6"].status, checks["7"].status} == {Status.NOT_CHECKED}


def test_a_refused_command_changes_nothing() -> None:
    def refused(builder: RecordBuilder, step: Step) -> None:
        if step.id == "1.9":
            builder.record(CommandRefused("ENGINE-STEP-01", "step.closed"))

    assert failures(build_record(Forgery(before=refused))) == []


def test_a_failed_operation_needs_no_inventory() -> None:
    def failed(told: Command) -> Command:
        fact = told.fact
        if isinstance(fact, Outcome) and told.step == "2.13":
            outcome = replace(fact, result=Result.FAILED, inventory=None)
            return replace(told, fact=outcome, blobs=())
        return told

    built = build_record(Forgery(command=failed))

    # Nothing of it was listed, so that there is no such file either.
    def leave_out(files: dict[str, bytes]) -> None:
        del files["inventory-issuing-hsm-4.json"]

    found = failures(remade(built, leave_out, manifest=True))
    assert found == [("11", "ENGINE-DEVICE-02")]


def test_what_a_token_lacks_is_named_as_well() -> None:
    key = FoundObject("private-key", "", "ab")
    told = device._told(Counter(), Counter([key]))
    assert told == "the token lacks private-key without label"


def compared(one: object, other: object) -> str:
    comparison = graph.Comparison(read=limits.decode_stream)
    return graph.find_difference(one, other, comparison, "here")


@pytest.mark.parametrize(
    ("one", "other", "place"),
    [
        (pikepdf.Array([1, 2]), pikepdf.Array([1, 2]), ""),
        (pikepdf.Array([1, 2]), pikepdf.Array([1, 3]), "here[1]"),
        (pikepdf.Array([1, 2]), pikepdf.Array([1]), "here"),
        (pikepdf.Array([True]), pikepdf.Array([1]), "here[0]"),
        (pikepdf.Array([]), pikepdf.Dictionary(), "here"),
        (pikepdf.Name("/A"), pikepdf.String("/A"), "here"),
        (pikepdf.Name("/A"), None, "here"),
        (pikepdf.Dictionary(A=1), pikepdf.Dictionary(A=1, B=2), "here"),
        (pikepdf.Dictionary(A=1), pikepdf.Dictionary(A=2), "here /A"),
    ],
)
def test_a_difference_between_two_objects_is_named(
    one: object, other: object, place: str
) -> None:
    assert compared(one, other) == place


def test_streams_are_compared_by_what_they_hold() -> None:
    document = pikepdf.new()
    one, same = document.make_stream(b"a"), document.make_stream(b"a")
    assert compared(one, same) == ""
    assert compared(one, document.make_stream(b"b")) == "here"


def test_a_short_verdict_has_neither_story_nor_rule() -> None:
    check = Check("1", "Size and shape limits", Status.NOT_CHECKED, "no reason")
    text = render_verdict(Verdict(RecordWord.CANNOT_TELL, Story(), (check,)))
    assert text == (
        "Record: CANNOT TELL\n"
        "Ceremony: cannot be told\n"
        "\n"
        "Checks\n"
        "  not checked    1  Size and shape limits\n"
        "      no reason\n"
    )
