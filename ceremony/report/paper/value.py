"""What is written down in a step: the fields of each verb.

One function for each verb. It knows the step and the script, and nothing that a
device will tell: a field is empty or a value that was approved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ceremony.engine.steps.check import ROW, SCRIPT_DIGEST, CheckParameters
from ceremony.engine.steps.clock import ClockParameters
from ceremony.engine.steps.crl import CrlParameters
from ceremony.engine.steps.csr import RequestParameters
from ceremony.engine.steps.custody import CustodyParameters
from ceremony.engine.steps.destroy import DestroyParameters
from ceremony.engine.steps.hold import HoldParameters
from ceremony.engine.steps.imported import ImportParameters
from ceremony.engine.steps.key import GenerateParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.engine.steps.login import LoginParameters, LogoutParameters
from ceremony.engine.steps.pin import WHOSE, ChangePinParameters
from ceremony.engine.steps.prove import ProveParameters
from ceremony.engine.steps.record import RecordParameters
from ceremony.engine.steps.sign import SIGN_IN, SIGN_OUT, SignParameters
from ceremony.engine.steps.token import InitialiseParameters, InventoryParameters
from ceremony.report.block import labelled
from ceremony.report.book import counted
from ceremony.report.drawing import Line, Mark
from ceremony.report.face import Face
from ceremony.report.paper.field import (
    CELL_HIGH,
    ID_ROWS,
    INDENT,
    PEN,
    WIDTH,
    Fields,
    cell_row,
    circle,
    clock_cells,
    digest_cells,
    label,
    labelled_cells,
    one_of,
    square,
    ticked,
    word_boxes,
)
from ceremony.report.paper.hand_value import manual
from ceremony.report.paper.key_value import (
    check_value,
    unwrap,
    wrap,
    wrap_public,
)
from ceremony.report.paper.source import PaperScript
from ceremony.report.piece import Column
from ceremony.report.style import BODY, BODY_STRONG, Style
from ceremony.report.text import Run, left, paragraph, right
from ceremony.script.model import Step, ThingKind

_LABEL: Final = 46.0
_ATTRIBUTE: Final = Style(Face.CONDENSED, 8, 14.6)
_ATTRIBUTE_VALUE: Final = Style(Face.STRONG, 7.8, 14.6)


Filler = Callable[[Step, PaperScript], Fields]


def fields(step: Step, paper: PaperScript) -> Fields:
    """Give what is filled in in a step.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    return FIELDS[step.verb](step, paper)


def _turn(step: Step, paper: PaperScript) -> Fields:
    wanted = read_parameters(SignParameters, step.parameters)
    seat = f"{paper.title(wanted.role)} {wanted.seat}"
    if len(paper.seats_of(wanted.role)) <= 1:
        seat = paper.title(wanted.role)
    heard = ticked("the text was said word for word", WIDTH) if step.say else ()
    return Fields(
        (
            *paragraph(f"{seat} signs the attestation page in ink", PEN, WIDTH),
            *heard,
            *one_of(("signed", "does not agree"), WIDTH),
        )
    )


def _say(step: Step, paper: PaperScript) -> Fields:
    del paper
    what = "said word for word" if step.say else "said aloud"
    return Fields(ticked(what, WIDTH))


def _confirm(step: Step, paper: PaperScript) -> Fields:
    del step, paper
    return Fields(one_of(("confirmed", "not so: stop"), WIDTH))


def _act_end(step: Step, paper: PaperScript) -> Fields:
    del step, paper
    return Fields(one_of(("nobody", "somebody: note it"), WIDTH))


def _record(step: Step, paper: PaperScript) -> Fields:
    del paper
    wanted = read_parameters(RecordParameters, step.parameters)
    return Fields(
        (
            *paragraph(wanted.prompt, PEN, WIDTH),
            *label(wanted.name, WIDTH),
            *(cell_row(16) for _ in range(2)),
        )
    )


def _clock(step: Step, paper: PaperScript) -> Fields:
    wanted = read_parameters(ClockParameters, step.parameters)
    lines: list[Line] = []
    for reference, reader in zip(wanted.references, wanted.readers, strict=False):
        lines += label(f"{reference}, read by {paper.title(reader)}", WIDTH)
        lines.append(Line(CELL_HIGH + 5, clock_cells(seconds=True)))
    lines += label("the laptop's clock, where it runs", WIDTH)
    lines.append(Line(CELL_HIGH + 5, clock_cells(seconds=True)))
    within = f"no more than {wanted.tolerance_seconds} seconds apart"
    return Fields((*lines, *ticked(within, WIDTH)))


def _hold(step: Step, paper: PaperScript) -> Fields:
    wanted = read_parameters(HoldParameters, step.parameters)
    lines: list[Line] = []
    for role in wanted.roles:
        for seat in paper.seats_of(role):
            first, *more = paragraph(seat.title, PEN, 116)
            answers: list[Mark] = []
            for word, x in (("ready", 122.0), ("no", 174.0)):
                answers += [circle(x, 1.9), left(word, PEN, x + INDENT)]
            lines += [Line(first.height, (*first.marks, *answers)), *more]
    return Fields(tuple(lines))


