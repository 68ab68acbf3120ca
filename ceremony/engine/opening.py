"""The rules by which a ceremony may be opened."""

from __future__ import annotations

from collections.abc import Collection

from ceremony.engine.facts import Input, Opened
from ceremony.engine.reliance import unfounded, unsaid_environments
from ceremony.engine.state import Phase, State
from ceremony.errors import RefusedError
from ceremony.identifiers import Mode
from ceremony.people.quorum import RoleRule, verify_roster
from ceremony.script.model import Script, ThingKind


def verify_opening(state: State, fact: Opened) -> None:
    """Insist that the ceremony may begin as it is described.

    Raises:
        RefusedError: ``ENGINE-OPEN-01`` to ``-09``, or what the roster breaks.
    """
    if state.phase is not Phase.PLANNED:
        raise RefusedError(
            "ENGINE-OPEN-01",
            "The ceremony is open already.",
            remedy="Go on with: ceremony run, or ceremony resume.",
        )
    _verify_mode(state, fact)
    _verify_script(state, fact)
    verify_roster(
        tuple(
            RoleRule(demand.role, demand.kind, demand.count)
            for demand in state.script.roles
        ),
        state.script.separate,
        fact.seats,
    )
    verify_bound(state.script, {token.name for token in fact.tokens})


def verify_bound(script: Script, names: Collection[str]) -> None:
    """Insist that a site binds every token of a script.

    Args:
        script: The script.
        names: The names that the site binds, any number.

    Raises:
        RefusedError: ``ENGINE-OPEN-05``.
    """
    wanted = {thing.name for thing in script.things if thing.kind is ThingKind.TOKEN}
    missing = sorted(wanted.difference(names))
    if missing:
        raise RefusedError(
            "ENGINE-OPEN-05",
            f"The site binding does not say which token is {', '.join(missing)}.",
            meaning="Nothing was written to any token.",
            remedy="Complete the site binding with the token's serial.",
        )


def _verify_mode(state: State, fact: Opened) -> None:
    verify_allowed(state.script, fact.mode)
    if fact.mode is not Mode.LIVE:
        return
    if fact.input is Input.RECORDED or fact.answers is not None:
        raise RefusedError(
            "ENGINE-OPEN-03",
            "Recorded answers are for rehearsals; a live ceremony takes them from "
            "the people in the room.",
            meaning="Nothing was opened.",
            remedy="Open a rehearsal, or run without answers.",
        )
    verify_founded(state.script)
    verify_environment(state.script)
    raise RefusedError(
        "ENGINE-OPEN-04",
        "A live ceremony needs a signed authorisation to conduct, and none was given.",
        meaning="Nothing was opened.",
        remedy="Open a rehearsal with --rehearsal.",
    )


def verify_allowed(script: Script, mode: Mode) -> None:
    """Insist that a script allows a ceremony of a mode.

    Raises:
        RefusedError: ``ENGINE-OPEN-02``.
    """
    if mode not in script.modes:
        raise RefusedError(
            "ENGINE-OPEN-02",
            f"The script does not allow a {mode.value} ceremony.",
            remedy="Use the mode that the script was approved for.",
        )


def verify_founded(script: Script) -> None:
    """Insist that a script says on whose word each unverified fact is relied on.

    Raises:
        RefusedError: ``ENGINE-OPEN-08``.
    """
    missing = unfounded(script)
    if missing:
        named = "; ".join(f"{profile}, {fact}" for profile, fact in missing)
        raise RefusedError(
            "ENGINE-OPEN-08",
            f"Nobody confirms or accepts what the profiles leave unverified: {named}.",
            meaning="Nothing was opened.",
            remedy="Have each confirmed with its source, or accepted with a reason, in "
            "the script, and have the script approved again.",
        )


def verify_environment(script: Script) -> None:
    """Insist that a script says its environment where its profiles have several.

    Raises:
        RefusedError: ``ENGINE-OPEN-09``.
    """
    unsaid = unsaid_environments(script)
    if unsaid:
        raise RefusedError(
            "ENGINE-OPEN-09",
            f"The script names no environment, and policies differ from one to another "
            f"by {', '.join(unsaid)}.",
            meaning="Nothing was opened.",
            remedy="Have the script say for which environment certificates are issued, "
            "and have it approved again.",
        )


def _verify_script(state: State, fact: Opened) -> None:
    """Insist that the opening says what the script says, and whence values come."""
    script = state.script
    told = (fact.script_id, fact.script_version, fact.title, fact.purpose, fact.place)
    if told != (script.id, script.version, script.title, script.purpose, script.place):
        raise RefusedError(
            "ENGINE-OPEN-06",
            f"The opening tells of {fact.title!r} at {fact.place!r}, and the script "
            f"is {script.title!r} at {script.place!r}.",
            meaning="Nothing was opened.",
            remedy="Open the ceremony with the script that was approved.",
        )
    if (fact.input is Input.RECORDED) != (fact.answers is not None):
        raise RefusedError(
            "ENGINE-OPEN-07",
            "Recorded answers are named exactly where values are taken from them.",
            meaning="Nothing was opened.",
            remedy="Open with an answers file, or let people type.",
        )
