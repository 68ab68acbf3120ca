"""What is no pack is told of in the page, without a pop-up and without a trace."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from ceremony.errors import StorageError
from ceremony.verify.limits import FILE_LIMIT
from tests.fakes.little_room import little_room
from tests.ui.evidence.looking import POLICY, Seen
from ui.evidence.opening import (
    SAMPLE,
    Opened,
    change_byte,
    open_pack,
    read_issued,
    read_leaves,
)

HOSTILE = "<img src=file:///etc/passwd> <b>bold</b> \u202egnp.exe"


def _no_pop_up(seen: Seen) -> None:
    tops = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
    assert tops == [seen.page.window()]


def test_a_text_file_fails_the_first_check(seen: Seen, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Only notes.")
    seen.open(path)
    assert "NOT VERIFIED" in seen.text
    assert "the file does not begin as a PDF" in seen.text
    assert seen.page.reading.pages.count == 0
    _no_pop_up(seen)


def test_an_empty_file_fails_the_first_check(seen: Seen, tmp_path: Path) -> None:
    path = tmp_path / "empty.pdf"
    path.write_bytes(b"")
    seen.open(path)
    assert "NOT VERIFIED" in seen.text
    assert "Change one byte" not in seen.text


@pytest.mark.parametrize("part", [3, 10])
def test_a_truncated_pack_fails_the_first_check(
    seen: Seen, packs: Path, tmp_path: Path, part: int
) -> None:
    whole = (packs / "good.pdf").read_bytes()
    path = tmp_path / "cut.pdf"
    path.write_bytes(whole[: len(whole) * part // 11])
    seen.open(path, packs / POLICY)
    assert "NOT VERIFIED" in seen.text
    assert seen.checks[0] == "1"
    _no_pop_up(seen)


def test_a_huge_file_fails_the_first_check(seen: Seen, tmp_path: Path) -> None:
    path = tmp_path / "huge.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(10 * FILE_LIMIT)
    seen.open(path)
    assert "VERIFY-LIMIT-01" in seen.text
    assert seen.page.reading.pages.count == 0


def test_a_folder_is_no_pack(seen: Seen, tmp_path: Path) -> None:
    seen.open(tmp_path)
    assert "VERIFY-INPUT-01" in seen.text
    assert "What to do:" in seen.text
    assert "Drop an evidence pack here." in seen.text
    _no_pop_up(seen)


def test_a_missing_file_and_a_pipe_are_no_packs(seen: Seen, tmp_path: Path) -> None:
    seen.open(tmp_path / "gone.pdf")
    assert "gone.pdf cannot be used: no such file" in seen.text
    pipe = tmp_path / "pipe.pdf"
    os.mkfifo(pipe)
    seen.open(pipe)
    assert "pipe.pdf cannot be used: it is not a file" in seen.text


@pytest.mark.skipif(os.geteuid() == 0, reason="an administrator may read anything")
def test_a_file_that_may_not_be_read_is_told_of(seen: Seen, tmp_path: Path) -> None:
    path = tmp_path / "locked.pdf"
    path.write_bytes(b"%PDF-1.7")
    path.chmod(0)
    seen.open(path)
    assert "permission denied" in seen.text


def test_a_trust_policy_that_is_none_leaves_what_was_shown(
    seen: Seen, packs: Path, tmp_path: Path
) -> None:
    seen.open_committed(packs, "good")
    bad = tmp_path / "policy.toml"
    bad.write_text("not = a policy")
    seen.page.use_policy(bad)
    seen.wait()
    assert "policy.toml cannot be used" in seen.text
    assert "VERIFIED WITH REMARKS" in seen.text


def test_a_hostile_name_is_shown_letter_for_letter(
    seen: Seen, packs: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    path = folder / HOSTILE.replace("/", "\u2215")
    path.write_bytes((packs / "good.pdf").read_bytes())
    seen.open(path, packs / POLICY, packs / "good.proof")
    told = HOSTILE.replace("/", "\u2215").replace("\u202e", "\\u202e")
    assert told in seen.text
    assert "\u202e" not in seen.text


@pytest.mark.parametrize("read", [read_leaves, read_issued, change_byte])
def test_a_full_disk_is_no_fault_of_the_pack(
    read: Callable[[Opened], object],
) -> None:
    opened = open_pack(SAMPLE / "evidence.pdf", None, None)
    with little_room(100), pytest.raises(StorageError) as refused:
        read(opened)
    assert refused.value.code == "VERIFY-EXTRACT-01"
    assert "Free space" in refused.value.remedy
