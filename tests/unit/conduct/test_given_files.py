"""What people name as files with requests: nothing of it is left out in silence."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ceremony.conduct.actions.given_file import contents_of, files_at
from ceremony.errors import InputError
from ceremony.pki.request_file import read_requests

BEGIN = b"-----BEGIN CERTIFICATE REQUEST-----\n"
CHUNK = 1024 * 1024


def refusal(told: str, *, several: bool = True) -> str:
    with pytest.raises(InputError) as refused:
        files_at(told, several=several)
    assert refused.value.code == "CONDUCT-IMPORT-01"
    return str(refused.value)


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    folder = tmp_path / "devices"
    folder.mkdir()
    (folder / "a.csr").touch()
    return folder


def test_each_name_that_stands_for_nothing_is_told_and_nothing_is_taken(
    devices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = devices / "a.csr"
    (devices.parent / "empty").mkdir()
    lines = (devices, "more-devices", there, devices.parent / "typo.csr", "empty")
    monkeypatch.chdir(devices.parent)
    told = refusal("\n".join(map(str, lines)))
    assert "more-devices: there is no such file or folder; " in told
    assert "typo.csr: there is no such file or folder; " in told
    assert "empty: there is no file in that folder." in told
    assert "a.csr" not in told


def test_many_names_that_stand_for_nothing_are_counted() -> None:
    told = refusal("\n".join(f"nowhere-{number}" for number in range(7)))
    assert "nowhere-3: " in told
    assert "nowhere-4" not in told
    assert told.endswith("; and 3 more.")


def test_a_folder_in_a_folder_is_not_left_out_in_silence(devices: Path) -> None:
    deeper = devices / "deeper"
    deeper.mkdir()
    assert files_at(str(devices), several=True) == (devices / "a.csr",)
    (deeper / "b.csr").touch()
    told = refusal(str(devices))
    assert "devices: what is in its folder deeper would be left out" in told
    assert files_at(str(deeper), several=True) == (deeper / "b.csr",)


def test_what_cannot_be_read_in_a_folder_is_given_to_be_named(devices: Path) -> None:
    (devices / "b.csr").symlink_to("nowhere")
    os.mkfifo(devices / "c.csr")
    files = files_at(str(devices), several=True)
    assert [each.name for each in files] == ["a.csr", "b.csr", "c.csr"]
    told = [str(imported.fault) for each in files for imported in read_requests(each)]
    assert "b.csr: there is no such file" in told[1]
    assert "c.csr: it is a pipe, and no file" in told[2]
    assert contents_of(files).size == 0


def loop(folder: Path) -> str:
    link = folder / "loop"
    link.symlink_to(link)
    return str(link)


def pipe(folder: Path) -> str:
    os.mkfifo(folder / "pipe")
    return str(folder / "pipe")


@pytest.mark.parametrize(
    ("named", "told"),
    [
        (lambda _: "~nobody-of-that-name/x", "no file can have that name"),
        (lambda _: "a\0b", "no file can have that name"),
        (lambda folder: f"{folder}/{'x' * 300}", "it cannot be read (File name too"),
        (loop, "it cannot be read (Too many levels"),
        (pipe, "it is neither a file nor a folder"),
        (lambda folder: f"{folder}/devices/a.csr/b", "there is no such file or folder"),
        (lambda _: "", "no file is named"),
    ],
)
def test_whatever_is_typed_is_answered_in_words(
    devices: Path, named: Callable[[Path], str], told: str
) -> None:
    found = refusal(named(devices.parent))
    assert told in found
    assert found.isprintable()
    assert len(found) < 200


def test_a_folder_that_nobody_can_look_into_may_hold_requests(devices: Path) -> None:
    class Shut(type(devices)):  # type: ignore[misc]  # the platform's own path
        def iterdir(self) -> object:
            raise PermissionError(13, "Permission denied")

    from ceremony.conduct.actions.given_file import _holds_something

    assert _holds_something(Shut(devices))


def test_one_request_is_in_one_file(devices: Path) -> None:
    assert files_at(str(devices), several=False) == (devices / "a.csr",)
    (devices / "b.csr").touch()
    assert "one file is asked for, and 2 are named" in refusal(
        str(devices), several=False
    )


def test_files_are_measured_and_their_requests_counted_in_one_reading(
    tmp_path: Path,
) -> None:
    # The second BEGIN stands across the border of two readings.
    texts = [BEGIN + b"x" * (CHUNK - len(BEGIN) - 5) + BEGIN * 2, b"DER", b""]
    files = [tmp_path / f"{number}" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_bytes(text)
    whole = b"".join(texts)
    found = contents_of([*files, tmp_path / "gone"])
    assert (found.size, found.about) == (len(whole), 3 + 1 + 1 + 1)
    assert found.digest == hashlib.sha256(whole).hexdigest()
