"""The two lines of a verdict, as cards that always stand together."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from ceremony.verify.check import Status
from ceremony.verify.outcome import Story, Verdict
from ui.evidence.standing import COMPLETIONS, RECORDS, Standing
from ui.messages import evidence
from ui.messages.speech import say
from ui.widgets.glyph import Glyph
from ui.widgets.mode import ModeTag
from ui.widgets.text import Card, Text, set_role


class VerdictCard(Card):
    """One line of the verdict: a sign, a word, and what stands beside it."""

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__("card-strong", parent)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(16, 6, 16, 6)
        self._row.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(16)
        self._glyph = Glyph(RECORDS[next(iter(RECORDS))].sign, 36)
        head.addWidget(self._glyph)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text(label, "small"))
        self._word = Text("", "lead", wrap=True)
        words.addWidget(self._word)
        head.addLayout(words, 1)
        self._row.addLayout(head, 1)
        self._side = QHBoxLayout()
        self._side.setSpacing(16)
        self.tag = ModeTag()
        self.tag.hide()
        self._side.addWidget(self.tag, 0, Qt.AlignmentFlag.AlignVCenter)
        self._lines = Text("", "side")
        self._side.addWidget(self._lines)
        self._row.addLayout(self._side)
        self.arrange(wide=True)

    def arrange(self, *, wide: bool) -> None:
        """Put what stands beside the word at its right, or beneath it."""
        directions = QBoxLayout.Direction
        self._row.setDirection(
            directions.LeftToRight if wide else directions.TopToBottom
        )
        edge = Qt.AlignmentFlag.AlignRight if wide else Qt.AlignmentFlag.AlignLeft
        self._lines.setAlignment(edge | Qt.AlignmentFlag.AlignVCenter)
        self._side.setStretch(1, 0 if wide else 1)

    def tell(self, standing: Standing, word: str, lines: str, told: str) -> None:
        """Say a word.

        Args:
            standing: How it looks.
            word: The word itself.
            lines: What stands beside it, one or two lines.
            told: What a screen reader says of the card.
        """
        set_role(self, standing.card)
        self._glyph.show_sign(standing.sign)
        self._word.wear(standing.role)
        self._word.setText(word)
        self._lines.setText(lines)
        self.setAccessibleName(told)


def make_cards() -> tuple[VerdictCard, VerdictCard]:
    """Make the card of the record and that of the ceremony."""
    return VerdictCard(say(evidence.RECORD)), VerdictCard(say(evidence.CEREMONY))


def fill_cards(record: VerdictCard, ceremony: VerdictCard, verdict: Verdict) -> None:
    """Say both lines of a verdict."""
    story = verdict.story
    rehearsal = story.mode == "REHEARSAL"
    record.tag.setVisible(rehearsal)
    if rehearsal:
        record.tag.show_mode(say(evidence.REHEARSAL), rehearsal=True)
    record.tell(
        RECORDS[verdict.record],
        say(evidence.RECORD_WORDS[verdict.record.value]),
        "\n".join(_counts(verdict)),
        verdict.record_line,
    )
    ceremony.tell(
        COMPLETIONS[story.completion],
        say(evidence.COMPLETIONS[story.completion.value]),
        "\n".join(_story(story)),
        verdict.ceremony_line,
    )


def _counts(verdict: Verdict) -> list[str]:
    """Count the checks: what did not pass, then what passed."""
    told = []
    for status in (Status.FAILED, Status.PASSED, Status.NOT_CHECKED, Status.NOT_GIVEN):
        count = sum(check.status is status for check in verdict.checks)
        if count:
            told.append(say(evidence.COUNTS[status.value], count=count))
    if len(told) > 2:  # noqa: PLR2004  a card has two lines
        return [told[0], ", ".join(told[1:])]
    return told


def _story(story: Story) -> list[str]:
    if not story.mode:
        return []
    counts = story.counts
    if counts.total or counts.dissent:
        first = say(
            evidence.NOTE, note=counts.note, minor=counts.minor, major=counts.major
        )
        if counts.dissent:
            first += ", " + say(evidence.DISSENT, count=counts.dissent)
    else:
        first = say(evidence.NO_DEVIATION)
    parts = [say(evidence.MODES.get(story.mode, story.mode))]
    if story.hardware.value:
        parts.append(say(evidence.KEYS[story.hardware.value]))
    return [first, ", ".join(parts)]
