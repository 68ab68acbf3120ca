"""What is known of a ceremony before it is opened, by its script, site and journal."""

from __future__ import annotations

from dataclasses import dataclass

from ceremony.conduct.brought import Brought
from ceremony.conduct.earlier import Found
from ceremony.conduct.replaced import Journal
from ceremony.identifiers import Mode
from ceremony.script.model import Script


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known.

    Attributes:
        script: The script; its own check found no error.
        found: What it says that earlier ceremonies have made.
        brought: What it says that other CAs have made.
        journal: The site's, of that mode.
        mode: Whose journal that is.
    """

    script: Script
    found: tuple[Found, ...]
    brought: tuple[Brought, ...]
    journal: Journal
    mode: Mode
