"""The path of a certificate inside a step: valid, or the certificate is marked."""

from __future__ import annotations

from ceremony.engine.batch import is_marked
from ceremony.engine.facts import Fact, Outcome, PathChecked
from ceremony.engine.state import State
from ceremony.engine.transcript import Entry, Line, Mark
from ceremony.errors import RefusedError
from ceremony.script.model import Step


def verify_path(step: Step, state: State, made: str) -> None:
    """Insist that the path of what was issued is valid, where it was validated.

    Args:
        step: The step.
        state: The ceremony.
        made: The certificate, or the certificates of a batch.

    Raises:
        RefusedError: ``ENGINE-PATH-01``: it is not; the step cannot go on or close.
    """
    if is_marked(state, made):
        raise RefusedError(
            "ENGINE-PATH-01",
            f"Step {step.id} cannot close: the path of {made} is not valid.",
            meaning="The certificate is marked: not to be used. The key is as before.",
            remedy="Abandon the ceremony, and have the script corrected.",
        )


def path_lines(path: PathChecked | None) -> tuple[Entry, ...]:
    """Tell whether the path up to the trust anchor is valid."""
    if path is None:
        return ()
    if path.rule:
        return _marked(path)
    count = len(path.certificates)
    told = f"{count} certificate{'' if count == 1 else 's'} up to the trust anchor"
    return (Line("path", f"{told}, valid by RFC 5280", mark=Mark.PASS),)


def part_path_lines(facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    """Tell whether every path of a batch is valid, as far as its parts tell of them."""
    paths = [
        fact.path
        for fact in facts
        if isinstance(fact, Outcome) and fact.part is not None and fact.path is not None
    ]
    if not paths:
        return ()
    marked = [path for path in paths if path.rule]
    if marked:
        return _marked(marked[0])
    return (Line("paths", "each valid by RFC 5280", mark=Mark.PASS),)


def _marked(path: PathChecked) -> tuple[Entry, ...]:
    return (
        Line("path", f"{path.rule}: {path.text}", mark=Mark.FAIL),
        Line("", "NOT TO BE USED", strong=True),
    )
