"""Whose last list goes along with what a script says exists already.

What a list revokes the next one keeps, nobody renews, and nobody issues below. Asked
for is therefore the last list of each key of a CA that signs a list in the ceremony or
answers an import, and of each CA above a key that issues, though it does nothing
itself: a root stays offline while the CAs below it work.

Source: RFC 5280, section 6.1.3, (a)(3): no certificate of a path is revoked; section
6.3.3, (b): an issuer is known by its name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from ceremony.engine.batch import ISSUE
from ceremony.engine.facts import CertificateMade, Outcome
from ceremony.engine.renewal import is_imported
from ceremony.engine.revocation import CROSS_SIGN
from ceremony.errors import InputError
from ceremony.identifiers import Digest
from ceremony.pki.script_profile import subject_text
from ceremony.script.model import Script, Step, Thing

LIST: Final = "crl.issue"


def keys_asked(
    script: Script, keys: Mapping[str, Digest], told: Collection[Outcome]
) -> frozenset[Digest]:
    """Give the public keys whose last lists go along.

    Args:
        script: The script.
        keys: SHA-256 of the public key of each earlier pair that it names, by name.
        told: What made each earlier certificate that it names.

    Returns:
        SHA-256 of each.
    """
    made = [done.certificate for done in told if done.certificate is not None]
    # One by which a CA certifies another's key brings no list of that other's own.
    crossed = [done.certificate for done in told if done.verb == CROSS_SIGN]
    signing = {keys[name] for name in _issuing(script) if name in keys}
    above, listing = _names_above(made, signing), frozenset(_names_listing(script))
    return frozenset(
        {
            *(it.public_key for it in made if it.subject in above),
            *(
                it.public_key
                for it in made
                if it.subject in listing and it not in crossed
            ),
            *(
                pair
                for name, pair in keys.items()
                if _subject(script, script.thing(name)) in above | listing
            ),
        }
    )


def _issuing(script: Script) -> Iterator[str]:
    """Name the keys that issue, and what each is a copy of."""
    copies = {thing.name: thing.copy_of for thing in script.things}
    for step in script.steps:
        if step.verb in (ISSUE, CROSS_SIGN):
            name = str(step.parameters.get("key"))
            yield from (name, copies.get(name, ""))


def _names_above(
    made: Collection[CertificateMade], signing: Collection[Digest]
) -> frozenset[str]:
    """Give the names of the CAs above keys, up to those that signed themselves."""
    names = {each.issuer for each in made if each.public_key in signing}
    while more := {each.issuer for each in made if each.subject in names} - names:
        names |= more
    return frozenset(names)


def _names_listing(script: Script) -> Iterator[str]:
    """Give the names of the CAs that sign a list or answer an import.

    A copy of a key may be what signs, or another key that the CA has had since.
    """
    known = {thing.name: thing for thing in script.things}
    for step in script.steps:
        key = known.get(str(step.parameters.get("key")))
        if key is not None and _asks(script, step):
            subject = _subject(script, known.get(key.copy_of, key))
            yield from filter(None, [subject])


def _asks(script: Script, step: Step) -> bool:
    request = str(step.parameters.get("request"))
    return step.verb == LIST or (step.verb == ISSUE and is_imported(script, request))


def _subject(script: Script, thing: Thing) -> str:
    """Give a thing's subject; empty where the script does not say all of it."""
    try:
        return subject_text(script, thing)
    except InputError:
        return ""
