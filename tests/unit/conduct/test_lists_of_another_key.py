"""A list that another key of a CA signed side by side is asked, in rehearsals too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ceremony.conduct.actions.last_list import verify_last
from ceremony.engine.fact_codec import encode_fact
from ceremony.engine.facts import Outcome
from ceremony.engine.state import Recorded
from ceremony.engine.steps.crl import CrlParameters
from ceremony.errors import RefusedError
from ceremony.identifiers import CeremonyId
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_renewal import build_before, build_renewal, second_script
from tests.fakes.record_succession import named_otherwise
from tests.fakes.renewal_script import ACT, NEXT_KEY, list_step
from tests.fakes.room_after import room_after
from tests.fakes.unmeasured import unmeasured

OTHER = CeremonyId("KC-2026-900-R1")
CA = "CN=Z2"


@pytest.fixture(scope="module")
def mine() -> BuiltRecord:
    raw = second_script(ACT[:2])
    return unmeasured(lambda: build_renewal(Forgery(stop_after="2.3"), honest=raw))


def by_the_next_key(change: str = "") -> BuiltRecord:
    """Let another ceremony make the CA's next key, which signs its list number 4."""
    told = list_step(1, []).replace("number: 1", "number: 4")
    raw = second_script([*ACT[:2], *NEXT_KEY, told.replace("issuing-dca", "next-dca")])
    raw = named_otherwise(raw) if change else raw
    forgery = Forgery(stop_after="2.8", ceremony=OTHER)
    return unmeasured(lambda: build_renewal(forgery, honest=raw))


def since(built: BuiltRecord) -> Sequence[Recorded]:
    """Give what the other ceremony recorded, after everything else in the journal."""
    return [
        Recorded(replace(each.event, seq=each.event.seq + 900), each.fact)
        for each in built.builder.facts
    ]


def under_another_root(told: Recorded) -> Recorded:
    """Let what the root certifies be certified by a root that nobody knows."""
    fact = told.fact
    if not isinstance(fact, Outcome) or fact.certificate is None:
        return told
    made = replace(fact.certificate, issuer_thing="another-root")
    fact = replace(fact, certificate=made)
    return Recorded(replace(told.event, data=encode_fact(fact)), fact)


def refusal(
    mine: BuiltRecord, other: Sequence[Recorded], number: int
) -> tuple[str, str]:
    """Give the rule and the words by which a list of the key before is refused."""
    room = room_after(mine, build_before(), since=other)
    wanted = CrlParameters("issuing-dca", "first-list", number)
    try:
        verify_last(room.as_conductor(), wanted, CA)
    except RefusedError as error:
        return error.code, str(error)
    return "", ""


def test_a_list_of_the_cas_next_key_is_one_of_its_issuer(mine: BuiltRecord) -> None:
    other = since(by_the_next_key())
    rule, words = refusal(mine, other, number=5)
    assert rule == "CONDUCT-CRL-05"
    assert words.startswith(f"{OTHER} has signed a list of {CA} since")
    assert refusal(mine, other, number=4)[0] == "CONDUCT-CRL-01"


def test_a_list_of_another_ca_that_the_root_has_certified_since_is_none(
    mine: BuiltRecord,
) -> None:
    other = since(by_the_next_key("another name"))
    assert refusal(mine, other, number=1) == ("", "")


def test_a_list_of_a_ca_that_is_rehearsed_anew_under_another_root_is_none(
    mine: BuiltRecord,
) -> None:
    other = [under_another_root(each) for each in since(by_the_next_key())]
    assert refusal(mine, other, number=1) == ("", "")
