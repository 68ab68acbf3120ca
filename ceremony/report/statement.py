"""The statement of an attestation, read from its envelope."""

from __future__ import annotations

from ceremony.engine.state import Recorded
from ceremony.errors import EvidenceError
from ceremony.people.attestation import Statement, decode_envelope, decode_statement
from ceremony.report.book import Book


def statement_in(book: Book, recorded: Recorded) -> Statement | None:
    """Read the statement beside a leaf; None where it is missing or not readable."""
    for blob in recorded.event.blobs:
        raw = book.record.files.get(blob.name)
        if raw is None or not blob.name.endswith(".dsse.json"):
            continue
        try:
            return decode_statement(decode_envelope(raw).payload)
        except EvidenceError:
            return None
    return None


def statement_of(book: Book, recorded: Recorded) -> str:
    """Give the statement's exact text, or say that it cannot be read."""
    statement = statement_in(book, recorded)
    if statement is None:
        return "the envelope of this statement is missing or cannot be read"
    return statement.text
