"""What the tokens were told and what they did, and which keys exist because of it."""

from __future__ import annotations

from typing import Final

from ceremony.engine.facts import (
    Asked,
    AttributeFound,
    BoundToken,
    Intent,
    InventoryTaken,
    KeyMade,
    Outcome,
    Result,
)
from ceremony.engine.state import Recorded
from ceremony.engine.steps.pin import WHOSE
from ceremony.engine.transcript import Mark as Sign
from ceremony.hexadecimal import grouped
from ceremony.identifiers import Stance
from ceremony.report.block import chapter, digest_lines, labelled, section, signed_line
from ceremony.report.book import Book, clock, counted, wall
from ceremony.report.drawing import Line, rule, space
from ceremony.report.grid import Heading, table
from ceremony.report.pages.certified import certificates_of_tokens
from ceremony.report.pages.device_backup import (
    backup_rows,
    how_made,
    secret_keys,
    settings,
    told_of_backup,
)
from ceremony.report.pages.earlier import earlier_ceremonies
from ceremony.report.piece import Column, Piece, rows
from ceremony.report.style import (
    BODY,
    NAME,
    NOTE,
    SMALL,
    SMALL_STRONG,
    STEP_NUMBER,
    VALUE,
    VALUE_SMALL,
    VERB,
    WIDTH,
)
from ceremony.report.text import TIED, Run, left, paragraph, right, wrapped

_X: Final = 130.0
_INDENT: Final = 66.0


