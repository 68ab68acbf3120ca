"""The made-up record and its pack, built once for each file of tests."""

from __future__ import annotations

import pytest

from ceremony.pack.record import Record, read_record
from tests.fakes.pack_maker import make_pack
from tests.fakes.record_builder import build_record


@pytest.fixture(scope="module")
def record() -> Record:
    return read_record(build_record().files)


@pytest.fixture(scope="module")
def once_signed() -> bytes:
    """A sealed pack with the first of its two report signatures."""
    return make_pack(build_record(), reports=1)
