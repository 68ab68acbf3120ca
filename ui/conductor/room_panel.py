"""The room: quorum, people, tokens, bags, deviations, breaks, plan and projector."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ceremony.conduct.room_view import RoomView, TokenRow
from ui.messages import conductor as words
from ui.messages.speech import say
from ui.widgets.dial import QuorumDial
from ui.widgets.glyph import Glyph, Sign
from ui.widgets.text import Card, Rule, Text

WIDTH: Final = 232


class _Line(QWidget):
    """Label left, value right, a sign only where the value is a state."""

    def __init__(self, label: str, sign: Sign | None = None) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(6)
        row.addWidget(Text(label, "label"), 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(1)
        self._sign = Glyph(sign or Sign.DONE, 16)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        self._sign.setVisible(sign is not None)
        self._value = Text("", "small-value")
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight)
        row.addWidget(self._value)

    def show_value(
        self, text: str, role: str = "small-value", sign: Sign | None = None
    ) -> None:
        """Show a value; several lines where it has several."""
        self._value.setText(text)
        self._value.wear(role)
        self._sign.setVisible(sign is not None)
        if sign is not None:
            self._sign.show_sign(sign)


class RoomPanel(Card):
    """What is true of the room now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 12, 14, 8)
        box.setSpacing(0)
        box.addWidget(Text(say(words.ROOM), "card-title"))
        self._rule = Text("", "small", wrap=True)
        box.addWidget(self._rule)
        self.dial = QuorumDial()
        box.addWidget(self.dial, 0, Qt.AlignmentFlag.AlignHCenter)
        labels = {
            "people": words.IN_ROOM,
            "bags": words.BAGS,
            "deviations": words.DEVIATIONS,
            "break": words.NEXT_BREAK,
            "plan": words.PLAN_ACTUAL,
            "projector": words.PROJECTOR,
        }
        self._lines = {name: _Line(say(label)) for name, label in labels.items()}
        self._tokens: list[_Line] = []
        self._box = box
        for line in self._lines.values():
            box.addWidget(Rule())
            box.addWidget(line)
        box.addStretch(1)

    def show_view(self, view: RoomView) -> None:
        """Show who and what is in the room."""
        quorum = view.quorum
        self._rule.setText(
            say(
                words.QUORUM_OF,
                title=quorum.title,
                need=quorum.need,
                count=len(quorum.people),
            )
        )
        self.dial.show_people(
            [(person.initials, person.present) for person in quorum.people],
            say(words.OF, closed=quorum.present, count=len(quorum.people)),
            say(words.QUORUM_PRESENT),
        )
        inside = [
            person.name or person.title for person in view.people if person.present
        ]
        self.dial.setAccessibleName(
            say(
                words.QUORUM_TOLD,
                present=quorum.present,
                need=quorum.need,
                people=", ".join(inside) or say(words.NOBODY),
            )
        )
        self._lines["people"].show_value(say(words.PEOPLE, count=len(inside)))
        self._show_tokens(view)
        self._lines["bags"].show_value(
            say(words.BAGS_TOLD, open=view.bags_open, sealed=view.bags_sealed)
        )
        self._show_deviations(view)
        if view.pause is None:
            self._lines["break"].show_value(say(words.NO_BREAK), "small")
        else:
            told = say(words.BREAK_SINCE, time=view.pause.begun_at)
            self._lines["break"].show_value(told, "small-current", Sign.WAITING)

    def _show_tokens(self, view: RoomView) -> None:
        """Give each token of the script its own line, after the people."""
        if not self._tokens:
            at = self._box.indexOf(self._lines["people"]) + 1
            for number, token in enumerate(view.tokens):
                line = _Line(token.title)
                self._tokens.append(line)
                self._box.insertWidget(at + 2 * number, Rule())
                self._box.insertWidget(at + 2 * number + 1, line)
        for line, token in zip(self._tokens, view.tokens, strict=True):
            line.show_value(_token(token))

    def _show_deviations(self, view: RoomView) -> None:
        left = sum(not known.decided for known in view.deviations)
        if not view.deviations:
            self._lines["deviations"].show_value(say(words.NONE))
            return
        count = len(view.deviations)
        told = (
            say(words.DEVIATIONS_OPEN, count=count, open=left) if left else str(count)
        )
        self._lines["deviations"].show_value(told, "small-attention", Sign.ATTENTION)

    def show_plan(self, planned: int, actual: int) -> None:
        """Show the plan beside what was spent, in minutes."""
        late = actual > planned
        self._lines["plan"].show_value(
            say(words.PLAN_MINUTES, planned=planned, actual=actual),
            "small-attention" if late else "small-value",
            Sign.ATTENTION if late else None,
        )

    def show_projector(self, text: str) -> None:
        """Say whether the projector shows anything."""
        self._lines["projector"].show_value(text)


def _token(token: TokenRow) -> str:
    if token.objects is None:
        told = say(words.NOT_LISTED)
    elif token.objects == 0:
        told = say(words.EMPTY)
    elif token.objects == 1:
        told = say(words.OBJECT)
    else:
        told = say(words.OBJECT_COUNT, count=token.objects)
    if token.login is None:
        return told
    return say(words.LOGIN_ON if token.login else words.LOGIN_OFF, objects=told)
