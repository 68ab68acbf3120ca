"""Is a key's entry under ``things`` one that can be made: kind, use, copies.

Names the first thing that is wrong with an entry, in words that end a sentence.
"""

from __future__ import annotations

from ceremony.check.earlier_form import earlier_key_fault
from ceremony.script.key_kind import Algorithm, KeyUse
from ceremony.script.model import Script, Thing, ThingKind


def key_fault(script: Script, key: Thing) -> str:  # noqa: PLR0911  one return a fault
    """Say what is wrong with a key that names its token; empty where nothing is."""
    if fault := earlier_key_fault(key):
        return fault
    if key.copy_of:
        return _copy_fault(script, key)
    if key.trusted and key.use is not KeyUse.WRAP:
        return "is to be trusted, and only a key made with use: wrap can be"
    if key.given and not key.profile:
        return "has what a certificate says of it, and no profile"
    if not key.profile and key.algorithm is None:
        return "has neither a profile nor an algorithm"
    if key.profile:
        return _certified_fault(key)
    return _kind_fault(key)


def _certified_fault(key: Thing) -> str:
    if (key.algorithm and key.algorithm.is_secret) or key.use is KeyUse.WRAP:
        return "has a profile, and these are for pairs that sign"
    return "is a pair, and has no check value" if key.check_value else ""


def _kind_fault(key: Thing) -> str:  # noqa: PLR0911  one return a fault
    algorithm = key.algorithm or Algorithm.P_256
    wraps = key.use is KeyUse.WRAP
    if algorithm.is_secret:
        return "" if wraps else "is a secret key, and these are made with use: wrap"
    if key.check_value is not None:
        return "is a pair, and has no check value"
    if wraps and not algorithm.is_rsa:
        return f"is to wrap, and a pair of {algorithm} cannot"
    if wraps and key.copies is not None and key.copies.may_leave:
        return "is a pair that wraps, and no copy of it could be shown equal"
    return ""


def _copy_fault(script: Script, copy: Thing) -> str:  # noqa: PLR0911  one return a fault
    known = {thing.name: thing for thing in script.things}
    original = known.get(copy.copy_of)
    if original is None or original.kind is not ThingKind.KEY or original.copy_of:
        return "is a copy of what is no key of the script, or a copy itself"
    if original.copies is None or not original.copies.may_leave:
        return f"is a copy of {original.name}, which has no copies: wrapped"
    if original.token == copy.token:
        return f"is a copy of {original.name} in the same token"
    own = (copy.profile, copy.given, copy.algorithm, copy.use, copy.check_value)
    if any(own) or copy.trusted:
        return "is a copy, and is of the profile, algorithm and use of its original"
    return ""
