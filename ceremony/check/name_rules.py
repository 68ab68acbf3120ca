"""Have the files of a thing names that a pack can embed them by.

A pack holds every file under one flat name, made of the thing's name; found out in the
room, a name that does not do would end the ceremony in the middle of an act.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from ceremony.check.findings import Finding, error
from ceremony.check.plan import Plan
from ceremony.errors import Place
from ceremony.identifiers import LONGEST_FLAT_NAME
from ceremony.script.model import Thing, ThingKind

_TAKEN: Final = {
    ThingKind.CERTIFICATE: re.compile(r"evidence-ca|seal|person-.+"),
    ThingKind.CERTIFICATES: re.compile(r"checkpoint(-[0-9]{4,})?"),
}
"""Names that each pack needs itself.

Those of certificates are its signers'. Of a batch it is the folder's, which is written
beside the files of the pack.
"""

_LONGEST: Final[Mapping[ThingKind, str]] = {
    ThingKind.TOKEN: "inventory-*-99.json",
    ThingKind.KEY: "public-wrapped-*-99.bin",
    ThingKind.CERTIFICATE: "proof-certificate-*.tlog-proof",
    ThingKind.CRL: "lint-*-before-signing-99.json",
    ThingKind.REQUEST: "lint-*-before-signing-99.json",
    ThingKind.REQUESTS: "results-*-99.jsonl",
    ThingKind.CERTIFICATES: "lint-*-before-signing-99.json",
}
"""The longest name of a file of each kind of thing, ``*`` for the thing's own.

A file that may come again, as after an act that was refused, has room for a number.
"""

_OF_PROFILE: Final = "profile-*.yaml"


def lint_names(plan: Plan) -> Iterator[Finding]:
    """Find the names by which files of a thing could not be embedded.

    Source: docs/spec/pack-v1.md, 2.1 and 2.2b.
    """
    for thing in plan.script.things:
        place, kind = plan.place("things", thing.name), thing.kind
        what = f"The {kind.value} {thing.name}"
        if kind in _TAKEN and _TAKEN[kind].fullmatch(thing.name):
            yield error(
                "SCRIPT-NAME-01",
                place,
                f"{what} has a name that the pack of a ceremony needs itself: "
                f"{_needed(thing)}.",
                "Give it another name; what people read is its title.",
            )
        if kind in _LONGEST:
            yield from _lint_length(place, what, thing.name, _LONGEST[kind])
    for number, own in enumerate(plan.script.profiles):
        place, what = plan.place("profiles", number), f"The profile {own.file}"
        yield from _lint_length(place, what, own.name, _OF_PROFILE)


def _needed(thing: Thing) -> str:
    """Say for what a pack needs a name that a thing has."""
    if thing.kind is ThingKind.CERTIFICATE:
        return f"certificate-{thing.name}.pem is for a certificate of its signers"
    return f"the folder {thing.name} would lie where it has a file"


def _lint_length(place: Place, what: str, name: str, longest: str) -> Iterator[Finding]:
    most = LONGEST_FLAT_NAME - len(longest.replace("*", ""))
    if len(name) > most:
        yield error(
            "SCRIPT-NAME-02",
            place,
            f"{what} has a name of {len(name)} characters, and its files can be named "
            f"after one of at most {most}.",
            "Give it a shorter name; what people read is its title.",
        )
