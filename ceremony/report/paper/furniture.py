"""What stands on every page that a pen fills in: id, QR code, mode, page x of y.

A rehearsal says so with the band and two tags; nothing is lettered under a pen.
The foot carries the script's digest, since no record exists yet, and the boxes with
which two people take the page as done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.hexadecimal import grouped
from ceremony.identifiers import Mode
from ceremony.report.drawing import Frame, Mark, rule
from ceremony.report.face import Face
from ceremony.report.furniture import mode_tag, shortened
from ceremony.report.paper.field import BOX_HIGH, CORNER
from ceremony.report.paper.qr import code
from ceremony.report.paper.source import PaperScript
from ceremony.report.style import MM, TAG, VALUE, WIDTH, Style
from ceremony.report.text import left, right

TOP: Final = 23.5 * MM
"""Where the type area begins below the top edge."""
BOTTOM: Final = 19 * MM
"""Where it ends above the bottom edge."""
_FOOT_RULE: Final = 17 * MM
_QR: Final = 13 * MM
_QR_Y: Final = 7.5 * MM
_QR_X: Final = WIDTH - _QR
_FIRST: Final = 12.2 * MM
_SECOND: Final = 18.4 * MM
_BEFORE_QR: Final = 12.0
_KICKER: Final = {False: "PAPER SCRIPT", True: "MOVED TO PAPER"}
_STRONG: Final = Style(Face.STRONG, 8.8, 11)
_RUNNING: Final = Style(Face.STRONG, 8.4, 11)
_HEAD_TAG: Final = Style(Face.STRONG, 8.6, 12.4, 1.6)
_FOOT_TAG: Final = Style(Face.STRONG, 6.4, 8.4, 0.8)
_LIGHT: Final = Style(Face.LIGHT, 8, 11)
_DIGEST: Final = Style(Face.MONO, 6.9, 9)
_DIGEST_X: Final = 25.0
_SMALL: Final = Style(Face.CONDENSED, 7, 9)
_DATE: Final = 19 * MM
_INITIAL: Final = 11 * MM
_GAP: Final = 4.0


@dataclass(frozen=True, slots=True)
class PaperImprint:
    """Head and foot of a paper script."""

    paper: PaperScript

    @property
    def mode(self) -> Mode | None:
        """Rehearsal or live; None where the script allows both."""
        return self.paper.mode

    @property
    def watermark(self) -> bool:
        """Nothing stands under a pen."""
        return False

    @property
    def subject(self) -> str:
        """Name the script's digest."""
        return f"PAPER SCRIPT {self.paper.script.digest}"

    def top(self, number: int) -> float:
        """Give where the type area begins: the same on every page."""
        del number
        return TOP

    def marks(
        self, number: int, count: int, running: str, height: float
    ) -> tuple[Mark, ...]:
        """Draw head and foot; y counts from the page's top edge."""
        page = self.paper.page_id(number)
        return (
            *self._head(page, running),
            *self._foot(page, f"Page {number} of {count}", height - _FOOT_RULE),
        )

    def _head(self, page: str, running: str) -> tuple[Mark, ...]:
        paper = self.paper
        kicker = _KICKER[paper.takeover is not None]
        at = TAG.width(kicker) + 14
        marks: list[Mark] = [left(kicker, TAG, 0, _FIRST)]
        end = _QR_X - _BEFORE_QR
        if paper.mode is not None:
            word = paper.mode.value.upper()
            wide = _HEAD_TAG.width(word) + 1.5 * _HEAD_TAG.size
            marks += mode_tag(paper.mode, end - wide, _FIRST - 10, _HEAD_TAG)
            end -= wide + 10
        subject = f"{paper.script.id} {paper.script.version}"
        if paper.takeover is not None:
            subject = f"{paper.takeover.ceremony}   ·   {subject}"
        shown = shortened(subject, _STRONG.fitted(subject), end - at)
        marks.append(left(shown, _STRONG, at, _FIRST))
        named = right(page, VALUE, _QR_X - _BEFORE_QR, _SECOND)
        room = named.x - 12
        told = shortened(running, _RUNNING.fitted(running), room) if running else ""
        if told:
            marks.append(left(told, _RUNNING, 0, _SECOND))
        return (*marks, named, *code(page, _QR_X, _QR_Y, _QR))

    def _foot(self, page: str, of: str, top: float) -> tuple[Mark, ...]:
        first, second = top + 11.2, top + 22.4
        boxes = self._boxes(top + 3)
        start = min(box.x for box in boxes if isinstance(box, Frame)) - 9
        marks: list[Mark] = [rule(0, WIDTH, top, 0.5), left(page, _STRONG, 0, first)]
        at = _STRONG.width(page) + 9
        if self.paper.mode is not None:
            word = self.paper.mode.value.upper()
            marks += mode_tag(self.paper.mode, at, first - 7.9, _FOOT_TAG)
            at += _FOOT_TAG.width(word) + 1.5 * _FOOT_TAG.size + 9
        marks += [
            right(of, _STRONG, start, first),
            left("Script", _SMALL, 0, second),
            left(grouped(self.paper.script.digest), _DIGEST, _DIGEST_X, second),
        ]
        remark = "this page is the record of what is done on it"
        if at + _LIGHT.width(remark) + 9 <= start - _STRONG.width(of):
            marks.append(left(remark, _LIGHT, at, first))
        return (*marks, *boxes)

    def _boxes(self, y: float) -> tuple[Mark, ...]:
        """Draw the boxes with which two people take the page as done."""
        marks: list[Mark] = []
        end = WIDTH
        for word, wide in (
            *((sign, _INITIAL) for sign in reversed(self.paper.signers)),
            ("page done, date", _DATE),
        ):
            marks += [
                Frame(end - wide, y, wide, BOX_HIGH, 0.9),
                right(word, CORNER, end - 3, y + BOX_HIGH - 3.2),
            ]
            end -= wide + _GAP
        return tuple(marks)
