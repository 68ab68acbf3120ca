"""Linting many certificates, one after the other or shared with a second process.

Both linters look at one certificate by itself and by nothing else, so that it makes no
difference where that is done. Half of a batch's time goes into them. From
:data:`MANY` certificates on a process beside this one takes a share: as much as it
gets done while this one does the rest.

Invariants:
    * Reports come in the order of the certificates, and each is that of
      :func:`ceremony.pki.lint.report_twice`.
    * Nothing depends on the other process: what it does not answer, or answers with a
      report on something else, is linted here.
    * It is given certificates and profiles, and no secret.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Protocol, Self, overload

from ceremony import canonical
from ceremony.pki.finding import LintReport
from ceremony.pki.lint_task import LintTask, report_on_task

MANY: Final = 16
"""Certificates from which on a second process is worth its start."""

AHEAD: Final = 2
"""What the other process is given at once: one to lint, and one that waits for it."""

FARTHEST: Final = 16
"""How many are asked for at most while the other process has the first of them."""


@dataclass(frozen=True, slots=True)
class LintAnswer:
    """What the other process says of a certificate.

    Attributes:
        report: Its report; None where the certificate cannot be taken apart.
    """

    report: LintReport | None


class Beside(Protocol):
    """A process that lints beside this one; it may be lost at any time."""

    def give(self, task: LintTask) -> bool:
        """Have it lint a certificate; tell whether it was given."""

    def take(self, *, wait: bool = False) -> LintAnswer | None:
        """Take its next answer, in the order of what it was given; None for none."""

    def close(self) -> None:
        """End it."""


@dataclass(slots=True)
class _Turn:
    """What is asked for, and its report; there is none of what is not linted.

    Attributes:
        task: The certificate; None where nothing is to be linted.
        report: The report; None as long as nobody has made it.
    """

    task: LintTask | None
    report: LintReport | None = None

    @property
    def is_done(self) -> bool:
        """Tell whether there is nothing left to do."""
        return self.report is not None or self.task is None

    def lint(self) -> None:
        """Lint it here, unless that is done."""
        if self.task is not None and self.report is None:
            self.report = report_on_task(self.task)


class Linter:
    """Lints certificates; use it as a context manager where many may come.

    Args:
        start: Starts the other process; None where there is to be none.
    """

    def __init__(self, start: Callable[[], Beside] | None = None) -> None:
        self._start = start
        self._beside: Beside | None = None
        # What the other process has and has not answered, in the order of its answers.
        self._given: deque[_Turn] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._beside is not None:
            self._beside.close()

    def expect(self, count: int) -> None:
        """Be told that certificates are to come: many of them are shared.

        That no process can be started costs nothing but time.

        Args:
            count: How many, about.
        """
        if self._start and count >= MANY and self._beside is None:
            # Where none can be started everything is linted here.
            with suppress(OSError):
                self._beside = self._start()

    @overload
    def report_each(self, tasks: Iterable[LintTask]) -> Iterator[LintReport]: ...

    @overload
    def report_each(
        self, tasks: Iterable[LintTask | None]
    ) -> Iterator[LintReport | None]: ...

    def report_each(
        self, tasks: Iterable[LintTask | None]
    ) -> Iterator[LintReport | None]:
        """Lint certificates as they are asked for.

        A few more may be taken than reports were given: those that are linted beside.

        Args:
            tasks: The certificates, each with what it is held against; None where
                nothing is to be linted, and what is asked for only keeps its place.

        Yields:
            One report for each, in their order; None for None.

        Raises:
            InputError: ``PKI-CERT-02``: a certificate cannot be taken apart.
        """
        turns: deque[_Turn] = deque()
        for task in tasks:
            turns.append(self._begin(_Turn(task)))
            if len(turns) > FARTHEST:
                turns[0].lint()
            yield from _ready(turns)
        while turns:
            self._hear()
            yield from _ready(turns)
            self._finish([turn for turn in turns if not turn.is_done])

    def _begin(self, turn: _Turn) -> _Turn:
        """Give a certificate away, or lint it here where the other one has enough."""
        self._hear()
        beside, task = self._beside, turn.task
        if task and beside and len(self._given) < AHEAD and beside.give(task):
            self._given.append(turn)
        else:
            turn.lint()
        return turn

    def _finish(self, left: Sequence[_Turn]) -> None:
        """Lint the last one that is left, unless the other process is about to."""
        if len(left) == 1 and left[0] in self._given:
            self._hear(wait=True)
        for turn in left[-1:]:
            turn.lint()

    def _hear(self, *, wait: bool = False) -> None:
        """Take the answers that are there; wait for one where that is said."""
        beside = self._beside
        while beside and self._given:
            answer = beside.take(wait=wait)
            if answer is None:
                break
            wait, turn = False, self._given.popleft()
            if not _is_about(answer.report, turn.task):
                beside.close()
                break
            turn.report = turn.report or answer.report


def _is_about(report: LintReport | None, task: LintTask | None) -> bool:
    """Tell whether a report is on the certificate for which it was given."""
    if report is None or task is None:
        return report is None
    return report.tbs_digest == canonical.digest(task.certificate.tbs_certificate_bytes)


def _ready(turns: deque[_Turn]) -> Iterator[LintReport | None]:
    """Hand on what is done, in the order in which it was asked for."""
    while turns and turns[0].is_done:
        yield turns.popleft().report
