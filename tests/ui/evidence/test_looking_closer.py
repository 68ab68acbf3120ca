"""Lines are opened, pages turned, a byte changed, events filtered."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.evidence.looking import POLICY, Seen, settle
from ui.bridge import Bridge
from ui.evidence.opening import SAMPLE
from ui.evidence.paper import PagesPane

LINKS_READ_MS = 300
"""How long Qt is given to read the links of a page, milliseconds."""


@pytest.fixture
def sample(seen: Seen) -> Seen:
    seen.press("Open the sample pack")
    return seen


def test_a_line_opens_what_was_compared_and_the_command(sample: Seen) -> None:
    sample.line("2").click()
    text = sample.text
    for told in (
        "Check 2: Manifest of the embedded files",
        "92 files have the SHA-256 that the manifest names.",
        "MANIFEST.sha256\nwith\nthe embedded files",
        "No rule is broken.",
        "sha256sum --strict --check MANIFEST.sha256",
        "ceremony verify evidence.pdf --proof evidence.proof --trust trust-policy.toml",
    ):
        assert told in text
    sample.press("Back to all checks")
    assert sample.line("2").hasFocus()


def test_every_check_can_be_opened(sample: Seen) -> None:
    numbers = sample.checks
    assert len(numbers) == 17
    for number in numbers:
        sample.line(number).click()
        assert f"Check {number}: " in sample.text
        assert sample.clipped() == []
        sample.press("Back to all checks")


def test_a_failed_check_opens_with_reason_and_rule(seen: Seen, packs: Path) -> None:
    seen.open_committed(packs, "signed-by-somebody-else")
    number = seen.checks[0]
    seen.line(number).click()
    assert "VERIFY-ATTEST-04" in seen.text
    assert "Nothing: the check came to its end before it could compare." in seen.text


def test_a_command_is_copied_as_it_is_to_be_typed(sample: Seen, qtbot: QtBot) -> None:
    del qtbot
    sample.line("2").click()
    button = next(
        each
        for each in sample.buttons
        if each.accessibleName() == "Copy: The same with other tools"
    )
    button.click()
    told = QGuiApplication.clipboard().text()
    assert told == "sha256sum --strict --check MANIFEST.sha256"
    assert button.text() == "Copied"


def test_pages_turn_by_button_and_key(sample: Seen) -> None:
    pages = sample.page.reading.pages
    view = pages.findChild(QPdfView)
    assert view is not None
    view.setFocus()
    assert pages.number == 1
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    assert pages.number == 2
    assert view.pageNavigator().currentPage() == 1
    sample.press("Next")
    assert "Page 3 of 27" in sample.text
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    sample.press("Previous")
    assert pages.number == 1
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    assert pages.number == 1
    QTest.keyClick(view, Qt.Key.Key_End)
    assert "Page 27 of 27" in sample.text
    assert view.accessibleName() == "Page 27 of 27, drawn"


def test_a_shut_button_hands_the_focus_on(sample: Seen) -> None:
    pages = sample.page.reading.pages
    pages.go(pages.count - 1)
    pages._next.setFocus()
    pages._next.click()
    assert not pages._next.isEnabled()
    assert pages._previous.hasFocus()


def test_a_deviation_leads_to_its_page(sample: Seen) -> None:
    sample.lines[0].click()
    assert sample.page.reading.pages.number == 22


def test_what_stands_on_no_page_is_told(sample: Seen) -> None:
    pages = sample.page.reading.pages
    assert not pages.turn_to("D-77")
    assert pages.number == 1
    assert "D-77 was found on no page." in sample.text


def test_one_changed_byte_is_found_and_the_pack_is_not_touched(
    sample: Seen,
) -> None:
    before = (SAMPLE / "evidence.pdf").read_bytes()
    sample.press("Change one byte and see it fail")
    text = sample.text
    offset = before.find(b"/Desc (") + 7
    assert "This is a changed copy, not the pack." in text
    assert f"Byte {offset:,} was hex 53 (“S”) and is now hex 52 (“R”)." in text
    assert "NOT VERIFIED" in text
    assert sample.checks[0] == "13a"
    assert "VERIFY-DOCUMENT-08" in text
    assert "Save report..." not in text
    assert (SAMPLE / "evidence.pdf").read_bytes() == before
    sample.press("Back to the real pack")
    assert "VERIFIED WITH REMARKS" in sample.text
    assert "This is a changed copy" not in sample.text


def test_no_copy_is_left_behind(
    seen: Seen, packs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    seen.open_committed(packs, "good")
    seen.press("Change one byte and see it fail")
    seen.turn_tab("Events")
    assert list(tmp_path.iterdir()) == []


def test_a_pack_that_fails_by_itself_offers_no_change(seen: Seen, packs: Path) -> None:
    seen.open_committed(packs, "step-left-out")
    assert "Change one byte" not in seen.text


def test_events_are_listed_filtered_and_opened(sample: Seen) -> None:
    sample.turn_tab("Events")
    pane = sample.page.reading.events
    assert "126 events" in sample.text
    model = pane.model
    assert model.row(0).type == "ceremony.opened"
    pane.filter.setText("Deviation.Recorded")
    assert "1 of 126 events" in sample.text
    pane.table.selectRow(0)
    assert '"happened": "Its printed number was smudged' in (
        pane.event_text.toPlainText()
    )
    pane.filter.setText("nothing has this")
    assert "0 of 126 events" in sample.text
    assert pane.event_text.toPlainText() == ""


def test_events_of_a_record_without_form_are_not_read(seen: Seen, packs: Path) -> None:
    seen.open_committed(packs, "leaf-with-a-space")
    seen.turn_tab("Events")
    assert "No events are shown" in seen.text
    assert "Check 3: events.jsonl, line 21" in seen.text


def _pdf(path: Path, size: tuple[int, int]) -> bytes:
    """Make two pages; the first is a link to the second all over."""
    document = pikepdf.new()
    for _ in range(2):
        document.add_blank_page(page_size=size)
    first, second = document.pages
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Link,
        Rect=[0, 0, *size],
        Dest=pikepdf.Array([second.obj, pikepdf.Name.XYZ, 0, size[1], 1]),
    )
    first.obj.Annots = pikepdf.Array([document.make_indirect(link)])
    document.save(path)
    return path.read_bytes()


def _click(view: QPdfView, qtbot: QtBot) -> int:
    """Click on a page once its links were read; give the page that is shown then."""
    qtbot.wait(LINKS_READ_MS)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    settle()
    return view.pageNavigator().currentPage()


def test_no_link_in_a_page_is_followed_by_a_click(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    del bridge
    content = _pdf(tmp_path / "a.pdf", (300, 300))
    pane = PagesPane()
    qtbot.addWidget(pane)
    pane.resize(400, 500)
    pane.show()
    pane.show_pages(content, "")
    assert _click(pane._view, qtbot) == 0

    # The same click in a view that keeps nothing from its page.
    bare, document = QPdfView(), QPdfDocument(pane)
    qtbot.addWidget(bare)
    assert document.load(str(tmp_path / "a.pdf")) == QPdfDocument.Error.None_
    bare.setDocument(document)
    bare.resize(400, 500)
    bare.show()
    assert _click(bare, qtbot) == 1


def test_a_page_of_unusual_size_is_not_drawn(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    del bridge
    pane = PagesPane()
    qtbot.addWidget(pane)
    pane.show()
    pane.show_pages(_pdf(tmp_path / "a.pdf", (3, 14_000)), "")
    assert pane.reason == "Page 1 is 3 by 14000 points large, and is not drawn."


def test_what_cannot_be_drawn_is_told(bridge: Bridge, qtbot: QtBot) -> None:
    del bridge
    pane = PagesPane()
    qtbot.addWidget(pane)
    pane.show_pages(b"%PDF-1.7 and no more", "")
    assert "its pages cannot be drawn" in pane.reason
    assert not pane.turn_to("anything")


def test_a_pack_opened_after_another_begins_at_its_first_page(
    sample: Seen, packs: Path
) -> None:
    sample.page.reading.pages.go(7)
    sample.open(packs / "good.pdf", packs / POLICY)
    assert "Page 1 of 20" in sample.text
