"""The path of a certificate inside a step: valid, or the certificate is marked."""

from __future__ import annotations

from ceremony.engine.facts import Outcome, PathChecked
from ceremony.engine.transcript import Entry, Line, Mark
from ceremony.errors import RefusedError
from ceremony.script.model import Step


def verify_path(step: Step, fact: Outcome) -> None:
    """Insist that the path of what was issued is valid, where it was validated.

    Raises:
        RefusedError: ``ENGINE-PATH-01``: it is not; the step cannot close.
    """
    if fact.path is not None and fact.path.rule:
        raise RefusedError(
            "ENGINE-PATH-01",
            f"Step {step.id} cannot close: the path of {fact.thing} is not valid.",
            meaning="The certificate is marked: not to be used. The key is as before.",
            remedy="Abandon the ceremony, and have the script corrected.",
        )


def path_lines(path: PathChecked | None) -> tuple[Entry, ...]:
    """Tell whether the path up to the trust anchor is valid."""
    if path is None:
        return ()
    if path.rule:
        return (
            Line("path", f"{path.rule}: {path.text}", mark=Mark.FAIL),
            Line("", "NOT TO BE USED", strong=True),
        )
    count = len(path.certificates)
    told = f"{count} certificate{'' if count == 1 else 's'} up to the trust anchor"
    return (Line("path", f"{told}, valid by RFC 5280", mark=Mark.PASS),)
