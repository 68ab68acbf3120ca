"""What a person's turn at the laptop says."""

from __future__ import annotations

from typing import Final

from ui.messages.speech import QT_TRANSLATE_NOOP

SIGN_IN: Final = QT_TRANSLATE_NOOP("ceremony", "Sign-in, {number} of {count}")
SIGN_OUT: Final = QT_TRANSLATE_NOOP("ceremony", "Sign-out, {number} of {count}")
REPORT: Final = QT_TRANSLATE_NOOP("ceremony", "Report signature")
YOURS: Final = QT_TRANSLATE_NOOP("ceremony", "{title} \u00b7 this turn is yours alone")
NOT_YOU: Final = QT_TRANSLATE_NOOP("ceremony", "Not you? Call the administrator")
YOU: Final = QT_TRANSLATE_NOOP("ceremony", "You")
STATEMENT: Final = QT_TRANSLATE_NOOP("ceremony", "Statement")
TOKEN: Final = QT_TRANSLATE_NOOP("ceremony", "Token")
PIN: Final = QT_TRANSLATE_NOOP("ceremony", "PIN and sign")
EXACTLY: Final = QT_TRANSLATE_NOOP("ceremony", "You sign exactly this text")
REPORT_TEXT: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "You sign the evidence pack {name} as it is now. The meaning is "
    "{meaning}: the report shows what the record says. Read it first.",
)
READ_PACK: Final = QT_TRANSLATE_NOOP("ceremony", "Read the pack")
WORDS: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "The first eight words of this text\u2019s SHA-256. The projector shows the same.",
)
WORDS_REPORT: Final = QT_TRANSLATE_NOOP(
    "ceremony", "The first eight words of the file\u2019s SHA-256."
)
CEREMONY: Final = QT_TRANSLATE_NOOP("ceremony", "Ceremony")
MEANING: Final = QT_TRANSLATE_NOOP("ceremony", "Meaning")
PRESENT: Final = QT_TRANSLATE_NOOP("ceremony", "Present for steps")
DEVIATIONS: Final = QT_TRANSLATE_NOOP("ceremony", "Deviations")
CHECKPOINT: Final = QT_TRANSLATE_NOOP("ceremony", "Checkpoint")
EVENTS: Final = QT_TRANSLATE_NOOP("ceremony", "{count} events")
SPAN: Final = QT_TRANSLATE_NOOP("ceremony", "{first} to {last}")
NONE: Final = QT_TRANSLATE_NOOP("ceremony", "none")
TOKEN_HERE: Final = QT_TRANSLATE_NOOP("ceremony", "Your token is in the reader")
TOKEN_AWAY: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Insert your own token; it is not in the reader"
)
SERIAL: Final = QT_TRANSLATE_NOOP("ceremony", "serial {serial} \u00b7 {label}")
WATCH: Final = QT_TRANSLATE_NOOP("ceremony", "Your own watch, HH:MM")
WATCH_WRONG: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Type hours and minutes as your watch shows them, such as 09:41."
)
PIN_LABEL: Final = QT_TRANSLATE_NOOP("ceremony", "PIN of your token")
PIN_RULE: Final = QT_TRANSLATE_NOOP("ceremony", "The PIN is never recorded or shown.")
AT_READER: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Enter it on the reader; nothing is typed here"
)
PIN_OFFERED: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Software token: leave empty to use the site's PIN"
)
READ_FIRST: Final = QT_TRANSLATE_NOOP("ceremony", "Read first")
READ_THEM: Final = QT_TRANSLATE_NOOP("ceremony", "Deviations {numbers}")
SIGN: Final = QT_TRANSLATE_NOOP("ceremony", "Sign the statement")
SIGN_REPORT: Final = QT_TRANSLATE_NOOP("ceremony", "Sign the report")
SIGNING: Final = QT_TRANSLATE_NOOP("ceremony", "Signing. Leave the token where it is.")
SIGNED: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Signed and checked: {name}. Take your token back."
)
SIGNED_REPORT: Final = QT_TRANSLATE_NOOP(
    "ceremony", "The report is signed: {name}. Take your token back."
)
"""It is checked with the whole pack, not by itself."""
