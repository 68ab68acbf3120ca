"""A pack is looked into by a child that is limited, and whose end is told."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from ceremony.errors import EvidenceError, InputError, Place, StorageError
from ceremony.verify import child, pack
from ceremony.verify.check import Status
from ceremony.verify.examination import check_pack
from ceremony.verify.extract import CHILD, extract_pack
from ceremony.verify.limits import unpack
from ceremony.verify.outcome import RecordWord
from ceremony.verify.pack import verify_pack
from tests.fakes.little_room import little_room

MANIFEST = "MANIFEST.sha256"
ROOT = Path(__file__).parents[3]
PACKS = ROOT / "tests/vectors/packs"
GOOD, POLICY = PACKS / "good.pdf", PACKS / "trust-policy.toml"


@pytest.mark.no_cover
def test_a_good_pack_is_verified_through_the_child() -> None:
    verdict = verify_pack(GOOD, policy=POLICY, proof=PACKS / "good.proof")
    assert verdict.record is RecordWord.VERIFIED_WITH_REMARKS
    assert [c.number for c in verdict.checks if c.status is not Status.PASSED] == ["8"]


@pytest.mark.no_cover
def test_a_bad_pack_is_not_verified_through_the_child() -> None:
    verdict = verify_pack(PACKS / "gap-in-the-count.pdf", policy=POLICY)
    assert verdict.record is RecordWord.NOT_VERIFIED


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (signal.SIGALRM, "took longer"),
        (signal.SIGXCPU, "took longer"),
        (signal.SIGKILL, "was ended"),
        (signal.SIGSEGV, "signal 11"),
    ],
)
def test_a_child_that_is_killed_fails_the_first_check(
    number: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = f"import os; os.kill(os.getpid(), {int(number)})"
    monkeypatch.setattr(pack, "run_child", lambda *_: run(code))
    verdict = verify_pack(GOOD)
    assert verdict.record is RecordWord.NOT_VERIFIED
    assert verdict.checks[0].rule == "VERIFY-LIMIT-10"
    assert words in verdict.checks[0].reason
    assert all(c.status is Status.NOT_CHECKED for c in verdict.checks[1:])


def run(code: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", code], capture_output=True, check=False
    )


def test_a_child_that_outlives_its_time_fails_the_first_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pack, "run_child", lambda *_: None)
    assert "took longer" in verify_pack(GOOD).checks[0].reason


def test_a_child_that_is_waited_for_too_long_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pack, "MOST_PAGES", 0)
    monkeypatch.setattr(pack, "SECONDS", 0.01)
    monkeypatch.setattr(pack, "PATIENCE", 0.0)
    assert pack.run_child("ceremony.verify.child", str(GOOD)) is None


def test_a_child_that_fails_otherwise_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pack, "run_child", lambda *_: run("raise SystemExit(7)"))
    with pytest.raises(EvidenceError) as failed:
        verify_pack(GOOD)
    assert failed.value.code == "VERIFY-CHILD-01"


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match=r"absent\.pdf") as refused:
        verify_pack(PACKS / "absent.pdf")
    assert refused.value.code == "VERIFY-INPUT-01"


def test_a_trust_policy_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("version = ")
    with pytest.raises(InputError, match=r"broken\.toml"):
        verify_pack(GOOD, policy=broken)


def test_a_slip_in_a_trust_policy_is_told_with_its_line_and_what_to_do(
    tmp_path: Path,
) -> None:
    lines = POLICY.read_text().splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("valid-to"))
    lines[at] = 'valid-to = "soon"'
    broken = tmp_path / "broken.toml"
    broken.write_text("\n".join(lines))
    with pytest.raises(InputError) as refused:
        verify_pack(GOOD, policy=broken)
    error = refused.value
    assert (error.code, error.place) == (
        "VERIFY-INPUT-01",
        Place("broken.toml", at + 1, 1),
    )
    assert str(error) == (
        "broken.toml cannot be used: valid-to is 'soon' and not a date. "
        "[POLICY-DATE-01]."
    )
    assert error.remedy == "Write year, month and day, such as 2026-11-27."


@pytest.mark.parametrize("told", ["what?\n", "CODE\n1\nremedy\nwhy\n", ""])
def test_what_a_child_tells_of_a_file_in_another_form_is_told_as_it_is(
    told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = f"import sys; sys.stderr.write({told!r}); raise SystemExit(2)"
    monkeypatch.setattr(pack, "run_child", lambda *_: run(code))
    with pytest.raises(InputError) as refused:
        verify_pack(GOOD, policy=POLICY)
    assert str(refused.value) == f"{POLICY.name} cannot be used: {told.strip()}."
    assert refused.value.place == Place(POLICY.name)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def in_child(code: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_the_child_may_hold_no_more_than_its_memory() -> None:
    done = in_child(
        "from ceremony.verify.child import limit_process\n"
        "limit_process()\n"
        "try:\n"
        "    bytearray(500 * 2**20)\n"
        "except MemoryError:\n"
        "    print('refused')\n"
    )
    assert done.stdout == b"refused\n"


def test_the_child_ends_at_its_time() -> None:
    done = in_child(
        "import ceremony.verify.child as child, time\n"
        "child.SECONDS = 0.2\n"
        "child.allow_time()\n"
        "time.sleep(20)\n"
    )
    assert done.returncode == -signal.SIGALRM


def test_pages_and_certificates_give_the_child_more_time() -> None:
    done = in_child(
        "import ceremony.verify.child as child, signal\n"
        "child.allow_time(pages=30, certificates=1000)\n"
        "print(round(signal.getitimer(signal.ITIMER_REAL)[0], 1))\n"
    )
    assert done.stdout == b"20.6\n"


@pytest.mark.no_cover
def test_pages_and_certificates_are_told_before_the_long_checks() -> None:
    told: list[tuple[int, int]] = []
    pdf = GOOD.read_bytes()
    files = unpack(pdf).files
    check_pack(pdf, None, counted=lambda *count: told.append(count))
    names = [name for name in files if name.endswith(".pem")]
    assert len(names) >= 2
    with pikepdf.open(GOOD) as document:
        assert told == [(len(document.pages), len(names))]


@pytest.mark.parametrize("error", ["MemoryError", "RecursionError"])
def test_what_the_child_runs_out_of_fails_the_first_check(error: str) -> None:
    done = in_child(
        "import ceremony.verify.child as child, ceremony.verify.examination as e, sys\n"
        f"def fail(*_, **__): raise {error}\n"
        "e.check_pack = fail\n"
        "sys.exit(child.main(sys.argv[1:]))\n",
        str(GOOD),
    )
    assert done.returncode == 0
    assert b"VERIFY-LIMIT-11" in done.stdout


def test_the_child_says_which_policy_it_cannot_use(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("version = ")
    done = subprocess.run(  # noqa: S603  our own interpreter
        [
            sys.executable,
            "-m",
            "ceremony.verify.child",
            str(GOOD),
            "--policy",
            str(broken),
        ],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == child.UNUSABLE_STATUS
    assert done.stdout == b""


def test_the_child_gets_no_environment_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECRET_PIN", "1234")
    assert "SECRET_PIN" not in pack.child_environment()


def test_the_embedded_files_are_written_to_a_new_folder(tmp_path: Path) -> None:
    count = extract_pack(GOOD, tmp_path / "new")
    names = names_in(tmp_path / "new")
    assert count == len(names)
    assert {"events.jsonl", "MANIFEST.sha256", "VERIFY.txt"} <= set(names)
    done = subprocess.run(  # noqa: S603  a fixed command
        [
            str(shutil.which("sha256sum")),
            "--strict",
            "--quiet",
            "--check",
            MANIFEST,
        ],
        cwd=tmp_path / "new",
        check=False,
    )
    assert done.returncode == 0


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(StorageError) as refused:
        extract_pack(GOOD, tmp_path)
    assert refused.value.code == "VERIFY-EXTRACT-01"
    assert names_in(tmp_path) == ["mine.txt"]


def test_the_extracting_child_counts_what_it_wrote(tmp_path: Path) -> None:
    code = (
        "import ceremony.verify.extract_child as child, sys\n"
        "sys.exit(child.main(sys.argv[1:]))\n"
    )
    first = in_child(code, str(GOOD), str(tmp_path))
    assert first.stdout.decode() == f"{len(names_in(tmp_path))}\n"
    again = in_child(code, str(GOOD), str(tmp_path))
    assert again.returncode == child.UNWRITABLE_STATUS


def test_a_full_disk_is_no_fault_of_the_pack(tmp_path: Path) -> None:
    with little_room(100), pytest.raises(StorageError) as refused:
        extract_pack(GOOD, tmp_path / "new")
    assert refused.value.code == "VERIFY-EXTRACT-01"
    assert "File too large" in str(refused.value)
    assert "Free space" in refused.value.remedy


def test_the_extracting_child_is_run_as_a_module(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-m", CHILD, str(PACKS / "bomb.pdf"), str(tmp_path)],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == child.UNUSABLE_STATUS
    assert done.stdout == b""
    assert names_in(tmp_path) == []


def test_a_pack_beyond_the_limits_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError) as refused:
        extract_pack(PACKS / "bomb.pdf", tmp_path / "new")
    assert refused.value.code == "VERIFY-EXTRACT-02"
    assert names_in(tmp_path / "new") == []


def test_a_pack_that_is_not_there_is_not_extracted(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        extract_pack(tmp_path / "absent.pdf", tmp_path / "new")
