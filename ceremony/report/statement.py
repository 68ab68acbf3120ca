"""The statement of a turn: read from its envelope, or made again for a sheet."""

from __future__ import annotations

from ceremony.engine.facts import SignedOnPaper
from ceremony.engine.fold import fold
from ceremony.engine.state import Recorded, State
from ceremony.engine.statement import turn_text
from ceremony.errors import EvidenceError
from ceremony.identifiers import PersonId
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
    if isinstance(recorded.fact, SignedOnPaper):
        return _text_in_ink(book, recorded, recorded.fact)
    statement = statement_in(book, recorded)
    if statement is None:
        return "the envelope of this statement is missing or cannot be read"
    return statement.text


def _text_in_ink(book: Book, recorded: Recorded, fact: SignedOnPaper) -> str:
    """Make the text of a sheet again from what was recorded before it was signed."""
    facts = book.record.facts
    before = facts[: facts.index(recorded)]
    state = State(book.script)
    for known in before:
        state = fold(state, known.event, known.fact)
    seat = state.seat(book.actor(recorded) or PersonId(""))
    return turn_text(
        state, before, book.record.ceremony, seat, turn=fact.turn, on_paper=True
    )
