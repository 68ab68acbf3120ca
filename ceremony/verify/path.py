"""The path of each certificate is validated again, up to its trust anchor.

Part of check 12. Records from before paths were told are validated all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cryptography import x509

from ceremony.engine.batch import ISSUE
from ceremony.engine.facts import Outcome, PathChecked
from ceremony.engine.state import Recorded
from ceremony.errors import CeremonyError
from ceremony.pack.path_leaf import path_leaf
from ceremony.pack.record import Record
from ceremony.pki.issuer_subject import issuer_subjects, verify_subject
from ceremony.verify.check import FailedError, failed_from
from ceremony.verify.issued import certificate_of, chain_of, step_of
from ceremony.verify.trace import place


def verify_paths(record: Record) -> tuple[str, ...]:
    """Validate the path of each certificate, and compare it with what its leaf tells.

    Returns:
        What a reader should know: which certificates are marked.

    Raises:
        FailedError: ``PKI-PATH-01`` to ``-09``: a path is not valid, and its leaf does
            not say so; ``VERIFY-PATH-01``: a leaf tells of another path, or of a fault
            that is not there; ``PKI-SUBJECT-01``: what answers a request has the name
            of a CA above it.
    """
    remarks = []
    for recorded in record.facts:
        fact = recorded.fact
        if isinstance(fact, Outcome) and fact.certificate is not None:
            made = fact.certificate
            itself = certificate_of(record, fact.thing, made.digest)
            chain = chain_of(record, recorded, made, itself)
            if step_of(record, recorded).verb == ISSUE:
                _verify_answer(recorded, chain)
            remarks.append(verify_told(recorded, path_leaf(chain), fact.path))
    return tuple(filter(None, remarks))


def _verify_answer(recorded: Recorded, chain: Sequence[x509.Certificate]) -> None:
    """Insist that what answers a request has not the name of a CA above it."""
    itself, *above = chain
    try:
        verify_subject(itself.subject, issuer_subjects(above))
    except CeremonyError as error:
        raise failed_from(error, place(recorded)) from error


def verify_told(
    recorded: Recorded, found: PathChecked, told: PathChecked | None
) -> str:
    """Compare what a leaf tells of a path, or of those of a part, with what was found.

    Returns:
        A remark where the leaf marks what it tells of; else empty.

    Raises:
        FailedError: See :func:`verify_paths`.
    """
    where = place(recorded)
    if found.rule and (told is None or not told.rule):
        raise FailedError(found.rule, f"{where}: {found.text}")
    # Another version of the validator may say the same in other words.
    if told is not None and told != replace(
        found, tool=told.tool, version=told.version, text=told.text
    ):
        raise FailedError(
            "VERIFY-PATH-01",
            f"{where}: the leaf tells of another path to the trust anchor",
        )
    return marked_words(recorded, found)


def marked_words(recorded: Recorded, path: PathChecked | None) -> str:
    """Say that a leaf marks what it tells of; empty where it does not."""
    if path is None or not path.rule:
        return ""
    return f"{place(recorded)}: the certificate is not to be used, by {path.rule}."
