"""What the sheets say that open over a step: notes, deviations, people, breaks, why."""

from __future__ import annotations

from typing import Final

from ui.messages.speech import QT_TRANSLATE_NOOP

ESC: Final = QT_TRANSLATE_NOOP("ceremony", "Esc leaves without any effect")
PRIVATE: Final = QT_TRANSLATE_NOOP("ceremony", "Write no health or private matters.")
CANCEL: Final = QT_TRANSLATE_NOOP("ceremony", "Leave it")
REFUSED: Final = QT_TRANSLATE_NOOP("ceremony", "{what} {remedy}")
EMPTY: Final = QT_TRANSLATE_NOOP("ceremony", "{what} is still empty.")

NOTE: Final = QT_TRANSLATE_NOOP("ceremony", "A note for the record")
NOTE_TEXT: Final = QT_TRANSLATE_NOOP("ceremony", "The note")
NOTE_SAVE: Final = QT_TRANSLATE_NOOP("ceremony", "Record the note")

DEVIATION: Final = QT_TRANSLATE_NOOP("ceremony", "Deviation {number}")
DEVIATION_AT: Final = QT_TRANSLATE_NOOP("ceremony", "Step {step} \u00b7 {time} UTC")
SEVERITY: Final = QT_TRANSLATE_NOOP("ceremony", "Severity")
HAPPENED: Final = QT_TRANSLATE_NOOP("ceremony", "What happened?")
EXPECTED: Final = QT_TRANSLATE_NOOP("ceremony", "What was expected")
AS_SCRIPTED: Final = QT_TRANSLATE_NOOP(
    "ceremony", "The step is carried out as the script has it."
)
DECIDED: Final = QT_TRANSLATE_NOOP("ceremony", "What is decided (may wait)")
DECIDED_NOW: Final = QT_TRANSLATE_NOOP("ceremony", "What is decided")
DECIDED_BY: Final = QT_TRANSLATE_NOOP("ceremony", "Initials of {title}")
WHO_DECIDES: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "A note is decided by one person; minor and major by two, one of a control role.",
)
SAVE_OPEN: Final = QT_TRANSLATE_NOOP("ceremony", "Record and carry on")
SAVE_DECIDED: Final = QT_TRANSLATE_NOOP("ceremony", "Record as decided")
DECIDE: Final = QT_TRANSLATE_NOOP("ceremony", "Decide {number}")
DECIDE_TITLE: Final = QT_TRANSLATE_NOOP("ceremony", "Decide on {number}, {severity}")

PEOPLE: Final = QT_TRANSLATE_NOOP("ceremony", "People leave and come back")
PEOPLE_TEXT: Final = QT_TRANSLATE_NOOP(
    "ceremony", "The record says who was in the room for every step."
)
LEAVES: Final = QT_TRANSLATE_NOOP("ceremony", "Leaves")
BACK: Final = QT_TRANSLATE_NOOP("ceremony", "Is back")
REASON: Final = QT_TRANSLATE_NOOP("ceremony", "Why does somebody leave?")
IN_ROOM: Final = QT_TRANSLATE_NOOP("ceremony", "in the room")
AWAY: Final = QT_TRANSLATE_NOOP("ceremony", "away")
NOT_HERE: Final = QT_TRANSLATE_NOOP("ceremony", "not signed in")

WHY: Final = QT_TRANSLATE_NOOP("ceremony", "Why this step?")
PURPOSE: Final = QT_TRANSLATE_NOOP("ceremony", "Purpose of act {id}")
WHAT_IF: Final = QT_TRANSLATE_NOOP("ceremony", "What if it does not go as expected?")
WHAT_IF_TEXT: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "Stop. Press F3 and record in one sentence what happened; the step stays open "
    "until it is done or decided. Nothing is ever done twice by itself.",
)

