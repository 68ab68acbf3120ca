"""What the projector says."""

from __future__ import annotations

from typing import Final

from ui.messages.speech import QT_TRANSLATE_NOOP

TITLE: Final = QT_TRANSLATE_NOOP("ceremony", "Projector")
WHERE: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Step {number} of {count}   Act {act} \u00b7 {title}"
)
WAITING: Final = QT_TRANSLATE_NOOP("ceremony", "Waiting for: {title}")
QUORUM: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Quorum: {present} present, {need} needed"
)
PLEASE_WAIT: Final = QT_TRANSLATE_NOOP("ceremony", "Please wait")
SIGNING: Final = QT_TRANSLATE_NOOP("ceremony", "{title} is signing")
DEVIATION: Final = QT_TRANSLATE_NOOP("ceremony", "A deviation is being recorded")
CLOSED: Final = QT_TRANSLATE_NOOP("ceremony", "Every step is closed.")
SAY: Final = QT_TRANSLATE_NOOP("ceremony", "Say: {text}")
EXPECTED: Final = QT_TRANSLATE_NOOP("ceremony", "Expected: {text}")
UNDONE: Final = QT_TRANSLATE_NOOP("ceremony", "This cannot be undone.")
STATEMENT_WORDS: Final = QT_TRANSLATE_NOOP(
    "ceremony", "The first eight words of the statement"
)
BREAK_SINCE: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Break since {time} UTC. {count} people stay."
)
SCREEN_LOST: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "The projector\u2019s screen is gone. The ceremony goes on; "
    "press F11 to show it here.",
)
"""Told in the conductor's window, never on the projector."""
