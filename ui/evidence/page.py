"""The Evidence page: a pack is opened, checked offline, drawn and taken apart.

The page sends jobs to the core's thread and shows what comes back; it parses nothing
of a pack itself, but draws the pages of one that passed the first check.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
)
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ceremony.errors import CeremonyError
from ceremony.verify.check import plain
from ui.bridge import Bridge
from ui.conductor.output_saver import OutputSaver
from ui.evidence import opening
from ui.evidence.asking import DialogAsker, FileAsker
from ui.evidence.issued import Issued
from ui.evidence.opening import SAMPLE, Opened
from ui.evidence.reading import Reading
from ui.evidence.scrolled import Scrolled
from ui.evidence.welcome import Welcome, Working
from ui.messages import evidence
from ui.messages.fault import explain
from ui.messages.speech import say
from ui.widgets.banner import Banner
from ui.widgets.text import Text, breakable, set_role

if TYPE_CHECKING:
    from collections.abc import Sequence


class EvidencePage(QWidget):
    """Opens packs and shows what the verifier says of them.

    Signals:
        opened: The path of a pack that was opened and checked.

    Args:
        bridge: Runs the jobs.
        asker: Asks a person for a file; with a dialog where None.
    """

    opened = Signal(object)

    def __init__(
        self,
        bridge: Bridge,
        parent: QWidget | None = None,
        *,
        asker: FileAsker | None = None,
    ) -> None:
        super().__init__(parent)
        set_role(self, "ground")
        self.setAcceptDrops(True)
        self._bridge = bridge
        self._asker = asker or DialogAsker()
        self._asked = 0
        self.saver = OutputSaver(self, bridge, self._tell, self._fail)
        self._real: Opened | None = None
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 12, 16, 12)
        rows.setSpacing(8)
        self.banner = Banner()
        self.note = Text("", "small-value", wrap=True)
        self.note.hide()
        rows.addWidget(self.banner)
        rows.addWidget(self.note)
        self._stack = QStackedWidget()
        self.welcome, self.working = Welcome(), Working()
        self.reading = Reading()
        # Scrolled, so that neither asks for room that a failure above it needs.
        self._empty, self._busy = Scrolled(), Scrolled()
        self._empty.hold(self.welcome)
        self._busy.hold(self.working)
        for each in (self._empty, self._busy, self.reading):
            self._stack.addWidget(each)
        rows.addWidget(self._stack, 1)
        self._connect()

    def _connect(self) -> None:
        self.welcome.pack_asked.connect(self.choose_pack)
        self.welcome.sample_asked.connect(self.open_sample)
        reading = self.reading
        reading.header.other_asked.connect(self.choose_pack)
        reading.header.again_asked.connect(self.check_again)
        reading.header.save_asked.connect(self.save_report)
        reading.header.change_asked.connect(self.change_byte)
        reading.changed.left.connect(self.show_real)
        reading.policy_asked.connect(self.choose_policy)
        reading.proof_asked.connect(self.choose_proof)
        reading.policy_taken.connect(self.use_policy)
        reading.events_asked.connect(self._read_events)
        reading.issued_asked.connect(self._read_issued)
        reading.save_asked.connect(self.saver.save)

    def open_pack(
        self, path: Path, *, policy: Path | None = None, proof: Path | None = None
    ) -> None:
        """Read a pack and check it; a moment later the page shows what came of it.

        Args:
            path: The pack.
            policy: The trust policy; what lies beside the pack is only offered.
            proof: The companion file; that beside the pack where None.
        """
        self._begin(
            evidence.CHECKING,
            path.name,
            lambda: opening.open_pack(path, policy, proof),
            self._show_real,
        )

    def open_sample(self) -> None:
        """Open the pack that ships with the tool, by its own trust policy."""
        self.open_pack(SAMPLE / "evidence.pdf", policy=SAMPLE / opening.POLICY)

    def choose_pack(self) -> None:
        """Let a person choose a pack."""
        path = self._asker.ask_open(self, say(evidence.OPEN), say(evidence.PACKS))
        if path is not None:
            self.open_pack(path)

    def choose_policy(self) -> None:
        """Let a person choose a trust policy, and check again with it."""
        title, kinds = say(evidence.CHOOSE_POLICY), say(evidence.POLICIES)
        path = self._asker.ask_open(self, title, kinds)
        if path is not None:
            self.use_policy(path)

    def use_policy(self, path: Path) -> None:
        """Check again with a trust policy."""
        if self._real is not None:
            self.open_pack(self._real.path, policy=path, proof=self._real.files.proof)

    def choose_proof(self) -> None:
        """Let a person choose the companion file, and check again with it."""
        title, kinds = say(evidence.CHOOSE_PROOF), say(evidence.PROOFS)
        path = self._asker.ask_open(self, title, kinds)
        if path is not None and self._real is not None:
            self.open_pack(self._real.path, policy=self._real.files.policy, proof=path)

    def check_again(self) -> None:
        """Read the file again and check it against the same files."""
        if self._real is not None:
            files = self._real.files
            self.open_pack(self._real.path, policy=files.policy, proof=files.proof)

    def change_byte(self) -> None:
        """Check a copy in which one byte differs."""
        real = self._real
        if real is not None:
            self._begin(
                evidence.CHANGING,
                real.path.name,
                lambda: opening.change_byte(real),
                self._show,
            )

    def show_real(self) -> None:
        """Show the pack as it is, after a changed copy."""
        if self._real is not None:
            self._show(self._real)

    def save_report(self) -> None:
        """Save the verdict as JSON and as text."""
        real = self._real
        if real is None:
            return
        name = f"{real.path.stem}-verdict.json"
        title, kinds = say(evidence.SAVE), say(evidence.REPORTS)
        path = self._asker.ask_save(self, title, name, kinds)
        if path is not None:
            self._clear()
            self._bridge.ask(
                lambda: opening.save_report(real.verdict, path),
                self._tell_saved,
                self._fail,
            )

    def _tell_saved(self, paths: tuple[Path, Path]) -> None:
        first, second = plain(str(paths[0])), plain(paths[1].name)
        self._tell(say(evidence.SAVED, first=first, second=second))

    def _tell(self, told: str) -> None:
        self._clear()
        self.note.setText(breakable(told))
        self.note.show()
        self._announce(told)

    def _begin(
        self,
        sentence: str,
        name: str,
        job: Callable[[], Opened],
        done: Callable[[Opened], None],
    ) -> None:
        """Say that something is checked and let it be checked."""
        self._asked += 1
        asked = self._asked
        self._clear()
        self.working.tell(sentence, name)
        self._stack.setCurrentWidget(self._busy)

        def deliver(opened: Opened) -> None:
            # A person may have asked for another pack meanwhile.
            if asked == self._asked:
                done(opened)

        def fail(error: CeremonyError) -> None:
            if asked == self._asked:
                self._fail(error)

        self._bridge.ask(job, deliver, fail)

    def _clear(self) -> None:
        self.banner.hide()
        self.note.hide()

    def _fail(self, error: CeremonyError) -> None:
        """Tell of a failure in the page, over what was shown before."""
        fault = explain(error)
        self.banner.show_fault(replace(fault, what=breakable(plain(fault.what))))
        if self._real is None:
            self._stack.setCurrentWidget(self._empty)
            self.welcome.open.setFocus()
        else:
            self._stack.setCurrentWidget(self.reading)

    def _show_real(self, opened: Opened) -> None:
        self._real = opened
        self._show(opened)
        self.opened.emit(opened.path)

    def _show(self, opened: Opened) -> None:
        self._clear()
        self.reading.show_pack(opened)
        self._stack.setCurrentWidget(self.reading)
        self.reading.focus_first()
        verdict = opened.verdict
        self._announce(f"{verdict.record_line}. {verdict.ceremony_line}.")

    def _announce(self, told: str) -> None:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, told))

    def _read_events(self, opened: Opened) -> None:
        def deliver(leaves: Sequence[bytes]) -> None:
            self.reading.show_leaves(opened, leaves)

        def fail(error: CeremonyError) -> None:
            self.reading.refuse_leaves(opened, str(error))

        self._bridge.ask(lambda: opening.read_leaves(opened), deliver, fail)

    def _read_issued(self, opened: Opened) -> None:
        def deliver(told: Issued) -> None:
            self.reading.show_issued(opened, told)

        def fail(error: CeremonyError) -> None:
            self.reading.refuse_issued(opened, str(error))

        self._bridge.ask(lambda: opening.read_issued(opened), deliver, fail)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Take a file that is held over the page."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self.welcome.show_held(held=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802  Qt's name
        """Show that the file is gone again."""
        self.welcome.show_held(held=False)
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Open the file that was let go."""
        self.welcome.show_held(held=False)
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile():
            event.acceptProposedAction()
            self.open_pack(Path(urls[0].toLocalFile()))
            return
        self._clear()
        self.note.setText(say(evidence.ONE_AT_A_TIME))
        self.note.show()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Lay the page out anew where the size of the type has changed."""
        if event.type() is QEvent.Type.StyleChange:
            self.reading.arrange_soon()
        super().changeEvent(event)
