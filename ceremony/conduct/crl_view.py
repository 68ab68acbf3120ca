"""What the review card says of a revocation list before a key signs it."""

from __future__ import annotations

from ceremony.conduct.key_view import Row
from ceremony.engine.steps.crl import CrlParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.script.model import Script, Step


def told_of_crl(script: Script, step: Step) -> list[Row]:
    """Tell who signs which list, with which number, and what it revokes."""
    wanted = read_parameters(CrlParameters, step.parameters)
    thing = script.thing(wanted.crl)
    return [
        ("Signed by", script.thing(wanted.key).title, False),
        ("Revocation list", thing.title, False),
        ("Number", f"{wanted.number}", True),
        *(("Revokes", item, True) for item in wanted.revoked or ("nothing",)),
        ("Profile", thing.profile, True),
    ]
