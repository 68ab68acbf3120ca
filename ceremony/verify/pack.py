"""Verify a pack from outside: a child looks into it, this process never does.

A pack comes from a stranger, so that whatever a crafted file does to a parser, it
does in a process that holds nothing and is ended at its limits.
"""

from __future__ import annotations

import errno
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import ceremony
from ceremony.errors import EvidenceError, InputError, Place
from ceremony.script.source_file import NotAFileError, open_regular
from ceremony.verify.check import TITLES, check_failed, check_skipped
from ceremony.verify.child import (
    MEMORY_LIMIT,
    SECONDS,
    SECONDS_PER_PAGE,
    TIME_TOLD,
    UNUSABLE_STATUS,
)
from ceremony.verify.outcome import RecordWord, Story, Verdict
from ceremony.verify.verdict_codec import decode_verdict

PATIENCE: Final = 30.0
"""How much longer than the child's own limit this process waits, in seconds."""

MOST_PAGES: Final = 20_000

ANSWER_LIMIT: Final = 4 * 2**20

_TOLD: Final = re.compile(
    r"([A-Z0-9-]*)\n([0-9]{1,9}) ([0-9]{1,9})\n([^\n]*)\n(.*)\n", re.DOTALL
)
"""What ``child.told_unusable`` writes."""


def verify_pack(
    pack: Path, policy: Path | None = None, proof: Path | None = None
) -> Verdict:
    """Verify a pack in a child of its own.

    Args:
        pack: The PDF.
        policy: The trust policy, obtained apart from the pack; None for none.
        proof: The companion file; None for none.

    Returns:
        The verdict; where the child was ended, check 1 has failed and says why.

    Raises:
        InputError: ``VERIFY-INPUT-01``: a file is missing or cannot be used.
        EvidenceError: ``VERIFY-VERDICT-01``: the child's answer is not a verdict.
    """
    given = _given(pack, policy, proof)
    done = run_child("ceremony.verify.child", str(pack.resolve()), *given)
    if done is None:
        return _ended(f"it took longer than {TIME_TOLD}")
    if done.returncode == UNUSABLE_STATUS:
        raise _unusable_by(policy or pack, done.stderr.decode(errors="replace"))
    if done.returncode < 0:
        return _ended(_why(-done.returncode))
    if done.returncode != 0 or len(done.stdout) > ANSWER_LIMIT:
        raise EvidenceError(
            "VERIFY-CHILD-01",
            "The verifier did not finish: "
            + (done.stderr.decode(errors="replace").strip().split("\n")[-1] or "?"),
            meaning="Nothing was found out about the pack.",
            remedy="Report it, with the pack's digest.",
        )
    return decode_verdict(done.stdout.removesuffix(b"\n"))


def _given(pack: Path, policy: Path | None, proof: Path | None) -> list[str]:
    """Give the child's arguments besides the pack; every file must be there."""
    given: list[str] = []
    for option, path in (("", pack), ("--policy", policy), ("--proof", proof)):
        if path is None:
            continue
        verify_readable(path)
        if option:
            given += [option, str(path.resolve())]
    return given


def verify_readable(path: Path) -> None:
    """Insist that a given file can be read, before a child is started for it.

    Raises:
        InputError: ``VERIFY-INPUT-01``: it is no file, or cannot be read.
    """
    try:
        open_regular(path).close()
    except (
        FileNotFoundError,
        IsADirectoryError,
        NotADirectoryError,
        NotAFileError,
    ) as error:
        raise unusable(path, "it is not a file") from error
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            # Of a name that no file can have more is told where every error ends up.
            raise
        raise unusable(path, f"it cannot be read ({error.strerror})") from error


def run_child(module: str, *given: str) -> subprocess.CompletedProcess[bytes] | None:
    """Run a module of this room that limits itself before it reads a pack.

    Args:
        module: ``ceremony.verify.child`` or ``ceremony.verify.extract_child``.
        given: Its arguments.

    Returns:
        How it ended and what it wrote; None where it outlived its time.
    """
    # Where this interpreter keeps nothing that it compiles, its child does not either.
    kept = ["-B"] if sys.dont_write_bytecode else []
    command = [sys.executable, *kept, "-P", "-s", "-m", module, *given]
    try:
        return subprocess.run(  # noqa: S603  our own interpreter and module
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=child_environment(),
            close_fds=True,
            check=False,
            timeout=SECONDS + SECONDS_PER_PAGE * MOST_PAGES + PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return None


def child_environment() -> dict[str, str]:
    """Give the child what finds this package, and nothing else."""
    return {
        "PYTHONPATH": str(Path(ceremony.__file__).parents[1]),
        "PYTHONHASHSEED": "0",
        "LC_ALL": "C.UTF-8",
    }


def _why(number: int) -> str:
    if number in (signal.SIGALRM, signal.SIGXCPU):
        return f"it took longer than {TIME_TOLD}"
    if number == signal.SIGKILL:
        return f"the process was ended; it may hold {MEMORY_LIMIT} bytes"
    return f"the process that looked into it ended by signal {number}"


def _ended(why: str) -> Verdict:
    checks = [check_failed("1", "VERIFY-LIMIT-10", why)]
    checks += [
        check_skipped(number, "The pack was not looked into to its end.")
        for number in TITLES
        if number != "1"
    ]
    return Verdict(RecordWord.NOT_VERIFIED, Story(), tuple(checks))


def _unusable_by(path: Path, told: str) -> InputError:
    """Read what a child has told of a file; see ``child.told_unusable``.

    The child may have read a pack by then: what is of another form is told as it is.
    """
    found = _TOLD.fullmatch(told)
    if found is None:
        return unusable(path, told.strip())
    code, line, column, remedy, why = found.groups()
    error = unusable(path, f"{why} [{code}]" if code else why)
    error.place = Place(path.name, int(line), int(column))
    error.remedy = remedy or error.remedy
    return error


def unusable(path: Path, why: str) -> InputError:
    """Make the error for a given file that cannot be used."""
    return InputError(
        "VERIFY-INPUT-01",
        f"{path.name} cannot be used: {why}.",
        remedy="Name the pack, the trust policy and the companion file again.",
        place=Place(path.name),
    )
