"""What may be looked at over a step: its reason, public values, the tokens."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from ceremony.conduct.room_view import RoomView, ValueRow
from ceremony.conduct.token_view import TokenState
from ui.conductor.outline_panel import open_act
from ui.conductor.sheet import Sheet
from ui.messages import sheet
from ui.messages.speech import say
from ui.widgets.glyph import Glyph, Sign
from ui.widgets.text import Rule, Text, grouped, make_button


class WhySheet(Sheet):
    """Why the step exists, and what to do if it does not go as expected."""

    def __init__(self, view: RoomView) -> None:
        super().__init__(say(sheet.WHY))
        step = view.step
        if step is not None:
            self.box.addWidget(Text(f"{step.id} {step.text}", "card-title", wrap=True))
            self.box.addWidget(Text(step.why, "", wrap=True))
        act = open_act(view)
        self.box.addWidget(Rule())
        self.box.addWidget(Text(say(sheet.PURPOSE, id=act.id), "value"))
        self.box.addWidget(Text(act.purpose, "", wrap=True))
        self.box.addWidget(Rule())
        self.box.addWidget(Text(say(sheet.WHAT_IF), "value"))
        self.box.addWidget(Text(say(sheet.WHAT_IF_TEXT), "", wrap=True))
        self.finish()


class ReadOutSheet(Sheet):
    """The public values so far, to be read aloud from the projector.

    Signals:
        chosen: A ``ValueRow`` to show large; None to show the step again.
    """

    chosen = Signal(object)

    def __init__(self, view: RoomView) -> None:
        super().__init__(say(sheet.READ_OUT))
        step = view.step
        if step is not None and step.rows and not step.carried_out:
            self.box.addWidget(Text(say(sheet.READ_OUT_HIDDEN), "", wrap=True))
        else:
            self.box.addWidget(Text(say(sheet.READ_OUT_TEXT), "muted", wrap=True))
            for value in view.values:
                self._add_value(value)
        self.finish((say(sheet.STOP_SHOWING), "", lambda: self._choose(None)))

    def _add_value(self, value: ValueRow) -> None:
        self.box.addWidget(Rule())
        row = QHBoxLayout()
        row.addWidget(Text(value.title, "value"))
        row.addStretch(1)
        button = make_button(say(sheet.SHOW), name=f"{value.title}: {say(sheet.SHOW)}")
        button.clicked.connect(lambda: self._choose(value))
        row.addWidget(button)
        self.box.addLayout(row)
        self.box.addWidget(Text(grouped(value.digest), "mono-small", wrap=True))

    def _choose(self, value: ValueRow | None) -> None:
        self.chosen.emit(value)
        self.left.emit()


class TokenSheet(Sheet):
    """Every token of the binding as its module tells of it now."""

    def __init__(self, tokens: tuple[TokenState, ...]) -> None:
        super().__init__(say(sheet.HSM), say(sheet.HSM_TEXT))
        for token in tokens:
            self.box.addWidget(Rule())
            self.box.addWidget(_token(token))
        self.finish()


def _token(token: TokenState) -> QWidget:
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 4, 0, 4)
    grid.setHorizontalSpacing(14)
    good = not token.problem
    grid.addWidget(Glyph(Sign.DONE if good else Sign.FAILED, 20), 0, 0)
    grid.addWidget(Text(token.title, "value"), 0, 1)
    grid.addWidget(Text(token.serial, "mono"), 0, 2)
    state = say(sheet.PRESENT) if good else say(sheet.ABSENT, problem=token.problem)
    grid.addWidget(Text(state, "small", wrap=True), 0, 3)
    told = [token.label, token.device, *(say(_PIN[word]) for word in token.pin)]
    grid.addWidget(Text(" \u00b7 ".join(t for t in told if t), "small"), 1, 1, 1, 3)
    for row, words in enumerate(token.certified, start=2):
        certified = Text(say(sheet.CERTIFIED, words=words), "small", wrap=True)
        grid.addWidget(certified, row, 1, 1, 3)
    grid.setColumnStretch(3, 1)
    grid.setAlignment(Qt.AlignmentFlag.AlignTop)
    return holder


_PIN = {
    "low": sheet.PIN_LOW,
    "final": sheet.PIN_FINAL,
    "locked": sheet.PIN_LOCKED,
}
