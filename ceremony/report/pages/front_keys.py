"""Page 1, question 2: which keys and certificates were made."""

from __future__ import annotations

from typing import Final

from ceremony.engine.facts import CertificateMade, KeyMade
from ceremony.hexadecimal import grouped, serial_text
from ceremony.report.block import HAIR, digest_lines, section_head
from ceremony.report.book import Book, counted, listed
from ceremony.report.drawing import Line, rule, space, stacked
from ceremony.report.face import Face
from ceremony.report.piece import Column
from ceremony.report.style import (
    LABEL,
    SMALL,
    SMALL_LIGHT,
    SMALL_STRONG,
    VALUE_SMALL,
    WIDTH,
    Style,
)
from ceremony.report.text import left, paragraph, right

FULL_KEY: Final = 4
"""Lines of a key in full; fewer leave out serial and token."""
_NAME: Final = Style(Face.STRONG, 9.4, 11.4)
_NAMED: Final = 6
"""Earlier keys, and certificates of a kind, that page 1 names where it has room."""
_LABEL_X: Final = 112.0
_VALUE_X: Final = 156.0
_ROOM: Final = WIDTH - _VALUE_X


def keys_block(book: Book, most: int, lines: int) -> tuple[Column, ...]:
    """Answer with at most ``most`` keys, each on ``lines`` lines.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    keys = tuple(book.own_keys.items())
    algorithms = sorted({key.algorithm for _, key in keys})
    told = f"{' and '.join(algorithms)}, generated in the token   ·   " if keys else ""
    column: list[Line] = list(
        section_head(
            "Keys and certificates made",
            f"{told}full text {book.page('certificates')}",
            number="2",
        )
    )
    if not keys:
        column += paragraph(f"{book.no_key}.", SMALL, WIDTH)
    for number, (name, key) in enumerate(keys[:most]):
        if number:
            column.append(Line(4.6, (rule(0, WIDTH, 2.2, HAIR),)))
        column += _key(book, name, key, lines)
    rest = len(keys) - most
    if rest > 0:
        told = f"and {counted(rest, 'more key', 'more keys')}, {book.page('keys')}"
        column += [space(3), *paragraph(told, SMALL, WIDTH)]
    column += _secret_keys(book)
    most = _NAMED if lines == FULL_KEY else most
    column += _earlier_keys(book, most)
    column += _for_others(book, most)
    return (tuple(column),)


def _secret_keys(book: Book) -> Column:
    """Name the secret keys, of which there is no public key to print."""
    names = tuple(
        f"{book.thing(name)} ({key.algorithm})"
        for name, key in book.state.secret_keys.items()
        if book.earlier(name) is None
    )
    if not names:
        return ()
    told = f"Secret keys: {listed(names)}; {book.page('keys')}."
    return (space(3), *paragraph(told, SMALL, WIDTH))


def _earlier_keys(book: Book, most: int) -> Column:
    """Name the keys that exist already, and the certificates issued for them here."""
    keys = tuple(
        f"{book.thing(name)} ({'; '.join((fact.ceremony, *_revoked_of(book, name)))})"
        for name in book.state.made
        if (fact := book.earlier(name)) is not None
    )
    if not keys:
        return ()
    told = f"Keys of earlier ceremonies: {_first(keys, most)}; {book.page('keys')}."
    own = {key.public_key for key in book.own_keys.values()}
    theirs = {key.public_key for key in book.state.keys.values()} - own
    issued = tuple(
        _issued(book, name)
        for name in book.own_certificates
        if book.state.certificates[name].public_key in theirs
    )
    if issued:
        where = book.page("certificates")
        told += f" Issued for them here: {_first(issued, most)}; {where}."
    return (space(3), *paragraph(told, SMALL, WIDTH))


def _for_others(book: Book, most: int) -> Column:
    """Name the single certificates that were issued here for keys from elsewhere."""
    ours = {key.public_key for key in book.state.keys.values()}
    issued: dict[str, list[str]] = {}
    for name in book.own_certificates:
        made = book.state.certificates[name]
        if made.public_key not in ours:
            told = f"{_issued(book, name)}, by {book.thing(made.issuer_thing)}"
            issued.setdefault(_whose(book, made), []).append(told)
    groups = tuple(
        f"Issued here for {whose}: {_first(tuple(told), most, '; ')}"
        for whose, told in issued.items()
    )
    if not groups:
        return ()
    told = f"{_first(groups, most, '. ')}; {book.page('certificates')}."
    return (space(3), *paragraph(told, SMALL, WIDTH))


def _whose(book: Book, made: CertificateMade) -> str:
    """Say whose key a certificate is for: one that this script names no key for."""
    for name, known in book.state.certificates.items():
        thing = book.script.thing(name)
        ours = thing.is_earlier and not thing.is_brought
        if ours and known.public_key == made.public_key:
            return f"the key of {thing.title}"
    return "somebody else's key"


def _issued(book: Book, name: str) -> str:
    """Name a certificate, and say beside it that it was revoked."""
    revoked = book.revoked(name)
    return f"{book.thing(name)} ({revoked})" if revoked else book.thing(name)


def _revoked_of(book: Book, name: str) -> tuple[str, ...]:
    """Say which of a key's certificates of before are revoked."""
    key = book.state.keys.get(name)
    return tuple(
        f"{book.thing(each)} {told}"
        for each, _ in (book.certificates_of(key) if key is not None else ())
        if each not in book.own_certificates and (told := book.revoked(each))
    )


