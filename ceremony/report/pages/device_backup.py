"""Wrapping keys, wrapped keys and their copies, as the device pages tell of them."""

from __future__ import annotations

from typing import Final

from ceremony.engine.facts import KeyMade, Outcome, SecretKeyMade
from ceremony.engine.steps.contingency import filled_words
from ceremony.hexadecimal import grouped
from ceremony.pki.oid_name import name_oid
from ceremony.report.block import digest_lines, labelled
from ceremony.report.book import Book
from ceremony.report.drawing import Line, rule
from ceremony.report.piece import Column, Piece
from ceremony.report.style import NAME, SMALL, VALUE, WIDTH
from ceremony.report.text import TIED, Run, paragraph

_X: Final = 130.0
_INDENT: Final = 66.0
_ROOM: Final = WIDTH - _X - _INDENT

Value = Column | str
Rows = tuple[tuple[str, Value], ...]


def secret_keys(book: Book) -> tuple[Piece, ...]:
    """Lay out each secret key that was made or restored.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    ends = (rule(0, WIDTH, 0, 0.3),)
    return tuple(
        Piece(
            (
                (Line(3), *_name(book, name, key)),
                (Line(4), *_secret_key(book, name, key)),
            ),
            after=5,
            ends=ends,
        )
        for name, key in book.state.secret_keys.items()
    )


def _name(book: Book, name: str, key: SecretKeyMade) -> Column:
    return (
        *paragraph(book.thing(name), NAME, _X - 8),
        *paragraph(f"{key.algorithm}, a secret key", SMALL, _X - 8),
        *paragraph(f"in the script: {name}", SMALL, _X - 8),
    )


def _secret_key(book: Book, name: str, key: SecretKeyMade) -> Column:
    token = book.token_of(name)
    where = f"{token.label}, serial {token.serial}" if token else "not bound"
    value = book.state.check_values.get(name)
    rows: Rows = (
        ("unique id", paragraph(grouped(key.cka_id), VALUE, 300)),
        ("label", paragraph(key.label, VALUE, 300)),
        ("check value", _check_value(value.value, value.told_by) if value else "none"),
        ("algorithm", f"{key.algorithm}, {key.size} bits; {how_made(book, name)}"),
        ("mechanism", paragraph(key.mechanism, VALUE, 300)),
        ("settings", settings(key)),
        *backup_rows(book, name),
        ("token", where),
    )
    if end := book.end_of(name):
        rows = (*rows, ("destroyed", end))
    return tuple(line for label, told in rows for line in _label(label, told))


def _check_value(value: str, told_by: str) -> Column:
    return paragraph(f"{grouped(value)}   by {told_by}", VALUE, 300)


def how_made(book: Book, name: str) -> str:
    """Say whether a key was generated in its token or restored into it."""
    original, earlier = book.script.thing(name).copy_of, book.earlier(name)
    if earlier is not None:
        return f"of ceremony {earlier.ceremony}, leaf {earlier.seq}"
    if not original:
        return "generated in the token"
    return f"restored as a copy of {book.thing(original)}"


def settings(key: KeyMade | SecretKeyMade) -> str:
    """Tell every attribute that the policy names, as found, and each remark."""
    told = [f"{found.name}{TIED}{found.found}" for found in key.attributes]
    told += [f"{each.subject}{TIED}{each.told}: {each.text}" for each in key.remarks]
    return "; ".join(told) or "not told by the token"


def backup_rows(book: Book, name: str) -> Rows:
    """Tell where a key has left its token, and whether a copy is shown to be one.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    state, rows = book.state, []
    for wrapped in state.wrapped.get(name, ()):
        told = f"under {book.thing(wrapped.under)} by {wrapped.method}"
        rows.append(("wrapped", told))
    public = state.public_wrapped.get(name)
    if public is not None:
        under = f" under {book.thing(public.under)}" if public.under else ""
        told = f"wrapped{under} by {name_oid(public.algorithm)}"
        rows.append(("public key", told))
    for copy in book.script.copies_of(name):
        shown = copy in state.shown_equal
        told = "shown to be equal" if shown else "not shown to be equal"
        rows.append(("copy", f"{book.thing(copy)}: {told}"))
    if book.script.thing(name).copy_of:
        shown = name in state.shown_equal
        told = "equal to its original" if shown else "not to be relied on"
        rows.append(("shown", told))
    return tuple(rows)


def told_of_backup(outcome: Outcome) -> Rows:
    """Tell what an outcome says of a wrapped, restored or checked key.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    rows: list[tuple[str, Value]] = []
    if outcome.wrapped is not None:
        wrapped = outcome.wrapped
        rows += [
            ("wrapped", digest_lines(wrapped.blob, _ROOM)),
            ("mechanism", paragraph(wrapped.mechanism, VALUE, 260)),
        ]
        if wrapped.passed_over:
            rows.append(("not offered", ", ".join(wrapped.passed_over)))
    if outcome.public_wrapped is not None:
        public = outcome.public_wrapped
        rows += [
            ("public key", digest_lines(public.public_key, _ROOM)),
            ("wrapped", digest_lines(public.blob, _ROOM)),
            ("algorithm", paragraph(public.algorithm, VALUE, 260)),
            ("mechanism", paragraph(public.mechanism, VALUE, 260)),
        ]
        if public.filled:
            rows.append(("filled", filled_words(public)))
    if outcome.check_value is not None:
        found = outcome.check_value
        rows.append(("check value", _check_value(found.value, found.told_by)))
    if outcome.proof is not None:
        proof = outcome.proof
        rows += [
            ("signed", digest_lines(proof.message, _ROOM)),
            ("mechanism", paragraph(proof.mechanism, VALUE, 260)),
        ]
    return tuple(rows)


def _label(label: str, value: Value) -> Column:
    shown: Column | tuple[Run, ...]
    shown = (Run(value, SMALL),) if isinstance(value, str) else value
    return labelled(label, shown, _INDENT, WIDTH - _X, _X)
