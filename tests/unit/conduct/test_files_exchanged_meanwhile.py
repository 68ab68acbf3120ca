"""A file of requests that is exchanged while it is judged is not taken in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ceremony.clock import SystemClock
from ceremony.conduct.actions import imported
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.conduct.pace import Pace
from ceremony.engine.facts import RequestsGiven, RequestsJudged
from ceremony.errors import RefusedError
from ceremony.pki.linter import Linter
from ceremony.pki.request_set import Issued
from tests.fakes.record_batch import METER, build_batch, request_of
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.room_after import room_after
from tests.fakes.single_lies import TAKEN
from tests.fakes.unmeasured import unmeasured


@pytest.fixture(scope="module")
def built() -> BuiltRecord:
    return unmeasured(build_batch)


def taken_in(
    built: BuiltRecord,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    meanwhile: Callable[[], object],
) -> list[Any]:
    """Import a request, with something done once it is recorded as given."""
    room = room_after(built, built)
    facts: list[Any] = []

    def record(fact: object, **_: object) -> None:
        facts.append(fact)
        if isinstance(fact, RequestsGiven):
            meanwhile()

    conductor = SimpleNamespace(
        script=room.script,
        state=room.state,
        facts=room.facts,
        log=room.log,
        clock=SystemClock(),
        pace=Pace(),
        linter=Linter(),
        performer=lambda step: step.by,
        record=record,
        free_name=lambda stem, ending: stem + ending,
    )
    monkeypatch.setattr(imported, "issued_before", lambda *_, **__: Issued())
    monkeypatch.setattr(imported, "renewed_subjects", lambda *_: None)
    monkeypatch.setattr(imported, "verify_not_replaced", lambda *_: None)
    monkeypatch.setattr(imported, "judge_requests", judge_alone)
    step = next(each for each in room.script.steps if each.id == TAKEN)
    inputs = SimpleNamespace(values={"files": str(path)})
    imported.import_requests(cast("Conductor", conductor), step, cast("Inputs", inputs))
    return facts


JUDGE = imported.judge_requests


def judge_alone(
    requests: Any, profile: Any, _: object, answer: Any, linter: Linter
) -> Any:
    """Judge by nothing that was issued before."""
    return JUDGE(requests, profile, answer=answer, linter=linter)


def test_a_file_that_stays_is_taken_in(
    built: BuiltRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "meter.csr"
    path.write_bytes(METER)
    facts = taken_in(built, path, monkeypatch, lambda: None)
    assert [type(each) for each in facts] == [RequestsGiven, RequestsJudged]


def test_a_file_that_is_exchanged_is_not(
    built: BuiltRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "meter.csr"
    path.write_bytes(request_of(1))
    with pytest.raises(RefusedError) as refused:
        taken_in(built, path, monkeypatch, lambda: path.write_bytes(METER))
    assert refused.value.code == "CONDUCT-IMPORT-05"
    assert "None of them was taken in" in refused.value.meaning
