"""What an act in doubt has left: looked at in the token, and brought to an end.

Two people have decided by then; ``conduct.recovery`` records what comes of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ceremony.conduct.actions.destroy import entries_of
from ceremony.conduct.actions.device import Taken, take
from ceremony.conduct.conductor import Conductor
from ceremony.engine.facts import Result
from ceremony.engine.state import Pending
from ceremony.hsm.hosted_session import HostedSession


@dataclass(frozen=True, slots=True)
class Settled:
    """How an act in doubt ended.

    Attributes:
        taken: The token's inventory afterwards; None where it was not taken.
        words: What was decided, for people and the record.
    """

    result: Result
    taken: Taken | None
    words: str


def settle_destroy(
    conductor: Conductor, session: HostedSession, pending: Pending
) -> Settled:
    """Bring the destruction of a key to its end, where it had begun.

    A key of which one object is left is of no use to anybody, and its end was
    approved: what is left goes too. A whole one stays; the step is carried out anew.
    """
    token, name = pending.intent.token, pending.intent.thing
    key = conductor.state.made[name]
    left = entries_of(key, session.inventory())
    if len(left) == len(key.objects):
        words = f"Nothing of {name} was destroyed; the step is carried out anew."
        return Settled(Result.FAILED, take(conductor, token, session), words)
    for entry in left:
        session.destroy(entry)
    words = f"{name} is destroyed."
    if left:
        words = f"{len(left)} object of {name} was left and is destroyed too."
    return Settled(Result.ADOPTED, take(conductor, token, session), words)
