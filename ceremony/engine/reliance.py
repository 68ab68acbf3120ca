"""What a script relies on though nobody could confirm it, and on whose word."""

from __future__ import annotations

from collections.abc import Iterator

from ceremony.errors import InputError
from ceremony.pki.fact import Fact
from ceremony.pki.script_profile import (
    certificate_profile,
    crl_profile,
    has_environments,
)
from ceremony.script.model import Script, ThingKind


def unverified_facts(script: Script) -> tuple[tuple[str, str], ...]:
    """Name profile and fact of everything unverified that a script relies on.

    A profile that cannot be read is no matter here: the check of a script tells it.
    """
    return tuple(
        (name, fact.name)
        for name, unverified in _profiles(script)
        for fact in unverified or ()
    )


def unread_profiles(script: Script) -> frozenset[str]:
    """Name the profiles that a script uses and that cannot be read.

    There is none of the name, it is not sound, or has not the script's environment.
    """
    told = tuple(_profiles(script))
    read = {name for name, unverified in told if unverified is not None}
    return frozenset(name for name, _ in told) - read


def _profiles(script: Script) -> Iterator[tuple[str, tuple[Fact, ...] | None]]:
    """Give each profile that a script uses with what is unverified in it."""
    named = dict.fromkeys(
        (thing.profile, thing.kind is ThingKind.CRL)
        for thing in script.things
        if thing.profile
    )
    for name, is_list in named:
        try:
            yield name, _unverified(script, name, is_list=is_list)
        except InputError:
            yield name, None


def _asked(script: Script) -> frozenset[str]:
    """Name the profiles by which a step makes a request."""
    keys = {
        step.parameters.get("key") for step in script.steps if step.verb == "csr.create"
    }
    return frozenset(thing.profile for thing in script.things if thing.name in keys)


def _unverified(script: Script, profile: str, *, is_list: bool) -> tuple[Fact, ...]:
    if is_list:
        return crl_profile(script, profile).unverified
    told = certificate_profile(script, profile)
    asked = told.request if profile in _asked(script) else None
    return (*told.unverified, *(asked.unverified if asked is not None else ()))


def unfounded(script: Script) -> tuple[tuple[str, str], ...]:
    """Name those among them that nobody confirms or accepts."""
    founded = {(told.profile, told.fact) for told in script.unverified}
    return tuple(each for each in unverified_facts(script) if each not in founded)


def unsaid_environments(script: Script) -> tuple[str, ...]:
    """Name the profiles with environments of a script that names none of those.

    What is meant then is a test, of which nothing in such a script tells a reader.
    """
    if script.environment:
        return ()
    named = dict.fromkeys(
        thing.profile
        for thing in script.things
        if thing.profile and thing.kind is not ThingKind.CRL
    )
    return tuple(name for name in named if has_environments(script, name))
