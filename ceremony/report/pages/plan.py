"""Who was to do what, with what, where, and what becomes of it.

Lays out the items that a ceremony's report has to hold; ``standing`` says where each
of them stands, at the end of the pages.

Source: ETSI EN 319 411-1, 6.5.1, GEN-6.5.1-12 to -14, as paraphrased for this tool.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ceremony.engine.departed import told_departures
from ceremony.identifiers import RoleKind
from ceremony.report.block import GAP, chapter, labelled, section, section_head
from ceremony.report.book import Book, day, listed
from ceremony.report.drawing import Line, moved, rule
from ceremony.report.grid import Heading, table
from ceremony.report.people import presences
from ceremony.report.piece import Column, Piece, chained, rows
from ceremony.report.style import (
    HALF,
    NAME,
    SECOND_HALF,
    SMALL,
    SMALL_STRONG,
    WIDTH,
)
from ceremony.report.text import DASH, left, paragraph
from ceremony.script.model import RoleDemand
from ceremony.script.reliance import by_ground

POLICIES: Final = "policies"
"""The name under which the page of what the script relies on and lets be is found."""

_INDENT = 150.0
_LABEL = 62.0


def plan(book: Book) -> tuple[Piece, ...]:
    """Lay out roles, responsibilities, place, hardware, evidence and storage.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    script = book.script
    return (
        chapter(
            "Roles, responsibilities and what was needed",
            "as the script demands it and the roster fills it",
            anchor="people",
        ),
        section("Roles"),
        *(piece for demand in script.roles for piece in _role(book, demand)),
        *_prose(book),
        _pair(
            _list("Hardware and activation materials", script.hardware),
            _list("Evidence collected", script.evidence),
        ),
        replace(
            _pair(_list("Storage afterwards", script.storage), _policies(book)),
            anchor=POLICIES,
        ),
    )


def _role(book: Book, demand: RoleDemand) -> tuple[Piece, ...]:
    kind = {
        RoleKind.CONTROL: "control role",
        RoleKind.WITNESS: "witness role",
        RoleKind.EXTERNAL: "external role",
    }[demand.kind]
    about: list[Line] = [
        *paragraph(demand.title, NAME, _INDENT - 10),
        *paragraph(f"{kind}, {demand.count}", SMALL, _INDENT - 10),
    ]
    for one in presences(book):
        if one.seat.role != demand.role:
            continue
        about += paragraph(book.name(one.seat.person), SMALL_STRONG, _INDENT - 10)
        organisation = book.organisation(one.seat)
        if organisation:
            about += paragraph(organisation, SMALL, _INDENT - 10)
    duties: list[Line] = []
    for number, function in enumerate(demand.functions):
        label = "functions" if number == 0 else ""
        duties += _duty(label, function)
    duties += _duty("during", demand.during)
    duties += _duty("after", demand.after)
    ends = (rule(0, WIDTH, 0, 0.3),)
    columns = ((Line(3), *about), (Line(4.5), *duties))
    return (Piece(columns, after=4, ends=ends),)


def _duty(label: str, text: str) -> Column:
    if not text:
        return ()
    return labelled(label, text, 46, WIDTH - _INDENT, _INDENT)


def _prose(book: Book) -> tuple[Piece, ...]:
    script = book.script
    route = {
        "auditor": "witnessed by an independent auditor in the room",
        "recording": "recorded, and the recording reviewed afterwards",
    }.get(script.witness_route, script.witness_route)
    separate = tuple(
        f"{book.script.demand(one).title} and {book.script.demand(two).title}"
        for one, two in script.separate
    )
    quorum = script.quorum
    told = (
        ("purpose", book.record.opened.purpose),
        ("date", _date(book)),
        ("place", book.record.opened.place),
        (
            "planned place",
            script.place if script.place != book.record.opened.place else "",
        ),
        ("entry controls", script.entry_controls),
        (
            "quorum",
            f"{quorum.need} of {quorum.of}: {script.demand(quorum.role).title}",
        ),
        ("held apart", listed(separate)),
        ("witness route", route),
        ("if abandoned", script.on_abort),
    )
    lines = [
        line
        for label, text in told
        if text
        for line in labelled(label, text, _LABEL, WIDTH)
    ]
    return (section("Purpose, place and rules"), rows(lines))


def _date(book: Book) -> str:
    first, last = day(book.begun), day(book.ended)
    return first if first == last else f"{first} to {last}"


def _pair(first: Column, second: Column) -> Piece:
    """Set two sections side by side."""
    return Piece((first, moved(second, SECOND_HALF)), before=GAP)


def _list(name: str, items: Sequence[str]) -> Column:
    lines: list[Line] = list(section_head(name, width=HALF))
    for item in items:
        lines += _item(item)
    if not items:
        lines += paragraph("The script names none.", SMALL, HALF)
    return tuple(lines)


def _policies(book: Book) -> Column:
    policies = book.script.policies
    known = all(policy.is_confirmed for policy in policies)
    told = "" if known else "unverified: the document was not seen"
    lines: list[Line] = list(section_head("Policy references", told, width=HALF))
    for policy in policies:
        doubt = "" if policy.is_confirmed else " (unverified)"
        about = f"{policy.document}, {policy.version}: {policy.approval}{doubt}"
        lines += _item(about)
    if not policies:
        lines += paragraph("None.", SMALL, HALF)
    for reliance in by_ground(book.script.unverified):
        lines += _item(reliance.told)
    if book.script.environment:
        lines += _item(f"Certificate policies: environment {book.script.environment}")
    for own in book.script.profiles:
        lines += _item(f"The site's own profile {own.name}, SHA-256 {own.digest}")
    for waiver in book.script.waivers:
        lines += _item(waiver.told)
    for departure in told_departures(book.script, book.record.facts):
        lines += _item(departure)
    return tuple(lines)


def _item(text: str) -> Column:
    told = paragraph(text, SMALL, HALF - 11, 11)
    return (Line(told[0].height, (left(DASH, SMALL, 0), *told[0].marks)), *told[1:])


def standing(book: Book) -> tuple[Piece, ...]:
    """Say where each item that a ceremony's report has to hold stands.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    here = book.page("people")
    items = (
        ("Roles, internal and external", here),
        ("Functions of each role, by phase", f"{here}; {book.page('script')}"),
        ("Responsibilities during and after", here),
        ("Evidence to be collected", f"{here}; {book.page('files')}"),
        ("Date", "page 1"),
        (
            "Inventory of keys: identifier, algorithm, size, SHA-256 of the public key",
            book.page("keys"),
        ),
        ("Model and unique identifier of the device", book.page("keys")),
        ("Generation algorithm and settings, random generator", book.page("keys")),
        ("Carried out by the procedure; departures from it", book.page("deviations")),
        (
            "Integrity and confidentiality of the keys: attributes as read back",
            book.page("device"),
        ),
        (
            "Signed by the role responsible for security and by an independent person",
            book.page("signatures"),
        ),
    )
    headings = (
        Heading("Item", 0, WIDTH - 110),
        Heading("Where", WIDTH - 110, 110, flush_right=True),
    )
    return chained(
        (
            section(
                "Where each item of the report stands",
                "after ETSI EN 319 411-1, GEN-6.5.1-12 to -14",
            ),
            *table(headings, items, gap=1.6),
        )
    )
