"""What came to a token or went from it while a ceremony was interrupted."""

from __future__ import annotations

from collections.abc import Sequence

from ceremony.conduct.conductor import Conductor
from ceremony.conduct.key_view import MAKES_KEY
from ceremony.engine.facts import FoundObject, TokenFound
from ceremony.engine.state import Pending
from ceremony.errors import RefusedError


def find_lost(conductor: Conductor, pending: Pending | None, found: TokenFound) -> str:
    """Insist that a token holds what the record says, but for what the doubt is about.

    Nothing of anybody else's is adopted, destroyed or passed over. An object that the
    operation in doubt may have left bears its id, or none yet. What is gone does not
    come back: where something is in doubt, that is resolved all the same, so that the
    ceremony can be abandoned.

    Returns:
        What is gone while something is in doubt; else empty.

    Raises:
        RefusedError: ``CONDUCT-RESUME-04``: something else came or went.
    """
    came, went = found.inventory.added, found.inventory.removed
    if pending is not None and pending.intent.token == found.token:
        if pending.intent.verb == "token.initialise":
            return ""
        its_own = _ids_of(conductor, pending, came)
        came = tuple(each for each in came if each.cka_id not in its_own)
        # A resumption that was itself interrupted may have ended a part of it.
        went = tuple(each for each in went if each.cka_id not in its_own)
    lost = "; ".join(f"{_named(each)} is recorded and not there" for each in went)
    title = conductor.script.thing(found.token).title
    if not came and (pending is not None or not went):
        return f"{title} is not as the record left it: {lost}." if lost else ""
    told = [f"{_named(each)} is there and not recorded" for each in came]
    told += [lost] if lost else []
    raise RefusedError(
        "CONDUCT-RESUME-04",
        f"{title} is not as the record left it: {'; '.join(told)}.",
        meaning="Nothing in it was touched. What was in doubt is in doubt still.",
        remedy="Find out who worked at the token. Have what is not recorded removed "
        "from it before two people, and resume again. Abandon the ceremony where a key "
        "is gone.",
    )


def _ids_of(
    conductor: Conductor, pending: Pending, came: Sequence[FoundObject]
) -> tuple[str, ...]:
    """Give the ids that objects of an operation in doubt may bear.

    Half a key may have none yet; beside a whole one, what has none is somebody else's.
    """
    made = conductor.state.made.get(pending.intent.thing)
    if pending.intent.verb == "key.destroy" and made is not None:
        return (made.cka_id,)
    if pending.intent.verb not in MAKES_KEY:
        return ()
    kinds = sorted(each.kind for each in came if each.cka_id == pending.op)
    whole = kinds in (["private-key", "public-key"], ["secret-key"])
    return (pending.op,) if whole else ("", pending.op)


def _named(found: FoundObject) -> str:
    told = f"{found.kind} {found.label or 'without label'}"
    return f"{told}, id {found.cka_id or 'none'},"
