"""What the record says of acts by hand: a part of check 11.

Who acted and who checked, what was read and what was expected are decided again by
the engine's rules. Here is left what only the whole record shows: that a token on
which somebody acted by hand was listed afterwards. That the list shows what the journal
knows of, and nothing else, is the account of :mod:`ceremony.verify.device`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ceremony.engine.facts import DeviceHandled, Outcome, Seen
from ceremony.engine.state import Recorded
from ceremony.pack.record import Record
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place


def verify_listed_after(record: Record) -> None:
    """Insist that every token was listed after the last act by hand on it.

    One that was zeroised is a case of its own: the act tells what it showed.
    A ceremony that was abandoned may have ended before that.

    Raises:
        FailedError: ``VERIFY-MANUAL-01``.
    """
    unlisted: dict[str, Recorded] = {}
    for recorded in record.facts:
        fact = recorded.fact
        if isinstance(fact, DeviceHandled) and fact.before is not None:
            unlisted[fact.device] = recorded
            if fact.zeroised is not None:
                # It may have no user any more who could list it.
                del unlisted[fact.device]
        elif isinstance(fact, Outcome) and fact.inventory is not None:
            unlisted.pop(fact.token, None)
    if unlisted and record.state.abandoned is None:
        device, recorded = next(iter(unlisted.items()))
        raise FailedError(
            "VERIFY-MANUAL-01",
            f"{place(recorded)}: nobody has listed {device} after the act by hand",
        )


def remarks_on(record: Record) -> tuple[str, ...]:
    """Say which acts rest on the word of the people who did and checked them."""
    steps = [
        recorded.event.step.id
        for recorded in record.facts
        if isinstance(recorded.fact, DeviceHandled) and recorded.event.step is not None
    ]
    if not steps:
        return ()
    told = ", ".join(dict.fromkeys(steps))
    return (
        f"Acts by hand rest on the word of two people; step {told}.",
        *_on_zeroised(record),
    )


def _on_zeroised(record: Record) -> Iterator[str]:
    """Say of each token that was zeroised what shows that nothing is left in it."""
    for at, recorded in enumerate(record.facts):
        fact, step = recorded.fact, recorded.event.step
        if not isinstance(fact, DeviceHandled) or fact.zeroised is None or step is None:
            continue
        title = record.state.script.thing(fact.device).title
        told = f"{title} was zeroised by hand in step {step.id}"
        if listed := _listed_in(record.facts[at:], fact.device):
            yield f"{told}; the list of step {listed} shows nothing in it."
        elif fact.zeroised.seen in (Seen.ABSENT, Seen.USER_PIN):
            yield f"{told}; that nothing is left in it rests on the word of two people."
        elif fact.zeroised.seen is Seen.NO_USER_PIN:
            yield f"{told}; its module shows no object and no user PIN."
        else:
            yield f"{told}; its module shows a token that holds nothing."


def _listed_in(facts: Iterable[Recorded], token: str) -> str:
    """Name the step that lists a token next, unless it initialises it; else nothing."""
    lists = (
        (recorded.fact.verb, recorded.event.step)
        for recorded in facts
        if isinstance(recorded.fact, Outcome)
        and recorded.fact.token == token
        and recorded.fact.inventory is not None
    )
    verb, step = next(lists, ("", None))
    # What an initialisation lists, it has left itself.
    return step.id if step is not None and verb != "token.initialise" else ""
