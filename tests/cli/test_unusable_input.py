"""Files and calls that cannot be used: place, rule and remedy, and nothing written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec._core
import pytest

from tests.cli.transcript import call_here
from tests.fakes.outside_tool import run_tool
from tests.rehearsals.stage import Rehearsal, Told, environment, run_ceremony

THREE_LINES = re.compile(
    r"\A[^\n]+ \[[A-Z]+(-[A-Z0-9]+)*-\d\d\]\n"
    r"What it means: [^\n]+\nWhat to do: [^\n]+\n\Z"
)
FILES = (
    "binding.toml",
    "site-policy.toml",
    "room-policy.toml",
    "trust-policy.toml",
    "roster.toml",
    "answers.yaml",
    "script.yaml",
)


def listing(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def opening(workspace: Path) -> list[str]:
    site = workspace / "site"
    return [
        *("open", str(site / "script.yaml")),
        *("--roster", str(site / "roster.toml"), "--site", str(site)),
        *("--answers", str(site / "answers.yaml")),
        *("--rehearsal", "--workspace", str(workspace)),
    ]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("\n]: = [\n", id="a_slip_of_form"),
        pytest.param('\ncolour{sep} "red"\n', id="an_unknown_name"),
    ],
)
def test_a_site_file_with_a_mistake_is_named_by_line(
    workspace: Path, name: str, fault: str
) -> None:
    path = workspace / "site" / name
    sep = ":" if name.endswith(".yaml") else " ="
    added = fault.replace("{sep}", sep)
    told = path.read_text()
    path.write_text(told + added if sep == ":" else added + told)
    before = listing(workspace)
    said = call_here(opening(workspace))
    assert said.status == 2
    assert THREE_LINES.match(said.err), said.err
    assert re.match(rf"\S*{re.escape(name)}:\d+:", said.err), said.err
    assert listing(workspace) == before


def test_a_script_that_is_no_yaml_at_all_is_refused(workspace: Path) -> None:
    path = workspace / "site" / "script.yaml"
    path.write_bytes(b"\xff\xfe\x00not text")
    said = call_here(opening(workspace))
    assert said.status == 2
    assert THREE_LINES.match(said.err), said.err


def changed(workspace: Path, pattern: str, by: str) -> None:
    path = workspace / "site" / "binding.toml"
    told, count = re.subn(pattern, by, path.read_text(), count=1)
    assert count == 1
    path.write_text(told)


def no_module(workspace: Path) -> None:
    changed(workspace, r'path = "[^"]*"', f'path = "{workspace}/absent.so"')


def another_module(workspace: Path) -> None:
    changed(workspace, r'sha256 = "[0-9a-f]{64}"', f'sha256 = "{"0" * 64}"')


def no_such_token(workspace: Path) -> None:
    changed(workspace, r'serial = "[0-9a-f]{16}"', 'serial = "00000000deadbeef"')


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (no_module, "HSM-MODULE-01"),
        (another_module, "HSM-MODULE-02"),
        (no_such_token, "HSM-TOKEN-01"),
    ],
)
def test_what_is_not_the_device_that_the_site_names_is_status_4(
    workspace: Path, change: Callable[[Path], None], code: str
) -> None:
    change(workspace)
    said = run_ceremony(opening(workspace))
    assert said.status == 4, said.all
    assert f"[{code}]" in said.err
    assert THREE_LINES.match(said.err), said.err
    assert not list(workspace.glob("ceremonies/*"))


def test_a_library_that_is_no_pkcs11_module_is_status_4(
    workspace: Path, tmp_path: Path
) -> None:
    library = tmp_path / "other.so"
    library.write_bytes(Path(msgspec._core.__file__).read_bytes())
    digest = run_tool(["sha256sum", str(library)], tmp_path).stdout[:64].decode()
    changed(workspace, r'path = "[^"]*"', f'path = "{library}"')
    changed(workspace, r'sha256 = "[0-9a-f]{64}"', f'sha256 = "{digest}"')
    said = run_ceremony(opening(workspace))
    assert said.status == 4, said.all
    assert "[HSM-MODULE-" in said.err
    assert THREE_LINES.match(said.err), said.err


def test_a_wrong_pin_of_the_evidence_token_is_status_4(workspace: Path) -> None:
    opened = run_ceremony(opening(workspace))
    pins = workspace / "site" / "pins.toml"
    pins.write_text(re.sub(r'evidence = "\d+"', 'evidence = "7777"', pins.read_text()))
    said = run_ceremony(
        ["run", opened.out.strip(), "--workspace", str(workspace)],
    )
    assert said.status == 4, said.all
    assert "[HSM-PIN-0" in said.err
    assert THREE_LINES.match(said.err), said.err
    assert "7777" not in said.all


CYCLE = b"""%PDF-1.7
1 0 obj
<< /Type /Catalog /Pages 2 0 R >>
endobj
2 0 obj
<< /Type /Pages /Kids [2 0 R] /Count 1 >>
endobj
trailer
<< /Root 1 0 R /Size 3 >>
startxref
0
%%EOF
"""


def text_file(_pack: Path, to: Path) -> None:
    to.write_text("This is no pack.\n")


def empty_file(_pack: Path, to: Path) -> None:
    to.touch()


def truncated(pack: Path, to: Path) -> None:
    told = pack.read_bytes()
    to.write_bytes(told[: len(told) // 2])


def encrypted(pack: Path, to: Path) -> None:
    made = run_tool(["qpdf", "--encrypt", "a", "b", "256", "--", pack, to], to.parent)  # type: ignore[list-item]  # a path serves as an argument
    assert made.returncode in (0, 3)


def cyclic(_pack: Path, to: Path) -> None:
    to.write_bytes(CYCLE)


def huge(pack: Path, to: Path) -> None:
    with to.open("wb") as file:
        file.write(pack.read_bytes()[:1024])
        file.truncate(65 * 1024 * 1024)


def folder(_pack: Path, to: Path) -> None:
    to.mkdir()


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (text_file, 1),
        (empty_file, 1),
        (truncated, 1),
        (encrypted, 1),
        (cyclic, 1),
        (huge, 1),
        (folder, 2),
    ],
)
def test_what_is_no_pack_is_never_verified(
    demo: Rehearsal,
    tmp_path: Path,
    make: Callable[[Path, Path], None],
    status: int,
) -> None:
    path = tmp_path / "case.pdf"
    make(demo.pack, path)
    said: Told = call_here(["verify", str(path), "--trust", str(demo.policy)])
    assert said.status == status, said.all
    assert "Traceback" not in said.all
    assert "Record: VERIFIED" not in said.out
    assert "CLI-DEFECT" not in said.err


def test_a_companion_of_one_seal_is_refused_for_a_folder(
    demo: Rehearsal, tmp_path: Path
) -> None:
    proof = tmp_path / "seal.mldsa"
    proof.write_bytes(b"companion")
    named = ["verify", str(demo.pack.parent), "--proof", str(proof)]
    said = call_here([*named, "--trust", str(demo.policy)])
    assert (said.status, said.out) == (2, "")
    assert "[CLI-PROOF-01]" in said.err
    assert THREE_LINES.match(said.err), said.err


def test_what_is_no_pack_is_not_extracted(demo: Rehearsal, tmp_path: Path) -> None:
    path = tmp_path / "case.pdf"
    text_file(demo.pack, path)
    said = call_here(["extract", str(path), "-o", str(tmp_path / "files")])
    assert said.status in (1, 2)
    assert THREE_LINES.match(said.err), said.err
    assert not list((tmp_path / "files").glob("*"))


def test_output_that_nobody_reads_to_its_end_is_no_defect() -> None:
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "ceremony", "script", "show", "demo"],
        env=environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
    )
    os.close(writing)
    os.close(reading)
    told = process.communicate(timeout=60)[1].decode()
    assert "Traceback" not in told
    assert "DEFECT" not in told
