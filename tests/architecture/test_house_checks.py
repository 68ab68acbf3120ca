"""The checks of the house find each fault, and find nothing in a house in order."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# Put together here, so that this file does not name what it looks for.
HOME, WORK = (f"/{name}" for name in ("root", "work"))
MARKS = tuple(map("".join, (("TO", "DO"), ("FIX", "ME"), ("X", "XX"))))
PYTHON_HOST, NODE_HOST = (f"{name}.org" for name in ("pypi", "npmjs"))

SCRIPT = Path(__file__).parents[2] / "scripts" / "check_house.py"

RULE = '"""Refuse."""\n\nCODE = "SCRIPT-QUORUM-02"\n'
IN_ORDER = {
    "ceremony/script/quorum.py": RULE,
    "tests/test_quorum.py": '"""SCRIPT-QUORUM-02 refuses a quorum of zero."""\n',
    "docs/rules.md": "| SCRIPT-QUORUM-02 | A quorum is not zero. | author |\n",
}


def check(folder: Path, files: dict[str, str], *options: str) -> tuple[int, str]:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    done = subprocess.run(  # noqa: S603  the script of this checkout
        [sys.executable, str(SCRIPT), *options, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env={},  # the scripts are no part of what is measured
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_house_in_order_passes(tmp_path: Path) -> None:
    assert check(tmp_path, IN_ORDER) == (0, "house: in order\n")


# Each text is planted in a made-up checkout, where the check must find it.
FAULTS = {
    "a file of 401 lines": (
        "scripts/a.py",
        "x = 1\n" * 401,
        "scripts/a.py: 401 lines, 400 at most",
    ),
    "a function of 60 lines": (
        "ceremony/a.py",
        "def act():\n" + "    x = 1\n" * 59,
        "ceremony/a.py:1: act has 60 lines",
    ),
    "a file left at the root": (
        "NOTE-to-self.md",
        "",
        "NOTE-to-self.md: it belongs into a room or a folder, or nowhere",
    ),
    "a module called utils": ("ceremony/utils.py", "", "'utils' is no name"),
    "a room called core": ("ceremony/core/a.py", "", "'core' is no name"),
    **{
        f"{mark} in code": (
            "ceremony/a.py",
            f"# {mark} later\n",
            "ceremony/a.py:1: an unfinished mark",
        )
        for mark in MARKS
    },
    **{
        f"{mark} on paper": (
            "docs/a.md",
            f"\n{mark}\n",
            "docs/a.md:2: an unfinished mark",
        )
        for mark in MARKS
    },
    "one version of two on paper": (
        "docs/a.md",
        "A rule.\n<<<<<<< HEAD\n",
        "docs/a.md:2: one text in two versions",
    ),
    "the other version of two": (
        "docs/a.md",
        ">>>>>>> 1dfa10da (Say it)\n",
        "docs/a.md:1: one text in two versions",
    ),
    "a path of this machine": ("docs/a.md", f"see {HOME}/notes\n", f"{HOME}/n"),
    "a path of the workshop": ("packaging/a.sh", f"cd {WORK}/main\n", f"{WORK}/m"),
    "a registry's host": ("packaging/a.txt", f"https://{PYTHON_HOST}/x\n", PYTHON_HOST),
    "an npm registry's host": ("docs/a.json", f"registry.{NODE_HOST}\n", NODE_HOST),
    "a bare noqa": ("ceremony/a.py", "x = 1  # noqa\n", "needs code and reason"),
    "a noqa without a reason": (
        "ceremony/a.py",
        "x = 1  # noqa: E501\n",
        "ceremony/a.py:1: a suppressed warning needs code and reason",
    ),
    "a type: ignore without a reason": (
        "ceremony/a.py",
        "x = 1  # type: ignore[misc]\n",
        "needs code and reason",
    ),
    "pickle": ("ceremony/a.py", "import pickle\n", "pickle is banned"),
    "something of pickle": ("ceremony/a.py", "from pickle import loads\n", "pickle"),
    "eval": ("ceremony/a.py", "eval('1')\n", "ceremony/a.py:1: eval( is banned"),
    "yaml.load": ("ceremony/a.py", "yaml.load(x)\n", "yaml.load is banned"),
    "a shell": ("scripts/a.py", "run(x, shell=True)\n", "shell is banned"),
    "a check switched off": ("ui/a.py", "get(x, verify=False)\n", "verify=False"),
    "locals in a traceback": (
        "ceremony/a.py",
        "report(capture_locals=True)\n",
        "capture_locals is banned",
    ),
    "print in the core": ("ceremony/engine/a.py", "print(1)\n", "print( outside"),
}


@pytest.mark.parametrize(("name", "text", "told"), FAULTS.values(), ids=FAULTS)
def test_each_fault_is_found(tmp_path: Path, name: str, text: str, told: str) -> None:
    status, output = check(tmp_path, IN_ORDER | {name: text})
    assert status == 1
    assert told in output
    assert output.endswith("house: 1 faults\n")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ceremony/a.py", "x = 1\n" * 100),
        ("ceremony/a.py", "def act():\n" + "    x = 1\n" * 58),
        ("ceremony/cli/a.py", "print(1)\n"),
        ("ceremony/a.py", "x = 1  # noqa: E501  a digest is not broken\n"),
        ("ceremony/a.py", "x = y  # type: ignore[misc]  no stubs exist\n"),
        ("ceremony/a.py", "run(x, shell=False)\nverify(x, verify=True)\n"),
        ("tests/a.py", "import pickle\n"),
        # A folder that is not the project's.
        (".venv/a.py", f"# {MARKS[0]} of somebody else\n"),
        ("venv/pyvenv.cfg", ""),
    ],
)
def test_what_is_allowed_is_not_found(tmp_path: Path, name: str, text: str) -> None:
    assert check(tmp_path, IN_ORDER | {name: text}) == (0, "house: in order\n")


def test_a_tall_house_of_long_files_is_found(tmp_path: Path) -> None:
    files = {f"ceremony/file_{number}.py": "x = 1\n" * 180 for number in range(3)}
    status, output = check(tmp_path, IN_ORDER | files)
    assert status == 1
    assert "the median file has 180" in output


@pytest.mark.parametrize(
    ("lacking", "told"),
    [
        (
            "ceremony/script/quorum.py",
            "SCRIPT-QUORUM-02 is used nowhere in the product",
        ),
        ("tests/test_quorum.py", "SCRIPT-QUORUM-02 is shown by no test"),
        ("docs/rules.md", "SCRIPT-QUORUM-02 is not in docs/rules.md"),
    ],
)
def test_a_rule_that_lacks_one_of_its_three_places_is_found(
    tmp_path: Path, lacking: str, told: str
) -> None:
    files = IN_ORDER | {lacking: ""}
    status, output = check(tmp_path, files)
    assert status == 1
    assert told in output
    status, output = check(tmp_path, files, "--missing")
    assert status == 0
    assert output.startswith(told)


def test_a_rule_that_is_listed_twice_is_found(tmp_path: Path) -> None:
    twice = IN_ORDER["docs/rules.md"] * 2
    status, output = check(tmp_path, IN_ORDER | {"docs/rules.md": twice})
    assert status == 1
    assert (
        "SCRIPT-QUORUM-02 stands twice: docs/rules.md:1 and docs/rules.md:2" in output
    )


def test_the_id_of_a_ceremony_is_no_rule(tmp_path: Path) -> None:
    code = '"""An id."""\n\nID = "KC-ROOT-01"\n'
    assert check(tmp_path, IN_ORDER | {"ceremony/a.py": code})[0] == 0


@pytest.mark.parametrize(
    "text",
    [
        "from unittest import mock",
        "from unittest.mock import MagicMock",
        "import unittest.mock as fake",
        "import mock",
    ],
)
def test_a_mock_is_refused_by_the_linter(text: str) -> None:
    root = SCRIPT.parents[1]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--select", "TID251", "-"],
        input=f"{text}\n",
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "use a fake from tests/fakes" in done.stdout
