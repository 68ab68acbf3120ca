"""Figure 2: what was made, and where it lives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ceremony.digest_words import words
from ceremony.engine.facts import BoundToken, CertificateMade, KeyMade, Outcome
from ceremony.engine.issuer import is_authority
from ceremony.hexadecimal import grouped
from ceremony.report.block import section_head
from ceremony.report.book import Book, counted
from ceremony.report.drawing import (
    Frame,
    Line,
    Mark,
    Shape,
    Stroke,
    height_of,
    shifted,
    space,
    stacked,
)
from ceremony.report.face import Face
from ceremony.report.piece import Column
from ceremony.report.revoked import reason_here, revoked_of_batch
from ceremony.report.style import (
    NOTE,
    SMALL,
    SMALL_STRONG,
    VALUE_SMALL,
    WIDTH,
    Style,
)
from ceremony.report.text import Run, centred, left, paragraph, right, wrapped
from ceremony.script.key_kind import KeyUse

_ABREAST: Final = 3
_BOX: Final = 150.0
_GAP: Final = (WIDTH - _ABREAST * _BOX) / (_ABREAST - 1)
_PAD: Final = 8.0
_NAME: Final = Style(Face.STRONG, 9.6, 13)
_SPOKEN: Final = Style(Face.STRONG, 7.8, 11)
_LOOP: Final = 16.0
_DROP: Final = 16.0
"""From a key down to its token."""
_TOKEN_LABEL: Final = Style(Face.STRONG, 8, 11)


def hierarchy(book: Book) -> tuple[Column, ...]:
    """Draw the figure: one column of lines for each row of three keys.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    head = section_head(
        "What was made, and where it lives",
        "an arrow signs; the number is its step; dashed: not part of this ceremony",
        number="Figure 2",
    )
    keys = _ordered(book)
    rows: list[Column] = []
    for at in range(0, len(keys), _ABREAST):
        line = _row(book, keys[at : at + _ABREAST], last=at + _ABREAST >= len(keys))
        rows.append((line, space(8)))
    if not rows:
        rows.append(paragraph(f"{book.no_key}.", SMALL, WIDTH))
    return ((*head, *rows[0]), *rows[1:])


def _ordered(book: Book) -> list[tuple[str, KeyMade]]:
    """Put issuers before what they issued, else in the order of making."""
    keys = dict(book.state.keys)
    ordered: list[str] = []

    def add(name: str) -> None:
        if name in ordered or name not in keys:
            return
        ordered.append(name)
        for other, key in keys.items():
            made = _certificate(book, key)
            if made is not None and made.issuer_thing == name:
                add(other)

    for name, key in keys.items():
        made = _certificate(book, key)
        if (
            made is None
            or made.issuer_thing in (name, "")
            or (made.issuer_thing not in keys)
        ):
            add(name)
    for name in keys:
        add(name)
    return [(name, keys[name]) for name in ordered]


def _certificate(book: Book, key: KeyMade) -> CertificateMade | None:
    shown = book.certificate_of(key)
    return shown[1] if shown else None


def _row(book: Book, keys: Sequence[tuple[str, KeyMade]], *, last: bool) -> Line:
    texts = [_text(book, name, key) for name, key in keys]
    homes = [_token_text(book.token_of(name)) for name, _ in keys]
    high = max(height_of(text) for text in texts) + 2 * _PAD
    low = max(height_of(home) for home in homes) + _PAD
    marks: list[Mark] = []
    for place, (name, key) in enumerate(keys):
        x = place * (_BOX + _GAP)
        before = keys[place - 1][0] if place else ""
        marks += _node(texts[place], x, high)
        marks += _arrows(book, name, key, (x, high), before)
        marks += _token(homes[place], x, _LOOP + high + _DROP, low)
    if last and len(keys) < _ABREAST:
        marks += _below(book, keys[-1][0], len(keys) * (_BOX + _GAP), high)
    return Line(_LOOP + high + _DROP + low + 2, tuple(marks))


def _text(book: Book, name: str, key: KeyMade) -> Column:
    made = _certificate(book, key)
    room = _BOX - 2 * _PAD
    spoken = " ".join(words(bytes.fromhex(key.public_key))[:4])
    lines: list[Line] = [*paragraph(book.thing(name), _NAME, room, _PAD)]
    if made is not None:
        lines += paragraph(made.subject, SMALL, room, _PAD)
    label, octets = book.id_of(key)
    runs = (Run(f"{label}  ", NOTE), Run(grouped(octets), VALUE_SMALL))
    lines += wrapped(runs, room, _PAD)
    lines += paragraph(spoken, _SPOKEN, room, _PAD)
    if earlier := book.earlier(name):
        lines += paragraph(f"of ceremony {earlier.ceremony}", NOTE, room, _PAD)
    if step := book.destroyed_in(name):
        lines += paragraph(f"destroyed in step {step}", NOTE, room, _PAD)
    if made is None:
        lines += paragraph(_without(book, name), SMALL, room, _PAD)
    else:
        lines += paragraph(f"to {made.not_after[:10]}", SMALL, room, _PAD)
        lines += _signed(book, name, made, room)
    shown = book.certificate_of(key)
    for told in book.revoked_of(key, shown[0] if shown else ""):
        lines += paragraph(told, SMALL_STRONG, room, _PAD)
    if number := _for_others(book, name):
        lines += paragraph(_issued(book, name, number), SMALL, room, _PAD)
    return tuple(lines)


def _without(book: Book, name: str) -> str:
    """Say why no certificate of a key is shown; an earlier key may well have one."""
    original = book.script.thing(name).copy_of
    if original:
        return f"a copy of {book.thing(original)}"
    wraps = book.script.key_kind(name).use is KeyUse.WRAP
    if book.earlier(name) and not wraps:
        return "certificate not named in this ceremony's script"
    return "no certificate"


