"""The numbered rules of a specification go up by one: a number cites one rule."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

SPECS = sorted((Path(__file__).parents[2] / "docs/spec").glob("*.md"))


@pytest.mark.parametrize("path", SPECS, ids=[path.stem for path in SPECS])
def test_each_rule_has_the_next_number_or_begins_a_list(path: Path) -> None:
    numbers = [int(each) for each in re.findall(r"(?m)^(\d+)\. ", path.read_text())]
    for before, after in pairwise(numbers):
        assert after in (1, before + 1), f"{after} stands behind {before}"
