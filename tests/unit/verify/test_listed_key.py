"""A key that its inventory does not show is told where inventories are compared.

Here its attributes are only compared with what the inventory shows of them.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.engine.facts import KeyMade, Outcome
from ceremony.engine.state import Recorded
from ceremony.pack.inventory_file import decode_listing
from ceremony.pack.record import Record
from ceremony.verify.check import FailedError
from ceremony.verify.listed_key import verify_listed_key


def made_in(record: Record) -> tuple[Recorded, Outcome, KeyMade]:
    for recorded in record.facts:
        fact = recorded.fact
        if isinstance(fact, Outcome) and fact.key is not None:
            return recorded, fact, fact.key
    raise LookupError


def test_attributes_are_compared_with_what_is_shown_and_with_nothing_else(
    record: Record,
) -> None:
    recorded, outcome, key = made_in(record)
    assert outcome.inventory is not None
    (blob,) = [b for b in recorded.event.blobs if b.sha256 == outcome.inventory.digest]
    listed = decode_listing(record.files[blob.name], blob.name)
    verify_listed_key(record, recorded, key, listed)
    verify_listed_key(record, recorded, key, ())

    first, *rest = key.attributes
    other = replace(first, found="false" if first.found == "true" else "true")
    lied = replace(key, attributes=(other, *rest))
    verify_listed_key(record, recorded, lied, ())
    with pytest.raises(FailedError) as caught:
        verify_listed_key(record, recorded, lied, listed)
    assert caught.value.rule == "VERIFY-KEY-02"
