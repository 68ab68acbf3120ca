"""What a script lets be, or relies on without confirmation, at the terminal."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Final

from ceremony.cli.console import tell

if TYPE_CHECKING:
    from ceremony.script.model import Script

WIDTH: Final = 79


def tell_granted(script: Script) -> None:
    """Tell it before anything is opened or begun; nothing where there is nothing."""
    from ceremony.cli.context import today
    from ceremony.conduct.granted import granted, told_later

    known = granted(script, today())
    if not known:
        return
    tell("What the script lets be, or relies on without confirmation:")
    for each in known:
        lines = wrap(
            each.told,
            WIDTH,
            initial_indent="  - ",
            subsequent_indent="    ",
            # A fact's name is looked for and copied whole.
            break_on_hyphens=False,
        )
        tell("\n".join(lines))
    if later := told_later(known):
        tell(later)