def _signed(book: Book, name: str, made: CertificateMade, room: float) -> Column:
    """Say who signed and when: by the issuer's name where no key here is known to."""
    if made.issuer_thing == name:
        return ()
    step = _step(book, made)
    at = f"step {step}" if step else "before"
    issuer = book.thing(made.issuer_thing) if made.issuer_thing else made.issuer
    return paragraph(f"signed by {issuer}, {at}", NOTE, room, _PAD)


def _issued(book: Book, name: str, number: int) -> str:
    """Say how many certificates a key has issued here for keys that are not shown."""
    batches = (
        revoked_of_batch(book.record, batch)
        for batch, parts in book.state.parts.items()
        if any(part.issuer_thing == name for part in parts)
    )
    revoked = sum(bool(reason_here(book.state, it)) for it in _singles(book, name))
    revoked += sum(batches)
    whose = "another key" if number == 1 else "other keys"
    told = f"issued {counted(number, 'certificate')} here for {whose}"
    return f"{told}, {revoked} of them revoked here" if revoked else told


def _for_others(book: Book, name: str) -> int:
    """Count what a key has issued here for keys that the figure does not show."""
    parts = (part for made in book.state.parts.values() for part in made)
    number = sum(part.count for part in parts if part.issuer_thing == name)
    return number + len(_singles(book, name))


def _singles(book: Book, name: str) -> tuple[str, ...]:
    """Name the single certificates among these."""
    shown = {key.public_key for key in book.state.keys.values()}
    return tuple(
        each
        for each in book.own_certificates
        if (made := book.state.certificates[each]).issuer_thing == name
        and made.public_key not in shown
    )


def _node(text: Column, x: float, high: float) -> tuple[Mark, ...]:
    return (
        Frame(x, _LOOP, _BOX, high, 1),
        *shifted(stacked(text).marks, x, _LOOP + _PAD - 1),
    )


def _step(book: Book, made: CertificateMade) -> str:
    for recorded in book.record.facts:
        fact = recorded.fact
        if isinstance(fact, Outcome) and fact.certificate == made:
            return recorded.event.step.id if recorded.event.step else "none"
    return ""


def _arrows(
    book: Book, name: str, key: KeyMade, corner: tuple[float, float], before: str
) -> list[Mark]:
    """Draw the arrow of whoever signed, where it stands beside the key."""
    made = _certificate(book, key)
    x, high = corner
    if made is None:
        return []
    if made.issuer_thing == name:
        return _loop(_step(book, made), x + _BOX - 46)
    if not before or made.issuer_thing != before:
        return []
    y = _LOOP + high / 2
    return [
        Stroke(((x - _GAP + 2, y), (x - 5, y)), 0.8),
        Shape(((x - 6, y - 2.4), (x - 1, y), (x - 6, y + 2.4)), fill=0),
        centred(_step(book, made), NOTE, x - _GAP / 2, y - 4),
    ]


def _loop(step: str, x: float) -> list[Mark]:
    points = [
        (x, _LOOP), (x + 0.8, 11.0), (x + 3, 8.4), (x + 7, 7.0), (x + 11, 7.0),
        (x + 15, 8.4), (x + 17.2, 10.6),
    ]  # fmt: skip
    return [
        Stroke(tuple(points), 0.9),
        Shape(((x + 14.6, 10.8), (x + 19.4, 10), (x + 17.8, _LOOP - 0.6)), fill=0),
        left(step, NOTE, x - 6 - NOTE.width(step), 12),
    ]


def _token_text(token: BoundToken | None) -> Column:
    if token is None:
        return ()
    kind = "software" if token.software else "hardware"
    room = _BOX - 2 * _PAD
    serial = paragraph(grouped(token.serial), VALUE_SMALL, room - 36, _PAD)
    edge = right(kind, NOTE, _BOX - _PAD)
    return (
        *paragraph(token.label, _TOKEN_LABEL, room, _PAD),
        Line(serial[0].height, (*serial[0].marks, edge)),
        *serial[1:],
    )


def _token(text: Column, x: float, top: float, high: float) -> list[Mark]:
    if not text:
        return []
    return [
        Stroke(((x + 16, top - _DROP), (x + 16, top)), 0.7),
        Frame(x, top, _BOX, high, 0.8, radius=5),
        *shifted(stacked(text).marks, x, top + 4),
    ]


def _below(book: Book, name: str, x: float, high: float) -> list[Mark]:
    """Draw the place of what the last key, a CA's, has not signed here."""
    known = book.state.certificates
    issued = any(known[made].issuer_thing == name for made in book.own_certificates)
    if issued or _for_others(book, name) or not _is_ca(book, name):
        return []
    y = _LOOP + high / 2
    room = _BOX - 2 * _PAD
    text = stacked(
        (
            *paragraph("Certificates below", _NAME, room, _PAD),
            *paragraph("none issued here", SMALL, room, _PAD),
            *paragraph(f"a later duty of {book.thing(name)}", SMALL, room, _PAD),
        )
    )
    return [
        Stroke(((x - _GAP + 2, y), (x - 5, y)), 0.7, dash=(2.4, 1.6)),
        Shape(((x - 6, y - 2.4), (x - 1, y), (x - 6, y + 2.4)), fill=0),
        Frame(x, _LOOP, _BOX, high, 0.7, dash=(3, 2)),
        *shifted(text.marks, x, _LOOP + _PAD - 1),
    ]


def _is_ca(book: Book, name: str) -> bool:
    """Tell whether a key is a CA's own, and no copy of one."""
    copied = book.script.thing(name).copy_of
    return not copied and is_authority(book.script, name)
