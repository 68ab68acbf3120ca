"""What the page says on which an interrupted ceremony is taken up again."""

from __future__ import annotations

from typing import Final

from ui.messages import sheet
from ui.messages.speech import QT_TRANSLATE_NOOP

TITLE: Final = QT_TRANSLATE_NOOP("ceremony", "{ceremony} was interrupted")
WHERE: Final = QT_TRANSLATE_NOOP(
    "ceremony", "At {time} UTC, with step {step} open: {title}"
)
WHERE_END: Final = QT_TRANSLATE_NOOP("ceremony", "At {time} UTC, after the last step.")
CHAIN: Final = QT_TRANSLATE_NOOP("ceremony", "Journal chain")
WHOLE: Final = QT_TRANSLATE_NOOP("ceremony", "whole")
LAST: Final = QT_TRANSLATE_NOOP("ceremony", "Last event")
WORDS: Final = QT_TRANSLATE_NOOP("ceremony", "The last event in words: {words}")
CLOCK: Final = QT_TRANSLATE_NOOP("ceremony", "Clock")
CLOCK_AFTER: Final = QT_TRANSLATE_NOOP("ceremony", "after the last event")
CLOCK_BEFORE: Final = QT_TRANSLATE_NOOP("ceremony", "before the last event: set it")
GAP: Final = QT_TRANSLATE_NOOP("ceremony", "Gap")
MINUTES: Final = QT_TRANSLATE_NOOP("ceremony", "{minutes} min")
COMPUTER: Final = QT_TRANSLATE_NOOP("ceremony", "This computer")
SAME_START: Final = QT_TRANSLATE_NOOP("ceremony", "not started anew")
NEW_START: Final = QT_TRANSLATE_NOOP("ceremony", "started anew since")
DOUBT_TEXT: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "Whether \u201c{what}\u201d has acted is not known. Look at what is in the token, "
    "then decide. Nothing is ever done twice by itself.",
)
NO_DOUBT: Final = QT_TRANSLATE_NOOP("ceremony", "No device operation was open.")
TOKENS: Final = QT_TRANSLATE_NOOP("ceremony", "In the tokens: expected and found")
EXPECTED: Final = QT_TRANSLATE_NOOP("ceremony", "Expected")
FOUND: Final = QT_TRANSLATE_NOOP("ceremony", "Found")
VERDICT: Final = QT_TRANSLATE_NOOP("ceremony", "Compared")
AGREES: Final = QT_TRANSLATE_NOOP("ceremony", "as recorded")
LEFT_WHOLE: Final = QT_TRANSLATE_NOOP(
    "ceremony", "not in the record, a whole key of what is in doubt: {objects}"
)
LEFT_PART: Final = QT_TRANSLATE_NOOP(
    "ceremony", "not in the record, no whole key, left by what is in doubt: {objects}"
)
FOREIGN: Final = QT_TRANSLATE_NOOP("ceremony", "not the ceremony\u2019s: {objects}")
MISSING: Final = QT_TRANSLATE_NOOP("ceremony", "missing: {objects}")
NO_TOKENS: Final = QT_TRANSLATE_NOOP(
    "ceremony", "This ceremony has not touched any token yet."
)
NOTHING: Final = QT_TRANSLATE_NOOP("ceremony", "no object")
LAST_CLOSED: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Say the last closed step aloud before you go on"
)
NONE_CLOSED: Final = QT_TRANSLATE_NOOP("ceremony", "No step has been closed yet.")
CHOICE: Final = QT_TRANSLATE_NOOP("ceremony", "If a key is there completely, then")
ADOPT: Final = QT_TRANSLATE_NOOP("ceremony", "adopt it as the result of the step")
DESTROY: Final = QT_TRANSLATE_NOOP("ceremony", "destroy it and make it anew")
TWO: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Two people have compared this and decide: their initials"
)
TWO_FIRST: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Two people give their initials; nothing was done."
)
CHANGED: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "Somebody changed a token meanwhile. Nothing of it was touched; it is recorded.",
)
KEY_TOUCHED: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "A key is gone or differs, or could be mistaken for another: nobody goes on over "
    "that.",
)
UNSEEN: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "What is in a token is not known: nobody goes on over that. It is recorded.",
)
COURSE: Final = QT_TRANSLATE_NOOP("ceremony", "What is done about it")
LOOK_AGAIN: Final = QT_TRANSLATE_NOOP(
    "ceremony", "it is put right or explained: look into the tokens again"
)
GO_ON: Final = QT_TRANSLATE_NOOP(
    "ceremony", "go on beside it; it is named in the record and never touched"
)
GIVE_UP: Final = QT_TRANSLATE_NOOP("ceremony", "abandon the ceremony")
UNRESOLVED: Final = QT_TRANSLATE_NOOP(
    "ceremony", "abandon it; whether what is in doubt has acted is never known"
)
NEVER_BACK: Final = QT_TRANSLATE_NOOP(
    "ceremony", "If the token never comes back: {what}"
)
REASON: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Why, for the record; no health or private matters"
)
REASON_FIRST: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Say why, and give two initials; nothing was decided."
)
RECORD: Final = QT_TRANSLATE_NOOP("ceremony", "Record what is decided")
GIVEN_UP: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "Two people decided that the ceremony is abandoned. What is in doubt is resolved "
    "first.",
)
RESOLVE: Final = QT_TRANSLATE_NOOP("ceremony", "Resolve and abandon")
PIN_OF: Final = QT_TRANSLATE_NOOP("ceremony", "{title}, {serial}")
PINS_AGAIN: Final = QT_TRANSLATE_NOOP(
    "ceremony", "No PIN is kept: to resume, each is typed once more."
)
LOOK: Final = QT_TRANSLATE_NOOP("ceremony", "Look into the tokens")
READ_ONLY: Final = QT_TRANSLATE_NOOP("ceremony", "Open read-only")
DECIDE: Final = QT_TRANSLATE_NOOP("ceremony", "Back to the decision")
RESUME: Final = QT_TRANSLATE_NOOP("ceremony", "Resume")
HOME: Final = QT_TRANSLATE_NOOP("ceremony", "Back to Home")
ABANDON: Final = sheet.ABANDON
