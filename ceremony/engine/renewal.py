"""Certificates of earlier ceremonies that are renewed by a request from elsewhere.

The owner of a certificate asks for the next one with a new key: subject and profile
stay. The script names what is renewed, so that nobody gets a second one unsaid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ceremony.engine.batch import ISSUE
from ceremony.engine.earlier import origin_of
from ceremony.engine.facts import RequestsJudged
from ceremony.engine.state import State
from ceremony.engine.transcript import Line
from ceremony.errors import RefusedError
from ceremony.script.model import Script, Step

IMPORT = "csr.import"


def renewed_by(script: Script, request: str) -> tuple[str, ...]:
    """Name what an imported request, or each of a set, renews; empty where nothing.

    Args:
        script: The script.
        request: The request or the set, by name.
    """
    for step in script.steps:
        if step.verb == IMPORT and step.parameters.get("request") == request:
            told = step.parameters.get("renews", ())
            return tuple(map(str, told)) if isinstance(told, list) else ()
    return ()


def renewed_into(script: Script, certificate: str) -> tuple[str, ...]:
    """Name what is renewed by a certificate, or by each of a batch.

    Args:
        script: The script.
        certificate: The new certificate or batch, by name.
    """
    for step in script.steps:
        if step.verb == ISSUE and step.parameters.get("certificate") == certificate:
            return renewed_by(script, str(step.parameters.get("request")))
    return ()


def titles_renewed(state: State, names: Iterable[str]) -> str:
    """Name certificates by their titles, for people to read; empty for none."""
    return ", ".join(state.script.thing(name).title for name in names)


def renewal_lines(state: State, names: Iterable[str]) -> Iterator[Line]:
    """Tell what is renewed: a certificate with its serial number, a batch by count."""
    for name in names:
        told, title = origin_of(state, name), state.script.thing(name).title
        made = told.outcome.certificate if told is not None else None
        part = told.outcome.part if told is not None else None
        if made is not None:
            yield Line("renews", f"{title}, serial {made.serial}")
        elif part is not None:
            count = part.first + part.count - 1
            yield Line("renews", f"certificates of {title}, which has {count}")


def verify_renewed(
    step: Step, state: State, fact: RequestsJudged, names: tuple[str, ...]
) -> None:
    """Insist that what is told to be renewed is what the script names, and is known.

    Args:
        step: The step.
        state: What earlier ceremonies made is in it.
        fact: What became of the requests.
        names: What the script says that they renew.

    Raises:
        RefusedError: ``ENGINE-RENEW-01``.
    """
    if fact.renews != names or any(origin_of(state, name) is None for name in names):
        raise RefusedError(
            "ENGINE-RENEW-01",
            f"Step {step.id} renews {titles_renewed(state, names) or 'nothing'}, and "
            "something else is told, or it is not known of an earlier ceremony.",
            meaning="Nothing was issued from the requests.",
            remedy="Preserve the record and report it as a defect.",
        )
