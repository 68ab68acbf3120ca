"""What a key is made for: the requests that it will sign, and its certificate."""

from __future__ import annotations

from ceremony.script.model import Script, Thing, ThingKind


def requests_for(script: Script, key: str) -> tuple[str, ...]:
    """Name the requests that a script lets a key sign."""
    return tuple(
        str(step.parameters["request"])
        for step in script.steps
        if step.verb == "csr.create" and step.parameters["key"] == key
    )


def certificates_for(script: Script, key: Thing) -> tuple[Thing, ...]:
    """Find the certificates that a key is made for: those of its profile and name.

    Those that the ceremony makes stand first: a CA's next key has the name of the one
    before, whose certificate the script may have as well.
    """
    found = [
        thing
        for thing in script.things
        if thing.kind is ThingKind.CERTIFICATE
        and (thing.profile, thing.given) == (key.profile, key.given)
    ]
    return tuple(sorted(found, key=lambda thing: thing.is_earlier))
