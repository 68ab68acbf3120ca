"""Take a picture of every screen and state of the window, from one real ceremony.

    python scripts/make_screenshots.py [FOLDER] [--docs]

FOLDER is out/screenshots where none is named. The demo is held by keyboard on SoftHSM;
at each stop the window puts on every look and size. A screen of twice the pixels needs
a program of its own, as does a ceremony that was killed. ``--docs`` also writes the
pictures that README.md shows.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402  the path is set

from tests.ui.ceremony.killing import kill_at  # noqa: E402  the same
from tests.ui.tour import Tour, walk_resumption  # noqa: E402  the same
from tests.ui.typist import Typist  # noqa: E402  the same
from ui.app import MainWindow, make_app  # noqa: E402  the same
from ui.projector.window import ProjectorWindow  # noqa: E402  the same
from ui.room import refit  # noqa: E402  the same
from ui.theme.palette import Look  # noqa: E402  the same
from ui.theme.worn import wear  # noqa: E402  the same

MEMORY: Final = Path("/dev/shm")  # noqa: S108  folders in it get names of their own
KILLED_AT: Final = "3.3"


@dataclass(frozen=True, slots=True)
class Variant:
    """One look of the window.

    Attributes:
        folder: The folder of its pictures.
        size: Of the window, in logical pixels.
    """

    folder: str
    look: Look = Look.LIGHT
    zoom: float = 1.0
    size: tuple[int, int] = (1366, 768)


VARIANTS: Final = (
    Variant("light"),
    Variant("dark", Look.DARK),
    Variant("contrast", Look.CONTRAST),
    Variant("zoom-2", zoom=2.0),
    Variant("1920x1080", size=(1920, 1080)),
)

DOUBLED: Final = (Variant("scale-2", size=(683, 384)),)
"""What 1366 by 768 pixels are on a screen that is told to show everything twice."""

DOCS: Final = {
    "home-resume": "window-home",
    "device-waiting": "window-conductor",
    "turn-sign-out": "window-turn",
    "projector-words-32": "window-projector",
}
"""The pictures of README.md, by the stops they are taken at."""


class Studio:
    """Takes pictures into one folder for each look."""

    def __init__(self, app: QApplication, folder: Path, *, doubled: bool) -> None:
        self._app = app
        self._folder = folder
        self._variants = DOUBLED if doubled else VARIANTS

    def take(self, name: str, window: QWidget) -> None:
        """Take one stop in every look, and leave the window as it was."""
        first, *_ = self._variants
        if isinstance(window, ProjectorWindow):
            self._save(window, self._folder / first.folder / f"{name}.png")
            return
        for variant in self._variants:
            self.put_on(variant, window)
            self._save(window, self._folder / variant.folder / f"{name}.png")
        self.put_on(first, window)

    def put_on(self, variant: Variant, window: QWidget) -> None:
        """Give the window a look and a size, and let it come to rest."""
        wear(self._app, variant.look, variant.zoom)
        window.resize(*variant.size)
        refit(window)
        for _ in range(4):
            self._app.processEvents()

    @staticmethod
    def _save(window: QWidget, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        window.grab().save(str(path))


def take_part(part: str, folder: Path, *, doubled: bool) -> None:
    """Hold one ceremony in this program and take its pictures.

    Args:
        part: ``ceremony``, or ``killed`` for one that goes on after a kill.
        folder: Where the pictures go.
        doubled: True on a screen of twice the pixels.
    """
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    app = make_app(["window"])
    studio = Studio(app, folder, doubled=doubled)
    with tempfile.TemporaryDirectory(prefix="ceremony-window-", dir=place) as name:
        workspace = Path(name) / "workspace"
        if part == "killed":
            kill_at(workspace, KILLED_AT, in_the_device=True)
        window = MainWindow(workspace)
        window.show()
        first, *_ = DOUBLED if doubled else VARIANTS
        studio.put_on(first, window)
        window.start()
        typist = Typist(window)
        typist.wait_idle()
        if part == "killed":
            walk_resumption(typist, studio.take)
        else:
            Tour(typist, studio.take).walk()
        window.close()


def main(folder: Path, *, docs: bool) -> None:
    """Take everything, each ceremony and each screen in a program of its own."""
    for scale in ("1", "2"):
        for part in ("ceremony", "killed"):
            subprocess.run(  # noqa: S603  this very script
                [sys.executable, __file__, str(folder), "--part", part],
                env={**os.environ, "QT_SCALE_FACTOR": scale},
                check=True,
            )
    if docs:
        for source, name in DOCS.items():
            shrink(
                folder / "light" / f"{source}.png",
                ROOT / "docs" / "pictures" / f"{name}.png",
            )
    count = sum(1 for _ in folder.rglob("*.png"))
    print(f"{count} pictures in {folder}")


def shrink(source: Path, target: Path) -> None:
    """Write a picture in its 256 most frequent colours: areas keep theirs exactly."""
    from PIL import Image

    with Image.open(source) as picture:
        whole = picture.convert("RGB")
    raw = whole.tobytes()
    pixels = list(zip(raw[::3], raw[1::3], raw[2::3], strict=True))
    most = [colour for colour, _ in Counter(pixels).most_common(256)]
    places = {colour: place for place, colour in enumerate(most)}
    for colour in set(pixels).difference(most):
        near = min(most, key=partial(math.dist, colour))
        places[colour] = places[near]
    few = Image.frombytes("P", whole.size, bytes(places[each] for each in pixels))
    few.putpalette([part for colour in most for part in colour])
    few.save(target, optimize=True)
    print(f"{target.stat().st_size:>8}  {target.name}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Take a picture of every screen.")
    parser.add_argument(
        "folder", type=Path, nargs="?", default=ROOT / "out/screenshots"
    )
    parser.add_argument("--docs", action="store_true")
    parser.add_argument("--part", choices=("ceremony", "killed"), default="")
    given = parser.parse_args()
    if given.part:
        is_doubled = os.environ.get("QT_SCALE_FACTOR") == "2"
        take_part(given.part, given.folder, doubled=is_doubled)
    else:
        main(given.folder, docs=given.docs)
