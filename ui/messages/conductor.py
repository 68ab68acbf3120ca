"""What the conductor's window says."""

from __future__ import annotations

from typing import Final

from ui.messages.speech import QT_TRANSLATE_NOOP

REHEARSAL: Final = QT_TRANSLATE_NOOP("ceremony", "REHEARSAL")
LIVE: Final = QT_TRANSLATE_NOOP("ceremony", "LIVE")
ON_PLAN: Final = QT_TRANSLATE_NOOP("ceremony", "On plan")
BEHIND: Final = QT_TRANSLATE_NOOP("ceremony", "{minutes} min behind plan")
AHEAD: Final = QT_TRANSLATE_NOOP("ceremony", "{minutes} min ahead of plan")
STEP_OF: Final = QT_TRANSLATE_NOOP("ceremony", "Step {number} of {count}")
ALL_CLOSED: Final = QT_TRANSLATE_NOOP("ceremony", "All {count} steps closed")
ACTS_TOLD: Final = QT_TRANSLATE_NOOP("ceremony", "Acts: {acts}")
ACT: Final = QT_TRANSLATE_NOOP("ceremony", "Act {id} {title}")
OF: Final = QT_TRANSLATE_NOOP("ceremony", "{closed} of {count}")
ACT_TIME: Final = QT_TRANSLATE_NOOP("ceremony", "Act time")
ACT_MINUTES: Final = QT_TRANSLATE_NOOP("ceremony", "{spent} of {planned} min")
OUTLINE: Final = QT_TRANSLATE_NOOP("ceremony", "Outline of the script")
DONE_AT: Final = QT_TRANSLATE_NOOP("ceremony", "Done {time}")
DONE_DEVIATION: Final = QT_TRANSLATE_NOOP("ceremony", "Done {time}, {deviations}")
CURRENT: Final = QT_TRANSLATE_NOOP("ceremony", "Current")
CURRENT_DEVIATION: Final = QT_TRANSLATE_NOOP("ceremony", "Current, {deviations}")
NOT_YET: Final = QT_TRANSLATE_NOOP("ceremony", "Not yet")
ROW_TOLD: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Step {number}, {title}, {subject}: {state}"
)

