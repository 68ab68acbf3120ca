"""Between the windows and the core: commands go over, frozen views come back.

A command is a plain callable over the desk; it runs in the core's thread and knows
nothing of Qt. After each one, done or refused, the room's view is drawn up anew and
given to every window.

Invariants:
    * Nobody else uses ``core_thread``.
    * No signal carries a PIN.
    * An expected failure goes to whoever asked; anything else is a defect, which
      stops every further command, those that wait already included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from ceremony.disk_fault import storage_error
from ceremony.errors import CeremonyError, StorageError
from ui.core_thread import CoreThread

if TYPE_CHECKING:
    from ceremony.conduct.desk import Desk
    from ceremony.conduct.pace import Reached
    from ceremony.conduct.room_view import RoomView

Command = Callable[["Desk"], Any]


def nothing(_: object = None) -> None:
    """Do nothing with what came of a command."""


class Bridge(QObject):
    """Takes commands and tells what came of them.

    Signals:
        changed: A new ``RoomView``, after every command on an open ceremony.
        busy: True when a command begins, false when none is left.
        told: A sentence on how a long command goes.
        reached: How far a batch is, a ``Reached``.
        leaving: What is done in parts stops, since people leave.
        refused: What came of a command is an expected failure, a ``CeremonyError``;
            whoever asked was told it before.
        shut: The journal of the open ceremony could not be written.
        defect: What was raised that nobody expected.
    """

    changed = Signal(object)
    busy = Signal(bool)
    told = Signal(str)
    reached = Signal(object)
    leaving = Signal()
    refused = Signal(object)
    shut = Signal()
    defect = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = CoreThread(self)
        self._desk: Desk | None = None
        self._waiting = 0
        self._frozen = False
        # Commands are numbered: a stop is for those that were given before it.
        self._given = 0
        self._running = 0
        self._stopped = 0
        self._is_in_parts = False
        self._is_left = False
        self.reached.connect(self._note_reached)
        self._thread.start()

    @property
    def is_busy(self) -> bool:
        """Tell whether a command runs or waits."""
        return self._waiting > 0

    @property
    def is_in_parts(self) -> bool:
        """Tell whether something runs that can be stopped after the part it is in."""
        return self.is_busy and self._is_in_parts

    @property
    def is_running(self) -> bool:
        """Tell whether the core's thread has not ended yet."""
        return self._thread.is_running

    def perform(
        self,
        command: Command,
        done: Callable[[Any], None] = nothing,
        failed: Callable[[CeremonyError], None] = nothing,
    ) -> None:
        """Carry a command out on the desk and draw the room anew.

        Args:
            command: Runs in the core's thread.
            done: Told its result, after every window has the new view.
            failed: Told the expected failure, likewise.
        """
        self._given += 1
        number = self._given
        self._submit(lambda: self._carry_out(number, command), done, failed)

    def ask_stop(self) -> None:
        """Let what is done in parts stop after the part that it is in.

        It is for every command that was given before, and for none that is given later.
        """
        self._stopped = self._given

    def stop_and_leave(self) -> None:
        """Let what is done in parts stop likewise, and tell that it is left then."""
        self.ask_stop()
        self._is_left = True
        self._tell_leaving()

    def _tell_leaving(self) -> None:
        if self._is_left and self.is_in_parts:
            self.leaving.emit()

    def _is_stopped(self) -> bool:
        """Tell, in the core's thread, whether a stop is for the command that runs."""
        return self._running <= self._stopped

    def _note_reached(self, at: Reached) -> None:
        self._is_in_parts = at.done < at.total
        self._tell_leaving()

    def ask(
        self,
        question: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[CeremonyError], None] = nothing,
    ) -> None:
        """Ask something of the core that does not touch the open ceremony."""
        self._submit(lambda: _Answer(*_try(question)), done, failed)

    def _submit(
        self,
        job: Callable[[], _Answer],
        done: Callable[[Any], None],
        failed: Callable[[CeremonyError], None],
    ) -> None:
        if self._frozen:
            return
        self._waiting += 1
        if self._waiting == 1:
            self.busy.emit(True)  # noqa: FBT003  a signal's value

        def deliver(answer: _Answer | None) -> None:
            self._leave()
            if answer is None or self._frozen:
                return
            if answer.view is not None:
                self.changed.emit(answer.view)
            if isinstance(answer.error, StorageError) and answer.view is not None:
                self.shut.emit()
            if answer.error is not None:
                failed(answer.error)
                self.refused.emit(answer.error)
            else:
                done(answer.result)

        self._thread.submit(lambda: self._run(job), deliver, self._meet)

    def _run(self, job: Callable[[], _Answer]) -> _Answer | None:
        """Run in the core's thread: a job, unless a defect was met before it."""
        if self._frozen:
            return None
        try:
            return job()
        except Exception:
            # Set here and now, before the thread takes the next job.
            self._frozen = True
            raise

    def _leave(self) -> None:
        self._waiting -= 1
        self._is_in_parts = False
        if self._waiting == 0:
            self._is_left = False
            self.busy.emit(False)  # noqa: FBT003  a signal's value

    def _meet(self, error: Exception) -> None:
        self.defect.emit(error)

    def freeze(self, told: str) -> None:
        """Carry nothing out any more; keep a word about why in the journal.

        Args:
            told: A defect by class and place, never by value.
        """
        self._frozen = True
        desk = self._desk
        if desk is not None:
            # Where no ceremony takes a note the desk refuses, and there is none.
            self._thread.submit(lambda: desk.note(told), nothing, nothing)

    def _carry_out(self, number: int, command: Command) -> _Answer:
        """Run in the core's thread: the command, then the view it leaves behind."""
        from ceremony.clock import SystemClock
        from ceremony.conduct.desk import Desk
        from ceremony.conduct.pace import Pace

        if self._desk is None:
            pace = Pace(self.reached.emit, self._is_stopped)
            self._desk = Desk(SystemClock(), pace)
        desk, self._running = self._desk, number
        result, error = _try(lambda: command(desk))
        if not desk.is_open:
            return _Answer(result, error)
        view = desk.view()
        _work_out_code(view)
        return _Answer(result, error, view)

    def leave(self) -> None:
        """Close the open ceremony and end the core's thread; waits for both."""
        if not self.is_running:
            return
        self._thread.submit(self._leave_desk, nothing, nothing)
        self._thread.finish()

    def _leave_desk(self) -> None:
        """Run in the core's thread: a command before it may have made the desk."""
        if self._desk is not None:
            self._desk.leave()


def _work_out_code(view: RoomView) -> None:
    """Work out, in the core's thread, the code that a card of the view will draw.

    It takes as long as a frame, and its encoder has to be loaded before.
    """
    if view.step is not None and view.step.output is not None:
        from ceremony.report.paper.qr import modules

        modules(view.step.output.digest)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came of a job: a result or an expected failure, and the room's view."""

    result: Any
    error: CeremonyError | None
    view: object = None


def _try(work: Callable[[], Any]) -> tuple[Any, CeremonyError | None]:
    """Do some work; an expected failure is an answer, a defect is raised."""
    try:
        return work(), None
    except CeremonyError as error:
        return None, error
    except OSError as error:
        return None, storage_error("UI-DISK-01", error)
