"""Every PIN of a ceremony is unique, and none is found anywhere but where it belongs.

The ceremony has a wrong PIN, a kill in the middle and a resume; then everything it
left is searched: journal, openings, register, pack (also unpacked), companion, what
was told, and the command lines and environments of all processes.
"""

from __future__ import annotations

import base64
import os
import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.outside_tool import run_tool
from tests.rehearsals.stage import copy_site, pins_of
from tests.rehearsals.watched import Watch

pytestmark = pytest.mark.no_cover

WRONG = "982451653577215"
PLANTED = "467209183350"


def forms(secret: str) -> Iterator[bytes]:
    """Every form in which a text may lie about."""
    raw = secret.encode()
    for codec in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        yield secret.encode(codec)
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    for shift in range(3):
        # Where it begins in a group of three decides how it looks in base64; the
        # first and last characters depend on what stands beside it.
        told = base64.b64encode(b"\0" * shift + raw)
        start = (0, 2, 3)[shift]
        yield told[start : (shift + len(raw)) * 8 // 6]


def hits(secrets: dict[str, str], found: dict[str, bytes]) -> list[str]:
    return [
        f"{name} in {where}"
        for name, secret in secrets.items()
        for form in forms(secret)
        for where, content in found.items()
        if form in content
    ]


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What a ceremony left, and the PINs that were used in it."""

    pins: dict[str, str]
    found: dict[str, bytes]


@pytest.fixture(scope="module")
def aftermath(site_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Aftermath:
    folder = tmp_path_factory.mktemp("canary")
    workspace, notes = folder / "workspace", folder / "notes"
    notes.mkdir()
    site = copy_site(site_base, workspace)
    pins = pins_of(site)
    _conduct(Watch(notes), workspace, site, folder / "evidence.pdf")
    found = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path != site / "pins.toml"
        if site / "tokens" not in path.parents
    }
    plain = folder / "plain.pdf"
    command = ["qpdf", "--qdf", "--stream-data=uncompress"]
    made = run_tool([*command, str(folder / "evidence.pdf"), str(plain)], folder)
    assert made.returncode in (0, 3)
    found["the pack, decompressed"] = plain.read_bytes()
    return Aftermath(pins | {"the wrong one": WRONG}, found)


def _conduct(watch: Watch, workspace: Path, site: Path, pack: Path) -> None:
    """Open, a wrong PIN, a kill, a resume, seal, sign, verify, extract."""
    place = ("--workspace", str(workspace))
    ceremony = watch.run(
        *("open", "demo", "--roster", str(site / "roster.toml"), "--site", str(site)),
        *("--answers", str(site / "answers.yaml"), "--rehearsal", *place),
    ).out.strip()
    file = site / "pins.toml"
    right = file.read_text()
    file.write_text(re.sub(r'c-02 = "\d+"', f'c-02 = "{WRONG}"', right))
    refused = watch.run("run", ceremony, *place)
    assert refused.status == 4, refused.all
    file.write_text(right)
    killed = watch.run_until(
        "24 of 54", lambda pid: os.kill(pid, signal.SIGKILL), "resume", ceremony, *place
    )
    assert killed.status == -signal.SIGKILL, killed.all
    for arguments in (
        ("resume", ceremony, *place),
        ("seal", ceremony, "-o", str(pack), *place),
        ("sign", str(pack), "--as", "s-01", *place),
        ("sign", str(pack), "--as", "x-01", *place),
        ("verify", str(pack), "--trust", str(site / "trust-policy.toml")),
        ("extract", str(pack), "-o", str(pack.with_suffix(""))),
        ("register", "list", "people", "--format", "json", *place),
        ("status", *place),
    ):
        told = watch.run(*arguments)
        assert told.status == 0, told.all


def test_no_pin_is_found_outside_its_file_and_the_tokens(aftermath: Aftermath) -> None:
    assert hits(aftermath.pins, aftermath.found) == []


def test_everything_was_looked_at(aftermath: Aftermath) -> None:
    names = " ".join(aftermath.found)
    for part in (
        "journal.sqlite",
        "private.sqlite",
        "register.sqlite",
        "evidence.pdf",
        "evidence.proof",
        "events.jsonl",
        "told.txt",
        "hook.txt",
        "decompressed",
    ):
        assert part in names
    assert len(aftermath.pins) == len(set(aftermath.pins.values())) == 13


@pytest.mark.parametrize("form", range(10))
def test_the_search_would_find_a_pin_in_each_form(form: int) -> None:
    told = list(forms(PLANTED))[form]
    assert hits({"planted": PLANTED}, {"somewhere": b"before" + told + b"after"})


@pytest.mark.parametrize("before", [b"", b"x", b"xy", b"xyz"])
def test_the_search_would_find_a_pin_within_base64(before: bytes) -> None:
    content = base64.b64encode(before + PLANTED.encode() + b"z")
    assert hits({"planted": PLANTED}, {"somewhere": content})
