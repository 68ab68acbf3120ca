"""On whose word a script's unverified facts are relied on, one sentence a ground."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ceremony.script.model import Reliance


def by_ground(reliances: Iterable[Reliance]) -> tuple[Reliance, ...]:
    """Bring facts of one profile together that one person vouches for on one ground.

    Args:
        reliances: Those of a script, each of one fact.

    Returns:
        One for each ground, in the order in which they first stand; ``fact`` names
        all its facts, e.g. ``subject, key-usage and validity``.
    """
    grounds: dict[Reliance, list[str]] = {}
    for each in reliances:
        grounds.setdefault(replace(each, fact=""), []).append(each.fact)
    return tuple(
        replace(ground, fact=_listed(facts)) for ground, facts in grounds.items()
    )


def _listed(facts: list[str]) -> str:
    *first, last = facts
    return f"{', '.join(first)} and {last}" if first else last
