"""Of a ceremony that was left what was signed counts as issued, and nothing else does.

Who asked in vain asks again elsewhere; of whom nobody knows, has a certificate.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from cryptography import x509

from ceremony.conduct.actions.issued_before import issued_before
from ceremony.engine.answered import answered_in
from ceremony.engine.fact_codec import encode_fact
from ceremony.engine.facts import (
    CeremonyAbandoned,
    CeremonyClosed,
    Fact,
    Intent,
    Outcome,
    Result,
)
from ceremony.engine.state import Recorded, State
from ceremony.pack.batch_files import decode_serials
from ceremony.pki.certificate import spki_digest
from ceremony.pki.request_file import Imported
from ceremony.pki.request_set import Issued, judge_requests
from tests.fakes.batch_site import SCRIPT_FILE
from tests.fakes.forgery import Forgery
from tests.fakes.record_batch import GOOD, METER, request_of
from tests.fakes.record_builder import BuiltRecord, build_record
from tests.fakes.record_earlier import FIRST
from tests.fakes.record_renewal import SIGNING, build_renewal
from tests.fakes.room_after import RoomAfter, room_after
from tests.unit.engine.test_engine_withdrawn import listed

SIGNED = 2
"""How many of the five good requests were answered."""

LEFT = CeremonyAbandoned("The token fell.")


@cache
def before() -> BuiltRecord:
    raw = SCRIPT_FILE.read_bytes()
    return build_record(Forgery(script=lambda _: raw, ceremony=FIRST))


@cache
def room() -> RoomAfter:
    built = build_renewal()
    return room_after(built, before(), State(built.builder.script), facts=())


def of_part(fact: Fact) -> bool:
    return isinstance(fact, Intent | Outcome) and fact.part is not None


BATCH = "device-certificates"


def left(*ends: Fact, asked: str = BATCH) -> list[Recorded]:
    """Give the first ceremony up to where it asked its device, and how it went on."""
    facts: list[Recorded] = []
    for recorded in before().builder.facts:
        fact = recorded.fact
        if isinstance(fact, Intent) and fact.thing == asked:
            part = fact.part and replace(fact.part, count=SIGNED)
            facts.append(told(recorded, replace(fact, part=part)))
            return [*facts, *(told(recorded, end) for end in ends)]
        facts.append(recorded)
    raise LookupError(asked)


def told(recorded: Recorded, fact: Fact) -> Recorded:
    event = replace(recorded.event, type=fact.type, data=encode_fact(fact), blobs=())
    return Recorded(event, fact)


def outcome(result: Result) -> Outcome:
    """Give how the part ends; what is made of it has the first certificates."""
    (done,) = (
        it.fact
        for it in before().builder.facts
        if isinstance(it.fact, Outcome) and it.fact.part is not None
    )
    part = done.part and replace(
        done.part, count=SIGNED, issued=None, answered_at="", received_at=""
    )
    return replace(done, result=result, part=part if result is Result.DONE else None)


def keys_of(*requests: bytes) -> set[bytes]:
    keys = (x509.load_der_x509_csr(each).public_key() for each in requests)
    return {bytes.fromhex(spki_digest(each)) for each in keys}


def issued(facts: list[Recorded]) -> Issued:
    conductor = replace(room(), others=facts).as_conductor()
    return issued_before(conductor, SIGNING, renews=False)


DEVICES = [request_of(number) for number in GOOD]


@pytest.mark.parametrize(
    ("ends", "count"),
    [
        ((outcome(Result.DONE), LEFT), SIGNED),
        ((outcome(Result.UNRESOLVED), LEFT), SIGNED),
        ((), SIGNED),
        ((LEFT,), SIGNED),
        ((outcome(Result.FAILED), LEFT), 0),
        ((outcome(Result.DONE), CeremonyClosed(1, "full", "A4")), SIGNED),
        ((outcome(Result.DONE),), len(GOOD)),
    ],
)
def test_of_a_batch_what_was_or_may_have_been_signed_counts(
    ends: tuple[Fact, ...], count: int
) -> None:
    """One that may go on with the rest keeps its places."""
    found = issued(left(*ends))
    mine = keys_of(*DEVICES)
    assert found.keys & mine == keys_of(*DEVICES[:count])
    none = issued(left(outcome(Result.FAILED), LEFT))
    assert len(found.subjects - none.subjects) == count


@pytest.mark.parametrize("ends", [(outcome(Result.DONE), LEFT), (LEFT,)])
def test_whose_serial_number_is_revoked_applies_anew_with_another_key(
    ends: tuple[Fact, ...],
) -> None:
    """Also where nobody knows whether it was signed: its numbers are known."""
    facts = left(*ends)
    name = f"serials-{BATCH}-0001.txt"
    serial = decode_serials(before().files[name])[0]
    crl = replace(
        listed("issuing-dca", (f"{serial:032x}", "superseded")),
        issuer_key=before().builder.state.keys["issuing-dca"].public_key,
    )
    known = replace(State(room().script), crls={"list": crl})
    conductor = replace(room(), others=facts, state=known).as_conductor()
    found = issued_before(conductor, SIGNING, renews=False)
    assert found.keys == issued(facts).keys
    assert len(issued(facts).subjects - found.subjects) == 1


@pytest.mark.parametrize(
    ("ends", "counts"), [((LEFT,), True), ((outcome(Result.FAILED), LEFT), False)]
)
def test_a_single_request_counts_where_it_may_have_been_answered(
    ends: tuple[Fact, ...], *, counts: bool
) -> None:
    """Its key does: its subject asks with another, since no list can set it free."""
    facts = left(*ends, asked="meter-certificate")
    found = issued(facts)
    assert found.keys & keys_of(METER) == (keys_of(METER) if counts else set())
    assert found.subjects == issued(facts[:-2]).subjects


@pytest.mark.parametrize("asked", [BATCH, "meter-certificate"])
@pytest.mark.parametrize("renews", [False, True])
def test_what_this_ceremony_has_taken_in_counts_before_it_is_answered(
    asked: str, *, renews: bool
) -> None:
    """Key and subject do, of a set and of a single request alike.

    Else two sets of one ceremony could ask for one key, and both be answered.
    """
    until = left(asked=asked)[:-1]
    whose = DEVICES if asked == BATCH else [METER]
    mine = issued_in_own(until, renews=renews)
    assert mine.keys >= keys_of(*whose)
    assert mine.subjects >= subjects_of(*whose)
    # Nobody has been asked to sign: elsewhere the same counts for nothing.
    others = issued(until)
    assert not others.keys & keys_of(*whose)
    assert not others.subjects & subjects_of(*whose)


def issued_in_own(facts: list[Recorded], *, renews: bool) -> Issued:
    """Give what the first ceremony itself is told, with these facts so far."""
    conductor = replace(room(), others=facts, ceremony=FIRST).as_conductor()
    return issued_before(conductor, SIGNING, renews=renews)


def subjects_of(*requests: bytes) -> set[bytes]:
    asked = [Imported("x.csr", n, der) for n, der in enumerate(requests, 1)]
    return {each.compared for each in judge_requests(asked, SIGNING)}


def test_what_is_signed_besides_answers_no_request() -> None:
    facts = [it.fact for it in before().builder.facts]
    script = before().builder.script
    whole = {"device-requests": len(GOOD), "meter-request": 1}
    own = {name: n for name, n in answered_in(script, facts).items() if name in whole}
    assert own == whole
    until = next(n for n, it in enumerate(facts) if of_part(it))
    assert "device-requests" not in answered_in(script, facts[:until])
