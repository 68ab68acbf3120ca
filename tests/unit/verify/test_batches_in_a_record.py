"""The files behind imported requests: missing ones, and a set without a good one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony import canonical
from ceremony.engine.facts import RequestRefused, RequestsJudged, RuleCount
from ceremony.engine.state import Recorded
from ceremony.pack.record import Record, read_record
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.request_file import Imported
from ceremony.pki.request_results import Tally, encode_results
from ceremony.pki.request_set import judge_requests
from ceremony.verify.batch import Sets
from ceremony.verify.check import FailedError
from ceremony.verify.verdict import judge_files
from tests.fakes.record_batch import TAMPERED, build_batch, request_of
from tests.fakes.record_builder import remade
from tests.unit.verify.judging import failures

RESULTS = "results-device-requests.jsonl"
SEVEN = 7


def judged_in(record: Record) -> Recorded:
    """Give the leaf that tells of the set."""
    return next(
        known
        for known in record.facts
        if isinstance(known.fact, RequestsJudged)
        and known.fact.request == "device-requests"
    )


def test_results_that_are_missing_are_told() -> None:
    built = build_batch()
    files = {name: raw for name, raw in built.files.items() if name != RESULTS}
    record = read_record(files)
    with pytest.raises(FailedError) as failed:
        Sets(record).take(judged_in(record))
    assert failed.value.rule == "VERIFY-BATCH-01"


def test_a_request_that_is_missing_is_told() -> None:
    built = build_batch()
    name = "request-meter-request.csr"
    files = {each: raw for each, raw in built.files.items() if each != name}
    rules = {check.rule for check in judge_files(files, built.policy).checks}
    assert "VERIFY-CERT-03" in rules


@pytest.mark.parametrize(
    ("begin", "rules"),
    [
        ("serials-", [("5", "VERIFY-FILE-01"), ("12", "VERIFY-BATCH-05")]),
        ("certificates-", [("5", "VERIFY-FILE-01")]),
    ],
)
def test_no_file_of_a_small_batch_is_too_large_for_the_pack(
    begin: str, rules: list[tuple[str, str]]
) -> None:
    def leave_out(files: dict[str, bytes]) -> None:
        del files[next(name for name in files if name.startswith(begin))]

    built = remade(build_batch(), leave_out, manifest=True)
    assert failures(built) == rules
    remarks = judge_files(built.files, built.policy).remarks
    assert not [each for each in remarks if "too many" in each]


def test_a_set_without_a_good_request_has_its_results_and_nothing_else() -> None:
    record = read_record(build_batch().files)
    known = judged_in(record)
    profile = load_builtin_profile("smki-device-ds")
    bad = [Imported("x.csr", n, request_of(TAMPERED)) for n in range(1, SEVEN + 1)]
    results = b"".join(encode_results(judge_requests(bad, profile), profile, Tally()))
    assert isinstance(known.fact, RequestsJudged)
    rules = ("PKI-REQUEST-02",)
    fact = replace(
        known.fact,
        good=0,
        refused=SEVEN,
        results=canonical.digest(results),
        accepted=None,
        failures=(RuleCount("PKI-REQUEST-02", SEVEN),),
        first=tuple(RequestRefused(n, "x.csr", rules) for n in range(1, SEVEN)),
        refused_requests=None,
    )
    blob = replace(known.event.blobs[0], sha256=canonical.digest(results))
    leaf = Recorded(replace(known.event, blobs=(blob,)), fact)
    sets = Sets(replace(record, files={**record.files, RESULTS: results}))
    sets.take(leaf)
    assert sets.results["device-requests"] == ()
    assert "device-requests" not in sets.judged