READ_OUT: Final = QT_TRANSLATE_NOOP("ceremony", "Read-out")
READ_OUT_TEXT: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Public values. Choose one to show it on the projector, large."
)
READ_OUT_HIDDEN: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "The words stay hidden here while they are typed unseen. "
    "They are on the projector.",
)
SHOW: Final = QT_TRANSLATE_NOOP("ceremony", "Show on the projector")
STOP_SHOWING: Final = QT_TRANSLATE_NOOP("ceremony", "Show the step again")

HSM: Final = QT_TRANSLATE_NOOP("ceremony", "Tokens as they are now")
HSM_TEXT: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Read without a login; nothing on any token changes."
)
PRESENT: Final = QT_TRANSLATE_NOOP("ceremony", "in its reader")
ABSENT: Final = QT_TRANSLATE_NOOP("ceremony", "not found: {problem}")
CERTIFIED: Final = QT_TRANSLATE_NOOP("ceremony", "Certified: {words}")
PIN_LOW: Final = QT_TRANSLATE_NOOP("ceremony", "A wrong PIN was given before")
PIN_FINAL: Final = QT_TRANSLATE_NOOP("ceremony", "One try is left")
PIN_LOCKED: Final = QT_TRANSLATE_NOOP("ceremony", "The PIN is locked")

PRINT: Final = QT_TRANSLATE_NOOP("ceremony", "Print")
PRINT_TEXT: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "This step and a blank deviation sheet, to be filled in with a pen. "
    "They are written to a PDF file, over nothing.",
)
PRINT_DONE: Final = QT_TRANSLATE_NOOP("ceremony", "Written to {path}")
PRINT_FAILED: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "The pages could not be drawn, and nothing was written. Try once more, or write "
    "by hand: what was expected, what happened, what was decided, when and by whom.",
)
PRINT_SAVE: Final = QT_TRANSLATE_NOOP("ceremony", "Write the PDF")
PRINT_HEAD: Final = QT_TRANSLATE_NOOP("ceremony", "{ceremony} \u00b7 {mode}")
PRINT_SHEET: Final = QT_TRANSLATE_NOOP("ceremony", "Deviation sheet")
PRINT_LINES: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "What was expected\n\n\n\nWhat happened\n\n\n\nWhat was decided and done\n\n\n\n"
    "By whom, start time and step\n\n",
)

BREAK: Final = QT_TRANSLATE_NOOP("ceremony", "Break")
BREAK_TEXT: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Two people stay with the equipment. Nothing is done until it ends."
)
BREAK_REASON: Final = QT_TRANSLATE_NOOP("ceremony", "Why")
BREAK_MINUTES: Final = QT_TRANSLATE_NOOP("ceremony", "How many minutes")
BREAK_STAYING: Final = QT_TRANSLATE_NOOP("ceremony", "Who stays in the room")
BREAK_BEGIN: Final = QT_TRANSLATE_NOOP("ceremony", "Begin the break")

ABANDON: Final = QT_TRANSLATE_NOOP("ceremony", "Give the ceremony up")
ABANDON_TEXT: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "No further step can be carried out. What is recorded stands and can be sealed. "
    "This cannot be undone.",
)
ABANDON_REASON: Final = QT_TRANSLATE_NOOP("ceremony", "Why it is given up")
ABANDON_DO: Final = QT_TRANSLATE_NOOP("ceremony", "Give it up")

MENU_HOME: Final = QT_TRANSLATE_NOOP("ceremony", "Leave the room for Home")
MENU_LIGHT: Final = QT_TRANSLATE_NOOP("ceremony", "Light")
MENU_DARK: Final = QT_TRANSLATE_NOOP("ceremony", "Dark")
MENU_CONTRAST: Final = QT_TRANSLATE_NOOP("ceremony", "High contrast")
MENU_LARGER: Final = QT_TRANSLATE_NOOP("ceremony", "Larger (Ctrl+Plus)")
MENU_SMALLER: Final = QT_TRANSLATE_NOOP("ceremony", "Smaller (Ctrl+Minus)")
