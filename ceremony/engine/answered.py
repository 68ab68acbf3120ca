"""How far a ceremony has answered imported requests, for those who come after it.

Invariants:
    * What may have been signed counts as answered: a part that is in doubt, or was left
      unresolved. One of which people decided that it failed was given to nobody, and
      counts no more than one that was never begun.
    * Good requests are answered in their order, so that a number tells which ones.
    * One step answers a request, or a set, from elsewhere: its subject has one
      certificate of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ceremony.engine.batch import ISSUE
from ceremony.engine.facts import (
    CeremonyAbandoned,
    CeremonyClosed,
    Fact,
    Intent,
    Outcome,
    PartAsked,
    Result,
)
from ceremony.engine.renewal import is_imported, request_answered
from ceremony.engine.state import State
from ceremony.errors import RefusedError
from ceremony.script.model import Script, Step


def verify_answered_once(step: Step, state: State) -> None:
    """Insist that no other step has answered a request or set from elsewhere.

    A key of the ceremony's own may be certified by two CAs.

    Args:
        step: The step that is about to answer; any other one is passed over.
        state: The ceremony before it does.

    Raises:
        RefusedError: ``ENGINE-ISSUE-05``.
    """
    request = str(step.parameters.get("request", ""))
    if step.verb != ISSUE or not is_imported(state.script, request):
        return
    for other in state.script.steps:
        told = other.parameters
        if other.id == step.id or (other.verb, told.get("request")) != (ISSUE, request):
            continue
        if told["certificate"] in (*state.certificates, *state.parts):
            raise RefusedError(
                "ENGINE-ISSUE-05",
                f"Step {step.id} answers {request}, which step {other.id} has "
                "answered.",
                meaning="Nothing was signed a second time.",
                remedy="Record the deviation; a subject's next certificate answers "
                "another request, by which it is renewed.",
            )


def answered_in(script: Script, facts: Iterable[Fact]) -> Mapping[str, int]:
    """Tell of each request or set how many of its good ones are answered.

    Args:
        script: The ceremony's script.
        facts: What was recorded of the ceremony, in order.

    Returns:
        By the name of the request or set, how many, from the first on: 1 and more.
    """
    reached: dict[str, int] = {}
    for intent, _ in _asked(facts):
        request, part = request_answered(script, intent.thing), intent.part
        last = part.first + part.count - 1 if part is not None else 1
        reached[request] = max(last, reached.get(request, 0))
    return reached


def parts_in_doubt(facts: Iterable[Fact]) -> Iterator[tuple[str, PartAsked]]:
    """Give the parts of which nobody knows whether they were signed.

    Args:
        facts: What was recorded of the ceremony, in order.

    Yields:
        The batch, by name, and the part as it was asked for.
    """
    for intent, outcome in _asked(facts):
        is_known = outcome is not None and outcome.part is not None
        if intent.part is not None and not is_known:
            yield intent.thing, intent.part


def _asked(facts: Iterable[Fact]) -> Iterator[tuple[Intent, Outcome | None]]:
    """Give what devices may have signed of what was asked, each with what is known."""
    asked: Intent | None = None
    for fact in facts:
        if isinstance(fact, Outcome):
            if asked is not None and fact.result is not Result.FAILED:
                yield asked, fact
            asked = None
        elif isinstance(fact, Intent):
            asked = fact if fact.verb == ISSUE else None
    if asked is not None:
        yield asked, None


def is_over(facts: Iterable[Fact]) -> bool:
    """Tell whether a ceremony is closed or was abandoned: it answers nothing more."""
    return any(isinstance(fact, CeremonyClosed | CeremonyAbandoned) for fact in facts)
