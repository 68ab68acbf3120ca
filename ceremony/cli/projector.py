"""The projector as a text file: what another terminal or a monitor shows the room.

``watch cat FILE`` on the room's screen is enough. The file holds public values only.

Invariants:
    * Whoever reads the file finds one whole view, never half of one.
    * A file that was not written here is never replaced.
    * A screen that is lost never stops a ceremony.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ceremony.cli.console import tell
from ceremony.cli.context import verify_free
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.views import ProjectorView, project

HEAD: Final = "PROJECTOR"
"""How every view begins, by which the file is known again."""


class Screen:
    """What the room sees; without a file nothing is shown.

    Args:
        path: The file; its folder exists.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path

    @property
    def is_on(self) -> bool:
        """Tell whether the room can read anything."""
        return self._path is not None

    def show(self, conductor: Conductor) -> None:
        """Show where the ceremony stands now."""
        view = project(conductor.ceremony, conductor.state, conductor.clock)
        self._write(render_view(view))

    def blank(self) -> None:
        """Show nothing any more."""
        self._write("")

    def _write(self, text: str) -> None:
        if self._path is None:
            return
        temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}.part")
        try:
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(self._path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            tell(f"The projector's file {self._path} was not written: {error.strerror}")


def render_view(view: ProjectorView) -> str:
    """Give the projector's view as text, with words in numbered rows of four."""
    lines = [
        f"{HEAD}  {view.mode}  {view.ceremony}  {view.clock}",
        "",
        view.text.rstrip(),
    ]
    if view.rows:
        lines.append("")
    for number, row in enumerate(view.rows, start=1):
        lines.append(f"{number:>2}  " + "  ".join(f"{word:<12}" for word in row))
    return "\n".join(line.rstrip() for line in lines) + "\n"


@contextmanager
def projected(path: Path | None) -> Iterator[Screen]:
    """Give the room's screen and blank it at the end.

    Raises:
        RefusedError: ``CLI-OUT-01``: the file is there and is no projector's.
        InputError: ``CLI-OUT-02``: its folder does not exist.
    """
    if path is not None and not _is_projector(path):
        verify_free(path)
    screen = Screen(path)
    try:
        yield screen
    finally:
        screen.blank()


def _is_projector(path: Path) -> bool:
    """Tell whether a file is one that may be replaced: blank, or a view."""
    if not path.is_file() or path.is_symlink():
        return False
    with path.open("rb") as file:
        return file.read(len(HEAD)) in (b"", HEAD.encode())
