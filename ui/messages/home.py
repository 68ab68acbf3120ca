"""What Home and the frame round the office pages say."""

from __future__ import annotations

from typing import Final

from ui.messages.speech import QT_TRANSLATE_NOOP

PRODUCT: Final = QT_TRANSLATE_NOOP("ceremony", "Key Ceremony")
HOME: Final = QT_TRANSLATE_NOOP("ceremony", "Home")
EVIDENCE: Final = QT_TRANSLATE_NOOP("ceremony", "Evidence")
ROOM: Final = QT_TRANSLATE_NOOP("ceremony", "Back to the room")
OFFICE: Final = QT_TRANSLATE_NOOP("ceremony", "Office mode")
PAGES: Final = QT_TRANSLATE_NOOP("ceremony", "Pages")

RESUME: Final = QT_TRANSLATE_NOOP("ceremony", "Resume: {title}")
BEGIN: Final = QT_TRANSLATE_NOOP("ceremony", "Begin: {title}")
SEAL: Final = QT_TRANSLATE_NOOP("ceremony", "Seal the pack: {title}")
RESUME_DO: Final = QT_TRANSLATE_NOOP("ceremony", "Resume")
SIGN: Final = QT_TRANSLATE_NOOP("ceremony", "Sign the report: {title}")
OPEN_DO: Final = QT_TRANSLATE_NOOP("ceremony", "Open")
BEGIN_DO: Final = QT_TRANSLATE_NOOP("ceremony", "Begin")
LEFT_AT: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Last recorded {time} UTC. Step {number} of {count} is open: {step}"
)
LEFT_CLOSED: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Ended at {time} UTC. The pack is still to be sealed."
)
LEFT_SEALED: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Sealed at {time} UTC. {count} report signatures are still to come."
)
LEFT_END: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Last recorded {time} UTC. Every step is closed."
)
GRANTED: Final = QT_TRANSLATE_NOOP(
    "ceremony", "What the script lets be, or relies on without confirmation"
)
CHAIN: Final = QT_TRANSLATE_NOOP("ceremony", "Journal chain")
WHOLE: Final = QT_TRANSLATE_NOOP("ceremony", "whole")
LAST: Final = QT_TRANSLATE_NOOP("ceremony", "Last event")
COMPUTER: Final = QT_TRANSLATE_NOOP("ceremony", "This computer")
SAME: Final = QT_TRANSLATE_NOOP("ceremony", "not started anew")
ANEW: Final = QT_TRANSLATE_NOOP("ceremony", "started anew")
DOUBT: Final = QT_TRANSLATE_NOOP("ceremony", "Device")
IN_DOUBT: Final = QT_TRANSLATE_NOOP("ceremony", "in doubt: {what}")
NO_DOUBT: Final = QT_TRANSLATE_NOOP("ceremony", "nothing in doubt")
EVIDENCE_PIN: Final = QT_TRANSLATE_NOOP("ceremony", "PIN of the evidence token")

DUE: Final = QT_TRANSLATE_NOOP("ceremony", "Due next")
DUE_NONE: Final = QT_TRANSLATE_NOOP("ceremony", "Nothing is due.")
DUE_BY: Final = QT_TRANSLATE_NOOP("ceremony", "by {date}")
OVERDUE: Final = QT_TRANSLATE_NOOP("ceremony", "overdue since {date}")

DEMO: Final = QT_TRANSLATE_NOOP("ceremony", "Try the demo ceremony")
DEMO_TEXT: Final = QT_TRANSLATE_NOOP(
    "ceremony",
    "Software keys only. {steps} steps by seven people, from empty tokens to one "
    "signed pack. You type for all of them.",
)
DEMO_READY: Final = QT_TRANSLATE_NOOP("ceremony", "SoftHSM found, ready to start")
DEMO_START: Final = QT_TRANSLATE_NOOP("ceremony", "Start the demo")
DEMO_WATCH: Final = QT_TRANSLATE_NOOP("ceremony", "Open the sample pack")
MAKING: Final = QT_TRANSLATE_NOOP("ceremony", "Setting up: {what}")

VERIFY: Final = QT_TRANSLATE_NOOP("ceremony", "Verify a pack")
VERIFY_TEXT: Final = QT_TRANSLATE_NOOP(
    "ceremony", "Drop an evidence pack here. Nothing leaves this computer."
)
VERIFY_COMMAND: Final = QT_TRANSLATE_NOOP("ceremony", "ceremony verify PACK.pdf")
VERIFY_OPEN: Final = QT_TRANSLATE_NOOP("ceremony", "Open a pack...")

PACKS: Final = QT_TRANSLATE_NOOP("ceremony", "Ceremonies held on this laptop")
PACK_OPEN: Final = QT_TRANSLATE_NOOP("ceremony", "Open its pack")
LOOKING: Final = QT_TRANSLATE_NOOP("ceremony", "Looking for ceremonies on this laptop.")
FILTER: Final = QT_TRANSLATE_NOOP("ceremony", "Evidence packs (*.pdf)")
"""What the file dialog shows."""
NOTHING_OPEN: Final = QT_TRANSLATE_NOOP(
    "ceremony", "No ceremony is open on this laptop."
)
