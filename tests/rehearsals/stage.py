"""The stage of a rehearsal: one finished demo and one site, made once for a whole run.

Both stand in memory where there is such a place. Workers of one test run share them
through a lock; the last one that leaves removes them. A site may be copied before a
ceremony is opened at it: the paths inside are rewritten.

Device commands run in processes of their own: a PKCS#11 module is initialised once
per process, and other tests hold one.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.rehearsals.ready import CHECKOUT, is_for, ready

MEMORY = Path("/dev/shm")  # noqa: S108  only the folder made in it is used

SET_UP = (
    "import sys; from pathlib import Path;"
    "from ceremony.conduct.demo import set_up;"
    "from ceremony.conduct.workspace import Workspace;"
    "set_up(Workspace(Path(sys.argv[1])), 'demo', lambda text: None)"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A finished demo: never changed by a test, only read or copied."""

    folder: Path
    ceremony: str = "KC-2026-001-R1"

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    @property
    def pack(self) -> Path:
        return self.folder / "evidence.pdf"

    @property
    def proof(self) -> Path:
        return self.folder / "evidence.proof"

    @property
    def policy(self) -> Path:
        return self.folder / "trust-policy.toml"

    def copy(self, to: Path) -> Path:
        """Copy the workspace without its site; the journal has its own lock there."""
        shutil.copytree(
            self.workspace, to, ignore=shutil.ignore_patterns("site", "*.lock")
        )
        return to


def environment(
    extra: Mapping[str, str] | None = None, *, measured: bool = False
) -> dict[str, str]:
    """The environment of a command: this checkout, nothing of the person's own.

    Measuring which lines run makes a command slower and leaves files; it is done
    where a command is run for the first time only.
    """
    kept = ["PATH", "HOME"]
    if measured:
        kept += ["COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG"]
    told = {name: os.environ[name] for name in kept if name in os.environ}
    return told | {"PYTHONPATH": str(CHECKOUT), "COLUMNS": "80"} | dict(extra or {})


def run_python(
    arguments: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
    measured: bool = False,
    patience_s: float = 120,
) -> Told:
    """Run our interpreter in a process of its own, with nobody at the keyboard.

    It is forked from one that has loaded the tool, unless something has to be done
    before it starts or its surroundings are for its start.

    Args:
        arguments: Of the interpreter.
        env: What its surroundings are besides :func:`environment`.
        before: What is called in the process before it starts.
        measured: See :func:`environment`.
        patience_s: How long it may take, seconds.

    Raises:
        subprocess.TimeoutExpired: It took longer, and was killed.
    """
    words = [str(each) for each in arguments]
    told = environment(env, measured=measured)
    if before is None and is_for(words, told):
        return Told(*ready().run(words, told, patience_s))
    return start_python(
        words, env=env, before=before, measured=measured, patience_s=patience_s
    )


def start_python(
    arguments: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
    measured: bool = False,
    patience_s: float = 120,
) -> Told:
    """Do as :func:`run_python`, by a start: for tests that look at that, too."""
    done = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, *arguments],
        env=environment(env, measured=measured),
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=patience_s,
        check=False,
        preexec_fn=before,
    )
    return Told(done.returncode, done.stdout, done.stderr)


def run_ceremony(
    arguments: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
    measured: bool = False,
) -> Told:
    """Run ``ceremony`` in a process of its own, with nobody at the keyboard."""
    told = ["-m", "ceremony", *arguments]
    return run_python(told, env=env, before=before, measured=measured)


def run_offscreen(module: str, *arguments: str | Path, patience_s: float) -> Told:
    """Run one of the tests' programs that show a window, where nobody sees it."""
    return run_python(
        ["-m", module, *arguments],
        env={"QT_QPA_PLATFORM": "offscreen"},
        measured=True,
        patience_s=patience_s,
    )


def run_scene(*arguments: str | Path, measured: bool = False) -> Any:
    """Run a scene in a process of its own and read the JSON that it told.

    Args:
        *arguments: Of the interpreter: ``-c`` or ``-m``, the scene, and its own.
        measured: True where this is the only run of what the scene runs.
    """
    told = run_python(arguments, measured=measured, patience_s=300)
    assert told.status == 0, told.err
    return json.loads(told.out)


@contextmanager
def folder_in_memory(name: str, otherwise: Path) -> Iterator[Path]:
    """Give a new folder, in memory where there is such a place."""
    if not os.access(MEMORY, os.W_OK):
        yield otherwise
        return
    folder = Path(tempfile.mkdtemp(prefix=f"ceremony-{name}-", dir=MEMORY))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_demo(folder: Path) -> None:
    """Run the demo as a person does."""
    told = run_ceremony(
        [
            "demo",
            *("--workspace", str(folder / "workspace")),
            *("--out", str(folder / "evidence.pdf")),
        ],
        measured=True,
    )
    (folder / "stdout.txt").write_text(told.out)
    (folder / "stderr.txt").write_text(told.err)
    assert told.status == 0, told.all
    ceremony = next((folder / "workspace" / "ceremonies").iterdir()).stem
    (folder / "ceremony.txt").write_text(ceremony)


def make_site(folder: Path) -> None:
    """Set a site up, with all its tokens, and open nothing at it."""
    told = run_python(["-c", SET_UP, folder / "workspace"])
    assert told.status == 0, told.err


def copy_site(base: Path, workspace: Path) -> Path:
    """Copy a site into a new workspace; give the site's folder."""
    site = workspace / "site"
    shutil.copytree(base / "workspace" / "site", site)
    for path in (site / "binding.toml", *site.glob("tokens/*/softhsm2.conf")):
        told = path.read_text()
        path.write_text(told.replace(str(base / "workspace"), str(workspace)))
    workspace.chmod(0o700)
    return site


def copy_workspace(base: Path, workspace: Path) -> Path:
    """Copy a workspace with what was done in it, but for packs; give its site's folder.

    Args:
        base: The folder that the workspace is in.
        workspace: The new one, which is not there yet.
    """
    left = shutil.ignore_patterns("site", "*.lock", "evidence.*")
    shutil.copytree(base / "workspace", workspace, ignore=left)
    return copy_site(base, workspace)


def pins_of(site: Path) -> dict[str, str]:
    """Every PIN of a site, by table and name."""
    told = tomllib.loads((site / "pins.toml").read_text())
    return {f"{kind}.{name}": pin for kind in told for name, pin in told[kind].items()}


@contextmanager
def shared(name: str, make: Callable[[Path], None], run_id: str) -> Iterator[Path]:
    """Give a folder that is made once for all workers of one run.

    Args:
        name: What is in it.
        make: Fills the folder.
        run_id: The same for all workers of a run, and for no other run.
    """
    place = MEMORY if os.access(MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    root = place / f"ceremony-stage-{os.getuid()}-{run_id}-{name}"
    root.mkdir(mode=0o700, exist_ok=True)
    content, users = root / "content", root / "users"
    with _locked(root):
        users.mkdir(exist_ok=True)
        if not content.exists():
            content.mkdir()
            make(content)
        mark = users / f"{os.getpid()}-{len(list(users.iterdir()))}"
        mark.touch()
    try:
        yield content
    finally:
        with _locked(root):
            mark.unlink()
            last = not any(users.iterdir())
            if last:
                shutil.rmtree(content)
        if last:
            shutil.rmtree(root, ignore_errors=True)


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    with (root / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
