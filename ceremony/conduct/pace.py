"""How far a step that takes long has come, and whether it is to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto


class Work(Enum):
    """What takes long."""

    JUDGE = auto()
    ISSUE = auto()


@dataclass(frozen=True, slots=True)
class Reached:
    """What is done so far.

    Attributes:
        done: Certificates of a batch that have their outcome; requests of a set that
            are judged.
        total: Certificates of the batch. Of requests it is about how many there are,
            and is ``done`` only when all of them are judged.
        work: Which of the two it is.
    """

    done: int
    total: int
    work: Work = Work.ISSUE


def _nobody(reached: Reached) -> None:
    """Tell nobody."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Pace:
    """Who is told, and who may stop it.

    Attributes:
        tell: Told before the first part and after each, in the core's thread; while
            requests are judged, as often as one part has requests.
        is_stopped: Asked between two parts, and between two requests that are judged;
            nothing stops within one.
    """

    tell: Callable[[Reached], None] = _nobody
    is_stopped: Callable[[], bool] = _never
