"""Holds the demo in a window up to a step, says so, and goes on to its own end.

Run as a program by ``killing``: ``killed_child WORKSPACE STEP``. Told to go on, it
carries the step out and is killed, by itself and by SIGKILL, where a token has acted
and before its outcome is durable.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ceremony.clock import Instant
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import Outcome
from ceremony.identifiers import CeremonyId, Digest
from ceremony.journal.event import Draft, Event
from ceremony.journal.store import JournalStore
from tests.ui.typist import open_window
from ui.app import make_app
from ui.conductor.flow import Gesture


class DyingStore(JournalStore):
    """A journal whose process dies before the next outcome is written."""

    armed = False

    def append(
        self,
        ceremony: CeremonyId,
        script: Digest,
        drafts: Sequence[Draft],
        contents: Mapping[Digest, bytes],
        at: Instant,
    ) -> tuple[Event, ...]:
        outcome = any(draft.type == Outcome.type for draft in drafts)
        if type(self).armed and outcome:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().append(ceremony, script, drafts, contents, at)


def main() -> None:
    # Every workspace of this process opens its journal as one that can die.
    Workspace.__init__.__defaults__ = (DyingStore.open,)  # type: ignore[misc]  # a program of the tests' own
    make_app(["window"])
    typist = open_window(Path(sys.argv[1]))
    typist.start_demo()
    typist.play(until=sys.argv[2])
    view = typist.room.page.view
    assert view is not None
    assert view.step is not None
    # Each who closes the step has read its review first, where it has one.
    for _ in view.step.initials:
        if typist.room.director.ask.gesture is Gesture.READY:
            typist.initials()
    sys.stdout.write("READY\n")
    sys.stdout.flush()
    sys.stdin.readline()
    DyingStore.armed = True
    typist.go()
    raise AssertionError("no outcome was about to be written")


if __name__ == "__main__":
    main()
