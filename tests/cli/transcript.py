"""Transcripts: what is typed, what is told on both channels, and how it ends.

A transcript is a text file::

    # Why it is here.
    $ ceremony status --workspace {workspace}
    what goes to standard output
    ! what goes to standard error
    [0]

Names in braces stand for paths of the test. What differs from run to run (digests,
serials, times) is replaced by a word in angle brackets on both sides. With
``CEREMONY_WRITE_TRANSCRIPTS=1`` the files are written anew, to be read before they
are kept.
"""

from __future__ import annotations

import io
import os
import re
import shlex
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from ceremony.cli.app import call
from tests.rehearsals.stage import Told, run_ceremony

FOLDER = Path(__file__).parent / "transcripts"
WRITE = "CEREMONY_WRITE_TRANSCRIPTS"

CHANGING = (
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>"),
    (r"\b[0-9a-f]{64}\b", "<sha256>"),
    (r"\b[0-9a-f]{32}\b", "<id>"),
    (r"\b[0-9a-f]{16}\b", "<serial>"),
    (r"\b\d+ bytes\b", "<size> bytes"),
    (r"\b0\.\d+\.\d+\b", "<version>"),
    (r"\bbyte \d+\b", "byte <number>"),
    (r"process \d+", "process <number>"),
    (r"\bslot \d+: SoftHSM slot ID 0x[0-9a-f]+", "slot <number>: SoftHSM slot ID <id>"),
    (r'"slot": \d+', '"slot": <number>'),
    (r'"SoftHSM slot ID 0x[0-9a-f]+"', '"SoftHSM slot ID <id>"'),
    (r"[A-Za-z0-9+/]{60,}={0,2}", "<signature>"),
    (r"[A-Za-z0-9+/]{43}=", "<root>"),
)

DEVICE = frozenset(
    {
        "demo",
        "open",
        "run",
        "resume",
        "paper",
        "abandon",
        "seal",
        "sign",
        "hsm",
        "checkpoint",
    }
)
"""Commands that load a PKCS#11 module, which a process does once."""


def call_here(arguments: list[str]) -> Told:
    """Run a command that touches no token in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = call(arguments)
    return Told(status, out.getvalue(), err.getvalue())


def run_line(line: str, places: Mapping[str, str]) -> Told:
    """Run one command line, with variables in front of it if there are any."""
    words = shlex.split(line.format_map(places))
    env = {}
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        env[name] = value
    assert words.pop(0) == "ceremony"
    if env or DEVICE.intersection(words[:2]):
        return run_ceremony(words, env=env, measured=True)
    return call_here(words)


def normalise(text: str, places: Mapping[str, str]) -> str:
    """Replace what differs from run to run."""
    for name, path in sorted(places.items(), key=lambda item: -len(item[1])):
        text = text.replace(path, f"{{{name}}}")
    for pattern, word in CHANGING:
        text = re.sub(pattern, word, text)
    return "\n".join(line.rstrip() for line in text.splitlines())


def render(line: str, told: Told, places: Mapping[str, str]) -> list[str]:
    """Give a command's lines of a transcript."""
    out = normalise(told.out, places).splitlines()
    err = normalise(told.err, places).splitlines()
    told_apart = (f"! {each}".rstrip() for each in err)
    return [f"$ {line}", *out, *told_apart, f"[{told.status}]"]


def check_transcript(name: str, places: Mapping[str, str]) -> None:
    """Run a transcript's commands and compare everything that is told.

    Raises:
        AssertionError: Something else was told, or it ended in another way.
    """
    path = FOLDER / f"{name}.txt"
    kept = path.read_text().splitlines()
    found: list[str] = []
    for line in kept:
        if line.startswith("#") or not line:
            found.append(line)
        elif line.startswith("$ "):
            told = run_line(line[2:], places)
            assert "Traceback" not in told.all
            found += render(line[2:], told, places)
            found.append("")
    found = _tidy(found)
    if os.environ.get(WRITE):
        path.write_text("\n".join(found) + "\n")
        return
    assert found == _tidy(kept)


def _tidy(lines: list[str]) -> list[str]:
    """Leave out empty lines at the end and repeated ones."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    while kept and not kept[-1]:
        kept.pop()
    return kept
