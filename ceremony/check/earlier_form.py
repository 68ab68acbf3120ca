"""Is what a script says of things that exist already in the right place.

A pair is named by its public key, a secret key by its id, a certificate by its
digest, a batch by that of its results. Names the first thing that is wrong with an
entry, in words that end a sentence.
"""

from __future__ import annotations

from typing import Final

from ceremony.script.key_kind import Algorithm
from ceremony.script.model import Thing, ThingKind

_BY_DIGEST: Final = (ThingKind.CERTIFICATE, ThingKind.CERTIFICATES)


def earlier_fault(thing: Thing) -> str:
    """Say what is wrong with the entry of what is no key; empty where nothing is."""
    if thing.public_key or thing.cka_id:
        return "has public-key or cka-id, by which keys that exist already are named"
    if thing.sha256 and thing.kind not in _BY_DIGEST:
        return "has sha256, by which certificates that exist already are named"
    return ""


def earlier_key_fault(key: Thing) -> str:
    """Say what is wrong with how a key that exists already is named."""
    algorithm = key.algorithm or Algorithm.P_256
    told = "public-key" if not algorithm.is_secret else "cka-id"
    named = {"public-key": key.public_key, "cka-id": key.cka_id, "sha256": key.sha256}
    other = [name for name, value in named.items() if value and name != told]
    if other:
        return f"has {other[0]}, and a key of {algorithm} is named by {told}"
    if key.is_earlier and key.copy_of:
        return "exists already and is to be restored as a copy"
    return ""
