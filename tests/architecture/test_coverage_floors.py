"""The floors of coverage hold room by room, in lines and branches together."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "check_coverage.py"


def file(run: int, count: int, *, branches: tuple[int, int] = (0, 0)) -> dict[str, Any]:
    return {
        "summary": {
            "covered_lines": run,
            "num_statements": count,
            "covered_branches": branches[0],
            "num_branches": branches[1],
        },
        "missing_lines": list(range(run, count)),
        "missing_branches": [[7, 9]] * (branches[1] - branches[0]),
    }


def check(folder: Path, files: dict[str, dict[str, Any]]) -> tuple[int, str]:
    report = folder / "coverage.json"
    report.write_text(json.dumps({"files": files}))
    done = subprocess.run(  # noqa: S603  the script of this checkout
        [sys.executable, str(SCRIPT), str(report)],
        capture_output=True,
        text=True,
        check=False,
        env={},  # the scripts are no part of what is measured
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.mark.parametrize("room", ["engine", "journal", "people", "script", "verify"])
def test_a_room_of_rules_with_one_line_that_never_ran_is_short(
    tmp_path: Path, room: str
) -> None:
    status, output = check(tmp_path, {f"ceremony/{room}/a.py": file(999, 1000)})
    assert status == 1
    assert "SHORT" in output
    assert f"ceremony/{room}/a.py: 999" in output


def test_a_room_of_rules_with_one_branch_that_never_ran_is_short(
    tmp_path: Path,
) -> None:
    files = {"ceremony/engine/steps/a.py": file(10, 10, branches=(3, 4))}
    status, output = check(tmp_path, files)
    assert status == 1
    assert "ceremony/engine/steps/a.py: 7" in output


def test_another_room_may_miss_one_in_ten_and_no_more(tmp_path: Path) -> None:
    assert check(tmp_path, {"ceremony/report/a.py": file(90, 100)})[0] == 0
    assert check(tmp_path, {"ceremony/report/a.py": file(89, 100)})[0] == 1


def test_one_room_does_not_pay_for_another(tmp_path: Path) -> None:
    files = {"ceremony/pki/a.py": file(1000, 1000), "ceremony/cli/a.py": file(8, 10)}
    status, output = check(tmp_path, files)
    assert status == 1
    assert output.count("SHORT") == 1


def test_modules_beside_the_rooms_are_counted_together(tmp_path: Path) -> None:
    files = {"ceremony/errors.py": file(10, 10), "ceremony/clock.py": file(0, 10)}
    status, output = check(tmp_path, files)
    assert status == 1
    assert "ground" in output


def test_a_room_with_nothing_to_run_is_whole(tmp_path: Path) -> None:
    assert check(tmp_path, {"ceremony/engine/__init__.py": file(0, 0)})[0] == 0
