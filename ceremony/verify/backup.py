"""A wrapped key's blob is the one that the leaf tells of, and of its method's length.

Part of check 11. What is in the blob nobody can see without the wrapping key; that it
was the key is shown by the copy that was restored from it.
"""

from __future__ import annotations

from typing import Final

from ceremony import canonical
from ceremony.engine.facts import Outcome
from ceremony.engine.state import Recorded
from ceremony.pack.record import Record
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place

_HEAD: Final = 8
"""What AES-KW and AES-KWP add to a key of whole 8-byte blocks."""


def verify_wrapped(record: Record, recorded: Recorded, fact: Outcome) -> None:
    """Compare a wrapped key's leaf with its blob.

    Raises:
        FailedError: ``VERIFY-BACKUP-01``: the blob is missing or another one;
            ``VERIFY-BACKUP-02``: its length is not what the method makes of the key.
    """
    wrapped = fact.wrapped
    if wrapped is None:
        return
    raw = next(
        (
            record.files.get(blob.name, b"")
            for blob in recorded.event.blobs
            if blob.sha256 == wrapped.blob
        ),
        b"",
    )
    if (canonical.digest(raw), len(raw)) != (wrapped.blob, wrapped.size):
        raise FailedError(
            "VERIFY-BACKUP-01",
            f"{place(recorded)}: the blob of {fact.thing} is missing or another one",
        )
    script = record.state.script
    key = script.key_kind(fact.thing).algorithm
    under = script.key_kind(wrapped.under).algorithm
    expected = under.bits // 8 if under.is_rsa else key.bits // 8 + _HEAD
    wrong = len(raw) != expected if key.is_secret else len(raw) % _HEAD != 0
    if wrong:
        raise FailedError(
            "VERIFY-BACKUP-02",
            f"{place(recorded)}: a blob of {len(raw)} bytes is not {fact.thing} under "
            f"{wrapped.under} by {wrapped.method}",
        )
