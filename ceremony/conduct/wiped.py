"""Keys that the site's journal knows to be in a token which a script initialises.

A key that the script names is never wiped by it. Of one that it does not name, script
and engine know nothing: the journal alone tells that it is there.

Invariants:
    * A key counts as there until the journal tells of its end.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Final

from ceremony.check.findings import Finding, FindingSeverity, error, warning
from ceremony.check.plan import Plan
from ceremony.conduct.earlier import Found
from ceremony.engine.steps.token import InitialiseParameters
from ceremony.errors import RefusedError
from ceremony.identifiers import Mode
from ceremony.register.history import History, KeyId, key_made

_MOST: Final = 6
"""How many keys are named one by one."""


def wipes(plan: Plan) -> bool:
    """Tell whether a sound script initialises a token."""
    return any(plan.steps_with(InitialiseParameters))


def lint_wiped(
    plan: Plan,
    serials: Mapping[str, str],
    found: Iterable[Found],
    history: History,
    mode: Mode,
) -> Iterator[Finding]:
    """Tell of each token that is wiped with keys in it that the journal knows.

    Args:
        plan: The script; its own check found no error, so that keys that it names are
            wiped by nothing in it.
        serials: The serial of each token that the site binds, by name.
        found: What the script says that earlier ceremonies have made.
        history: What the devices of the site did in this mode.
        mode: A rehearsal is held again and again on the same tokens, and is warned.

    Yields:
        ``CONDUCT-WIPE-01``, at the step: an error where the ceremony is live.
    """
    find = error if mode is Mode.LIVE else warning
    named = {key_made(each.fact.outcome) for each in found}
    wiped: set[str] = set()
    for step, told in plan.steps_with(InitialiseParameters):
        serial = serials.get(told.token, "")
        keys = "" if serial in wiped else keys_in(serial, history, named)
        wiped.add(serial)
        if keys:
            yield find(
                "CONDUCT-WIPE-01",
                plan.step_place(step, "with", "token"),
                f"Step {step.id} wipes {told.token}, in which the site's journal has "
                f"{keys}.",
                "Bind another token; or destroy these keys first, in a ceremony that "
                "names them. What is wiped can be restored from a backup at most.",
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


def keys_in(
    serial: str, history: History, besides: Container[KeyId | None] = ()
) -> str:
    """Name the keys that were made in a token and did not end, in their order.

    Args:
        serial: The token's.
        history: What the devices of the site did.
        besides: Keys that are not named.

    Returns:
        e.g. ``root (key.generate of ceremony KC-2026-001, leaf 14)``; empty where the
        journal knows of none.
    """
    keys = [
        f"{act.outcome.thing} ({act.told})"
        for known, act in history.held.items()
        if known.serial == serial and known not in history.gone and known not in besides
    ]
    more = len(keys) - _MOST
    named = ", ".join(keys[:_MOST])
    return f"{named} and {more} more" if more > 0 else named
