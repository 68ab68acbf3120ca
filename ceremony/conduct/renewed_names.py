"""What a renewed certificate names another than the one that there is, before it is.

Whoever renews is known by the subject alone: letter case and alternative names may be
others than before, so that people have to be told.

Invariants:
    * Where a subject has had several of the certificates, the last one is compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import islice
from typing import Final, cast

from cryptography import x509

from ceremony.conduct.actions.order import certificate_named
from ceremony.conduct.actions.renewed import carried
from ceremony.conduct.asked_view import (
    MOST,
    MOST_NAMES,
    Asked,
    asked_next,
    question_of,
)
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.kept import Kept
from ceremony.conduct.key_view import Row
from ceremony.conduct.renewed_view import renewed_by_step
from ceremony.engine.batch import is_set
from ceremony.engine.earlier import origin_of
from ceremony.engine.facts import EarlierFound, RequestsJudged
from ceremony.pack.batch_files import earlier_results_name
from ceremony.pki.named import difference, names_in, names_ordered
from ceremony.pki.request_results import read_results
from ceremony.pki.request_set import subject_in
from ceremony.pki.same_subject import compared_subject
from ceremony.pki.script_profile import certificate_profile
from ceremony.script.model import Step

SAME: Final = "Names"
DIFFERENT: Final = "Names differ"
AS_BEFORE: Final = "as in the certificate that there is"

Old = Mapping[bytes, x509.Certificate | Mapping[str, str]]
"""What is renewed, by what its subject is compared by: of a batch what was ordered."""

_KEPT: Final = Kept[tuple[Row, ...]]()


def told_of_difference(conductor: Conductor, step: Step) -> list[Row]:
    """Tell what of the names differs from the certificate that is renewed.

    Args:
        conductor: The ceremony.
        step: The step.

    Returns:
        That nothing does, or what; of a set in how many, and of the first ones what.
        Nothing of a step that renews nothing.
    """
    named = renewed_by_step(conductor, step)
    found = [fact for name in named if (fact := origin_of(conductor.state, name))]
    found.sort(key=lambda fact: fact.seq)
    if not found:
        return []
    judged = _judged(conductor, str(step.parameters.get("request")))
    if judged is None:
        # By key and name, so that each of them is one that is renewed.
        thing = conductor.script.thing(str(step.parameters["certificate"]))
        profile = certificate_profile(conductor.script, thing.profile)
        old = names_in(certificate_named(conductor, found[-1].thing))
        return _of_one(difference(old, names_ordered(profile, thing.given)))
    leaves = tuple(fact.leaf for fact in found)
    return list(
        _KEPT.get(
            (question_of(conductor, step, judged), leaves),
            lambda: tuple(_compared(conductor, step, judged, found)),
        )
    )


def _compared(
    conductor: Conductor,
    step: Step,
    judged: RequestsJudged,
    found: Sequence[EarlierFound],
) -> list[Row]:
    asked = asked_next(conductor, step, judged)
    known = _old(conductor, found)
    if is_set(conductor.script, judged.request):
        return _of_several(asked, known)
    return [row for each in asked for row in _of_one(_differs(each, known))]


def _judged(conductor: Conductor, request: str) -> RequestsJudged | None:
    """Find what became of a request or a set; None of one that was not taken in."""
    told = (
        each.fact
        for each in reversed(conductor.facts)
        if isinstance(each.fact, RequestsJudged) and each.fact.request == request
    )
    return next(told, None)


def _of_one(what: str) -> list[Row]:
    return [(DIFFERENT, what, True) if what else (SAME, AS_BEFORE, False)]


def _of_several(asked: Iterator[Asked], known: Old) -> list[Row]:
    count, told = 0, list[Row]()
    for each in asked:
        count += 1
        what = _differs(each, known, MOST_NAMES)
        if what:
            told.append((f"Request {each.position}", what, True))
    if not told:
        return [(SAME, f"{AS_BEFORE}, of each of {count}", False)] if count else []
    more = len(told) - MOST
    return [
        (DIFFERENT, f"in {len(told)} of {count}", False),
        *told[:MOST],
        *([("And more", f"{more} others that differ", False)] if more > 0 else []),
    ]


def _differs(asked: Asked, known: Old, most: int = 0) -> str:
    old = known.get(asked.compared)
    if old is None:
        return "which certificate it renews is not known"
    if old == asked.values:
        return ""
    before = (
        names_in(old)
        if isinstance(old, x509.Certificate)
        else names_ordered(asked.profile, old)
    )
    return difference(before, asked.names, most)


def _old(conductor: Conductor, found: Iterable[EarlierFound]) -> Old:
    """Give what is renewed; where a subject has several of them the last one."""
    known: dict[bytes, x509.Certificate | Mapping[str, str]] = {}
    for fact in found:
        part = fact.outcome.part
        if part is None:
            certificate = certificate_named(conductor, fact.thing)
            known[subject_in(certificate)] = certificate
            continue
        file = earlier_results_name(fact.thing)
        lines = BytesIO(carried(conductor, fact.thing, file))
        good = (it for it in read_results(lines, file) if it["verdict"] == "good")
        for record in islice(good, part.first + part.count - 1):
            whose = compared_subject(str(record["name"]), str(record["subject"]))
            known[whose] = cast("dict[str, str]", record["values"])
    return known
