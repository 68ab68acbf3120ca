"""Hold the demo once, and tell how long each part took and what memory it held.

    python scripts/bench_demo.py

Does what ``ceremony demo`` does, in the working folder, which must be empty. Prints
one JSON object: seconds by part, and the memory of this process and of its largest
child in bytes.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Final

from ceremony.clock import SystemClock
from ceremony.conduct.demo import finish_demo, open_demo, set_up
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from ceremony.garbage import look_rarely
from ceremony.verify.outcome import exit_status
from ceremony.verify.pack import verify_pack

KIB: Final = 1024

TOLD: Final = (
    ("Closing", "close"),
    ("Laying out", "seal"),
    ("Report signature", "sign"),
)
"""What the demo says when a part begins, and what the part is called here."""


class Watch:
    """Adds up the time of each part, from one part's beginning to the next one's."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._part = "set_up"
        self._since = time.perf_counter()

    def begin(self, part: str) -> None:
        """End the part that runs, and begin another."""
        now = time.perf_counter()
        taken = now - self._since
        self.seconds[self._part] = self.seconds.get(self._part, 0.0) + taken
        self._part, self._since = part, now

    def listen(self, told: str) -> None:
        """Begin the part that what was told announces."""
        for words, part in TOLD:
            if told.startswith(words):
                self.begin(part)


def main(folder: Path) -> None:
    """Hold the demo in a folder and print what it took.

    Raises:
        SystemExit: The pack does not verify.
    """
    look_rarely()
    watch = Watch()
    workspace, pack = Workspace(folder / "workspace"), folder / "evidence.pdf"
    set_up(workspace, "demo", watch.listen)
    watch.begin("open")
    ceremony = open_demo(workspace)
    watch.begin("play")
    with enter(workspace, ceremony, SystemClock()) as room:
        finish_demo(room, pack, watch.listen)
    watch.begin("verify")
    policy = workspace.folder / "site" / "trust-policy.toml"
    verdict = verify_pack(pack, policy, pack.with_suffix(".proof"))
    watch.begin("")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * KIB
    print(json.dumps({**watch.seconds, "own_rss": own, "child_rss": child}))
    sys.exit(exit_status(verdict))


if __name__ == "__main__":
    main(Path.cwd())
