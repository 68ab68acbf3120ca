"""MANIFEST.sha256: sha256sum reads it, and only one form of it is read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony.errors import EvidenceError
from ceremony.pack.manifest import decode_manifest, encode_manifest, lint_manifest
from tests.fakes.outside_tool import run_tool

FILES = {"events.jsonl": b"{}\n", "checkpoint": b"x\n", "MANIFEST.sha256": b"old"}
# From: printf 'x\n' | sha256sum; printf '{}\n' | sha256sum
CHECKPOINT = "73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac"
EVENTS = "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356"


def test_sha256sum_checks_the_manifest(tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "MANIFEST.sha256").write_bytes(encode_manifest(FILES))
    command = ["sha256sum", "--check", "--strict", "MANIFEST.sha256"]
    done = run_tool(command, tmp_path)
    assert done.stdout == b"checkpoint: OK\nevents.jsonl: OK\n"
    (tmp_path / "checkpoint").write_bytes(b"y\n")
    changed = run_tool(command, tmp_path)
    assert changed.returncode == 1


def test_the_manifest_is_sorted_and_leaves_itself_out() -> None:
    assert encode_manifest(FILES).decode() == (
        f"{CHECKPOINT}  checkpoint\n{EVENTS}  events.jsonl\n"
    )


def test_the_manifest_is_read_back() -> None:
    assert decode_manifest(encode_manifest(FILES)) == {
        "checkpoint": CHECKPOINT,
        "events.jsonl": EVENTS,
    }


@pytest.mark.parametrize(
    "raw",
    [
        f"{CHECKPOINT}  checkpoint",
        f"{CHECKPOINT} *checkpoint\n",
        f"{CHECKPOINT.upper()}  checkpoint\n",
        f"{CHECKPOINT}  a/b\n",
        f"{CHECKPOINT}  MANIFEST.sha256\n",
        f"{EVENTS}  events.jsonl\n{CHECKPOINT}  checkpoint\n",
        f"{CHECKPOINT}  checkpoint\n{CHECKPOINT}  checkpoint\n",
        f"{CHECKPOINT}  checkpoint\r\n",
        "\n",
        "",
        f"{CHECKPOINT}  ch\u00e9ckpoint\n",
    ],
)
def test_any_other_form_is_refused(raw: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        decode_manifest(raw.encode())
    assert caught.value.code == "PACK-MANIFEST-01"


def test_what_does_not_fit_the_manifest_is_named() -> None:
    files = FILES | {"MANIFEST.sha256": encode_manifest(FILES)}
    assert lint_manifest(files) == ()
    assert lint_manifest(files | {"checkpoint": b"y\n"}) == (
        "checkpoint has another SHA-256",
    )
    assert lint_manifest(files | {"script.yaml": b""}) == (
        "script.yaml is not in the manifest",
    )
    del files["events.jsonl"]
    assert lint_manifest(files) == ("events.jsonl is not there",)


def test_files_without_a_manifest_are_refused() -> None:
    with pytest.raises(EvidenceError) as caught:
        lint_manifest({"checkpoint": b""})
    assert caught.value.code == "PACK-MANIFEST-01"
