"""A batch that is too large for a pack: what is embedded, verified and remarked on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ceremony.conduct.actions.imported import MOST_REQUESTS
from ceremony.engine.command import Command
from ceremony.engine.facts import Outcome, PathChecked
from ceremony.pack.record import read_record
from ceremony.pki.issued_results import Answered
from ceremony.verify.check import Check, Status
from ceremony.verify.outcome import RecordWord
from ceremony.verify.pack import verify_pack
from ceremony.verify.parts import verify_batches
from ceremony.verify.verdict import judge_files
from tests.fakes.pack_maker import make_pack
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_large_batch import COUNT, ISSUED, build_large_batch, hashed
from tests.unit.verify.judging import other_remarks


def check_12(built: BuiltRecord) -> Check:
    checks = judge_files(built.files, built.policy).checks
    failed = [check.number for check in checks if check.status is Status.FAILED]
    assert failed in ([], ["12"])
    return next(check for check in checks if check.number == "12")


def test_its_results_are_embedded_and_the_rest_is_remarked_on() -> None:
    built = build_large_batch()
    names = set(built.files)
    assert {ISSUED, "results-device-requests.jsonl"} <= names
    assert not [
        name for name in names if name.startswith(("certificates-", "serials-"))
    ]
    assert "requests-device-requests.pem" not in names
    verdict = judge_files(built.files, built.policy)
    assert verdict.record is RecordWord.VERIFIED_WITH_REMARKS
    check = check_12(built)
    assert check.status is Status.PASSED
    (remark,) = other_remarks(check)
    assert remark.startswith(f"The {COUNT} certificates of device-certificates are too")
    assert f"{COUNT} in batches" in check.reason
    assert "answered in" not in check.reason


def _one_serial_twice(answered: list[Answered]) -> list[Answered]:
    return [replace(answered[0], serial=answered[1].serial), *answered[1:]]


def _another_request(answered: list[Answered]) -> list[Answered]:
    return [replace(answered[0], request=hashed("another")), *answered[1:]]


def _one_left_out(answered: list[Answered]) -> list[Answered]:
    return answered[1:]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (_one_serial_twice, "VERIFY-BATCH-06"),
        (_another_request, "VERIFY-BATCH-08"),
        (_one_left_out, "VERIFY-BATCH-08"),
    ],
)
def test_its_results_answer_each_request_once(change: object, rule: str) -> None:
    built = build_large_batch(change)  # type: ignore[arg-type]  # one of those above
    assert check_12(built).rule == rule


def _another_key(answered: list[Answered]) -> list[Answered]:
    return [replace(answered[0], key=hashed("another")), *answered[1:]]


def test_its_results_name_the_key_of_each_request() -> None:
    bound = build_large_batch(is_bound=True)
    honest = check_12(bound)
    assert honest.status is Status.PASSED
    last = json.loads(bound.files[ISSUED].splitlines()[-1])
    waited = "{} min {} s".format(*divmod(last["response_seconds"], 60))
    assert f"device-certificates was answered in {waited}, from" in honest.reason
    built = build_large_batch(_another_key, is_bound=True)
    assert check_12(built).rule == "VERIFY-BATCH-08"


def test_no_other_file_may_be_missing() -> None:
    built = build_large_batch()
    missing = {name: raw for name, raw in built.files.items() if name != ISSUED}
    checks = judge_files(missing, built.policy).checks
    failed = {check.rule for check in checks if check.status is Status.FAILED}
    assert "VERIFY-FILE-01" in failed


def test_the_record_tells_of_every_part() -> None:
    record = read_record(build_large_batch().files)
    (parts,) = record.state.parts.values()
    assert sum(part.count for part in parts) == COUNT
    assert [part.issued is not None for part in parts] == [False] * 10 + [True]


def _last_part_marked(told: Command) -> Command:
    fact = told.fact
    if not isinstance(fact, Outcome) or fact.part is None or not fact.part.issued:
        return told
    path = PathChecked("a tool", "1.0", (), "PKI-PATH-02", "It is not signed so.")
    return replace(told, fact=replace(fact, path=path))


def test_a_mark_of_a_part_that_is_not_embedded_is_a_remark() -> None:
    built = build_large_batch(command=_last_part_marked, stop_after="2.19")
    marked, count = verify_batches(read_record(built.files))
    assert marked.endswith("the certificate is not to be used, by PKI-PATH-02.")
    assert "step 2.19" in marked
    assert count.startswith(f"The {COUNT} certificates of device-certificates are too")


@pytest.mark.soak
def test_the_largest_batch_is_verified_within_the_limits(tmp_path: Path) -> None:
    built = build_large_batch(is_bound=True, count=MOST_REQUESTS)
    pack = tmp_path / "largest.pdf"
    pack.write_bytes(make_pack(built))
    verdict = verify_pack(pack)
    assert verdict.record is RecordWord.CANNOT_TELL  # for want of a trust policy
    failed = [each for each in verdict.checks if each.status is Status.FAILED]
    assert not failed
