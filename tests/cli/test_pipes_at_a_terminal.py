"""No verb of ``ceremony pki`` waits for a pipe; what is no file is told as such."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rehearsals.stage import CHECKOUT, environment

PROFILE = ("--profile", "smki-organisation-ds")
PATIENCE_S = 60


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(
            ("pki", "request", "check", "pipe", *PROFILE),
            "There is not exactly one request in pipe: it is a pipe, and no file.",
            id="request",
        ),
        pytest.param(
            ("pki", "request", "check", "there", *PROFILE, "--issued", "pipe"),
            "There is no file pipe. [CLI-ISSUED-01]",
            id="issued",
        ),
        pytest.param(
            ("pki", "request", "check", "there", *PROFILE, "--issued", "."),
            ". is a folder, and no file. [CLI-ISSUED-01]",
            id="issued folder",
        ),
        pytest.param(
            ("pki", "request", "check", ".", *PROFILE),
            "There is not exactly one request in .: it is a folder.",
            id="folder",
        ),
        pytest.param(
            ("pki", "lint", "pipe", *PROFILE),
            "pipe is a pipe, and no file. [SCRIPT-READ-01]",
            id="lint",
        ),
        pytest.param(
            ("pki", "lint", ".", *PROFILE),
            ". is a folder, and no file. [SCRIPT-READ-01]",
            id="lint folder",
        ),
        pytest.param(
            ("pki", "inspect", "."),
            ". is a folder, and no file. [SCRIPT-READ-01]",
            id="inspect folder",
        ),
        pytest.param(
            ("pki", "lint", "there", "--profile", "pipe"),
            "There is no profile file pipe, and no built-in profile of that name. "
            "[CLI-PROFILE-01]",
            id="profile",
        ),
        pytest.param(
            ("pki", "inspect", "pipe"),
            "pipe is a pipe, and no file. [SCRIPT-READ-01]",
            id="inspect",
        ),
        pytest.param(
            ("pki", "profile", "check", "pipe"),
            "There is no profile file pipe",
            id="profile check",
        ),
        pytest.param(
            ("script", "check", "pipe"),
            "pipe is a pipe, and no file. [SCRIPT-READ-01]",
            id="script check",
        ),
    ],
)
def test_a_pipe_is_told_and_nobody_waits(
    tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "there").touch()
    ran = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-m", "ceremony", *arguments],
        cwd=tmp_path,
        env=environment({"PYTHONPATH": str(CHECKOUT)}),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert ran.returncode == 2
    assert told in " ".join((ran.stdout + ran.stderr).split())
