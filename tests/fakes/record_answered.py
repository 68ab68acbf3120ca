"""A made-up ceremony that answers a renewed set, and signs a list before it does."""

from __future__ import annotations

from typing import Final

from ceremony.script.model import Step
from tests.fakes.forgery import Forgery
from tests.fakes.record_batch import Askers, issue_batch
from tests.fakes.record_builder import BuiltRecord, RecordBuilder
from tests.fakes.record_renewal import (
    build_renewal,
    import_again,
    new_key,
    new_request,
    revoked_device,
    second_script,
)
from tests.fakes.renewal_script import ACT, IMPORTS, list_step

AGAIN: Final = Askers((1, 2), new_key, new_request, "serial again")
"""The two of the set whose certificates are renewed."""


def answer_again(builder: RecordBuilder, step: Step) -> bool:
    """Answer those two, or take in what is asked for again."""
    if step.verb == "certificate.issue":
        issue_batch(builder, step, AGAIN)
        return True
    return import_again(builder, step)


def build_answered(item: str = "serial:4a0f today superseded") -> BuiltRecord:
    """Make it up.

    Args:
        item: What the list revokes between import and answer.
    """
    steps = [*ACT[:2], IMPORTS["devices-again"], list_step(1, [item]), ACT[8]]
    return build_renewal(Forgery(instead=answer_again), honest=second_script(steps))


def build_answered_though_revoked() -> BuiltRecord:
    """Let the list revoke what the second of the set renews, and have it answered."""
    return build_answered(f"{revoked_device(1)} today superseded")