def _check(step: Step, paper: PaperScript) -> Fields:
    wanted = read_parameters(CheckParameters, step.parameters)
    rows = -(-wanted.words // ROW)
    last = wanted.words - (rows - 1) * ROW
    told = f"written by the {paper.title(wanted.typist)}, before anybody compares"
    source = {
        "projector": "read from the projector, else the device's display,",
        "printed": "read from the printed value",
        "published": "read from the published value",
        "same-device": "read from the same device",
    }[wanted.source]
    if wanted.what == SCRIPT_DIGEST:
        source = "read from page 1 of another copy"
    equal: list[Line] = []
    for row in range(0, rows, 3):
        marks: list[Mark] = []
        for at, number in enumerate(range(row + 1, min(row + 3, rows) + 1)):
            x = at * WIDTH / 3
            marks += [square(x, 1.9), left(f"row {number} equal", PEN, x + INDENT)]
        equal.append(Line(PEN.leading, tuple(marks)))
    return Fields(
        (
            *label(f"{source} by the {paper.title(wanted.reader)}", WIDTH),
            *label(told, WIDTH),
            *word_boxes(rows, last, WIDTH),
            *equal,
        )
    )


def _custody(step: Step, paper: PaperScript) -> Fields:
    wanted = read_parameters(CustodyParameters, step.parameters)
    thing = paper.script.thing(wanted.thing)
    lines: list[Line] = [*paragraph(thing.title, BODY_STRONG, WIDTH)]
    if thing.kind is ThingKind.BAG:
        lines += label("number printed on the bag", WIDTH)
        lines.append(cell_row(12))
    lines += ticked(wanted.action.replace("-", " "), WIDTH)
    for name in wanted.contents:
        lines += ticked(f"contains: {paper.script.thing(name).title}", WIDTH)
    told = (
        ("from", paper.title(wanted.giver)),
        ("to", paper.title(wanted.taker)),
        ("kept", wanted.storage),
    )
    for name, text in told:
        if text:
            lines += labelled(name, text, _LABEL, WIDTH)
    return Fields(tuple(lines))


def _initialise(step: Step, paper: PaperScript) -> Fields:
    wanted = read_parameters(InitialiseParameters, step.parameters)
    return Fields(
        (
            *paragraph(paper.script.thing(wanted.token).title, BODY_STRONG, WIDTH),
            *label("serial number, as the device tells it", WIDTH),
            cell_row(16),
            *ticked("initialised", WIDTH),
            *ticked("PINs set by their holders; none is written down", WIDTH),
        )
    )


def _change_pin(step: Step, paper: PaperScript) -> Fields:
    wanted = read_parameters(ChangePinParameters, step.parameters)
    whose = WHOSE[wanted.user]
    return Fields(
        (
            *paragraph(paper.script.thing(wanted.token).title, BODY_STRONG, WIDTH),
            *ticked(f"{whose} changed by its holder", WIDTH),
            *ticked("the new PIN opens the token; none is written down", WIDTH),
        )
    )


def _login(step: Step, paper: PaperScript) -> Fields:
    wanted = read_parameters(LoginParameters, step.parameters)
    title = paper.script.thing(wanted.token).title
    told = "logged in by the PIN's holder; none is written down"
    return Fields((*paragraph(title, BODY_STRONG, WIDTH), *ticked(told, WIDTH)))


def _logout(step: Step, paper: PaperScript) -> Fields:
    wanted = read_parameters(LogoutParameters, step.parameters)
    title = paper.script.thing(wanted.token).title
    return Fields((*paragraph(title, BODY_STRONG, WIDTH), *ticked("logged out", WIDTH)))


def _inventory(step: Step, paper: PaperScript) -> Fields:
    wanted = read_parameters(InventoryParameters, step.parameters)
    count = wanted.expect_objects
    expected = "as the record has them" if count < 0 else counted(count, "object")
    title = paper.script.thing(wanted.token).title
    return Fields(
        (
            *paragraph(title, BODY_STRONG, WIDTH),
            *labelled("expected", (Run(expected, BODY_STRONG),), _LABEL, WIDTH),
            *labelled_cells("objects found", 3, 64, WIDTH),
            *ticked("as expected", WIDTH),
        )
    )


def _generate(step: Step, paper: PaperScript) -> Fields:
    wanted = read_parameters(GenerateParameters, step.parameters)
    key = paper.script.thing(wanted.key)
    where = f", in the {paper.script.thing(key.token).title}" if key.token else ""
    return Fields(
        (
            *paragraph(f"{key.title}{where}", BODY_STRONG, WIDTH),
            *label("CKA_ID, hexadecimal, as the device tells it", WIDTH),
            *(cell_row(16) for _ in range(ID_ROWS)),
            *_attributes(paper),
        ),
        ()
        if paper.script.key_kind(wanted.key).algorithm.is_secret
        else digest_cells("SHA-256 of the public key"),
    )


def _attributes(paper: PaperScript) -> Column:
    """Give a square for each attribute that is asked for, two on a line."""
    if not paper.attributes:
        text = "every attribute is what the site's policy asks for"
        return ticked(text, WIDTH)
    lines: list[Line] = []
    half = WIDTH / 2
    for start in range(0, len(paper.attributes), 2):
        marks: list[Mark] = []
        for at, (name, value) in enumerate(paper.attributes[start : start + 2]):
            x = at * (half + 2)
            told = name.removeprefix("CKA_")
            marks += [
                square(x, 1.9),
                left(told, _ATTRIBUTE, x + INDENT - 1),
                right(value, _ATTRIBUTE_VALUE, x + half - 2),
            ]
        lines.append(Line(PEN.leading, tuple(marks)))
    return tuple(lines)


def _prove(step: Step, paper: PaperScript) -> Fields:
    wanted = read_parameters(ProveParameters, step.parameters)
    return Fields(
        (
            *paragraph(paper.script.thing(wanted.key).title, BODY_STRONG, WIDTH),
            *label("what is signed was chosen in the room, on the spot", WIDTH),
            *one_of(("signature verified", "not verified: stop"), WIDTH),
        ),
        digest_cells("SHA-256 of what was signed"),
    )


def _destroy(step: Step, paper: PaperScript) -> Fields:
    wanted = read_parameters(DestroyParameters, step.parameters)
    return Fields(
        (
            *paragraph(paper.script.thing(wanted.key).title, BODY_STRONG, WIDTH),
            *label("CKA_ID, hexadecimal, of what is destroyed", WIDTH),
            *(cell_row(16) for _ in range(ID_ROWS)),
            *ticked("both halves are gone", WIDTH),
            *ticked("everything else is still there", WIDTH),
        )
    )


def _request(step: Step, paper: PaperScript) -> Fields:
    wanted = read_parameters(RequestParameters, step.parameters)
    title = paper.script.thing(wanted.request).title
    return Fields(
        (
            *paragraph(title, BODY_STRONG, WIDTH),
            *one_of(("signature verified", "not verified: stop"), WIDTH),
        ),
        digest_cells("SHA-256 of the request"),
    )


def _import(step: Step, paper: PaperScript) -> Fields:
    wanted = read_parameters(ImportParameters, step.parameters)
    renewed = ", ".join(paper.script.thing(name).title for name in wanted.renews)
    return Fields(
        (
            *paragraph(paper.script.thing(wanted.request).title, BODY_STRONG, WIDTH),
            *(paragraph(f"Renews {renewed}", BODY, WIDTH) if renewed else ()),
            *label("How many requests are good, how many are refused", WIDTH),
            *ticked("every request is signed by the key in it", WIDTH),
        ),
        digest_cells("SHA-256 of the file with the requests"),
    )


def _certificate(step: Step, paper: PaperScript) -> Fields:
    title = paper.script.thing(str(step.parameters["certificate"])).title
    return Fields(
        (
            *paragraph(title, BODY_STRONG, WIDTH),
            *ticked("lint: no finding", WIDTH),
            *ticked("what was linted is what was signed", WIDTH),
        ),
        digest_cells("SHA-256 of the certificate"),
    )


def _revocation_list(step: Step, paper: PaperScript) -> Fields:
    wanted = read_parameters(CrlParameters, step.parameters)
    told = "; ".join(wanted.revoked) or "nothing"
    return Fields(
        (
            *paragraph(paper.script.thing(wanted.crl).title, BODY_STRONG, WIDTH),
            *paragraph(f"Number {wanted.number}; revokes {told}", BODY, WIDTH),
            *ticked("lint: no finding", WIDTH),
            *ticked("what was linted is what was signed", WIDTH),
        ),
        digest_cells("SHA-256 of the revocation list"),
    )


FIELDS: Final[Mapping[str, Filler]] = {
    SIGN_IN: _turn,
    SIGN_OUT: _turn,
    "say": _say,
    "confirm": _confirm,
    "act-end": _act_end,
    "record": _record,
    "clock": _clock,
    "hold": _hold,
    "check": _check,
    "custody": _custody,
    "device.manual": manual,
    "token.initialise": _initialise,
    "token.inventory": _inventory,
    "token.change-pin": _change_pin,
    "token.login": _login,
    "token.logout": _logout,
    "key.generate": _generate,
    "key.wrap": wrap,
    "key.wrap-public": wrap_public,
    "key.unwrap": unwrap,
    "key.check-value": check_value,
    "key.prove": _prove,
    "key.destroy": _destroy,
    "csr.create": _request,
    "csr.import": _import,
    "certificate.self-sign": _certificate,
    "certificate.issue": _certificate,
    "certificate.cross-sign": _certificate,
    "crl.issue": _revocation_list,
}
"""How each verb is written down by hand."""