STEP_LINE: Final = QT_TRANSLATE_NOOP("ceremony", "Step {id}")
LED_BY: Final = QT_TRANSLATE_NOOP("ceremony", "{title} ({name}) acts")
CANNOT_BE_UNDONE: Final = QT_TRANSLATE_NOOP("ceremony", "This cannot be undone")
SAY_ALOUD: Final = QT_TRANSLATE_NOOP("ceremony", "Say aloud")
EXPECTED: Final = QT_TRANSLATE_NOOP("ceremony", "Expected")
WHY: Final = QT_TRANSLATE_NOOP("ceremony", "Why")
LOOKING_BACK: Final = QT_TRANSLATE_NOOP(
    "ceremony", "You are looking at step {id}. Nothing can be done here."
)
RETURN: Final = QT_TRANSLATE_NOOP("ceremony", "Return to the current step")
TO_FILL_IN: Final = QT_TRANSLATE_NOOP("ceremony", "To be recorded")
WHAT_CAME: Final = QT_TRANSLATE_NOOP("ceremony", "What came of it")
REVIEW: Final = QT_TRANSLATE_NOOP("ceremony", "Review before the device acts")
DEVICE_TOLD: Final = QT_TRANSLATE_NOOP("ceremony", "What the device will be told")
SIGNED: Final = QT_TRANSLATE_NOOP("ceremony", "What will be signed")
RENEWED: Final = QT_TRANSLATE_NOOP("ceremony", "The certificate that there is already")
ATTRIBUTES: Final = QT_TRANSLATE_NOOP("ceremony", "Attributes asked for")
ATTRIBUTE_WORDS: Final = {
    "CKA_TOKEN": QT_TRANSLATE_NOOP("ceremony", "Kept on token"),
    "CKA_PRIVATE": QT_TRANSLATE_NOOP("ceremony", "Needs a login"),
    "CKA_LOCAL": QT_TRANSLATE_NOOP("ceremony", "Made on token"),
    "CKA_SIGN": QT_TRANSLATE_NOOP("ceremony", "May sign"),
    "CKA_DECRYPT": QT_TRANSLATE_NOOP("ceremony", "May decrypt"),
    "CKA_UNWRAP": QT_TRANSLATE_NOOP("ceremony", "May unwrap"),
    "CKA_DERIVE": QT_TRANSLATE_NOOP("ceremony", "May derive"),
    "CKF_HW_SLOT": QT_TRANSLATE_NOOP("ceremony", "Hardware slot"),
}
"""Attributes in the room's words; the others read well as they are."""
OBJECTS: Final = QT_TRANSLATE_NOOP("ceremony", "Objects on the token, before and after")
BEFORE: Final = QT_TRANSLATE_NOOP("ceremony", "Before")
AFTER: Final = QT_TRANSLATE_NOOP("ceremony", "After")
NEW: Final = QT_TRANSLATE_NOOP("ceremony", "new, kept on token")
GONE: Final = QT_TRANSLATE_NOOP("ceremony", "destroyed, gone for good")
UNCHANGED: Final = QT_TRANSLATE_NOOP("ceremony", "as before")
WIPED: Final = QT_TRANSLATE_NOOP("ceremony", "whatever was there is wiped")
YES: Final = QT_TRANSLATE_NOOP("ceremony", "yes")
NO: Final = QT_TRANSLATE_NOOP("ceremony", "no")
APPROVED: Final = QT_TRANSLATE_NOOP("ceremony", "Drawn from the approved script")
APPROVED_AND_ASKED: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Drawn from the approved script and the imported requests"
)
READY: Final = QT_TRANSLATE_NOOP("ceremony", "ready")
WAITING: Final = QT_TRANSLATE_NOOP("ceremony", "waiting")
PIN_OFFERED_HERE: Final = QT_TRANSLATE_NOOP("ceremony", "empty: the site's own")
PIN_OFFERED: Final = QT_TRANSLATE_NOOP("ceremony", "{prompt}; empty: the site's own")

ROLL_CALL: Final = QT_TRANSLATE_NOOP("ceremony", "Roll-call, aloud, one by one")
READING_HINT: Final = QT_TRANSLATE_NOOP("ceremony", "as 2026-11-25T09:58:00Z")

WORDS_CARD: Final = QT_TRANSLATE_NOOP("ceremony", "{value}, as {count} words")
WRONG_ROWS: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Rows that differed: {wrong} of {most}"
)
ROW_AGREES: Final = QT_TRANSLATE_NOOP("ceremony", "Row agrees")
ROW_AGREES_LATER: Final = QT_TRANSLATE_NOOP("ceremony", "Agrees, try {tries}")
ROW_DIFFERS: Final = QT_TRANSLATE_NOOP("ceremony", "Row {row} differs")
ROW: Final = QT_TRANSLATE_NOOP("ceremony", "Row {row}")
WORD: Final = QT_TRANSLATE_NOOP("ceremony", "Word {number}")
TAB: Final = QT_TRANSLATE_NOOP("ceremony", "Tab")
TYPE_AGAIN: Final = QT_TRANSLATE_NOOP("ceremony", "Type row {row} again")
READER_READS: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "{reader} reads from the projector. Three letters complete a word; "
    "a row of four is compared when it is full.",
)
STOPPED: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "Stopped at the third row that differed. Record the deviation, find out why, "
    "then read the words again.",
)
READ_BACK_EXPECTED: Final = QT_TRANSLATE_NOOP(
    "ceremony", "The words of the {value} are read and typed as they are."
)
READING_EXPECTED: Final = QT_TRANSLATE_NOOP(
    "ceremony", "What is read at the device is what the script expects."
)
READ_BACK_HAPPENED: Final = QT_TRANSLATE_NOOP(
    "ceremony", "The read-back of step {id} stopped at its third wrong row."
)

