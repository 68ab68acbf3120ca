"""What the Evidence page says."""

from __future__ import annotations

from typing import Final

from ui.messages.speech import QT_TRANSLATE_NOOP

DROP: Final = QT_TRANSLATE_NOOP("ceremony", "Drop an evidence pack here.")
NOTHING_LEAVES: Final = QT_TRANSLATE_NOOP("ceremony", "Nothing leaves this computer.")
HOW: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "A pack is one PDF. A process of its own looks into it, offline, and every check "
    "is told in words.",
)
OPEN: Final = QT_TRANSLATE_NOOP("ceremony", "Open a pack...")
OPEN_SAMPLE: Final = QT_TRANSLATE_NOOP("ceremony", "Open the sample pack")
SAME_IN_TERMINAL: Final = QT_TRANSLATE_NOOP("ceremony", "The same in a terminal:")
ONE_AT_A_TIME: Final = QT_TRANSLATE_NOOP(
    "ceremony", "One pack at a time, as a file on this computer."
)
LET_GO: Final = QT_TRANSLATE_NOOP("ceremony", "Let go to check this file.")

CHECKING: Final = QT_TRANSLATE_NOOP("ceremony", "Checking {name}")
CHECKING_HOW: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "A process of its own looks into the file, and is ended where the file asks too "
    "much of it.",
)
CHANGING: Final = QT_TRANSLATE_NOOP("ceremony", "Checking a changed copy of {name}")

PACKS: Final = QT_TRANSLATE_NOOP("ceremony", "Evidence packs (*.pdf);;All files (*)")
POLICIES: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Trust policies (*.toml);;All files (*)"
)
PROOFS: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Companion files (*.proof);;All files (*)"
)
REPORTS: Final = QT_TRANSLATE_NOOP("ceremony", "Reports (*.json)")

CHECKED_IN: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Opened from disk, checked offline in {seconds} s"
)
COPY_CHECKED_IN: Final = QT_TRANSLATE_NOOP(
    "ceremony", "A changed copy, checked offline in {seconds} s and removed"
)
OPEN_OTHER: Final = QT_TRANSLATE_NOOP("ceremony", "Open another...")
CHECK_AGAIN: Final = QT_TRANSLATE_NOOP("ceremony", "Check again")
SAVE: Final = QT_TRANSLATE_NOOP("ceremony", "Save report...")
CHANGE: Final = QT_TRANSLATE_NOOP("ceremony", "Change one byte and see it fail")
SAVED: Final = QT_TRANSLATE_NOOP("ceremony", "Saved: {first} and {second}")

POLICY_NONE: Final = QT_TRANSLATE_NOOP("ceremony", "No trust policy")
POLICY_BESIDE: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Trust policy: {name}, from beside the pack"
)
POLICY_NAMED: Final = QT_TRANSLATE_NOOP("ceremony", "Trust policy: {name}")
PROOF_NONE: Final = QT_TRANSLATE_NOOP("ceremony", "No companion file")
PROOF_BESIDE: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Companion file: {name}, from beside the pack"
)
PROOF_NAMED: Final = QT_TRANSLATE_NOOP("ceremony", "Companion file: {name}")
ELSEWHERE: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "A trust policy should reach you by another way than the pack: whoever made up a "
    "pack could make up a policy beside it.",
)
COMPANION: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "The companion file proves that the journal records this very pack (check 13b).",
)
CHOOSE_POLICY: Final = QT_TRANSLATE_NOOP("ceremony", "Choose a trust policy...")
CHOOSE_PROOF: Final = QT_TRANSLATE_NOOP("ceremony", "Choose the companion file...")
USE_BESIDE: Final = QT_TRANSLATE_NOOP("ceremony", "Use {name} from beside the pack")
NO_POLICY: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Nobody told this computer whose keys to trust."
)
NO_POLICY_MEANS: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "The record may agree with itself and yet be made up by a stranger. A trust "
    "policy names the keys of the journal, the people and the seal. Get it from "
    "somebody you know, and not with the pack.",
)

PREVIOUS: Final = QT_TRANSLATE_NOOP("ceremony", "Previous")
NEXT: Final = QT_TRANSLATE_NOOP("ceremony", "Next")
PREVIOUS_PAGE: Final = QT_TRANSLATE_NOOP("ceremony", "Previous page, PageUp")
NEXT_PAGE: Final = QT_TRANSLATE_NOOP("ceremony", "Next page, PageDown")
PAGE_OF: Final = QT_TRANSLATE_NOOP("ceremony", "Page {number} of {count}")
PAGE_PICTURE: Final = QT_TRANSLATE_NOOP("ceremony", "Page {number} of {count}, drawn")
SIGNATURES: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Signatures are not drawn here. Check 13a: {reason}"
)
SIGNATURES_OPEN: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Signatures are not drawn here: see check 13a."
)
NO_PAGES: Final = QT_TRANSLATE_NOOP("ceremony", "No pages are shown")
NO_PAGES_LIMITS: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "Only a file that passes check 1 is drawn: it could do harm otherwise. {reason}",
)
NO_PAGES_READ: Final = QT_TRANSLATE_NOOP(
    "ceremony", "The file passed check 1, and yet its pages cannot be drawn: {reason}."
)
STRANGE_PAGE: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "Page {number} is {width} by {height} points large, and is not drawn.",
)
NOT_FOUND: Final = QT_TRANSLATE_NOOP("ceremony", "{what} was found on no page.")

