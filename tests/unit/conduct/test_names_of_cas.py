"""Nobody is certified by the name of a CA: asked at the import, and before signing.

What an earlier version of this tool has taken in or approved was not asked about.
"""

from __future__ import annotations

from functools import partial

import pytest

from ceremony.conduct.actions.answer import subjects_above
from ceremony.conduct.actions.certificate import issue
from ceremony.conduct.inputs import Inputs
from ceremony.engine.facts import RequestsJudged
from ceremony.errors import RefusedError
from ceremony.pack.record import read_record
from ceremony.verify.batch import Sets
from tests.fakes.forgery import Forgery
from tests.fakes.record_batch import build_batch
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.room_after import room_after
from tests.fakes.subject_lies import (
    TAKEN,
    build_cas,
    by_the_roots_name,
    root_subject,
)
from tests.fakes.unmeasured import unmeasured


@pytest.fixture(scope="module")
def accepted() -> BuiltRecord:
    return unmeasured(partial(build_cas, honest=False))


def refusal(built: BuiltRecord, certificate: str) -> str:
    """Answer by a step what was taken in; give the rule and what it says."""
    room = room_after(built, built)
    (step,) = (
        each
        for each in room.script.steps
        if each.parameters.get("certificate") == certificate
        and each.verb == "certificate.issue"
    )
    with pytest.raises(RefusedError) as caught:
        issue(room.as_conductor(), step, Inputs())
    return f"{caught.value.code} {caught.value}"


def test_the_names_above_are_those_of_the_path_from_whoever_answers(
    accepted: BuiltRecord,
) -> None:
    room = room_after(accepted, accepted).as_conductor()
    assert subjects_above(room, "device-requests") == {root_subject()}
    both = subjects_above(room, "meter-request")
    assert len(both) == 2
    assert root_subject() in both
    assert subjects_above(room, "nobodys") == frozenset()


def test_a_set_in_which_somebody_has_a_cas_name_is_not_answered(
    accepted: BuiltRecord,
) -> None:
    told = refusal(accepted, "device-certificates")
    assert told.startswith("PKI-SUBJECT-01 Request 1 of the set asks for the name")


def test_a_request_for_a_cas_name_is_not_answered() -> None:
    built = unmeasured(partial(build_batch, Forgery(script=by_the_roots_name)))
    told = refusal(built, "issuing-dca-certificate")
    assert told == (
        "PKI-SUBJECT-01 The subject CN=Z1 is the name of a CA above the certificate."
    )


def test_a_request_that_was_refused_for_it_is_refused_again() -> None:
    record = read_record(unmeasured(build_cas).files)
    (leaf,) = (
        each
        for each in record.facts
        if isinstance(each.fact, RequestsJudged)
        and each.event.step is not None
        and each.event.step.id == TAKEN
    )
    assert isinstance(leaf.fact, RequestsJudged)
    (refused,) = leaf.fact.first
    assert (refused.position, refused.rules) == (1, ("PKI-CSR-11", "PKI-CSR-09"))
    sets = Sets(record)
    sets.take(leaf)
    assert sets.remarks == []
    (good,) = sets.judged["device-requests"]
    assert good.subject == "CN=Z9"
