"""Keys that the site's journals know to be in a token which a script initialises.

A key that the script names is never wiped by it. Of one that it does not name, script
and engine know nothing: a journal alone tells that it is there. A rehearsal asks the
live journal too, for tokens are bound to a site and to no mode.

Invariants:
    * A key counts as there until its journal tells of its end.
    * No live key is wiped, but for one that only abandoned ceremonies had: whoever has
      travelled to the second try could bind no other token.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Final

from ceremony.check.findings import Finding, FindingSeverity, error, warning
from ceremony.check.plan import Plan
from ceremony.conduct.earlier import Found
from ceremony.conduct.workspace import Workspace
from ceremony.engine.steps.token import InitialiseParameters
from ceremony.errors import Place, RefusedError
from ceremony.identifiers import Mode
from ceremony.journal.store import JournalStore
from ceremony.register.history import Act, History, KeyId, key_made, read_history

_MOST: Final = 6
"""How many keys are named one by one."""


def wipes(plan: Plan) -> bool:
    """Tell whether a sound script initialises a token."""
    return any(plan.steps_with(InitialiseParameters))


def read_histories(
    workspace: Workspace, mode: Mode, own: History
) -> Mapping[Mode, History]:
    """Give what devices did by each journal whose keys are in danger.

    Args:
        workspace: Where the journals are.
        mode: The ceremony's.
        own: What devices did in that mode.

    Returns:
        The mode's own and, of a rehearsal, that of live ceremonies, where there is one.

    Raises:
        EvidenceError: The live journal does not follow from itself.
        StorageError: It cannot be read; as where a live ceremony is being held.
    """
    path = workspace.journal_path(Mode.LIVE)
    if mode is Mode.LIVE or not path.exists():
        return {mode: own}
    with JournalStore.open(path, read_only=True) as journal:
        return {Mode.LIVE: read_history(journal), mode: own}


def lint_wiped(
    plan: Plan,
    serials: Mapping[str, str],
    found: Iterable[Found],
    histories: Mapping[Mode, History],
) -> Iterator[Finding]:
    """Tell of each token that is wiped with keys in it that a journal knows.

    Args:
        plan: The script; its own check found no error, so that keys that it names are
            wiped by nothing in it.
        serials: The serial of each token that the site binds, by name.
        found: What the script says that earlier ceremonies have made.
        histories: What the devices of the site did, by the mode of the journal.

    Yields:
        ``CONDUCT-WIPE-01``, at the step: an error where the keys are live, and not of
        abandoned ceremonies alone.
    """
    named = {key_made(each.fact.outcome) for each in found}
    wiped: set[str] = set()
    for step, told in plan.steps_with(InitialiseParameters):
        serial = serials.get(told.token, "")
        place = plan.step_place(step, "with", "token")
        act = f"Step {step.id} wipes {told.token}"
        for mode, history in () if serial in wiped else histories.items():
            known = keys_known(serial, history, named)
            yield from _lint_keys(act, place, known, history, mode)
        wiped.add(serial)


def _lint_keys(
    act: str, place: Place, known: Mapping[KeyId, Act], history: History, mode: Mode
) -> Iterator[Finding]:
    """Tell of the keys that a journal knows in one token, those of no use apart."""
    left = [made for key, made in known.items() if history.is_abandoned(key)]
    kept = [made for made in known.values() if made not in left]
    wiped = f"{act}, in which the site's {mode.value} journal has"
    if kept:
        find = error if mode is Mode.LIVE else warning
        yield find(
            "CONDUCT-WIPE-01",
            place,
            f"{wiped} {name_keys(kept)}.",
            "Bind another token; or destroy these keys first, in a ceremony that "
            "names them. What is wiped can be restored from a backup at most.",
        )
    if left:
        yield warning(
            "CONDUCT-WIPE-01",
            place,
            f"{wiped} {name_keys(left)}, of abandoned ceremonies alone.",
            "Bind another token where anything that was made with these keys was given "
            "out; else nothing is to be done.",
        )


def verify_unwiped(told: Iterable[Finding]) -> None:
    """Insist that nothing told of wiped tokens keeps a ceremony from being opened.

    Raises:
        RefusedError: ``CONDUCT-WIPE-01``: a live key would be wiped.
    """
    for each in told:
        if each.severity is FindingSeverity.ERROR:
            raise RefusedError(
                each.rule,
                each.message,
                meaning="Nothing was opened, and the token is as it was.",
                remedy=each.remedy,
            )


def keys_known(
    serial: str, history: History, besides: Container[KeyId | None] = ()
) -> dict[KeyId, Act]:
    """Give the keys that were made in a token and did not end, in their order.

    Args:
        serial: The token's.
        history: What the devices of the site did.
        besides: Keys that are not given.
    """
    return {
        known: act
        for known, act in history.held.items()
        if known.serial == serial and known not in history.gone and known not in besides
    }


def name_keys(acts: Iterable[Act]) -> str:
    """Name keys by the acts that made them.

    Returns:
        e.g. ``root (key.generate of ceremony KC-2026-001, leaf 14)``; empty where there
        are none.
    """
    keys = [f"{act.outcome.thing} ({act.told})" for act in acts]
    more = len(keys) - _MOST
    named = ", ".join(keys[:_MOST])
    return f"{named} and {more} more" if more > 0 else named
