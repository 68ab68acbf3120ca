"""The process that lints beside this one, from here: ``lint_process`` is its inside.

Invariants:
    * Whatever becomes of it costs time and nothing else: one that ended, does not
      answer in time or stops within an answer is ended and never asked again.
    * It ends with the program that started it, however that ends: it reads a pipe that
      nobody else writes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

import ceremony
from ceremony.pki.finding import LintReport
from ceremony.pki.lint_task import LintTask
from ceremony.pki.linter import LintAnswer
from ceremony.pki.profile import CertificateProfile
from ceremony.script.waiver import Waiver

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

AGAINST: Final = b"a"
"""Before what certificates are held against from here on: an :data:`Against`."""
LOOK_AT: Final = b"l"
"""Before a certificate that is to be linted: DER."""

Against = tuple[CertificateProfile, bytes | None, tuple[Waiver, ...]]
"""A profile, the issuer's certificate (DER) and waivers."""

COMMAND: Final = (sys.executable, "-P", "-s", "-m", "ceremony.conduct.lint_process")
"""How it is run: without the working folder and the user's own packages."""

PATIENCE_S: Final = 2.0
"""How long one certificate is waited for at most, seconds."""

ANSWER_LIMIT: Final = 2**20
"""Bytes of a report at most."""

_ENCODE: Final = msgspec.msgpack.Encoder().encode
_REPORT: Final = msgspec.msgpack.Decoder(LintReport)


class LintBeside:
    """Starts a process that loads the linters, and gives it certificates.

    Args:
        command: What to run; this package's own by default.
        patience_s: How long one certificate is waited for at most, seconds.

    Raises:
        OSError: It cannot be started.
    """

    def __init__(
        self, command: tuple[str, ...] = COMMAND, patience_s: float = PATIENCE_S
    ) -> None:
        self._patience_s = patience_s
        self._is_loaded = False
        self._against: tuple[object, ...] = ()
        self._process: subprocess.Popen[bytes] | None
        self._process, self._tasks, self._answers = _start(command)

    @property
    def is_lost(self) -> bool:
        """Tell whether it is asked nothing any more."""
        return self._process is None

    def give(self, task: LintTask) -> bool:
        """Have it lint a certificate, unless it is lost or still loading."""
        if not self._is_loaded:
            # The first thing that it says is that it has loaded the linters.
            self._is_loaded = self.take() is not None
        if not self._is_loaded or self.is_lost:
            return False
        against = (task.profile, task.issuer, task.waivers)
        der = task.certificate.public_bytes(Encoding.DER)
        try:
            if against != self._against:
                told: Against = (task.profile, _der(task.issuer), task.waivers)
                self._tasks.send_bytes(AGAINST + _ENCODE(told))
                self._against = against
            self._tasks.send_bytes(LOOK_AT + der)
        except OSError:
            self.close()
        except BaseException:
            # Ctrl-C: what was given must be known, or its answer passes for another's.
            self.close()
            raise
        return not self.is_lost

    def take(self, *, wait: bool = False) -> LintAnswer | None:
        """Take its next answer: they come in the order of the certificates.

        Args:
            wait: Whether to wait for it; one that does not come in time never comes.

        Returns:
            The answer; None where there is none, or none any more.
        """
        if self.is_lost:
            return None
        try:
            if self._answers.poll(self._patience_s if wait else 0):
                told = self._answers.recv_bytes(ANSWER_LIMIT)
                return LintAnswer(_REPORT.decode(told) if told else None)
            if wait:
                self.close()
        except (EOFError, OSError, msgspec.DecodeError):
            self.close()
        except BaseException:
            # Ctrl-C: half an answer must never pass for the next one.
            self.close()
            raise
        return None

    def close(self) -> None:
        """End it, whatever it is doing."""
        process, self._process = self._process, None
        if process is not None:
            self._tasks.close()
            self._answers.close()
            process.kill()
            process.wait()


def _der(issuer: x509.Certificate | None) -> bytes | None:
    return issuer.public_bytes(Encoding.DER) if issuer else None


def _start(
    command: tuple[str, ...],
) -> tuple[subprocess.Popen[bytes], Connection, Connection]:
    """Start the process; give it with the pipe to it and the one from it.

    Neither of our ends ever waits for the other side: what does not go through at once
    is an error, and the process is lost.

    Raises:
        OSError: No process, or no pipe, can be made any more.
    """
    from multiprocessing.connection import Connection

    with ExitStack() as ours, ExitStack() as theirs:
        asked, tasks = _pipe(theirs, ours)
        answers, told = _pipe(ours, theirs)
        root = Path(ceremony.__file__).resolve().parent.parent
        process = subprocess.Popen(  # noqa: S603  our own interpreter
            command,
            stdin=asked,
            stdout=told,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PYTHONPATH": str(root), "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        for end in (tasks, answers):
            os.set_blocking(end, False)
        ours.pop_all()
    return (
        process,
        Connection(tasks, readable=False),
        Connection(answers, writable=False),
    )


def _pipe(reading: ExitStack, writing: ExitStack) -> tuple[int, int]:
    """Make a pipe; give the ends from which is read and into which is written.

    Args:
        reading: Closes the first of them; likewise ``writing``, the second.
        writing: See there.
    """
    reads, writes = os.pipe()
    reading.callback(os.close, reads)
    writing.callback(os.close, writes)
    return reads, writes
