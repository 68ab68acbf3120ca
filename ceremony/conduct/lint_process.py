"""The process that lints beside another: ``python -m ceremony.conduct.lint_process``.

Invariants:
    * It opens no file of a ceremony or a site, and writes none.
    * What it cannot lint it answers with nothing: whoever asked then looks itself, and
      tells what is wrong.
"""

from __future__ import annotations

import os
import resource
from multiprocessing.connection import Connection
from typing import Final

import msgspec
from cryptography import x509

from ceremony.conduct.lint_beside import AGAINST, Against
from ceremony.errors import CeremonyError
from ceremony.garbage import look_rarely
from ceremony.pki.lint_task import LintTask, report_on_task
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.second_lint import load_linter
from ceremony.script.waiver import Waiver

MEMORY_LIMIT: Final = 1024 * 1024 * 1024
"""Address space, bytes."""

_AGAINST: Final = msgspec.msgpack.Decoder(Against)
_ENCODE: Final = msgspec.msgpack.Encoder().encode


def answer(tasks: Connection, answers: Connection) -> None:
    """Lint what comes, one certificate after the other, until nothing comes any more.

    Args:
        tasks: Gives what certificates are held against, and certificates.
        answers: Is told first that the linters are loaded, then the report on each.
    """
    load_linter()
    answers.send_bytes(b"")
    against: Against | None = None
    while (told := _next(tasks)) is not None:
        kind, what = told[:1], told[1:]
        if kind == AGAINST:
            against = _AGAINST.decode(what)
        elif against is not None:
            answers.send_bytes(_report(what, *against))


def _next(tasks: Connection) -> bytes | None:
    try:
        return tasks.recv_bytes()
    except EOFError:
        return None


def _report(
    der: bytes,
    profile: CertificateProfile,
    issuer_der: bytes | None,
    waivers: tuple[Waiver, ...],
) -> bytes:
    """Lint a certificate; give nothing where it cannot be taken apart."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        issuer = x509.load_der_x509_certificate(issuer_der) if issuer_der else None
        return _ENCODE(report_on_task(LintTask(certificate, profile, issuer, waivers)))
    except (CeremonyError, ValueError):
        return b""


def main() -> None:
    """Limit the process and answer over standard input and output."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    answers = os.dup(1)
    # Whatever a library prints must not stand between two reports.
    os.dup2(2, 1)
    look_rarely()
    answer(Connection(0, writable=False), Connection(answers, readable=False))


if __name__ == "__main__":
    main()
