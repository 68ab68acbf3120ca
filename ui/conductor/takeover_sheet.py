"""Going on with a pen: what is left of the script, printed from the record."""

from __future__ import annotations

from pathlib import Path

from ceremony.conduct.room_view import RoomView
from ceremony.conduct.takeover import PaperSet
from ui.bridge import Bridge
from ui.conductor.incident_sheets import CommandSheet
from ui.messages import takeover as words
from ui.messages.speech import say
from ui.widgets.text import breakable


class TakeoverSheet(CommandSheet):
    """Writes the sheets and says where they are; the ceremony stays as it is."""

    def __init__(self, bridge: Bridge, view: RoomView, folder: Path) -> None:
        super().__init__(bridge, say(words.TO_PAPER), say(words.TEXT))
        step = view.step.id if view.step is not None else ""
        # The next event makes the name another one: nothing is ever written over.
        path = folder / f"{view.ceremony}-from-{step}-{view.event_count}.pdf"
        self.file = self.add_line(say(words.FILE), str(path))
        (self.write,) = self.finish((say(words.WRITE), "primary", self._write))

    def _write(self) -> None:
        name = self.demand(say(words.FILE), self.file)
        if name is None:
            return
        path = Path(name)

        def written(made: PaperSet) -> None:
            self.setEnabled(True)
            self.write.setEnabled(False)
            told = say(words.WRITTEN, path=breakable(str(path)))
            self.tell(f"{told} {made.unseen}".rstrip(), good=True)
            self.take_focus()

        self.setEnabled(False)
        self._bridge.perform(
            lambda desk: desk.move_to_paper(path), written, self._refused
        )
