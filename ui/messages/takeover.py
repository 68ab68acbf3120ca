"""What is said where paper takes over from the screen."""

from __future__ import annotations

from typing import Final

from ui.messages.speech import QT_TRANSLATE_NOOP

TO_PAPER: Final = QT_TRANSLATE_NOOP("ceremony", "Move to paper")
TEXT: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "Every step that is left is written as a PDF with boxes for a pen, and a note in "
    "the journal names it. The ceremony stays open. To hand back, carry out here each "
    "step that was done on paper, and record a deviation that names the sheets.",
)
FILE: Final = QT_TRANSLATE_NOOP("ceremony", "The sheets, a new PDF file")
WRITE: Final = QT_TRANSLATE_NOOP("ceremony", "Write the sheets")
WRITTEN: Final = QT_TRANSLATE_NOOP(
    "ceremony", "{path} is written. Print it; the journal names it by its SHA-256."
)
