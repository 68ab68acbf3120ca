"""What a script relies on though nobody could confirm it, and on whose word."""

from __future__ import annotations

from ceremony.errors import InputError
from ceremony.pki.builtin import load_builtin_profile
from ceremony.script.model import Script


def unverified_facts(script: Script) -> tuple[tuple[str, str], ...]:
    """Name profile and fact of everything unverified that a script relies on.

    A profile that does not ship is no matter here: the check of a script tells it.
    """
    named = dict.fromkeys(thing.profile for thing in script.things if thing.profile)
    facts = []
    for name in named:
        try:
            profile = load_builtin_profile(name)
        except InputError:
            continue
        facts += [(name, fact.name) for fact in profile.unverified]
    return tuple(facts)


def unfounded(script: Script) -> tuple[tuple[str, str], ...]:
    """Name those among them that nobody confirms or accepts."""
    founded = {(told.profile, told.fact) for told in script.unverified}
    return tuple(each for each in unverified_facts(script) if each not in founded)
