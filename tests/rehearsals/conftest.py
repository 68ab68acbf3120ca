"""One finished demo and one site for all tests of whole rehearsals."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rehearsals.stage import (
    Rehearsal,
    copy_site,
    folder_in_memory,
    make_demo,
    make_site,
    shared,
)


@pytest.fixture(scope="session")
def run_id() -> str:
    """The same in every worker of one run."""
    return os.environ.get("PYTEST_XDIST_TESTRUNUID", f"alone{os.getpid()}")


@pytest.fixture(scope="session")
def demo(run_id: str) -> Iterator[Rehearsal]:
    with shared("demo", make_demo, run_id) as folder:
        yield Rehearsal(folder, (folder / "ceremony.txt").read_text())


@pytest.fixture(scope="session")
def site_base(run_id: str) -> Iterator[Path]:
    with shared("site", make_site, run_id) as folder:
        yield folder


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A new folder, in memory where there is such a place."""
    with folder_in_memory("test", tmp_path) as folder:
        yield folder


@pytest.fixture
def workspace(site_base: Path, memory: Path) -> Path:
    """A workspace with a site of its own, at which nothing is open yet."""
    copy_site(site_base, memory / "workspace")
    return memory / "workspace"
