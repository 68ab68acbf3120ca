"""The verdict's word from its checks: the table of section 3 of the specification.

It serves twice: for the verifier's own checks, and for those that the journal says
were made at sealing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ceremony.verify.check import ESSENTIAL, Status
from ceremony.verify.outcome import RecordWord


def decide_word(
    status: Mapping[str, Status], remarks: Sequence[str], essential: Sequence[str]
) -> RecordWord:
    """Give the first line's word.

    Args:
        status: How each check went, by its number.
        remarks: What a reader should know although nothing failed.
        essential: The checks without which nobody can tell; 8 is never among them.
    """
    if Status.FAILED in status.values():
        return RecordWord.NOT_VERIFIED
    needed = set(essential) & set(ESSENTIAL)
    if any(status.get(number) is not Status.PASSED for number in needed):
        return RecordWord.CANNOT_TELL
    return RecordWord.VERIFIED_WITH_REMARKS if remarks else RecordWord.VERIFIED
