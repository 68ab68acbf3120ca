"""How far a step that takes long has come, and whether it is to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reached:
    """What is issued and recorded so far.

    Attributes:
        done: Certificates that have their outcome.
        total: Certificates of the batch.
    """

    done: int
    total: int


def _nobody(reached: Reached) -> None:
    """Tell nobody."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Pace:
    """Who is told, and who may stop it.

    Attributes:
        tell: Told before the first part and after each, in the core's thread.
        is_stopped: Asked between two parts; nothing stops within one.
    """

    tell: Callable[[Reached], None] = _nobody
    is_stopped: Callable[[], bool] = _never
