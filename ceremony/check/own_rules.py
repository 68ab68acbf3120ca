"""Are the profiles that lie beside a script fit to be named by it."""

from __future__ import annotations

from collections.abc import Iterator

from ceremony.check.findings import Finding, error
from ceremony.check.plan import Plan
from ceremony.errors import InputError
from ceremony.pki.script_profile import name_fault


def lint_own_profiles(plan: Plan) -> Iterator[Finding]:
    """Find what is wrong with a script's own profiles, before they are tried."""
    used = {thing.profile for thing in plan.script.things}
    names = [own.name for own in plan.script.profiles]
    for number, own in enumerate(plan.script.profiles):
        place = plan.place("profiles", number)
        try:
            wrong = name_fault(plan.script, own)
        except InputError as unread:
            where = f"{unread.place}: " if unread.place is not None else ""
            yield error(
                "SCRIPT-OWN-03",
                place,
                f"The profile {own.file} cannot be used: {where}{unread}",
                unread.remedy,
            )
            continue
        if own.name in names[:number]:
            wrong = f"{own.file} is named twice"
        if wrong:
            yield error(
                "SCRIPT-OWN-02",
                place,
                f"A profile has a name that it cannot have: {wrong}.",
                "Call the file as the profile in it, by a name that no other profile "
                "has.",
            )
        elif own.name not in used:
            yield error(
                "SCRIPT-OWN-04",
                place,
                f"Nothing is made by the profile {own.file}.",
                "Take it out, or name it at what is made by it.",
            )
