"""What is done to a pack outside the window's thread; nothing here knows of Qt.

The file is read once. What is verified, drawn and taken apart is that one reading,
so that no file can be exchanged between the verdict and the pages. The verifier gets
it as a copy in a private folder, which is removed before anything is shown.

Invariants:
    * The pack itself is only read.
    * Its bytes are parsed by the verifier's own child alone; the files that the child
      took out are read here only where its checks of their form have passed.
    * A trust policy is used only where a person named it.
"""

from __future__ import annotations

import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ceremony.errors import RefusedError
from ui.messages import evidence as words
from ui.messages.speech import say

if TYPE_CHECKING:
    from ceremony.pki.output import Output
    from ceremony.verify.outcome import Verdict

SAMPLE: Final = Path(__file__).parent / "sample"
"""A rehearsal's pack with its companion file and trust policy."""

POLICY: Final = "trust-policy.toml"
COPY: Final = "PACK.pdf"

DESCRIPTION: Final = b"/Desc ("
"""What stands before the description of an embedded file."""


@dataclass(frozen=True, slots=True)
class Files:
    """What a pack is checked against.

    Attributes:
        policy: The trust policy; None where nobody named one.
        proof: The companion file; None where there is none.
        offered: A trust policy beside the pack that nobody named; None for none.
        policy_beside: True where the trust policy lies beside the pack.
        proof_beside: Likewise.
    """

    policy: Path | None
    proof: Path | None
    offered: Path | None
    policy_beside: bool
    proof_beside: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One byte that was changed.

    Attributes:
        offset: Its place, from 0.
        old: Its value before, 0 to 255.
        new: Its value now.
    """

    offset: int
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A pack as it was read once, and what the verifier says of it.

    Attributes:
        path: Where it was read from.
        content: Its bytes, no more than the verifier's limit and one.
        files: What it was checked against.
        verdict: What came of it.
        seconds: How long the verifier took.
        change: What was changed in this copy; None for the pack as it is.
    """

    path: Path
    content: bytes
    files: Files
    verdict: Verdict
    seconds: float
    change: Change | None = None


def open_pack(path: Path, policy: Path | None, proof: Path | None) -> Opened:
    """Read a pack and verify it.

    Args:
        path: The pack.
        policy: The trust policy, if somebody named one.
        proof: The companion file; that beside the pack where None.

    Raises:
        InputError: ``VERIFY-INPUT-01``: a file cannot be used.
        EvidenceError: The verifier did not finish.
    """
    content = _read(path)
    files = _find_files(path, policy, proof)
    return _verify(path, content, files, None)


def change_byte(opened: Opened) -> Opened:
    """Verify a copy of a pack in which one byte differs.

    The byte stands in the description of an embedded file, where nothing is read
    but by people: that the seal covers it nevertheless is what it shows. In a file
    without such a place the middle byte is taken.
    """
    place = opened.content.find(DESCRIPTION)
    length = len(opened.content)
    offset = place + len(DESCRIPTION) if place >= 0 else length // 2
    old = opened.content[offset]
    change = Change(offset, old, old ^ 1)
    changed = bytearray(opened.content)
    changed[offset] = change.new
    return _verify(opened.path, bytes(changed), opened.files, change)


def read_leaves(opened: Opened) -> tuple[bytes, ...]:
    """Take the events out of a pack, through the verifier's child.

    Returns:
        The leaves, each canonical JSON in UTF-8, in their order.
    """
    from ceremony.pack.record import EVENTS
    from ceremony.verify.extract import extract_pack

    with _private_copy(opened.content) as copy:
        out = copy.parent / "files"
        extract_pack(copy, out)
        return tuple((out / EVENTS).read_bytes().splitlines())


def read_issued(opened: Opened) -> tuple[tuple[str, Output], ...]:
    """Read what a pack says was issued, through the verifier's child.

    Returns:
        Each under its title in the script; none of an older record.

    Raises:
        CeremonyError: The record cannot be read.
    """
    from ceremony.pack.outputs import outputs_of
    from ceremony.pack.record import read_record
    from ceremony.verify.extract import extract_pack

    with _private_copy(opened.content) as copy:
        out = copy.parent / "files"
        extract_pack(copy, out)
        record = read_record({each.name: each.read_bytes() for each in out.iterdir()})
    outputs = outputs_of(record.facts, record.files)
    script = record.state.script
    return tuple((script.thing(name).title, outputs[name]) for name in outputs)


def save_report(verdict: Verdict, path: Path) -> tuple[Path, Path]:
    """Write a verdict as JSON and as text, both as new files.

    Args:
        verdict: What is written.
        path: The report's name; its ending is replaced.

    Raises:
        RefusedError: ``UI-REPORT-01``: one of them is there already.
    """
    from ceremony import canonical
    from ceremony.verify.text import render_verdict
    from ceremony.verify.verdict_codec import encode_verdict

    parts = (
        (path.with_suffix(".json"), canonical.encode(encode_verdict(verdict)) + b"\n"),
        (path.with_suffix(".txt"), render_verdict(verdict).encode()),
    )
    for name, _ in parts:
        if name.exists():
            raise _is_there(name)
    for name, content in parts:
        try:
            with name.open("xb") as file:
                file.write(content)
        except FileExistsError as error:
            raise _is_there(name) from error
    return parts[0][0], parts[1][0]


def _is_there(path: Path) -> RefusedError:
    return RefusedError(
        "UI-REPORT-01",
        say(words.REPORT_THERE, name=path.name),
        meaning=say(words.REPORT_MEANS),
        remedy=say(words.REPORT_TO_DO),
    )


def _read(path: Path) -> bytes:
    """Read a pack's bytes; one more than its limit shows that it is too large."""
    from ceremony.verify.limits import FILE_LIMIT
    from ceremony.verify.pack import unusable

    try:
        # A pipe in the file's place would be waited for without end.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise unusable(path, say(words.NO_FILE))
            return file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise unusable(path, (error.strerror or say(words.NOT_READ)).lower()) from error


def _find_files(path: Path, policy: Path | None, proof: Path | None) -> Files:
    beside = path.with_suffix(".proof")
    companion = proof or (beside if beside.is_file() else None)
    offered = path.parent / POLICY
    return Files(
        policy=policy,
        proof=companion,
        offered=offered if policy is None and offered.is_file() else None,
        policy_beside=_lies_beside(policy, path),
        proof_beside=_lies_beside(companion, path),
    )


def _lies_beside(file: Path | None, pack: Path) -> bool:
    return file is not None and file.resolve().parent == pack.resolve().parent


def _verify(path: Path, content: bytes, files: Files, change: Change | None) -> Opened:
    from ceremony.verify.pack import verify_pack

    with _private_copy(content) as copy:
        begin = time.perf_counter()
        verdict = verify_pack(copy, policy=files.policy, proof=files.proof)
        seconds = time.perf_counter() - begin
    return Opened(path, content, files, verdict, seconds, change)


@contextmanager
def _private_copy(content: bytes) -> Iterator[Path]:
    """Lay a copy in a folder that only this person can read; removed at the end.

    Raises:
        StorageError: ``VERIFY-EXTRACT-01``: the disk is full.
    """
    from ceremony.verify.extract import unwritable

    with tempfile.TemporaryDirectory(prefix="evidence-") as folder:
        copy = Path(folder) / COPY
        try:
            copy.write_bytes(content)
        except OSError as error:
            raise unwritable(copy.parent, str(error.strerror)) from error
        yield copy
