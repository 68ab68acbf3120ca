"""How often Python looks for garbage in a process that loads much.

Python looks through what it has made after every 700 new objects, and now and then
through all of them. A process that loads libraries makes hundreds of thousands that
stay, so that a tenth of its loading goes into looking; and what it works on leaves
little behind, since most of what nobody needs any more goes without being looked for.
"""

from __future__ import annotations

import gc
from typing import Final

OBJECTS: Final = 50_000
"""New objects after which it looks: some megabytes at most."""


def look_rarely() -> None:
    """Have Python look for garbage after 50,000 new objects, in this process."""
    gc.set_threshold(OBJECTS, *gc.get_threshold()[1:])
