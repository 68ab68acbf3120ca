"""VERIFY.txt: every command in it runs on a real pack, and fails on a changed one."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony import canonical
from ceremony.evidence.signing import Signatory, sign_field
from ceremony.pack.manifest import encode_manifest
from ceremony.pack.record import MANIFEST, VERIFY_TEXT, read_record
from ceremony.pack.verify_text import render_verify_text
from tests.fakes.outside_tool import run_tool
from tests.fakes.record_builder import BuiltRecord, build_record
from tests.fakes.small_pack import AT, sealed_pack

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

SECTIONS = ("1. ", "2. ", "3. ", "4. ", "5. ", "6. ")


@pytest.fixture(scope="module")
def built() -> BuiltRecord:
    return build_record()


def _completed(files: dict[str, bytes]) -> dict[str, bytes]:
    files = dict(files)
    files[VERIFY_TEXT] = render_verify_text(read_record(files))
    files[MANIFEST] = encode_manifest(files)
    return files


def _pack(built: BuiltRecord, files: dict[str, bytes]) -> bytes:
    site = built.site
    ca = site.ca.public_bytes(Encoding.DER)

    def seal(data: bytes) -> bytes:
        return site.seal_key.sign(data, ec.ECDSA(hashes.SHA256()))

    pdf = sealed_pack(files, Signatory(site.seal_der, ca, seal))
    officer = site.person("s-01")  # type: ignore[arg-type]  an id
    return sign_field(
        pdf,
        "report-1",
        Signatory(officer.der, ca, officer.sign),
        signed_at=AT,
        reason="reports-correctly",
    )


def _blocks(text: str) -> dict[str, str]:
    """Give the commands of each section, as they stand."""
    blocks: dict[str, str] = {}
    section = ""
    for line in text.splitlines():
        if line.startswith(SECTIONS):
            section = line[:1]
        elif line.startswith("    ") and section:
            blocks[section] = blocks.get(section, "") + line[4:] + "\n"
    return blocks


def _run(
    folder: Path, section: str, text: str, *, log_key: str, number: int = 1
) -> subprocess.CompletedProcess[bytes]:
    values = {"PACK": "../pack.pdf", "LOG_KEY": log_key, "N": str(number)}
    return run_tool(["sh", "-e", "-u", "-c", _blocks(text)[section]], folder, values)


@pytest.fixture(scope="module")
def files(built: BuiltRecord) -> dict[str, bytes]:
    return _completed(built.files)


@pytest.fixture(scope="module")
def pdf(built: BuiltRecord, files: dict[str, bytes]) -> bytes:
    return _pack(built, files)


@pytest.fixture
def folder(tmp_path: Path, files: dict[str, bytes], pdf: bytes) -> Path:
    (tmp_path / "pack.pdf").write_bytes(pdf)
    folder = tmp_path / "files"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("section", ["1", "2", "3", "4", "5", "6"])
def test_every_block_runs_on_a_real_pack(
    folder: Path, built: BuiltRecord, files: dict[str, bytes], section: str
) -> None:
    text = files[VERIFY_TEXT].decode("ascii")
    done = _run(folder, section, text, log_key=built.site.log_vkey)
    assert done.returncode == 0, done.stderr


def test_the_files_come_out_of_the_pack_as_they_went_in(
    folder: Path, built: BuiltRecord, files: dict[str, bytes]
) -> None:
    for entry in folder.iterdir():
        entry.unlink()
    text = files[VERIFY_TEXT].decode()
    assert _run(folder, "1", text, log_key=built.site.log_vkey).returncode == 0
    assert {entry.name: entry.read_bytes() for entry in folder.iterdir()} == files


def test_the_report_signature_is_the_second(
    folder: Path, built: BuiltRecord, files: dict[str, bytes]
) -> None:
    text = files[VERIFY_TEXT].decode()
    done = _run(folder, "6", text, log_key=built.site.log_vkey, number=2)
    assert done.returncode == 0, done.stderr
    assert b"CN = s-01" in done.stdout


def _flip(path: Path, place: int = -20) -> None:
    raw = bytearray(path.read_bytes())
    raw[place] ^= 1
    path.write_bytes(bytes(raw))


@pytest.mark.parametrize(
    ("section", "change"),
    [
        ("1", lambda folder: (folder / "MANIFEST.sha256").unlink()),
        ("2", lambda folder: _flip(folder / "checkpoint", 3)),
        ("3", lambda folder: _flip(folder / "events.jsonl")),
        ("4", lambda folder: _flip(folder / "attestation-0003.dsse.json", 100)),
        ("5", lambda folder: _flip(folder / "certificate-person-a-01.pem", 300)),
        ("6", lambda folder: _flip(folder.parent / "pack.pdf", 200)),
    ],
)
def test_a_changed_file_makes_its_block_fail(
    folder: Path,
    built: BuiltRecord,
    files: dict[str, bytes],
    section: str,
    change: Callable[[Path], None],
) -> None:
    change(folder)
    if section == "1":
        (folder.parent / "pack.pdf").write_bytes(b"no pack")
    text = files[VERIFY_TEXT].decode()
    done = _run(folder, section, text, log_key=built.site.log_vkey)
    assert done.returncode != 0


def test_another_log_key_makes_the_checkpoint_fail(
    folder: Path, built: BuiltRecord, files: dict[str, bytes]
) -> None:
    other = "other+00000000+AZsfhHkc/HZjBFhU04netcqVRJ2HXydqg4QLBgqznPxw"
    assert other.split("+")[2] != built.site.log_vkey.split("+")[2]
    done = _run(folder, "2", files[VERIFY_TEXT].decode(), log_key=other)
    assert done.returncode != 0


def test_the_text_names_the_key_that_the_record_names(
    built: BuiltRecord,
) -> None:
    binding = canonical.encode({"evidence": {"logKey": built.site.log_vkey}})
    record = read_record(built.files | {"binding.json": binding})
    assert f"\n  {built.site.log_vkey}\n" in render_verify_text(record).decode()


@pytest.mark.parametrize("binding", [None, b"{}", b"no json", b'{"evidence":{}}'])
def test_a_record_without_the_log_key_says_so(
    built: BuiltRecord, binding: bytes | None
) -> None:
    files = dict(built.files)
    del files["binding.json"]
    if binding is not None:
        files["binding.json"] = binding
    assert b"(not told in this record)" in render_verify_text(read_record(files))


def test_the_text_is_the_same_each_time(built: BuiltRecord) -> None:
    one = render_verify_text(read_record(built.files))
    assert render_verify_text(read_record(built.files)) == one
    assert one.isascii()
