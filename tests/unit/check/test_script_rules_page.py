"""The page of rules says what the code says: the same ids, each once."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
CODE = re.compile(r'"([A-Z]+-[A-Z0-9]+-\d\d)"')
ROW = re.compile(r"^\| ([A-Z]+-[A-Z0-9]+-\d\d) \| (.+\.) \| (.+) \|$", re.MULTILINE)
FOLDERS = ("script", "check", "people")
ALSO = ("pack", "conduct")
"""Where a rule of these files is asked beside others, told apart by how it begins."""

PREFIXES = ("ANSWERS-", "BINDING-", "FILE-", "POLICY-", "ROSTER-", "SCRIPT-")


def test_every_rule_of_the_code_stands_on_the_page_and_no_other() -> None:
    page = (ROOT / "docs" / "rules-script.md").read_text()
    ids = [row[0] for row in ROW.findall(page)]
    assert len(ids) == len(set(ids))
    assert ids == sorted(ids)
    in_code = {
        code
        for folder in (*FOLDERS, *ALSO)
        for path in (ROOT / "ceremony" / folder).glob("*.py")
        for code in CODE.findall(path.read_text())
        if folder not in ALSO or code.startswith(PREFIXES)
    }
    assert set(ids) == in_code
