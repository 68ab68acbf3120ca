"""What is said of what was issued."""

from __future__ import annotations

from typing import Final

from ui.messages.speech import QT_TRANSLATE_NOOP

ISSUED: Final = QT_TRANSLATE_NOOP("ceremony", "The {kind}, to be compared and kept")
DIGEST: Final = QT_TRANSLATE_NOOP("ceremony", "SHA-256 of the {what}")
KEY: Final = QT_TRANSLATE_NOOP("ceremony", "SHA-256 of the public key")
COMMANDS: Final = QT_TRANSLATE_NOOP("ceremony", "Each of these commands says OK:")
COMMAND: Final = QT_TRANSLATE_NOOP("ceremony", "Command {number}")
CODE: Final = QT_TRANSLATE_NOOP("ceremony", "QR code of the SHA-256")
COPY: Final = QT_TRANSLATE_NOOP("ceremony", "Copy")
COPY_WHAT: Final = QT_TRANSLATE_NOOP("ceremony", "Copy: {what}")
COPIED: Final = QT_TRANSLATE_NOOP("ceremony", "Copied")
SAVE: Final = QT_TRANSLATE_NOOP("ceremony", "Save files...")
CHOOSE_FOLDER: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Choose the folder for the files of the {kind}"
)
SAVED: Final = QT_TRANSLATE_NOOP("ceremony", "Saved to {folder}: {files}.")
SAVING: Final = QT_TRANSLATE_NOOP("ceremony", "Saving to {folder}...")
ELSEWHERE: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "The certificates are too many for a pack, and cannot be saved from here. They are "
    "in the journal: save them in the room, or with ceremony extract and --workspace.",
)
TAB: Final = QT_TRANSLATE_NOOP("ceremony", "Issued")
NOTHING: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "The pack has no files of this kind: nothing was issued, or the record "
    "is an older one.",
)
NONE_SHOWN: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "Nothing is shown: what was issued is read here only from a record that passed "
    "checks 1, 2 and 3 and did not fail check 12. Check {number}: {reason}",
)
READING: Final = QT_TRANSLATE_NOOP("ceremony", "Taking the files out...")
