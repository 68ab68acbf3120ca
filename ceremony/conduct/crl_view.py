"""What the review card says of a revocation list before a key signs it."""

from __future__ import annotations

from collections.abc import Iterator

from ceremony.conduct.key_view import Row
from ceremony.engine.kept import corrections, keys_of_issuer, last_lists
from ceremony.engine.revocation import revoked_before_begun
from ceremony.engine.state import State
from ceremony.engine.steps.crl import CrlParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.script.model import Step


def told_of_crl(state: State, step: Step) -> list[Row]:
    """Tell who signs which list, with which number, and what it revokes and corrects.

    Of a certificate that is revoked from a day before its first one that day is told.

    Args:
        state: The state before the step, or after it.
        step: The step.
    """
    wanted = read_parameters(CrlParameters, step.parameters)
    thing = state.script.thing(wanted.crl)
    return [
        ("Signed by", state.script.thing(wanted.key).title, False),
        ("Revocation list", thing.title, False),
        ("Number", f"{wanted.number}", True),
        *_revoked(state, wanted),
        ("Profile", thing.profile, True),
    ]


def _revoked(state: State, wanted: CrlParameters) -> Iterator[Row]:
    if not wanted.revoked:
        yield "Revokes", "nothing", True
    keys = keys_of_issuer(state, wanted.key)
    before = last_lists(state, keys, before=wanted.number)
    for item in wanted.revoked:
        yield "Revokes", item, True
        begun = revoked_before_begun(item, state)
        if begun:
            yield "Holds from", begun, True
        for each in corrections(state, [item], before=before):
            yield "Corrects", each.told, True