WAITING_FOR: Final = QT_TRANSLATE_NOOP("ceremony", "Waiting for: {title} ({name})")
WAITING_WORD: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Waiting for: {title} ({name}), word {number}"
)
WAITING_GO: Final = QT_TRANSLATE_NOOP("ceremony", "Waiting for: {title} ({name}) to go")
INITIALS: Final = QT_TRANSLATE_NOOP("ceremony", "Initials")
INITIALS_OF: Final = QT_TRANSLATE_NOOP("ceremony", "Initials of the {title}")
ENTER: Final = QT_TRANSLATE_NOOP("ceremony", "Enter")
CTRL_ENTER: Final = QT_TRANSLATE_NOOP("ceremony", "Ctrl+Enter")
SAY: Final = QT_TRANSLATE_NOOP("ceremony", "Say: \u201c{text}\u201d")
SAY_READY: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Say: \u201cI have read the review. It is what was approved.\u201d"
)
SAY_DONE: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Initials close the step. They say: it was done as it is shown."
)
SAY_HOLD: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Call the roll aloud, change what differs, then give initials."
)
SAY_FIELDS: Final = QT_TRANSLATE_NOOP("ceremony", "Fill in what is asked, then Enter.")
SAY_GO: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Say what is about to happen, count down, then press both keys."
)
SAY_CLOSE: Final = QT_TRANSLATE_NOOP("ceremony", "No initials are asked for here.")
MORE_BELOW: Final = QT_TRANSLATE_NOOP("ceremony", "More below: Page Down")
OPENS_AFTER: Final = QT_TRANSLATE_NOOP("ceremony", "opens after the initials")
TYPE_FIRST: Final = QT_TRANSLATE_NOOP(
    "ceremony", "No initials were taken: the box is empty."
)
FILL_FIRST: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Nothing happened: {what} is still empty."
)
NOT_THEIRS: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Those are not the initials of the {title}, and were not taken."
)
NOT_THEIRS_AFTER: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "Those are not the initials of the {title}, and were not taken. The device has "
    "acted, and that is recorded; only the initials are lacking.",
)
RUNNING: Final = QT_TRANSLATE_NOOP("ceremony", "Working: {what}")
RUNNING_SAY: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Leave the token where it is. {seconds} s"
)
RUNNING_PARTS: Final = QT_TRANSLATE_NOOP(
    "ceremony", "{done} of {total} certificates issued and recorded. {seconds} s"
)
RUNNING_JUDGED: Final = QT_TRANSLATE_NOOP(
    "ceremony", "{done} of {total} requests judged. {seconds} s"
)
STOP_JUDGING: Final = QT_TRANSLATE_NOOP("ceremony", "Stop, and take in none")
STOPS_JUDGING: Final = QT_TRANSLATE_NOOP("ceremony", "Stops after this request")
STOP_AFTER: Final = QT_TRANSLATE_NOOP("ceremony", "Stop after this part")
STOPS_AFTER: Final = QT_TRANSLATE_NOOP("ceremony", "Stops after this part")
LEAVING: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "It stops there, and the ceremony is left: it can be resumed.",
)
CHOOSE_FILES: Final = QT_TRANSLATE_NOOP("ceremony", "Choose files...")
CHOOSE_FOLDER: Final = QT_TRANSLATE_NOOP("ceremony", "Choose a folder...")
FILES_OF: Final = QT_TRANSLATE_NOOP("ceremony", "{count} files of {folder}")
RECORD: Final = QT_TRANSLATE_NOOP("ceremony", "Record")
CLOSE_STEP: Final = QT_TRANSLATE_NOOP("ceremony", "Close the step")
TRY_AGAIN: Final = QT_TRANSLATE_NOOP("ceremony", "{operation} once more")

