"""What is said where a person does not sign with their own token."""

from __future__ import annotations

from typing import Final

from ui.messages.speech import QT_TRANSLATE_NOOP

DISAGREE: Final = QT_TRANSLATE_NOOP("ceremony", "I do not agree")
DISAGREE_TEXT: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "Your reason stands word for word on page 1 of the pack. The ceremony holds until "
    "two others have recorded what is decided; then you sign, with your reason in the "
    "text.",
)
REASON: Final = QT_TRANSLATE_NOOP("ceremony", "What do you not agree to, and why?")
DISAGREE_DO: Final = QT_TRANSLATE_NOOP("ceremony", "Record that I do not agree")

DECIDE: Final = QT_TRANSLATE_NOOP("ceremony", "{title} does not agree")
DECIDED: Final = QT_TRANSLATE_NOOP("ceremony", "What is decided")
DECIDERS: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "The security officer and the internal witness decide; neither decides about "
    "their own dissent.",
)
DECIDE_DO: Final = QT_TRANSLATE_NOOP("ceremony", "Record the decision")

PAPER: Final = QT_TRANSLATE_NOOP("ceremony", "Sign on paper")
PAPER_TEXT: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "Write the sheet, print it, and let it be signed in ink before two people. The "
    "pack says that this turn was signed on paper, at the lowest level.",
)
FILE: Final = QT_TRANSLATE_NOOP("ceremony", "The sheet, a new PDF file")
WRITE: Final = QT_TRANSLATE_NOOP("ceremony", "Write the sheet")
WRITTEN: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Sheet {number} is written. Record it when the ink is dry."
)
WHY_PAPER: Final = QT_TRANSLATE_NOOP("ceremony", "Why not with the token?")
WATCH: Final = QT_TRANSLATE_NOOP("ceremony", "The signer\u2019s own watch, HH:MM")
SEEN_BY: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Two people who saw the signature being made: their initials"
)
PAPER_DO: Final = QT_TRANSLATE_NOOP("ceremony", "The ink is dry: record it")
WRITE_FIRST: Final = QT_TRANSLATE_NOOP("ceremony", "Write the sheet first.")
