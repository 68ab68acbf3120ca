"""The demo, played once at the window, with everything that was seen kept.

Run as a program it plays and writes what it saw into a file. It is a process of its
own because a PKCS#11 module is initialised once for a process, and other tests hold
one. What it saw are the frozen views, so that any page can be built from them.
"""

from __future__ import annotations

import pickle
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.rehearsals.stage import run_offscreen


@dataclass
class Played:
    """What one demo showed.

    Attributes:
        views: Each view of the room, in the order in which they came.
        gestures: Each gesture with its step.
        named: Views that no gesture of the demo brings: tokens, resumption, reports.
        pins: Every PIN of the site; none may be seen anywhere.
    """

    views: list[Any] = field(default_factory=list)
    gestures: list[tuple[str, str]] = field(default_factory=list)
    named: dict[str, Any] = field(default_factory=dict)
    pins: list[str] = field(default_factory=list)

    def at(self, step: str) -> Any:
        """Give the first view in which a step is open."""
        return next(
            view
            for view in self.views
            if view.step is not None and view.step.id == step
        )

    def carried_out(self, step: str) -> Any:
        """Give the first view in which an open step has been carried out."""
        return next(
            view
            for view in self.views
            if view.step is not None and view.step.id == step and view.step.carried_out
        )

    def in_phase(self, phase: str) -> Any:
        """Give the first view of a phase with no step left."""
        return next(
            view for view in self.views if view.step is None and view.phase == phase
        )


def play(folder: Path) -> Played:
    """Play in a process of its own and read what it saw."""
    kept = folder / "played"
    done = run_offscreen("tests.ui.played", folder, kept, patience_s=300)
    assert done.status == 0, done.err
    with kept.open("rb") as file:
        told = pickle.load(file)  # noqa: S301  written a moment ago by our own process
    assert isinstance(told, Played)
    return told


def main() -> int:
    """Play and keep."""
    # Under this name the values can be read again by whoever asked.
    from tests.ui import played as here

    folder, kept = Path(sys.argv[1]), Path(sys.argv[2])
    told = here.Played()
    _watch(folder, told)
    with kept.open("wb") as file:
        pickle.dump(told, file)
    return 0


def _watch(folder: Path, told: Played) -> None:
    from tests.ui.typist import Typist, wait_for
    from ui.app import MainWindow, make_app

    app, window = make_app(["ceremony"]), MainWindow(folder / "workspace")
    window.show()
    window.start()
    typist = Typist(window)
    window.bridge.changed.connect(told.views.append)

    def ask(name: str, question: Any) -> None:
        window.bridge.perform(question, lambda got: told.named.update({name: got}))
        typist.wait_idle()

    def before(step: str, room: Any) -> None:
        gesture = room.director.ask.gesture
        told.gestures.append((step, gesture.name))
        if gesture.name == "SIGN_REPORT" and "report" not in told.named:
            person = room.page.view.waiting_signers[0].id
            ask("report", lambda desk: desk.report_turn(person))

    typist.before = before
    typist.start_demo()
    typist.play(until="3.3")
    ask("tokens", lambda desk: desk.tokens())
    ask("left", lambda desk: desk.interruption())
    ask("inspected", lambda desk: desk.inspect())
    ask("past", lambda desk: desk.past(10))
    ask("to come", lambda desk: desk.past(54))
    typist.play()
    told.pins = _pins(folder / "workspace" / "demo" / "site")
    wait_for(lambda: not window.bridge.is_busy)
    window.close()
    app.processEvents()


def _pins(site: Path) -> list[str]:
    import tomllib

    told = tomllib.loads((site / "pins.toml").read_text())
    return [pin for table in told.values() for pin in table.values()]


if __name__ == "__main__":
    sys.exit(main())
