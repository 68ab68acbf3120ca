"""Lies in a certificate of a version that there is not, with the check that tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.fakes.batch_lies import ISSUE, MADE
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.odd_numbers import first_of_no_version
from tests.fakes.record_batch import build_batch
from tests.fakes.record_builder import BuiltRecord


def _part(name: str, raw: bytes) -> bytes:
    return first_of_no_version(raw) if name == MADE else raw


def _batch() -> BuiltRecord:
    return build_batch(Forgery(batch_file=_part))


VERSION_LIES: Final[Mapping[str, Lie]] = {
    "batch-with-a-certificate-of-no-version": Lie(
        "12", "VERIFY-BATCH-03", _batch, ISSUE
    ),
}
"""Every such lie, by a name that says what it is."""