def _first(names: tuple[str, ...], most: int, between: str = ", ") -> str:
    """List the first few names, with how many more there are."""
    rest = len(names) - most
    if rest > 0:
        return f"{between.join(names[:most])} and {rest} more"
    return listed(names) if between == ", " else between.join(names)


def _key(book: Book, name: str, key: KeyMade, lines: int) -> Column:
    shown, made = book.certificate_of(key) or ("", None)
    revoked = tuple(
        line
        for told in book.revoked_of(key, shown)
        for line in paragraph(told, SMALL_STRONG, _LABEL_X - 6)
    )
    if lines < FULL_KEY:
        return _brief(book, name, key, made, revoked)
    facts = [
        _above(book, name, made),
        _row("public key", key.public_key),
        _serial(book, key, made),
        _token(book, name),
    ]
    about = [*paragraph(book.thing(name), _NAME, _LABEL_X - 6)]
    if made is not None:
        issuer = book.thing(made.issuer_thing) or made.issuer
        own = made.issuer_thing == name
        about += paragraph(made.subject, SMALL, _LABEL_X - 6)
        about += paragraph(
            "self-signed" if own else f"signed by {issuer}", SMALL, _LABEL_X - 6
        )
        about += paragraph(
            f"{made.not_before[:10]} to {made.not_after[:10]}", SMALL, _LABEL_X - 2
        )
    values = tuple(line for row in facts for line in row)
    return (_side_by_side((*about, *revoked), values),)


def _above(book: Book, name: str, made: CertificateMade | None) -> Column:
    """Give the certificate's digest; for a copy without one, what it is a copy of."""
    original = book.script.thing(name).copy_of
    if made is not None or not original:
        return _row("certificate", made.digest if made else "none")
    shown = "shown to be equal" if name in book.state.shown_equal else "not proven"
    lines = paragraph(f"{book.thing(original)}, {shown}", SMALL_LIGHT, _ROOM, _VALUE_X)
    head = left("copy of", LABEL, _LABEL_X)
    return (Line(lines[0].height, (head, *lines[0].marks)), *lines[1:])


def _side_by_side(first: Column, second: Column) -> Line:
    one, two = stacked(first), stacked(second)
    return Line(max(one.height, two.height), (*one.marks, *two.marks))


def _row(label: str, digest: str) -> Column:
    lines = digest_lines(digest, _ROOM, _VALUE_X)
    head = left(label, LABEL, _LABEL_X)
    return (Line(lines[0].height, (head, *lines[0].marks)), *lines[1:])


def _serial(book: Book, key: KeyMade, made: CertificateMade | None) -> Column:
    """Give the serial number and, on that line where it has room, the identifier."""
    serial = grouped(serial_text(made.serial)) if made else "none"
    label, octets = book.id_of(key)
    id_text = grouped(octets)
    edge = WIDTH - VALUE_SMALL.width(id_text)
    first = (left("serial", LABEL, _LABEL_X), left(serial, VALUE_SMALL, _VALUE_X))
    second = (right(label, LABEL, edge - 6), left(id_text, VALUE_SMALL, edge))
    taken = _VALUE_X + VALUE_SMALL.width(serial)
    if taken + 8 <= edge - 6 - LABEL.width(label):
        return (Line(LABEL.leading, (*first, *second)),)
    return (Line(LABEL.leading, first), Line(LABEL.leading, second))


def _token(book: Book, name: str) -> Column:
    token = book.token_of(name)
    step = book.destroyed_in(name)
    if token is None:
        told = "not bound"
    else:
        kind = "software" if token.software else "hardware"
        told = "   ·   ".join(
            part
            for part in (token.label, token.model, f"serial {token.serial}", kind)
            if part
        )
    if step:
        told += f"   ·   destroyed in step {step}"
    lines = paragraph(told, SMALL_LIGHT, _ROOM, _VALUE_X)
    head = left("token", LABEL, _LABEL_X)
    return (Line(lines[0].height, (head, *lines[0].marks)), *lines[1:])


def _brief(
    book: Book,
    name: str,
    key: KeyMade,
    made: CertificateMade | None,
    revoked: Column,
) -> Column:
    valid = _validity(made) if made else ""
    about = (
        *paragraph(book.thing(name), Style(Face.STRONG, 8.4, 11), _LABEL_X - 6),
        *paragraph(valid, SMALL_LIGHT, _LABEL_X - 6),
        *revoked,
    )
    values = (
        *_above(book, name, made),
        *_row("public key", key.public_key),
    )
    return (_side_by_side(about, values),)


def _validity(made: CertificateMade) -> str:
    """Give the years of a certificate, or its days where the two years are the same."""
    first, last = made.not_before, made.not_after
    digits = 10 if first[:4] == last[:4] else 4
    return f"{first[:digits]} to {last[:digits]}"
