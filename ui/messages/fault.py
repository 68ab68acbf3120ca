"""What went wrong, as a screen tells it: what happened, what it means, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.errors import CeremonyError, StorageError
from ui.messages.speech import QT_TRANSLATE_NOOP

MEANS: Final = QT_TRANSLATE_NOOP("ceremony", "What it means: {meaning}")
TO_DO: Final = QT_TRANSLATE_NOOP("ceremony", "What to do: {remedy}")
DEFECT: Final = QT_TRANSLATE_NOOP("ceremony", "This is a defect of the tool ({kind}).")
DEFECT_NOTE: Final = QT_TRANSLATE_NOOP(
    "ceremony", "The program ended on a defect of the tool: {kind} at {trail}."
)
DEFECT_MEANS: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "What was acknowledged is in the journal; nothing else is claimed. "
    "Input is closed.",
)
DEFECT_TO_DO: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "End the program, start it again and resume the ceremony. "
    "Report this line: {trail}",
)
END: Final = QT_TRANSLATE_NOOP("ceremony", "End the program")
TOO_SOON: Final = QT_TRANSLATE_NOOP(
    "ceremony", "One at a time: that came too soon after the last."
)
BUSY: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "One at a time: nothing happened, since the last act was still being recorded.",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """An expected failure in words.

    Attributes:
        code: The rule's id.
        in_doubt: True where a device may have acted.
        storage: True where the journal takes nothing until it is opened again.
    """

    code: str
    what: str
    meaning: str
    remedy: str
    in_doubt: bool = False
    storage: bool = False


def explain(error: CeremonyError) -> Fault:
    """Give the words of an expected failure."""
    place = getattr(error, "place", None)
    where = f"{place}: " if place is not None and place.file not in str(error) else ""
    return Fault(
        error.code,
        f"{where}{error}",
        error.meaning,
        error.remedy,
        in_doubt=bool(getattr(error, "in_doubt", False)),
        storage=isinstance(error, StorageError),
    )
