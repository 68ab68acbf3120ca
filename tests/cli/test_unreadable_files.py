"""Files that are there and may not be read: told with the system's reason, and why."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ceremony.cli
from tests.fakes.made_requests import organisation_request
from tests.fakes.no_privilege import heed_file_modes
from tests.rehearsals.stage import Told, run_ceremony

UNUSABLE = "cannot be used: it cannot be read (Permission denied). [VERIFY-INPUT-01]"

pytestmark = pytest.mark.no_cover


def run(*arguments: str | Path) -> Told:
    return run_ceremony([str(each) for each in arguments], before=heed_file_modes)


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    path = tmp_path / "locked.csr"
    path.write_bytes(organisation_request())
    path.chmod(0)
    return path


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / "it.pdf").write_bytes(b"%PDF-1.7")
    folder.chmod(0)
    yield folder
    folder.chmod(0o700)


def test_every_request_is_judged_beside_one_that_cannot_be_read(
    tmp_path: Path, locked: Path, closed: Path
) -> None:
    good = tmp_path / "good.csr"
    good.write_bytes(organisation_request())
    under = ("--profile", "smki-organisation-ds")
    odd = (locked, tmp_path / "absent", closed, closed / "it", "/dev/null")
    told = run("pki", "request", "check", *odd, good, *under)
    assert told.status == 1, told.all
    words = " ".join(told.out.split())
    for name, why in (
        ("locked.csr", "it cannot be read: Permission denied"),
        ("absent", "there is no such file"),
        ("closed", "it is a folder"),
        ("it", "it cannot be read: Permission denied"),
        ("null", "it is a device, and no file"),
    ):
        assert f"{name}, request 1: refused There is not exactly one" in words
        assert f"{name}: {why}. [PKI-IMPORT-02]" in words
    assert told.out.endswith("6 requests: 1 good, 5 refused.\n")


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (
            ("pki", "inspect", "{locked}"),
            5,
            "locked.csr cannot be read: Permission denied. [SCRIPT-READ-02]",
        ),
        (
            ("verify", "{locked}"),
            2,
            f"locked.csr {UNUSABLE}",
        ),
        (
            ("extract", "{locked}", "-o", "{folder}/new"),
            2,
            f"locked.csr {UNUSABLE}",
        ),
        (
            ("verify", "{closed}"),
            5,
            "{closed}: you may not read or write there. [CLI-DISK-01]",
        ),
    ],
    ids=["inspect", "verify", "extract", "verify-a-folder"],
)
def test_a_file_that_may_not_be_read_is_told_with_what_to_do(
    locked: Path, closed: Path, arguments: tuple[str, ...], status: int, words: str
) -> None:
    known = {"locked": locked, "closed": closed, "folder": locked.parent}
    told = run(*(each.format(**known) for each in arguments))
    assert (told.status, told.out) == (status, "")
    assert told.err.startswith(f"{words.format(**known)}\nWhat it means: ")
    assert "\nWhat to do: " in told.err


def test_no_command_leaves_it_to_typer_to_say_that_a_file_cannot_be_read() -> None:
    """Typer ends the command then, and says neither why nor what to do."""
    folder = Path(ceremony.cli.__file__).parent
    of_paths = [
        f"{path.name}: {ast.unparse(node)}"
        for path in sorted(folder.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if _is_for_a_path(node)
    ]
    assert of_paths
    assert [each for each in of_paths if "readable=False" not in each] == []


def _is_for_a_path(node: ast.AST) -> bool:
    if not isinstance(node, ast.Subscript) or ast.unparse(node.value) != "Annotated":
        return False
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return {"Path", "typer"} <= names