ROOM: Final = QT_TRANSLATE_NOOP("ceremony", "Room")
QUORUM_OF: Final = QT_TRANSLATE_NOOP("ceremony", "{title}: {need} of {count} needed")
QUORUM_PRESENT: Final = QT_TRANSLATE_NOOP("ceremony", "present")
QUORUM_TOLD: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Quorum: {present} present, {need} needed. In the room: {people}"
)
IN_ROOM: Final = QT_TRANSLATE_NOOP("ceremony", "In the room")
PEOPLE: Final = QT_TRANSLATE_NOOP("ceremony", "{count} people")
NOT_LISTED: Final = QT_TRANSLATE_NOOP("ceremony", "not listed")
EMPTY: Final = QT_TRANSLATE_NOOP("ceremony", "empty")
OBJECT: Final = QT_TRANSLATE_NOOP("ceremony", "1 object")
OBJECT_COUNT: Final = QT_TRANSLATE_NOOP("ceremony", "{count} objects")
LOGIN_ON: Final = QT_TRANSLATE_NOOP("ceremony", "{objects}, login on")
LOGIN_OFF: Final = QT_TRANSLATE_NOOP("ceremony", "{objects}, login off")
BAGS: Final = QT_TRANSLATE_NOOP("ceremony", "Bags")
BAGS_TOLD: Final = QT_TRANSLATE_NOOP("ceremony", "{open} open, {sealed} sealed")
DEVIATIONS: Final = QT_TRANSLATE_NOOP("ceremony", "Deviations")
NONE: Final = QT_TRANSLATE_NOOP("ceremony", "none")
DEVIATIONS_OPEN: Final = QT_TRANSLATE_NOOP("ceremony", "{count}, {open} open")
NEXT_BREAK: Final = QT_TRANSLATE_NOOP("ceremony", "Next break")
NO_BREAK: Final = QT_TRANSLATE_NOOP("ceremony", "none planned")
PROJECTOR: Final = QT_TRANSLATE_NOOP("ceremony", "Projector")
PROJECTOR_ON: Final = QT_TRANSLATE_NOOP("ceremony", "On")
PROJECTOR_OFF: Final = QT_TRANSLATE_NOOP("ceremony", "Off")
PROJECTOR_BLANK: Final = QT_TRANSLATE_NOOP("ceremony", "Blank")
PLAN_ACTUAL: Final = QT_TRANSLATE_NOOP("ceremony", "Plan, actual")
PLAN_MINUTES: Final = QT_TRANSLATE_NOOP("ceremony", "{planned}, {actual} min")
SUMMARY: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "Quorum {present} of {need} \u00b7 {people} in the room \u00b7 "
    "{deviations} deviations",
)
CLOCK_JUMPED: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "The clock jumped by {seconds} s. The order of the record does not rest on it; "
    "read the room's clock and record a deviation with F3.",
)

KEY_HELP: Final = QT_TRANSLATE_NOOP("ceremony", "Why this step?")
KEY_NOTE: Final = QT_TRANSLATE_NOOP("ceremony", "Note")
KEY_DEVIATION: Final = QT_TRANSLATE_NOOP("ceremony", "Deviation")
KEY_BREAK: Final = QT_TRANSLATE_NOOP("ceremony", "Break")
KEY_HSM: Final = QT_TRANSLATE_NOOP("ceremony", "Re-read HSM")
KEY_READ_OUT: Final = QT_TRANSLATE_NOOP("ceremony", "Read-out")
KEY_BLANK: Final = QT_TRANSLATE_NOOP("ceremony", "Blank projector")
KEY_PRINT: Final = QT_TRANSLATE_NOOP("ceremony", "Print")
KEY_MENU: Final = QT_TRANSLATE_NOOP("ceremony", "Menu")
KEYS: Final = QT_TRANSLATE_NOOP("ceremony", "Keys")

