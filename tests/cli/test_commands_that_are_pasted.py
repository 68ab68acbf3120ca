"""What a terminal shows of something issued is pasted into a shell, and says OK."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from ceremony.cli.device_words import WIDTH, tell_output
from ceremony.identifiers import Digest
from ceremony.pack.outputs import outputs_of
from ceremony.pack.record import read_record
from ceremony.pki.batch_output import BatchOutput, batch_output
from ceremony.pki.output import Kind, Output
from ceremony.pki.shown_command import shown_lines
from tests.cli.pasted import count_ok, lines_too_wide, shown_commands
from tests.fakes.batch_lies import ISSUED, MADE
from tests.fakes.batch_output_lies import CHAIN, build_bound
from tests.fakes.output_lies import build_outputs

WIDTHS = [200, 80, 72, 40, 20]


@pytest.fixture(scope="module")
def outputs() -> tuple[Output, ...]:
    record = read_record(build_outputs().files)
    return tuple(outputs_of(record.facts, record.files).values())


@pytest.fixture(scope="module")
def batch() -> BatchOutput:
    files = build_bound().files
    record = read_record(files)
    digest = next(
        each.digest
        for each in outputs_of(record.facts, record.files).values()
        if each.kind is Kind.BATCH
    )
    parts = ((1, files[MADE]),)
    return batch_output(
        "devices", Digest(digest), files[CHAIN], 5, lambda: (files[ISSUED], parts)
    )


def told_at(
    columns: int,
    output: Output,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    monkeypatch.setenv("COLUMNS", str(columns))
    capsys.readouterr()
    tell_output(output)
    (block,) = shown_commands(capsys.readouterr().out)
    assert lines_too_wide([block], min(columns, WIDTH + 1)) == []
    return block


@pytest.mark.parametrize("columns", WIDTHS)
def test_the_commands_of_all_that_is_issued_can_be_pasted(
    outputs: tuple[Output, ...],
    tmp_path: Path,
    columns: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert {each.kind for each in outputs} == set(Kind) - {Kind.BATCH}
    for output in outputs:
        for name, content in output.files.items():
            (tmp_path / name).write_bytes(content)
    # One of each kind: their commands differ in names alone.
    for output in {each.kind: each for each in outputs}.values():
        block = told_at(columns, output, capsys, monkeypatch)
        assert count_ok(block, tmp_path) == len(output.commands), block


@pytest.mark.parametrize("columns", WIDTHS)
def test_the_commands_of_a_batch_can_be_pasted(
    batch: BatchOutput,
    tmp_path: Path,
    columns: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert batch.unfold is not None
    for name, content in batch.unfold():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    block = told_at(columns, batch, capsys, monkeypatch)
    assert count_ok(block, tmp_path) == len(batch.commands), block


def test_nothing_that_is_shown_is_folded_between_quotes(
    outputs: tuple[Output, ...], batch: BatchOutput
) -> None:
    for output in (*outputs, batch):
        for command in output.commands:
            for line in shown_lines(command, 30):
                # It is an error where a quote is open.
                assert shlex.split(line.removesuffix("\\"))
