"""What the room would refuse to renew, told before a ceremony is opened.

The same rule is asked in the room, by what was done until then; here before any key is
made, by what the site's journal has already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ceremony.conduct.earlier import Found
from ceremony.engine.earlier import take_earlier
from ceremony.engine.renewal import IMPORT, renewed_by, verify_renewable
from ceremony.engine.state import State
from ceremony.errors import RefusedError
from ceremony.script.model import Script, Step


def state_told(script: Script, found: Iterable[Found]) -> State:
    """Give the state of a ceremony that is told of earlier ones, and nothing more."""
    state = State(script)
    for told in found:
        state = take_earlier(state, told.fact)
    return state


def refused_renewals(
    script: Script, found: Iterable[Found]
) -> Iterator[tuple[Step, RefusedError]]:
    """Find what the room would refuse to renew, by what the journal has already.

    Args:
        script: The script.
        found: What it says exists already.

    Yields:
        Each import with why the engine refuses it.
    """
    state = state_told(script, found)
    for step in script.steps:
        if step.verb == IMPORT:
            request = str(step.parameters.get("request"))
            try:
                verify_renewable(step, state, request, renewed_by(script, request))
            except RefusedError as refusal:
                yield step, refusal
