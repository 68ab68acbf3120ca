"""What earlier ceremonies of the journal made, and this one worked with."""

from __future__ import annotations

from ceremony.engine.facts import EarlierFound, Outcome
from ceremony.report.block import digest_lines, section
from ceremony.report.book import Book
from ceremony.report.grid import Heading, table
from ceremony.report.piece import Piece
from ceremony.report.style import SMALL_STRONG, WIDTH

_HASH_X = 300.0


def earlier_ceremonies(book: Book) -> tuple[Piece, ...]:
    """Lay out each act of an earlier ceremony; nothing where there is none.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    known = book.state.earlier
    if not known:
        return ()
    headings = (
        Heading("In this script", 0, 100, SMALL_STRONG),
        Heading("What was done", 100, 90),
        Heading("Ceremony, leaf", 190, 110),
        Heading("Hash of that leaf", _HASH_X, WIDTH - _HASH_X),
    )
    cells = [
        (
            book.thing(fact.thing),
            _done(book, fact),
            f"{fact.ceremony}, leaf {fact.seq}",
            digest_lines(fact.leaf, WIDTH - _HASH_X),
        )
        for fact in known
    ]
    said = "each leaf is embedded, with the proof that it is in the journal"
    return (section("Of earlier ceremonies", said), *table(headings, cells))


def _done(book: Book, fact: EarlierFound) -> str:
    """Say what was done, by or under which key of this script.

    A list may be of a key that this script names by its certificate alone.
    """
    verb = _verb(fact.outcome)
    if fact.outcome.crl is not None and not fact.by:
        return f"{verb}, by the key in it"
    return f"{verb}, by {book.thing(fact.by)}" if fact.by else verb


def _verb(done: Outcome) -> str:
    if done.crl is not None:
        return f"{done.verb}, number {done.crl.number}"
    return done.verb
