"""A site of any script at which the PINs of its tokens are typed, and who types them.

The site is made in a process of its own, as those of ``stage``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.rehearsals.stage import pins_of, run_python

_SET_UP: Final = """
import sys
from pathlib import Path
from ceremony.conduct.demo import set_up
from ceremony.conduct.workspace import Workspace
from tests.fakes.key_acts import put_at_site

workspace, script = Workspace(Path(sys.argv[1])), sys.argv[2]
set_up(workspace, "demo" if script == "key-acts" else script, lambda _: None)
if script == "key-acts":
    put_at_site(workspace.folder / "site")
"""


def make_site_for(workspace: Path, script: str) -> Path:
    """Make a workspace with a site at which nothing is open; give the site's folder.

    Args:
        workspace: Where there is none yet.
        script: ``backup``, ``demo`` or ``key-acts``.
    """
    told = run_python(["-c", _SET_UP, workspace, script])
    assert told.status == 0, told.err
    return workspace / "site"


def make_typed_site(workspace: Path, script: str) -> Path:
    """Make such a site at which the PINs of the script's tokens are typed."""
    site = make_site_for(workspace, script)
    change_blocks(site, "[[token]]", lambda told: told.replace('"fixed"', '"typed"'))
    return site


def change_blocks(site: Path, head: str, change: Callable[[str], str]) -> None:
    """Change every block of a site's binding that begins with a head."""
    path = site / "binding.toml"
    blocks = path.read_text().split("\n\n")
    path.write_text("\n\n".join(change(b) if b.startswith(head) else b for b in blocks))


class TypedPins:
    """What people type for the tokens of a site, by what they are asked for.

    A PIN that was changed is the new one from then on.

    Args:
        site: The site's folder.
    """

    def __init__(self, site: Path) -> None:
        self._known = pins_of(site)
        self._names = {"evidence token": "evidence"}
        self._changed: set[str] = set()
        for block in (site / "binding.toml").read_text().split("\n\n"):
            serial = re.search(r'^serial = "(\w+)"', block, re.MULTILINE)
            name = re.search(r'^(?:name|id) = "([^"]+)"', block, re.MULTILINE)
            if serial and name:
                self._names[serial.group(1)] = name.group(1)

    def keep(self) -> None:
        """Let every PIN be the one that it was at first: no change came about."""
        self._changed.clear()

    def answer(self, prompt: str, serial: str) -> str:
        """Give the PIN that a prompt asks for.

        Args:
            prompt: As it is shown, without the serial.
            serial: The token's; ``evidence token`` for that one.
        """
        whose = "officer" if "officer" in prompt else "user"
        place = f"{whose}.{self._names[serial]}"
        is_new = " new " in prompt
        if prompt.endswith("once more"):
            self._changed.add(place)
        if is_new or place in self._changed:
            place = f"new-{place}"
        return self._known[place]