TAB_VERDICT: Final = QT_TRANSLATE_NOOP("ceremony", "Verdict")
TAB_PAGES: Final = QT_TRANSLATE_NOOP("ceremony", "Pages")
TAB_EVENTS: Final = QT_TRANSLATE_NOOP("ceremony", "Events")
TABS: Final = QT_TRANSLATE_NOOP("ceremony", "What is shown of the pack")

RECORD: Final = QT_TRANSLATE_NOOP("ceremony", "Record")
CEREMONY: Final = QT_TRANSLATE_NOOP("ceremony", "Ceremony")
RECORD_WORDS: Final = {
    "VERIFIED": QT_TRANSLATE_NOOP("ceremony", "VERIFIED"),
    "VERIFIED WITH REMARKS": QT_TRANSLATE_NOOP("ceremony", "VERIFIED WITH REMARKS"),
    "NOT VERIFIED": QT_TRANSLATE_NOOP("ceremony", "NOT VERIFIED"),
    "CANNOT TELL": QT_TRANSLATE_NOOP("ceremony", "CANNOT TELL"),
}
REHEARSAL: Final = QT_TRANSLATE_NOOP("ceremony", "REHEARSAL")
COMPLETIONS: Final = {
    "completed as approved": QT_TRANSLATE_NOOP("ceremony", "Completed as approved"),
    "completed with deviations": QT_TRANSLATE_NOOP(
        "ceremony", "Completed with deviations"
    ),
    "not completed": QT_TRANSLATE_NOOP("ceremony", "Not completed"),
    "abandoned": QT_TRANSLATE_NOOP("ceremony", "Abandoned"),
    "cannot be told": QT_TRANSLATE_NOOP("ceremony", "Cannot be told"),
}
NOTE: Final = QT_TRANSLATE_NOOP("ceremony", "{note} note, {minor} minor, {major} major")
NO_DEVIATION: Final = QT_TRANSLATE_NOOP("ceremony", "No deviation")
DISSENT: Final = QT_TRANSLATE_NOOP("ceremony", "{count} did not agree")
MODES: Final = {
    "REHEARSAL": QT_TRANSLATE_NOOP("ceremony", "Rehearsal"),
    "LIVE": QT_TRANSLATE_NOOP("ceremony", "Live"),
}
KEYS: Final = {
    "keys in hardware: vendor-attested": QT_TRANSLATE_NOOP(
        "ceremony", "keys in hardware, vendor-attested"
    ),
    "keys in hardware: seen by witnesses only": QT_TRANSLATE_NOOP(
        "ceremony", "keys in hardware, seen by witnesses only"
    ),
    "keys in software": QT_TRANSLATE_NOOP("ceremony", "keys in software"),
}
COUNTS: Final = {
    "failed": QT_TRANSLATE_NOOP("ceremony", "{count} failed"),
    "passed": QT_TRANSLATE_NOOP("ceremony", "{count} passed"),
    "not checked": QT_TRANSLATE_NOOP("ceremony", "{count} not checked"),
    "not given": QT_TRANSLATE_NOOP("ceremony", "{count} not given"),
}
STATES: Final = {
    "failed": QT_TRANSLATE_NOOP("ceremony", "Failed"),
    "passed": QT_TRANSLATE_NOOP("ceremony", "Passed"),
    "not checked": QT_TRANSLATE_NOOP("ceremony", "Not checked"),
    "not given": QT_TRANSLATE_NOOP("ceremony", "Not given"),
}