def device(book: Book) -> tuple[Piece, ...]:
    """Lay out the key inventory, the tokens and every operation.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    return (
        chapter(
            "Keys and devices", "as read back from the tokens", anchor="keys", need=330
        ),
        section(
            "Inventory of keys",
            "a short id is this record's label of a key: RFC 5280, 4.2.1.2, method (2)",
        ),
        *_keys(book),
        *earlier_ceremonies(book),
        section(
            "Tokens",
            "model and unique identifier as the device tells them; by label and serial",
        ),
        *_tokens(book),
        *certificates_of_tokens(book),
        section(
            "Token operations",
            "each intent was durable before the call, each outcome after it",
            anchor="device",
            outline="Token operations",
        ),
        *_operations(book),
    )


def _keys(book: Book) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for name, key in book.state.keys.items():
        ends = (rule(0, WIDTH, 0, 0.3),)
        pieces.append(
            Piece(
                (
                    (Line(3), *_key_name(book, name, key)),
                    (Line(4), *_key(book, name, key)),
                ),
                after=5,
                ends=ends,
            )
        )
    pieces += secret_keys(book)
    if not pieces:
        return (rows(paragraph(f"{book.no_key}.", BODY, WIDTH)),)
    return tuple(pieces)


def _key_name(book: Book, name: str, key: KeyMade) -> Column:
    return (
        *paragraph(book.thing(name), NAME, _X - 8),
        *paragraph(f"{key.algorithm}, {key.size} bits", SMALL, _X - 8),
        *paragraph(f"in the script: {name}", SMALL, _X - 8),
    )


def _key(book: Book, name: str, key: KeyMade) -> Column:
    token = book.token_of(name)
    module = token.module if token else ""
    where = f"{token.label}, serial {token.serial}" if token else "not bound"
    random = "the token's own" if token else "not known"
    random = f"{random} generator; nothing was supplied from outside"
    if book.script.thing(name).copy_of:
        random = "that of the token in which the original was made"
    if book.earlier(name) is not None:
        random = "as the record of that ceremony tells"
    values: tuple[tuple[str, Column | str], ...] = (
        ("unique id", paragraph(grouped(key.cka_id), VALUE, 300)),
        ("label", paragraph(key.label, VALUE, 300)),
        ("public key", digest_lines(key.public_key, WIDTH - _X - _INDENT)),
        ("short id", paragraph(grouped(key.key_identifier), VALUE, 300)),
        ("algorithm", f"{key.algorithm}, {key.size} bits; {how_made(book, name)}"),
        ("mechanism", paragraph(key.mechanism, VALUE, 300)),
        ("settings", settings(key)),
        *backup_rows(book, name),
        ("random", random),
        ("token", where),
        ("module", digest_lines(module, WIDTH - _X - _INDENT) if module else "none"),
        ("certificates", _certificates(book, name, key)),
    )
    if end := book.end_of(name):
        values = (*values, ("destroyed", end))
    return tuple(line for label, value in values for line in _label(label, value))


def _certificates(book: Book, name: str, key: KeyMade) -> Column | str:
    """Name a key's certificates, each with the key identifier that it carries.

    An earlier key may have one that nobody named here.
    """
    lines: list[Line] = []
    for each, _ in book.certificates_of(key):
        lines += paragraph(book.thing(each), SMALL, WIDTH - _X - _INDENT)
        if identifier := book.key_identifier(each):
            told = (Run("key identifier  ", NOTE), Run(grouped(identifier), VALUE))
            lines += wrapped(told, WIDTH - _X - _INDENT)
    none = "none" if book.earlier(name) is None else "none named in this script"
    return tuple(lines) or none


def _label(label: str, value: Column | str) -> Column:
    shown: Column | tuple[Run, ...]
    shown = (Run(value, SMALL),) if isinstance(value, str) else value
    return labelled(label, shown, _INDENT, WIDTH - _X, _X)


def _tokens(book: Book) -> tuple[Piece, ...]:
    headings = (
        Heading("In the script", 0, 92, SMALL_STRONG),
        Heading("Label", 92, 96, VALUE_SMALL),
        Heading("Model, firmware", 188, 116),
        Heading("Serial", 304, 110, VALUE_SMALL),
        Heading("Kind", 414, WIDTH - 414),
    )
    cells = [
        (
            book.thing(token.name),
            token.label,
            _model(token),
            grouped(token.serial),
            "software" if token.software else "hardware",
        )
        for token in book.record.opened.tokens
    ]
    if not cells:
        return (rows(paragraph("No token was bound.", BODY, WIDTH)),)
    return table(headings, cells)


def _model(token: BoundToken) -> str:
    parts = [token.vendor, token.model, token.firmware]
    return ", ".join(part for part in parts if part) or "not told"


def _operations(book: Book) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    outcomes = {
        recorded.event.op: recorded
        for recorded in book.record.facts
        if isinstance(recorded.fact, Outcome)
    }
    for recorded in book.record.facts:
        if isinstance(recorded.fact, Intent):
            after = outcomes.get(recorded.event.op)
            pieces.append(_operation(book, recorded, recorded.fact, after))
    if not pieces:
        return (rows(paragraph("No token was told anything.", BODY, WIDTH)),)
    return tuple(pieces)


def _operation(
    book: Book, before: Recorded, intent: Intent, after: Recorded | None
) -> Piece:
    step = before.event.step
    number = step.id if step is not None else ""
    verb = (
        *paragraph(intent.verb, VERB, _X - 30, 27),
        *paragraph(
            book.thing(intent.thing) if intent.thing else "", SMALL, _X - 35, 27
        ),
    )
    events = f"{before.event.seq}"
    if after is not None:
        events = f"{before.event.seq} and {after.event.seq}"
    values = [*_told(book, before, intent)]
    values += _label("events", events)
    values += _result(after)
    time = Line(
        STEP_NUMBER.leading,
        (
            left(number, STEP_NUMBER, 0),
            right(clock(wall(before), seconds=True), SMALL, WIDTH),
        ),
    )
    ends = (rule(0, WIDTH, 0, 0.3),)
    columns = ((space(4), time), (space(4), *verb), (space(4), *values))
    return Piece(columns, after=4, ends=ends)


def _told(book: Book, before: Recorded, intent: Intent) -> list[Line]:
    """Tell what the device was asked for, one line for each thing that was named."""
    values: list[Line] = [
        *_label("operation", paragraph(grouped(before.event.op or ""), VALUE, 300)),
        *_label(
            "token", f"{book.thing(intent.token)}, serial {grouped(intent.serial)}"
        ),
    ]
    if intent.label:
        values += _label("label", paragraph(intent.label, VALUE, 260))
    if intent.user:
        values += _label("changes", WHOSE.get(intent.user, intent.user))
        actor = book.actor(before)
        values += _label("by", book.who(actor) if actor is not None else "nobody")
    if intent.algorithm:
        values += _label("algorithm", intent.algorithm)
    if intent.under:
        values += _label("under", book.thing(intent.under))
    if intent.blob:
        values += _label("unwrapped", digest_lines(intent.blob, WIDTH - _X - _INDENT))
    if intent.tbs:
        values += _label("to be signed", digest_lines(intent.tbs, WIDTH - _X - _INDENT))
    if intent.attributes:
        values += _label("asked", _asked(intent.attributes))
    return values


def _asked(attributes: tuple[Asked, ...]) -> str:
    return "; ".join(f"{asked.name}{TIED}{asked.value}" for asked in attributes)


def _result(after: Recorded | None) -> Column:
    if after is None or not isinstance(after.fact, Outcome):
        told = "no outcome was recorded for this intent"
        return _label("result", signed_line(Sign.FAIL, told, SMALL, 290, 0))
    outcome = after.fact
    good = outcome.result is Result.DONE
    told = (
        ""
        if outcome.fault is None
        else f"{outcome.fault.code}: {outcome.fault.message}"
    )
    sign = Sign.PASS if good else Sign.FAIL
    if outcome.result in (Result.ADOPTED, Result.DESTROYED):
        sign = Sign.WAIVED
        told = f"{outcome.result.value} when the ceremony was resumed"
    elif outcome.result is Result.UNRESOLVED:
        told = "unresolved: nobody could look into the token, it may have acted"
    lines = [*_label("result", _signed(sign, outcome.result, told))]
    made = outcome.key or outcome.secret_key
    if made is not None:
        lines += _label("found", _found(made.attributes))
    for label, value in told_of_backup(outcome):
        lines += _label(label, value)
    if outcome.inventory is not None:
        lines += _label("inventory", _inventory(outcome.inventory))
    return tuple(lines)


def _signed(sign: Sign, result: Result, told: str) -> Column:
    if sign is Sign.PASS:
        return signed_line(sign, result.value, SMALL, 290, 0)
    return signed_line(sign, told or result.value, SMALL, 290, 0)


def _found(attributes: tuple[AttributeFound, ...]) -> str:
    passed = sum(found.passed for found in attributes)
    rest = "".join(
        f"; {found.name} {found.found}, {_stance(found)}"
        for found in attributes
        if not found.passed
    )
    return f"{passed} of {counted(len(attributes), 'attribute')} as expected{rest}"


def _stance(found: AttributeFound) -> str:
    if found.waived:
        return "waived"
    return {
        Stance.FAIL: "FAILED",
        Stance.REMARK: "let be with a remark",
        Stance.ACCEPT: "accepted",
    }[found.stance]


def _inventory(taken: InventoryTaken) -> str:
    parts = [counted(taken.count, "object")]
    for word, objects in (("new", taken.added), ("gone", taken.removed)):
        parts += [
            f"{word}: {found.kind} {found.label or 'without label'} "
            f"{grouped(found.cka_id) or 'without id'}"
            for found in objects
        ]
    if len(parts) == 1:
        parts.append("nothing new, nothing gone")
    return "; ".join(parts)
