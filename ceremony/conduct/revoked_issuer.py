"""Whose certificate is revoked and who is to issue, told before a ceremony is opened.

The same rule is asked in the room, by what was done until then; here before any key is
made, by what the site's journal has and what the script's own lists revoke before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ceremony.conduct.earlier import Found
from ceremony.conduct.renewable import revoked_before, state_told
from ceremony.engine.batch import ISSUE
from ceremony.engine.revocation import CROSS_SIGN, path_of_key
from ceremony.engine.steps.certificate import SELF_SIGN
from ceremony.engine.valid_issuer import verify_path_stands
from ceremony.errors import RefusedError
from ceremony.script.model import Script, Step


def refused_issuers(
    script: Script, found: Iterable[Found]
) -> Iterator[tuple[Step, RefusedError]]:
    """Find what would be issued below a certificate that exists and is revoked.

    A path with a key in it that is certified anew before the step is another one then,
    and the script's own check follows it.

    Args:
        script: The script.
        found: What it says exists already.

    Yields:
        The step that issues each, with ``ENGINE-ISSUE-04``.
    """
    state = state_told(script, found)
    asking = {
        str(step.parameters["request"]): str(step.parameters["key"])
        for step in script.steps
        if step.verb == "csr.create"
    }
    anew: set[str] = set()
    for step in script.steps:
        key = str(step.parameters.get("key"))
        if step.verb in (ISSUE, CROSS_SIGN):
            path = path_of_key(state, key)
            signers = {key, *(state.certificates[it].issuer_thing for it in path)}
            try:
                if not signers & anew:
                    verify_path_stands(step, state, key, revoked_before(step, state))
            except RefusedError as refusal:
                yield step, refusal
        if step.verb == ISSUE:
            # A request from elsewhere is by no key of the script.
            asked = asking.get(str(step.parameters["request"]))
            anew.update({asked} if asked else ())
        elif step.verb == SELF_SIGN:
            anew.add(key)