CLOSE_TITLE: Final = QT_TRANSLATE_NOOP("ceremony", "Every step is closed.")
CLOSE_TEXT: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "Closing verifies the whole record, then signs its final checkpoint. "
    "Nothing can be added to the steps afterwards.",
)
CLOSE: Final = QT_TRANSLATE_NOOP("ceremony", "Close the ceremony")
SEAL_TITLE: Final = QT_TRANSLATE_NOOP("ceremony", "The ceremony is closed.")
SEAL_TITLE_ABANDONED: Final = QT_TRANSLATE_NOOP(
    "ceremony", "The ceremony was abandoned."
)
SEAL_TEXT: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "The pack is laid out from the journal and sealed with the evidence token. "
    "It is written to {path} and over nothing.",
)
SEAL: Final = QT_TRANSLATE_NOOP("ceremony", "Make the evidence pack")
SEALED_TITLE: Final = QT_TRANSLATE_NOOP("ceremony", "The pack is sealed and signed.")
SEALED_TEXT: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Open it as an auditor would: every check is made from the file alone."
)
OPEN_EVIDENCE: Final = QT_TRANSLATE_NOOP("ceremony", "Open the evidence")
STEPS_CLOSED: Final = QT_TRANSLATE_NOOP("ceremony", "Steps closed")
EVENTS: Final = QT_TRANSLATE_NOOP("ceremony", "Events in the journal")
PACK: Final = QT_TRANSLATE_NOOP("ceremony", "The pack")
OPEN_ONES: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Deviations still open: {numbers}. Decide them with F3 first."
)
NOBODY: Final = QT_TRANSLATE_NOOP("ceremony", "nobody")
WAITING_TURN: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Waiting for: {title} ({name}) to take the laptop"
)
SAY_TURN: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Hand the laptop over. The turn is theirs alone; it takes one PIN."
)
BEGIN_TURN: Final = QT_TRANSLATE_NOOP("ceremony", "Begin the turn")
SIGN_TITLE: Final = QT_TRANSLATE_NOOP(
    "ceremony", "The pack is sealed. It waits to be signed."
)
SIGN_TEXT: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "Each signatory of the report reads it and signs it with their own token, "
    "here or later at a desk.",
)
SHEET_OPEN: Final = QT_TRANSLATE_NOOP("ceremony", "The step waits while this is open")
SHEET_SAY: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Esc goes back to it without any effect."
)
BREAK_ON: Final = QT_TRANSLATE_NOOP(
    "ceremony", "A break of {minutes} minutes since {time} UTC"
)
BREAK_STAY: Final = QT_TRANSLATE_NOOP(
    "ceremony", "With the equipment stay: {people}. Nothing is done until it ends."
)
BREAK_END: Final = QT_TRANSLATE_NOOP("ceremony", "End the break")
BREAK_SINCE: Final = QT_TRANSLATE_NOOP("ceremony", "on since {time}")
CLOSED_BY: Final = QT_TRANSLATE_NOOP("ceremony", "Initials: {marks}")
JOURNAL_SHUT: Final = QT_TRANSLATE_NOOP("ceremony", "The journal takes nothing more")
JOURNAL_SHUT_SAY: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Mend the drive, then open the journal again; two people decide."
)
REOPEN: Final = QT_TRANSLATE_NOOP("ceremony", "Open the journal again")
NOT_OPENED: Final = QT_TRANSLATE_NOOP("ceremony", "The ceremony is not open any more")
NOT_OPENED_SAY: Final = QT_TRANSLATE_NOOP(
    "ceremony", "What is recorded stands. Go Home and resume it from there."
)
GO_HOME: Final = QT_TRANSLATE_NOOP("ceremony", "Go Home")
DISSENT_HOLDS: Final = QT_TRANSLATE_NOOP(
    "ceremony", "The ceremony holds: {title} ({name}) does not agree"
)
DISSENT_DECIDE: Final = QT_TRANSLATE_NOOP("ceremony", "Record what is decided")
