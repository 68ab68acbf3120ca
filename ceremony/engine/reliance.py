"""What a script relies on though nobody could confirm it, and on whose word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ceremony.errors import InputError
from ceremony.pki.fact import Fact
from ceremony.pki.script_profile import (
    certificate_profile,
    crl_profile,
    has_environments,
)
from ceremony.script.model import Script, ThingKind

_SIGNATURE: Final = "request-signature"
"""What an import holds a request to; it takes any extension of the certificate."""


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
    return _named(script, "csr.create", "key")


def _taken(script: Script) -> frozenset[str]:
    """Name the profiles by which a step takes a request from elsewhere."""
    return _named(script, "csr.import", "request")


def _named(script: Script, verb: str, parameter: str) -> frozenset[str]:
    """Name the profiles of the things that a parameter of a verb's steps names."""
    names = {
        step.parameters.get(parameter) for step in script.steps if step.verb == verb
    }
    return frozenset(thing.profile for thing in script.things if thing.name in names)


def _unverified(script: Script, profile: str, *, is_list: bool) -> tuple[Fact, ...]:
    if is_list:
        return crl_profile(script, profile).unverified
    told = certificate_profile(script, profile)
    form = told.request.unverified if told.request is not None else ()
    if profile not in _asked(script):
        is_taken = profile in _taken(script)
        form = tuple(each for each in form if is_taken and each.name == _SIGNATURE)
    return (*told.unverified, *form)


def unfounded(script: Script) -> tuple[tuple[str, str], ...]:
    """Name those among them that nobody confirms or accepts."""
    founded = {(told.profile, told.fact) for told in script.unverified}
    return tuple(each for each in unverified_facts(script) if each not in founded)


def unfounded_by_profile(script: Script) -> dict[str, tuple[str, ...]]:
    """Name those facts by the profile that has them."""
    named: dict[str, tuple[str, ...]] = {}
    for profile, fact in unfounded(script):
        named[profile] = (*named.get(profile, ()), fact)
    return named


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