DEVIATIONS: Final = QT_TRANSLATE_NOOP("ceremony", "Deviations first")
STEP: Final = QT_TRANSLATE_NOOP("ceremony", "Step {step}")
OUTSIDE_STEPS: Final = QT_TRANSLATE_NOOP("ceremony", "Outside the steps")
DECIDED: Final = QT_TRANSLATE_NOOP("ceremony", "Decided: {decided}")
UNDECIDED: Final = QT_TRANSLATE_NOOP("ceremony", "Nothing is decided yet.")
SEVERITIES: Final = {
    "note": QT_TRANSLATE_NOOP("ceremony", "Note"),
    "minor": QT_TRANSLATE_NOOP("ceremony", "Minor"),
    "major": QT_TRANSLATE_NOOP("ceremony", "Major"),
}
SHOW_PAGE: Final = QT_TRANSLATE_NOOP("ceremony", "Open a line to see its page")
REMARKS: Final = QT_TRANSLATE_NOOP("ceremony", "Remarks")
CHECKS: Final = QT_TRANSLATE_NOOP("ceremony", "The checks, what did not pass first")
CHECKS_HINT: Final = QT_TRANSLATE_NOOP("ceremony", "Open a line to see how")
CHECK_LINE: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Check {number}, {title}: {state}. {reason}"
)

BACK_TO_CHECKS: Final = QT_TRANSLATE_NOOP("ceremony", "Back to all checks")
CHECK_TITLE: Final = QT_TRANSLATE_NOOP("ceremony", "Check {number}: {title}")
FOUND: Final = QT_TRANSLATE_NOOP("ceremony", "What was found")
COMPARED: Final = QT_TRANSLATE_NOOP("ceremony", "What was compared")
COMPARED_NONE: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Nothing: the check came to its end before it could compare."
)
WITH: Final = QT_TRANSLATE_NOOP("ceremony", "with")
RULE: Final = QT_TRANSLATE_NOOP("ceremony", "Rule")
RULE_NONE: Final = QT_TRANSLATE_NOOP("ceremony", "No rule is broken.")
REMARK: Final = QT_TRANSLATE_NOOP("ceremony", "Remark")
OTHER_TOOLS: Final = QT_TRANSLATE_NOOP("ceremony", "The same with other tools")
THIS_TOOL: Final = QT_TRANSLATE_NOOP("ceremony", "All checks in a terminal")
EXTRACT_FIRST: Final = QT_TRANSLATE_NOOP("ceremony", "Take the files out first")
COPY: Final = QT_TRANSLATE_NOOP("ceremony", "Copy")
COPY_WHAT: Final = QT_TRANSLATE_NOOP("ceremony", "Copy: {what}")
COPIED: Final = QT_TRANSLATE_NOOP("ceremony", "Copied")

CHANGED: Final = QT_TRANSLATE_NOOP(
    "ceremony", "This is a changed copy, not the pack. One byte of {size} differs."
)
CHANGED_WHERE: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "Byte {offset} was {old} and is now {new}. The pack itself was not touched, and "
    "the copy is already removed.",
)
BYTE: Final = QT_TRANSLATE_NOOP("ceremony", "hex {code}")
BYTE_SIGN: Final = QT_TRANSLATE_NOOP("ceremony", "hex {code} (\u201c{sign}\u201d)")
BACK: Final = QT_TRANSLATE_NOOP("ceremony", "Back to the real pack")

FILTER: Final = QT_TRANSLATE_NOOP("ceremony", "Show only events that contain")
EVENTS_COUNT: Final = QT_TRANSLATE_NOOP("ceremony", "{count} events")
EVENTS_SHOWN: Final = QT_TRANSLATE_NOOP("ceremony", "{shown} of {count} events")
EVENTS_TABLE: Final = QT_TRANSLATE_NOOP("ceremony", "Events of the ceremony")
EVENT_TEXT: Final = QT_TRANSLATE_NOOP("ceremony", "The whole event, as it is recorded")
EVENT_CHOOSE: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Choose an event to read all that it records."
)
EVENTS_READING: Final = QT_TRANSLATE_NOOP("ceremony", "Taking the events out...")
NO_EVENTS: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "No events are shown: only a record whose form passed checks 1, 2 and 3 is read "
    "here. Check {number}: {reason}",
)
COLUMNS: Final = (
    QT_TRANSLATE_NOOP("ceremony", "No."),
    QT_TRANSLATE_NOOP("ceremony", "Time (UTC)"),
    QT_TRANSLATE_NOOP("ceremony", "What"),
    QT_TRANSLATE_NOOP("ceremony", "Step"),
    QT_TRANSLATE_NOOP("ceremony", "Person"),
)
UNREADABLE: Final = QT_TRANSLATE_NOOP("ceremony", "cannot be read")
REPORT_THERE: Final = QT_TRANSLATE_NOOP(
    "ceremony", "There is already a file {name}, and a report replaces nothing."
)
REPORT_MEANS: Final = QT_TRANSLATE_NOOP(
    "ceremony", "No report was written; the file there is untouched."
)
REPORT_TO_DO: Final = QT_TRANSLATE_NOOP("ceremony", "Choose another name.")
NO_FILE: Final = QT_TRANSLATE_NOOP("ceremony", "it is not a file")
NOT_READ: Final = QT_TRANSLATE_NOOP("ceremony", "it cannot be read")
