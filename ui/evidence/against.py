"""What a pack was checked against: which files, from where, and how to name others."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ceremony.verify.check import plain
from ui.evidence.opening import Files
from ui.messages import evidence
from ui.messages.speech import say
from ui.widgets.flow import FlowLayout
from ui.widgets.text import Card, Text, breakable, make_button


def tell_policy(files: Files) -> str:
    """Say which trust policy was used."""
    if files.policy is None:
        return say(evidence.POLICY_NONE)
    told = evidence.POLICY_BESIDE if files.policy_beside else evidence.POLICY_NAMED
    return say(told, name=breakable(plain(files.policy.name)))


def tell_proof(files: Files) -> str:
    """Say which companion file was used."""
    if files.proof is None:
        return say(evidence.PROOF_NONE)
    told = evidence.PROOF_BESIDE if files.proof_beside else evidence.PROOF_NAMED
    return say(told, name=breakable(plain(files.proof.name)))


class PolicyCard(Card):
    """Names the trust policy, or says what it means that there is none.

    Signals:
        asked: Another trust policy is to be chosen.
        taken: The trust policy beside the pack is to be used, a path.
    """

    asked = Signal()
    taken = Signal(object)

    def __init__(self, files: Files, parent: QWidget | None = None) -> None:
        missing = files.policy is None
        super().__init__("card-attention" if missing else "card", parent)
        rows = _rows(self)
        told = say(evidence.NO_POLICY) if missing else tell_policy(files)
        meaning = evidence.NO_POLICY_MEANS if missing else evidence.ELSEWHERE
        rows.addWidget(Text(told, "small-title", wrap=True))
        rows.addWidget(Text(say(meaning), "small", wrap=True))
        flow = FlowLayout()
        self.choose = make_button(say(evidence.CHOOSE_POLICY))
        self.choose.clicked.connect(self.asked)
        flow.addWidget(self.choose)
        self.use_beside: QPushButton | None = None
        offered = files.offered
        if offered is not None:
            button = make_button(say(evidence.USE_BESIDE, name=plain(offered.name)))
            button.clicked.connect(lambda: self.taken.emit(offered))
            flow.addWidget(button)
            self.use_beside = button
        rows.addLayout(flow)


class ProofCard(Card):
    """Names the companion file.

    Signals:
        asked: Another companion file is to be chosen.
    """

    asked = Signal()

    def __init__(self, files: Files, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        rows = _rows(self)
        rows.addWidget(Text(tell_proof(files), "small-title", wrap=True))
        rows.addWidget(Text(say(evidence.COMPANION), "small", wrap=True))
        flow = FlowLayout()
        self.choose = make_button(say(evidence.CHOOSE_PROOF))
        self.choose.clicked.connect(self.asked)
        flow.addWidget(self.choose)
        rows.addLayout(flow)


def _rows(card: Card) -> QVBoxLayout:
    rows = QVBoxLayout(card)
    rows.setContentsMargins(16, 10, 16, 12)
    rows.setSpacing(6)
    return rows
