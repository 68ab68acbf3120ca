"""A wrapped key's blob is the one that the leaf tells of, and of its method's length.

Part of check 11. What is in the blob nobody can see without the wrapping key; that it
was the key is shown by the copy that was restored from it.
"""

from __future__ import annotations

from typing import Final

from ceremony import canonical
from ceremony.engine.facts import Outcome
from ceremony.engine.state import Recorded
from ceremony.pack.inventory_file import Listing
from ceremony.pack.record import Record
from ceremony.script.key_kind import TRUSTED
from ceremony.verify.check import FailedError
from ceremony.verify.listed_key import trust_shown
from ceremony.verify.trace import place

_HEAD: Final = 8
"""What AES-KW and AES-KWP add to a key of whole 8-byte blocks."""


def verify_wrapped(
    record: Record, recorded: Recorded, fact: Outcome, listed: Listing
) -> None:
    """Compare a wrapped key's leaf with its blob, and the wrapping key's trust.

    Args:
        record: The record, for its script and files.
        recorded: The leaf.
        fact: What it tells.
        listed: The inventory that goes with it.

    Raises:
        FailedError: ``VERIFY-BACKUP-01``: the blob is missing or another one;
            ``VERIFY-BACKUP-02``: its length is not what the method makes of the key;
            ``VERIFY-BACKUP-03``: it was wrapped by a key that was not as trusted then
            as when it was made.
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
    _verify_trust(record, recorded, fact, listed)
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


def _verify_trust(
    record: Record, recorded: Recorded, fact: Outcome, listed: Listing
) -> None:
    """Insist that a trusted wrapping key was as trusted as when it was made."""
    wrapped, script = fact.wrapped, record.state.script
    if wrapped is None or not script.key_kind(wrapped.under).trusted:
        # Whether it had to be trusted the rules of the step say.
        return
    key = record.state.made[wrapped.under]
    told = {attribute.name: attribute.found for attribute in key.attributes}
    shown = trust_shown(key, listed)
    if shown != told.get(TRUSTED):
        raise FailedError(
            "VERIFY-BACKUP-03",
            f"{place(recorded)}: {TRUSTED} of {wrapped.under} is {shown} as it wraps "
            f"{fact.thing}, and was {told.get(TRUSTED, 'not told')} when it was made",
        )
