"""Refused requests judged again: what a pack cannot show, and how each is answered.

That a good request is called refused, or for another reason, is among the lies.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony import canonical
from ceremony.engine.facts import Outcome, RequestRefused, RequestsJudged, RuleCount
from ceremony.engine.state import Recorded
from ceremony.identifiers import Digest
from ceremony.pack.batch_files import left_in_journal, left_out, may_be_missing
from ceremony.pack.record import Record, read_record
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.request_file import Imported, encode_accepted
from ceremony.pki.request_path import Answer, linter_named
from ceremony.pki.request_results import Tally, encode_results, judgement_record
from ceremony.pki.request_set import Issued, judge_requests
from ceremony.report.book import Book
from ceremony.report.pages.batches import batches
from ceremony.verify.answer import answer_to
from ceremony.verify.batch import Sets
from ceremony.verify.check import FailedError
from ceremony.verify.named import verify_named
from ceremony.verify.parts import verify_batches
from ceremony.verify.refused import held_elsewhere
from tests.fakes.batch_lies import (
    DEVICES,
    REFUSED,
    REQUESTS,
    RESULTS,
    STATED,
    judged_as,
    third_is_good,
    third_refused_for,
    with_digest,
    with_rule,
)
from tests.fakes.forgery import Forgery, keep_bytes
from tests.fakes.made_requests import ORGANISATION, organisation_request
from tests.fakes.record_batch import METER, TAMPERED, build_batch, request_of
from tests.fakes.single_lies import OTHER, PROFILE
from tests.fakes.two_sets import build_refused_beside

SEVEN = 7


def judged_in(record: Record) -> Recorded:
    return next(
        known
        for known in record.facts
        if isinstance(known.fact, RequestsJudged)
        and known.fact.request == "device-requests"
    )


@pytest.mark.parametrize("rule", ["PKI-CSR-08", "PKI-CSR-09", "PKI-CSR-10"])
def test_what_an_earlier_ceremony_has_certified_is_remarked_on(rule: str) -> None:
    def files(name: str, raw: bytes) -> bytes:
        raw = third_is_good(name, raw)
        return with_rule(rule, raw) if name == RESULTS else raw

    command = judged_as(
        failures=tuple(RuleCount(each, 1) for each in sorted((rule, "PKI-CSR-07"))),
        first=(
            RequestRefused(3, "device-3.csr", (rule,)),
            RequestRefused(6, "device-6.csr", ("PKI-CSR-07",)),
        ),
    )
    record = read_record(build_batch(Forgery(batch_file=files, command=command)).files)
    (remark,) = verify_batches(record)
    assert remark.startswith("Why 1 of device-requests were refused rests on")


def test_what_an_unanswered_set_of_the_same_ceremony_asks_for_the_record_shows() -> (
    None
):
    record = read_record(build_refused_beside().files)
    (second,) = (
        known.fact
        for known in record.facts
        if isinstance(known.fact, RequestsJudged)
        and known.fact.request == "requests-again"
    )
    assert (second.good, second.refused) == (1, 2)
    assert [each.rules for each in second.first] == [("PKI-CSR-08",), ("PKI-CSR-09",)]
    assert not verify_batches(record)


def test_refused_requests_that_nobody_kept_are_remarked_on() -> None:
    command = judged_as(refused_requests=None)
    record = read_record(build_batch(Forgery(command=command)).files)
    (remark,) = verify_batches(record)
    assert remark.startswith("Why 2 of device-requests were refused rests on")


def refused_alone(
    ders: list[bytes], kept: bytes, rule: str = "PKI-REQUEST-02", stated: str = ""
) -> tuple[Sets, Recorded]:
    """Make the set one of which no request is good."""
    script = (lambda raw: raw.replace(DEVICES, STATED)) if stated else keep_bytes
    record = read_record(build_batch(Forgery(script=script)).files)
    known = judged_in(record)
    profile = load_builtin_profile("smki-device-ds")
    bad = [Imported("x.csr", n, der) for n, der in enumerate(ders, 1)]
    day = known.event.t.wall.date()
    answer = Answer(profile, {"hardware-serial": stated} if stated else {}, (), day)
    judged = judge_requests(bad, profile, answer=answer)
    results = b"".join(encode_results(judged, profile, Tally()))
    assert isinstance(known.fact, RequestsJudged)
    rules = (rule,)
    fact = replace(
        known.fact,
        good=0,
        refused=SEVEN,
        results=canonical.digest(results),
        accepted=None,
        failures=(RuleCount(rule, SEVEN),),
        first=tuple(RequestRefused(n, "x.csr", rules) for n in range(1, SEVEN)),
        refused_requests=canonical.digest(kept),
    )
    files = {RESULTS: results, REFUSED: kept}
    blobs = tuple(
        replace(blob, sha256=canonical.digest(files[blob.name]))
        for blob in known.event.blobs
        if blob.name in files
    )
    leaf = Recorded(replace(known.event, blobs=blobs), fact)
    return Sets(replace(record, files={**record.files, **files})), leaf


def test_a_set_without_a_good_request_is_judged_again() -> None:
    ders = [request_of(TAMPERED)] * SEVEN
    sets, leaf = refused_alone(ders, b"".join(map(encode_accepted, ders)))
    sets.take(leaf)
    assert sets.results["device-requests"] == ()
    assert "device-requests" not in sets.judged
    assert sets.remarks == []


def test_a_set_that_asks_for_other_values_than_the_script_states_is_judged_again() -> (
    None
):
    ders = [request_of(1)] * SEVEN
    kept = b"".join(map(encode_accepted, ders))
    sets, leaf = refused_alone(ders, kept, "PKI-CSR-32", "00db123456789000")
    sets.take(leaf)
    assert sets.remarks == []
    # Where the script states nothing each is good again, and told to be refused.
    honest, leaf = refused_alone(ders, kept, "PKI-CSR-32", "00db123456789000")
    silent = read_record(build_batch().files)
    lying = Sets(replace(honest.record, state=silent.state))
    with pytest.raises(FailedError) as caught:
        lying.take(leaf)
    assert caught.value.rule == "VERIFY-BATCH-30"


def test_a_kept_request_that_is_none_is_told() -> None:
    ders = [request_of(TAMPERED)] * SEVEN
    sets, leaf = refused_alone(ders, b"".join(map(encode_accepted, ders[1:])))
    with pytest.raises(FailedError) as caught:
        sets.take(leaf)
    assert caught.value.rule == "VERIFY-BATCH-30"


@pytest.mark.parametrize("tool", ["pkilint 0.0.1", "here"])
def test_what_another_linter_refused_is_remarked_on_and_not_judged_again(
    tool: str,
) -> None:
    lie = third_refused_for("PKI-CSR-31")
    here = linter_named(load_builtin_profile("smki-device-ds"))

    def files(name: str, raw: bytes) -> bytes:
        raw = lie["batch_file"](name, raw)
        if name != RESULTS:
            return raw
        *lines, last = raw.splitlines(keepends=True)
        told = canonical.decode(lines[3].strip())
        assert told["findings"][0]["rule"] == "PKI-CSR-31"
        by = here if tool == "here" else tool
        told["findings"][0]["message"] = f"It stops; {by} finds x.y: z."
        lines[3] = canonical.encode(told) + b"\n"
        return with_digest(b"".join((*lines, last)))

    record = read_record(build_batch(Forgery(**lie | {"batch_file": files})).files)
    if tool == "here":
        with pytest.raises(FailedError) as failed:
            verify_batches(record)
        assert failed.value.rule == "VERIFY-BATCH-30"
    else:
        (remark,) = verify_batches(record)
        assert remark.startswith("Why 1 of device-requests were refused rests on")
        assert remark.endswith("what another version of the second linter found.")


def test_a_set_is_answered_under_the_certificates_that_its_issuer_had_by_then() -> None:
    record = read_record(build_batch().files)
    leaf = judged_in(record)
    assert isinstance(leaf.fact, RequestsJudged)
    assert answer_to(record, leaf, leaf.fact, (), asks=True) is not None
    assert answer_to(record, leaf, leaf.fact, (), asks=False) is None
    nobodys = replace(leaf.fact, request="nobody's")
    assert answer_to(record, leaf, nobodys, (), asks=True) is None
    without = replace(record, state=replace(record.state, keys={}))
    assert answer_to(without, leaf, leaf.fact, (), asks=True) is None
    first = next(each for each in record.facts if isinstance(each.fact, Outcome))
    assert answer_to(record, first, leaf.fact, (), asks=True) is None


@pytest.mark.parametrize("asks", [False, True])
def test_name_and_values_of_one_request_are_asked_about_whoever_answers_it(
    *, asks: bool
) -> None:
    record = read_record(build_batch().files)
    leaf = judged_in(record)
    assert isinstance(leaf.fact, RequestsJudged)
    fact = replace(leaf.fact, request="meter-request")
    nobody = replace(record, state=replace(record.state, keys={}))
    for known in (record, nobody):
        answer = answer_to(known, leaf, fact, (), asks=asks)
        assert answer is not None
        for der, rules in ((METER, []), (OTHER, ["PKI-CSR-33"])):
            asked = [Imported("meter.csr", 1, der)]
            (judged,) = judge_requests(asked, PROFILE, answer=answer)
            assert [each.rule for each in judged.findings] == rules


@pytest.mark.parametrize(
    ("good", "refused", "left"),
    [
        (5, 995, set()),
        (5, 996, {"refused"}),
        (1000, 0, set()),
        (1000, 1, {"refused"}),
        (1001, 1, {"accepted", "refused"}),
    ],
)
def test_refused_requests_push_no_good_one_out_of_a_pack(
    good: int, refused: int, left: set[str]
) -> None:
    record = read_record(build_batch().files)
    fact = judged_in(record).fact
    assert isinstance(fact, RequestsJudged)
    many = replace(fact, good=good, refused=refused)
    digests = {"accepted": fact.accepted, "refused": fact.refused_requests}
    (told,) = left_in_journal([many], record.state.script)
    assert told == {digests[each] for each in left}
    assert bool(left_out([many], record.state.script)) is ("accepted" in left)
    # Packs of before left the good ones out with them, and are verified still.
    (missing,) = may_be_missing([many], record.state.script)
    assert missing == (set(digests.values()) if left else set())


def test_refused_requests_of_a_set_leave_room_for_the_good_ones_of_a_later_one() -> (
    None
):
    record = read_record(build_batch().files)
    fact = judged_in(record).fact
    assert isinstance(fact, RequestsJudged)
    first = replace(fact, refused=995)
    second = replace(fact, refused_requests=None)
    told = left_in_journal([first, second], record.state.script)
    assert list(told) == [{fact.refused_requests}, set()]


def test_without_the_file_of_the_refused_the_rest_is_verified_and_that_is_said() -> (
    None
):
    built = build_batch(Forgery(command=judged_as(refused=996)))
    assert "refused-device-requests.pem" in built.files
    record = read_record(built.files)
    files = {name: raw for name, raw in built.files.items() if name != REFUSED}
    verify_named(replace(record, files=files))
    without_good = {name: raw for name, raw in files.items() if name != REQUESTS}
    verify_named(replace(record, files=without_good))  # as packs of before were made
    pages = repr(batches(Book(replace(record, files=files), Digest(""), 0, {}), {}))
    assert "refused-device-requests.pem, in the site's journal" in pages
    assert "Of a set that is too large" not in pages
    none = replace(record, files=without_good)
    assert "Of a set that is too large" in repr(
        batches(Book(none, Digest(""), 0, {}), {})
    )
    honest = read_record(build_batch().files)
    with pytest.raises(FailedError) as failed:
        verify_named(replace(honest, files=files))
    assert failed.value.rule == "VERIFY-FILE-01"


def test_the_pages_name_the_file_of_the_refused_requests() -> None:
    record = read_record(build_batch().files)
    text = repr(batches(Book(record, Digest(""), 0, {}), {}))
    assert "refused-device-requests.pem, judged again" in text
    old = read_record(
        build_batch(Forgery(command=judged_as(refused_requests=None))).files
    )
    assert "judged again" not in repr(batches(Book(old, Digest(""), 0, {}), {}))


def test_what_an_earlier_ceremony_has_certified_is_compared_as_names_are() -> None:
    asked = [Imported("x.csr", 1, organisation_request())]
    (before,) = judge_requests(asked, ORGANISATION)
    issued = Issued(subjects=frozenset({before.compared}))
    (again,) = judge_requests(asked, ORGANISATION, issued)
    assert again.subject
    told = held_elsewhere((judgement_record(again, 1),), Issued())
    assert told == issued
