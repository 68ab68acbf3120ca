"""A pack on disk is whole, and no other file is ever overwritten."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ceremony.errors import EvidenceError, StorageError
from ceremony.evidence.saving import (
    save_extended,
    save_new,
    save_new_files,
    save_new_folder,
)
from tests.fakes.outside_tool import run_tool


def test_a_new_pack_is_kept_whole(tmp_path: Path) -> None:
    save_new(tmp_path / "a.pdf", b"pack")
    assert (tmp_path / "a.pdf").read_bytes() == b"pack"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.pdf"]


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"other")
    with pytest.raises(EvidenceError) as caught:
        save_new(tmp_path / "a.pdf", b"pack")
    assert caught.value.code == "EVIDENCE-EXISTS-01"
    assert (tmp_path / "a.pdf").read_bytes() == b"other"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.pdf"]


def test_files_are_kept_together_or_not_at_all(tmp_path: Path) -> None:
    files = {"a.pem": b"a", "b.der": b"b"}
    save_new_files(tmp_path, files)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == files
    (tmp_path / "a.pem").unlink()
    with pytest.raises(EvidenceError) as caught:
        save_new_files(tmp_path, files)
    assert caught.value.code == "EVIDENCE-EXISTS-01"
    assert [each.name for each in tmp_path.iterdir()] == ["b.der"]


def test_a_folder_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    files = [("a.pem", b"a"), ("part-1/1.der", b"1"), ("part-1/2.der", b"2")]
    save_new_folder(tmp_path / "batch", files)
    assert [(tmp_path / "batch" / name).read_bytes() for name, _ in files] == [
        content for _, content in files
    ]
    with pytest.raises(EvidenceError) as caught:
        save_new_folder(tmp_path / "batch", files)
    assert caught.value.code == "EVIDENCE-EXISTS-01"

    def broken() -> Iterator[tuple[str, bytes]]:
        yield files[0]
        raise KeyError("no more")

    with pytest.raises(KeyError):
        save_new_folder(tmp_path / "other", broken())
    with pytest.raises(StorageError) as disk:
        save_new_folder(tmp_path / "other", [files[0], files[0]])
    assert disk.value.code == "EVIDENCE-DISK-01"
    assert [entry.name for entry in tmp_path.iterdir()] == ["batch"]


def test_a_signed_pack_replaces_the_one_that_it_begins_with(tmp_path: Path) -> None:
    save_new(tmp_path / "a.pdf", b"pack")
    save_extended(tmp_path / "a.pdf", b"pack and signature")
    assert (tmp_path / "a.pdf").read_bytes() == b"pack and signature"


def test_another_pack_never_replaces_one(tmp_path: Path) -> None:
    save_new(tmp_path / "a.pdf", b"pack")
    with pytest.raises(EvidenceError) as caught:
        save_extended(tmp_path / "a.pdf", b"pock and signature")
    assert caught.value.code == "EVIDENCE-EXISTS-01"
    assert (tmp_path / "a.pdf").read_bytes() == b"pack"


def test_a_missing_file_cannot_be_extended(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        save_extended(tmp_path / "a.pdf", b"pack")
    assert caught.value.code == "EVIDENCE-DISK-01"


def told_of(path: Path) -> str:
    """Give the words in which it is refused to keep a file."""
    with pytest.raises(StorageError) as caught:
        save_new(path, b"pack")
    assert caught.value.code == "EVIDENCE-DISK-01"
    return f"{caught.value} {caught.value.remedy}"


def test_a_missing_folder_is_told_as_one(tmp_path: Path) -> None:
    assert told_of(tmp_path / "none" / "a.pdf") == (
        f"a.pdf could not be kept in {tmp_path}/none: there is no such folder. "
        "Name a folder that is there, or make it first."
    )


def test_a_file_that_is_named_as_a_folder_is_told_as_one(tmp_path: Path) -> None:
    (tmp_path / "list.csr").write_bytes(b"other")
    assert told_of(tmp_path / "list.csr" / "a.pdf") == (
        f"a.pdf could not be kept in {tmp_path}/list.csr: what is named as a folder is "
        "a file. Name a folder in its place."
    )


def test_a_folder_in_which_no_file_can_be_made_is_not_called_missing() -> None:
    told = told_of(Path("/proc/a.pdf"))
    assert "no file can be made there" in told
    assert "name another folder" in told


def test_a_folder_is_never_taken_for_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").mkdir()
    with pytest.raises(EvidenceError) as caught:
        save_new(tmp_path / "a.pdf", b"pack")
    assert str(caught.value).startswith("There is already a folder a.pdf,")
    assert "Move the existing folder away" in caught.value.remedy
    with pytest.raises(StorageError) as disk:
        save_extended(tmp_path / "a.pdf", b"pack")
    assert "it is a folder" in str(disk.value)
    assert "Give the name of a file" in disk.value.remedy


def test_a_name_that_is_too_long_is_told_as_one(tmp_path: Path) -> None:
    assert "Give a shorter name" in told_of(tmp_path / ("a" * 300))


@pytest.mark.parametrize(
    ("number", "cause", "remedy"),
    [
        (errno.ENOSPC, "the disk is full", "Make room"),
        (errno.EDQUOT, "the share of it that you may use", "Make room"),
        (errno.EFBIG, "no file may be that large", "another disk"),
        (errno.EROFS, "can only be read", "write protection"),
        (errno.EACCES, "you may not read or write", "permissions"),
        (errno.EIO, "failed", "Check the disk or medium"),
        (errno.ETXTBSY, "Text file busy", "name another one"),
    ],
)
def test_each_refusal_of_a_disk_has_its_own_remedy(
    number: int, cause: str, remedy: str, tmp_path: Path
) -> None:
    def refused(source: Path, target: Path) -> None:
        raise OSError(number, os.strerror(number), source, None, target)

    with pytest.raises(StorageError) as caught:
        save_new(tmp_path / "a.pdf", b"pack", link=refused)
    assert f"a.pdf could not be kept in {tmp_path}: " in str(caught.value)
    assert cause in str(caught.value)
    assert remedy in caught.value.remedy
    if number not in (errno.ENOSPC, errno.EDQUOT):
        assert "Make room" not in caught.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_no_file(tmp_path: Path) -> None:
    program = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from ceremony.errors import StorageError\n"
        "from ceremony.evidence.saving import save_new\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    save_new(Path(sys.argv[1]), bytes(5000))\n"
        "except StorageError as error:\n"
        "    sys.exit(7 if error.code == 'EVIDENCE-DISK-01' else 8)\n"
    )
    root = Path(__file__).parents[3]
    done = run_tool([sys.executable, "-c", program, str(tmp_path / "a.pdf")], root)
    assert done.returncode == 7
    assert list(tmp_path.iterdir()) == []


def _no_links(source: Path, target: Path) -> None:
    raise PermissionError(errno.EPERM, "no hard links here", source, None, target)


def test_a_medium_without_hard_links_keeps_a_pack_too(tmp_path: Path) -> None:
    save_new(tmp_path / "a.pdf", b"pack", link=_no_links)
    assert (tmp_path / "a.pdf").read_bytes() == b"pack"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.pdf"]


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_comes_in_between_is_not_overwritten(
    tmp_path: Path, *, links: bool
) -> None:
    def somebody_else_first(source: Path, target: Path) -> None:
        target.write_bytes(b"other")
        if links:
            os.link(source, target)
        _no_links(source, target)

    with pytest.raises(EvidenceError) as caught:
        save_new(tmp_path / "a.pdf", b"pack", link=somebody_else_first)
    assert caught.value.code == "EVIDENCE-EXISTS-01"
    assert (tmp_path / "a.pdf").read_bytes() == b"other"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.pdf"]


def test_a_medium_that_fails_at_the_last_moment_keeps_no_file(tmp_path: Path) -> None:
    def pulled_out(source: Path, target: Path) -> None:
        raise OSError(errno.EIO, "input/output error", source, None, target)

    with pytest.raises(StorageError) as caught:
        save_new(tmp_path / "a.pdf", b"pack", link=pulled_out)
    assert caught.value.code == "EVIDENCE-DISK-01"
    assert list(tmp_path.iterdir()) == []
