"""What was issued, in the room: whatever it is, with commands and a code to scan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ceremony.conduct.past_view import PastView
from ceremony.digest_words import rows
from ceremony.pack.outputs import outputs_of
from ceremony.pack.record import read_record
from ceremony.pki.output import Kind, Output
from tests.fakes.batch_output_lies import build_bound
from tests.fakes.output_lies import build_outputs
from tests.fakes.qr_reader import read_qr
from tests.ui.leftover import wear_as_usual
from tests.ui.played import Played
from ui.conductor.director import Director
from ui.conductor.past_page import PastPage
from ui.theme.palette import LIGHT, Look
from ui.theme.worn import wear
from ui.widgets.issued_card import IssuedCard
from ui.widgets.qr_code import QUIET, QrCode

MODULES = 37
"""How many a code of a digest has in a row."""

VERBS = {
    Kind.REQUEST: ("csr.create",),
    Kind.CERTIFICATE: (
        *("certificate.self-sign", "certificate.issue", "certificate.cross-sign"),
    ),
    Kind.LIST: ("crl.issue",),
    Kind.BATCH: ("certificate.issue",),
}
"""By which verbs each kind is issued."""


@pytest.fixture(scope="module")
def outputs() -> dict[Kind, Output]:
    """One of each kind that is issued."""
    found: dict[Kind, Output] = {}
    for built in (build_outputs(), build_bound()):
        record = read_record(built.files)
        for each in outputs_of(record.facts, record.files).values():
            found.setdefault(each.kind, each)
    assert set(found) == set(Kind)
    return found


@pytest.fixture
def usual(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    wear_as_usual(qapp)


def shown(widget: QWidget) -> list[str]:
    """Every text that is to be seen, in the order in which it was put there."""
    return [
        label.text().replace("\u200b", "")
        for label in widget.findChildren(QLabel)
        if not label.isHidden()
    ]


def assert_told(card: IssuedCard, output: Output) -> None:
    """Everything by which it is compared is there, and each command as it is typed."""
    told = shown(card)
    commands = ["\n".join(command) for command in output.commands]
    assert len(commands) > 1
    at = [told.index(command) for command in commands]
    assert at == sorted(at)
    compact = [each.replace(" ", "") for each in told]
    assert output.digest in compact
    assert output.key in compact
    for number, row in enumerate(rows(bytes.fromhex(output.digest)), start=1):
        assert f"{number}   {'   '.join(row)}" in told
    assert card.code.text == output.digest
    assert not card.code.isHidden()
    assert not card.save.isHidden()


@pytest.mark.parametrize(
    ("kind", "verb"), [(kind, verb) for kind, verbs in VERBS.items() for verb in verbs]
)
def test_whatever_a_step_has_issued_is_shown_with_its_commands(
    kind: Kind,
    verb: str,
    outputs: dict[Kind, Output],
    director: Director,
    played: Played,
) -> None:
    view, output = played.carried_out("3.6"), outputs[kind]
    step = replace(view.step, verb=verb, output=output)
    director.show_view(replace(view, step=step))
    card = director.page.step.issued
    assert card is not None
    assert_told(card, output)
    saved: list[object] = []
    director.page.step.save_asked.connect(saved.append)
    card.save.click()
    assert saved == [output]
    director.show_view(replace(view, step=replace(step, output=None)))
    assert director.page.step.issued is None


@pytest.mark.parametrize("kind", list(Kind))
def test_whoever_looks_back_sees_the_same(
    kind: Kind, outputs: dict[Kind, Output], played: Played, qtbot: QtBot
) -> None:
    past = played.named["past"]
    assert isinstance(past, PastView)
    page = PastPage(replace(past, output=outputs[kind]))
    qtbot.addWidget(page)
    (card,) = page.findChildren(IssuedCard)
    assert_told(card, outputs[kind])
    assert not PastPage(past).findChildren(IssuedCard)


def test_the_room_shows_what_each_step_of_the_demo_issues(played: Played) -> None:
    kinds = {
        step: played.carried_out(step).step.output.kind
        for step in ("3.6", "4.5", "4.7")
    }
    assert kinds == {
        "3.6": Kind.CERTIFICATE,
        "4.5": Kind.REQUEST,
        "4.7": Kind.CERTIFICATE,
    }
    assert played.carried_out("3.3").step.output is None


def modules_of(image: QImage) -> list[list[bool]]:
    """Read a code at the middle of each of its modules, with the white around it."""
    count = MODULES + 2 * QUIET
    module = min(image.width(), image.height()) // count
    assert module >= 3
    middle = [int((at + 0.5) * module) for at in range(count)]
    colours = {QColor(LIGHT.ink).rgb(): True, QColor(LIGHT.surface).rgb(): False}
    return [[colours[image.pixelColor(x, y).rgb()] for x in middle] for y in middle]


@pytest.mark.parametrize("zoom", [1.0, 1.5])
@pytest.mark.parametrize("look", list(Look))
def test_a_scanner_reads_the_digest_in_every_look_and_size(
    look: Look, zoom: float, usual: QApplication, qtbot: QtBot
) -> None:
    wear(usual, look, zoom)
    digest = "0123456789abcdef" * 4
    code = QrCode(digest, "The digest")
    qtbot.addWidget(code)
    code.resize(code.sizeHint())
    rows_ = modules_of(code.grab().toImage())
    inside = [row[QUIET:-QUIET] for row in rows_[QUIET:-QUIET]]
    assert read_qr(inside) == digest
    # Around it is nothing but white.
    assert sum(map(sum, rows_)) == sum(map(sum, inside))
