"""Only a file is read: what could keep the reader waiting is named, and not opened."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from ceremony.errors import InputError, StorageError
from ceremony.script.source_file import (
    NotAFileError,
    is_file,
    open_regular,
    read_file,
)


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as refused:
        read_file(path)
    assert refused.value.code == "SCRIPT-READ-01"
    return str(refused.value)


def open_count() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "it").write_bytes(b"told")
    (tmp_path / "link").symlink_to("it")
    assert read_file(tmp_path / "it") == read_file(tmp_path / "link") == b"told"


def test_a_pipe_a_socket_and_a_device_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "p")
    assert refusal(tmp_path / "p") == "p is a pipe, and no file."
    # A socket's whole name has to be short.
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("s")
        assert refusal(Path("s")) == "s is a socket, and no file."
    assert refusal(Path(os.devnull)) == "null is a device, and no file."


def test_what_is_not_there_and_a_folder_are_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "it") == "There is no file it."
    assert refusal(tmp_path) == f"{tmp_path.name} is a folder, and no file."
    assert refusal(Path()) == ". is a folder, and no file."


def test_what_cannot_be_read_is_the_disks_fault(tmp_path: Path) -> None:
    looped = tmp_path / "looped"
    looped.symlink_to(looped)
    for path in (looped, Path("/proc/self/mem")):
        with pytest.raises(StorageError) as refused:
            read_file(path)
        assert refused.value.code == "SCRIPT-READ-02"


def test_a_name_that_no_file_can_have_is_the_authors_to_correct(tmp_path: Path) -> None:
    long = "x" * 300
    assert refusal(tmp_path / long) == f"There is no file {long}."
    assert not is_file(tmp_path / long)


def test_only_reading_tells_what_is_wrong_with_what_is_there(tmp_path: Path) -> None:
    class Forbidden(type(tmp_path)):  # type: ignore[misc]  # the platform's own path
        """Below a folder that may not be entered."""

        def is_file(self) -> bool:
            raise PermissionError(13, "Permission denied")

    (tmp_path / "it").touch()
    assert is_file(Forbidden("a"))
    assert is_file(tmp_path / "it")
    assert not is_file(tmp_path)
    assert not is_file(tmp_path / "nothing")


def test_a_pipe_put_in_the_place_of_a_file_is_not_read(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch()

    class Swapped(type(tmp_path)):  # type: ignore[misc]  # the platform's own path
        def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
            return plain.stat(follow_symlinks=follow_symlinks)

    os.mkfifo(tmp_path / "p")
    before = open_count()
    with pytest.raises(NotAFileError):
        open_regular(Swapped(tmp_path / "p"))
    assert open_count() == before
