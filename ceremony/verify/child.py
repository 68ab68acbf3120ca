"""The process that looks into a pack: limited, alone, and without secrets.

    python -m ceremony.verify.child PACK [--policy POLICY] [--proof PROOF]

It sets its own limits before it reads a byte of the pack, and answers with one line
of JSON (``verdict_codec``) on standard output. A limit that is reached ends it by
signal; who started it says so.
"""

from __future__ import annotations

import argparse
import resource
import signal
import sys
from pathlib import Path
from typing import Final

from ceremony.errors import CeremonyError, Place
from ceremony.garbage import look_rarely

MEMORY_LIMIT: Final = 400 * 2**20
"""Address space, in bytes."""

SECONDS: Final = 10.0
"""Time for a pack, in seconds; likewise for each of its pages and certificates."""

SECONDS_PER_PAGE: Final = 0.02
SECONDS_PER_CERTIFICATE: Final = 0.01

TIME_TOLD: Final = f"{SECONDS:.0f} s, 20 ms a page and 10 ms a certificate"

UNUSABLE_STATUS: Final = 2
"""The policy or another given file cannot be used; its error stands on stderr."""

UNWRITABLE_STATUS: Final = 3
"""The folder cannot be written to, and the pack is not to blame; likewise."""


def main(arguments: list[str] | None = None) -> int:
    """Check one pack and print its verdict.

    Returns:
        0 where a verdict was printed; 2 where a given file is unusable.
    """
    told = _parse(arguments)
    limit_process()
    allow_time()
    look_rarely()
    # The limits hold before anything is loaded that could read a pack.
    from ceremony import canonical
    from ceremony.pack.policy_file import load_trust_policy
    from ceremony.verify.examination import check_pack, limits_failed
    from ceremony.verify.limits import FILE_LIMIT
    from ceremony.verify.verdict_codec import encode_verdict

    try:
        policy = load_trust_policy(told.policy) if told.policy else None
        pdf = read_at_most(told.pack, FILE_LIMIT + 1)
        proof = read_at_most(told.proof, FILE_LIMIT) if told.proof else None
    except (CeremonyError, OSError, RecursionError) as error:
        sys.stderr.write(told_unusable(error))
        return UNUSABLE_STATUS
    try:
        verdict = check_pack(pdf, policy, proof, counted=allow_time)
    except MemoryError:
        verdict = limits_failed(
            "VERIFY-LIMIT-11", f"it needs more than {MEMORY_LIMIT} bytes of memory"
        )
    except RecursionError:
        verdict = limits_failed("VERIFY-LIMIT-11", "it is nested too deeply")
    _answer(canonical.encode(encode_verdict(verdict)))
    return 0


def told_unusable(error: Exception) -> str:
    """Write what is wrong with a given file for the process that started this one.

    Returns:
        A line each for the code, line and column (0 for none), and what to do; then
        what happened. Of a failure that is not of the five families all but the last
        say nothing.
    """
    place = getattr(error, "place", None) or Place("")
    code, remedy = getattr(error, "code", ""), getattr(error, "remedy", "")
    return f"{code}\n{place.line} {place.column}\n{remedy}\n{error}\n"


def _answer(line: bytes) -> None:
    """Write the one line of the answer to standard output."""
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


def limit_process() -> None:
    """Limit memory, and leave no core behind."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def allow_time(pages: int = 0, certificates: int = 0) -> None:
    """Allow 10 s and what pages and certificates add; then the kernel ends it."""
    allowed = (
        SECONDS + SECONDS_PER_PAGE * pages + SECONDS_PER_CERTIFICATE * certificates
    )
    signal.setitimer(signal.ITIMER_REAL, allowed)
    spent = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(spent.ru_utime + spent.ru_stime + allowed) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, hard))


def read_at_most(path: Path, limit: int) -> bytes:
    """Read a file's first bytes: a larger file shows by its length."""
    with path.open("rb") as file:
        return file.read(limit)


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ceremony.verify.child")
    parser.add_argument("pack", type=Path)
    parser.add_argument("--policy", type=Path)
    parser.add_argument("--proof", type=Path)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
