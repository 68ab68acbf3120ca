"""The batches of a pack written certificate by certificate, or where they are told."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from ceremony.errors import EvidenceError, StorageError
from ceremony.verify.child import UNUSABLE_STATUS, UNWRITABLE_STATUS
from ceremony.verify.extract import UNFOLDING_CHILD, Unfolded, unfold_pack
from tests.fakes.batch_output_lies import BATCH_OUTPUT_LIES, build_bound
from tests.fakes.little_room import little_room
from tests.fakes.output_lies import build_outputs
from tests.fakes.pack_maker import make_pack
from tests.fakes.record_batch import build_batch
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_large_batch import COUNT, build_large_batch
from tests.rehearsals.stage import run_ceremony
from tests.unit.verify.test_child_process import in_child

ROOT = Path(__file__).parents[3]
PACKS = ROOT / "tests/vectors/packs"
NAME = "device-certificates"
ALL = 5 * 3 + 3


def pack_of(built: BuiltRecord, folder: Path) -> Path:
    pack = folder / "made.pdf"
    pack.write_bytes(make_pack(built))
    return pack


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.no_cover
def test_each_certificate_is_written_to_the_folder_of_its_batch(tmp_path: Path) -> None:
    pack = pack_of(build_bound(), tmp_path)
    out = tmp_path / "files"
    told = run_ceremony(["extract", str(pack), "-o", str(out)])
    assert told.status == 0, told.all
    assert f"5 certificates written to {out / NAME}." in told.out
    assert len(files_in(out / NAME)) == ALL
    with pytest.raises(StorageError) as refused:
        unfold_pack(pack, out)
    assert refused.value.code == "VERIFY-EXTRACT-01"


@pytest.mark.no_cover
def test_a_record_from_before_has_no_such_folder(tmp_path: Path) -> None:
    assert unfold_pack(pack_of(build_batch(), tmp_path), tmp_path) == ()
    assert not (tmp_path / NAME).exists()


def test_a_pack_that_cannot_be_read_has_no_batch(tmp_path: Path) -> None:
    assert unfold_pack(PACKS / "bomb.pdf", tmp_path) == ()
    assert unfold_pack(PACKS / "leaf-with-a-space.pdf", tmp_path) == ()


def test_where_the_certificates_of_a_large_batch_are_is_told(tmp_path: Path) -> None:
    pack = pack_of(build_large_batch(is_bound=True), tmp_path)
    assert unfold_pack(pack, tmp_path) == (Unfolded(NAME, COUNT, is_here=False),)
    arguments = ["extract", str(pack), "-o"]
    told = run_ceremony([*arguments, str(tmp_path / "files")])
    assert told.status == 0, told.all
    where = " ".join(told.out.split())
    assert f"The {COUNT} certificates of {NAME} are not in the pack" in where
    elsewhere = ["--workspace", str(tmp_path / "workspace")]
    told = run_ceremony([*arguments, str(tmp_path / "other"), *elsewhere])
    assert told.status == 1
    assert "No journal of this workspace sealed made.pdf" in " ".join(told.all.split())


def test_certificates_that_the_results_do_not_name_are_not_written(
    tmp_path: Path,
) -> None:
    lie = BATCH_OUTPUT_LIES["results-that-name-another-key"]
    pack = pack_of(lie.make(), tmp_path)
    with pytest.raises(EvidenceError) as refused:
        unfold_pack(pack, tmp_path)
    assert refused.value.code == "VERIFY-EXTRACT-03"
    assert "does not hold the certificates" in str(refused.value)
    again = tmp_path / "again"
    again.mkdir()
    assert in_child(CHILD, str(pack), str(again)).returncode == UNUSABLE_STATUS


def test_a_full_disk_is_no_fault_of_the_batch(tmp_path: Path) -> None:
    pack = pack_of(build_bound(), tmp_path)
    with little_room(100), pytest.raises(StorageError) as refused:
        unfold_pack(pack, tmp_path)
    assert refused.value.code == "VERIFY-EXTRACT-01"
    assert "File too large" in str(refused.value)


CHILD = (
    "import ceremony.verify.unfold_child as child, sys\n"
    "sys.exit(child.main(sys.argv[1:]))\n"
)


@pytest.mark.parametrize(
    ("build", "line"),
    [
        (build_bound, f"{NAME} 5 here\n"),
        (partial(build_large_batch, is_bound=True), f"{NAME} {COUNT} left\n"),
        (build_batch, ""),
        (build_outputs, ""),
    ],
)
def test_the_unfolding_child_answers_in_lines(
    build: Callable[[], BuiltRecord], line: str, tmp_path: Path
) -> None:
    pack = pack_of(build(), tmp_path)
    done = in_child(CHILD, str(pack), str(tmp_path))
    assert (done.returncode, done.stdout.decode()) == (0, line), done.stderr
    again = in_child(CHILD, str(pack), str(tmp_path))
    assert again.returncode == (UNWRITABLE_STATUS if "here" in line else 0)


def test_the_unfolding_child_is_run_as_a_module(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-m", UNFOLDING_CHILD, str(PACKS / "bomb.pdf"), str(tmp_path)],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stdout) == (0, b"")
