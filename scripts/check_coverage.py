"""Hold every room to the share of its lines and branches that the tests run.

Usage: ``python scripts/check_coverage.py COVERAGE.json``, the report that coverage
writes as JSON with branches.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

WHOLE: Final = frozenset({"engine", "journal", "people", "script", "verify"})
"""The rooms of which every line and branch is run."""

FLOOR: Final = 90.0
"""Percent of lines and branches that every other room owes."""


@dataclass(slots=True)
class Tally:
    """What is counted for one room: lines and branches together.

    Attributes:
        run: How many ran.
        count: How many there are.
        gaps: The files that have some that did not run, with the line numbers.
    """

    run: int
    count: int
    gaps: list[str]

    @property
    def share(self) -> float:
        """Percent that ran; a room with nothing to run has all of it."""
        return 100.0 * self.run / self.count if self.count else 100.0


def tally_rooms(report: dict[str, Any]) -> dict[str, Tally]:
    """Add up a coverage report by room.

    Args:
        report: What coverage writes as JSON, format 3, with branches.

    Returns:
        A tally for every room; modules that stand in no room make up ``ground``.
    """
    rooms: dict[str, Tally] = defaultdict(lambda: Tally(0, 0, []))
    for name, file in sorted(report["files"].items()):
        parts = PurePosixPath(name).parts
        summary, tally = file["summary"], rooms[_room(parts)]
        tally.run += summary["covered_lines"] + summary["covered_branches"]
        tally.count += summary["num_statements"] + summary["num_branches"]
        lines = {*file["missing_lines"], *(a for a, _ in file["missing_branches"])}
        if lines:
            tally.gaps.append(f"{name}: {', '.join(map(str, sorted(lines)))}")
    return dict(rooms)


def _room(parts: tuple[str, ...]) -> str:
    match parts:
        case ("ceremony", _):
            return "ground"
        case ("ceremony", room, *_):
            return room
        case (package, *_):
            return package
        case _:
            raise ValueError("a coverage report names a file without a name")


def main() -> int:
    """Print every room's share and give the exit status: 0 all reached, 1 not."""
    match sys.argv[1:]:
        case [report]:
            rooms = tally_rooms(json.loads(Path(report).read_text(encoding="utf-8")))
        case _:
            raise SystemExit(__doc__)
    short = False
    for room, tally in sorted(rooms.items()):
        floor = 100.0 if room in WHOLE else FLOOR
        is_short = tally.share < floor
        short = short or is_short
        mark = "SHORT" if is_short else "ok"
        print(
            f"{room:<12} {tally.share:6.2f} % of {tally.count:5}  {floor:3.0f}  {mark}"
        )
        if is_short:
            print("".join(f"    {gap}\n" for gap in tally.gaps), end="")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
