"""What the room would refuse to renew, told before a ceremony is opened.

The same rule is asked in the room, by what was done until then; here before any key is
made, by what the site's journal has already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ceremony.conduct.earlier import Found
from ceremony.engine.batch import answering_step
from ceremony.engine.earlier import origin_of, take_earlier
from ceremony.engine.renewal import IMPORT, OTHER_KEY, renewed_by, verify_renewable
from ceremony.engine.revocation import certificate_of_key
from ceremony.engine.state import State
from ceremony.engine.succession import is_succeeding, original_of
from ceremony.errors import RefusedError
from ceremony.register.history import History
from ceremony.script.model import Script, Step


def state_told(script: Script, found: Iterable[Found]) -> State:
    """Give the state of a ceremony that is told of earlier ones, and nothing more."""
    state = State(script)
    for told in found:
        state = take_earlier(state, told.fact)
    return state


def refused_renewals(
    script: Script, found: Iterable[Found], history: History
) -> Iterator[tuple[Step, RefusedError]]:
    """Find what the room would refuse to renew, by what the journal has already.

    Args:
        script: The script.
        found: What it says exists already.
        history: What the site's devices did.

    Yields:
        Each import with why the engine refuses it, or with ``CONDUCT-RENEW-01``.
    """
    state = state_told(script, found)
    for step in script.steps:
        request = str(step.parameters.get("request"))
        names = renewed_by(script, request) if step.verb == IMPORT else ()
        for name in names:
            try:
                verify_renewable(step, state, request, (name,))
            except RefusedError as refusal:
                if refusal.code != OTHER_KEY or not _may_succeed(state, request):
                    yield step, refusal
                    continue
            if _is_listed_elsewhere(state, name, history):
                yield step, _unlisted(step, script.thing(name).title)


def _may_succeed(state: State, request: str) -> bool:
    """Tell whether the key that answers gets its certificate only in the ceremony.

    By its name in the script it is the next key of a CA; the room looks at the
    certificate itself.
    """
    answer = answering_step(state.script, request)
    key = original_of(state, str(answer.parameters.get("key"))) if answer else ""
    return not certificate_of_key(state, key) and is_succeeding(state.script, key)


def _is_listed_elsewhere(state: State, name: str, history: History) -> bool:
    """Tell whether a key that the script does not name has signed a list about it."""
    told = origin_of(state, name)
    signer = told.issuer_key if told is not None else None
    if any(known.public_key == signer for known in state.keys.values()):
        return False
    lists = (act.outcome.crl for act in history.acts)
    return any(crl.issuer_key == signer for crl in lists if crl is not None)


def _unlisted(step: Step, title: str) -> RefusedError:
    return RefusedError(
        "CONDUCT-RENEW-01",
        f"Step {step.id} renews {title}, whose CA has another key since. The key "
        "before has signed a list, and the script does not name that key.",
        meaning="Whether the list revokes it the ceremony would not know.",
        remedy="Name that key in the script, so that its last list goes along.",
    )
