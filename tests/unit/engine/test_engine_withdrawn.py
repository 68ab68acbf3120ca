"""Whose certificate a known list revokes for good applies anew; nobody else does."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from ceremony.engine.facts import (
    CrlMade,
    EarlierFound,
    Fact,
    Intent,
    Outcome,
    PartAsked,
    PartMade,
    RequestsJudged,
    Result,
    RevokedCertificate,
)
from ceremony.engine.revoked import NOTHING_REVOKED, lists_in, revoked_in
from ceremony.engine.state import State
from ceremony.engine.withdrawn import Withdrawn, withdrawn_in
from ceremony.identifiers import Digest
from ceremony.pki.issued_results import BatchResults, decode_issued
from tests.fakes.record_batch import METER, request_of
from tests.fakes.record_renewal import build_before

FIRST = build_before()
STATE: State = FIRST.builder.state
FACTS: tuple[Fact, ...] = tuple(recorded.fact for recorded in FIRST.builder.facts)
METER_CERTIFICATE = STATE.certificates["meter-certificate"]
ISSUED = "issued-device-certificates.jsonl"


def digest_of(der: bytes) -> str:
    return hashlib.sha256(der).hexdigest()


def results(digest: Digest) -> BatchResults:
    raw = FIRST.files[ISSUED]
    (part,) = STATE.parts["device-certificates"]
    assert digest == part.issued
    return decode_issued(raw, ISSUED)


def no_results(_: Digest) -> BatchResults:
    raise AssertionError("nobody has asked for them")


def listed(key: str, *entries: tuple[str, str]) -> CrlMade:
    """Tell of a list of a key: serial numbers, each with a reason."""
    return CrlMade(
        digest=Digest("ab" * 32),
        tbs=Digest("ac" * 32),
        number=1,
        issuer="CN=Z2",
        issuer_thing=key,
        issuer_key=STATE.keys[key].public_key,
        this_update="2026-11-25T00:00:00Z",
        next_update="2026-12-25T00:00:00Z",
        revoked=tuple(RevokedCertificate(it, "2026-11-25", why) for it, why in entries),
    )


def withdrawn(*crls: CrlMade) -> Withdrawn:
    return withdrawn_in(FIRST.builder.script, FACTS, revoked_in(crls), results)


def serial_of(number: int) -> str:
    """Give the serial number of a device's certificate; see ``record_batch``."""
    told = decode_issued(FIRST.files[ISSUED], ISSUED).answered
    return next(each.serial for each in told if each.position == number)


def test_a_single_certificate_and_its_request_are_withdrawn() -> None:
    told = withdrawn(listed("issuing-dca", (METER_CERTIFICATE.serial, "superseded")))
    assert told == Withdrawn(
        frozenset({METER_CERTIFICATE.digest}), frozenset({digest_of(METER)})
    )


def test_one_of_a_batch_is_withdrawn_by_its_request() -> None:
    told = withdrawn(listed("issuing-dca", (serial_of(4), "key-compromise")))
    assert told == Withdrawn(frozenset(), frozenset({digest_of(request_of(4))}))


def test_a_certificate_of_a_request_made_here_is_withdrawn_alone() -> None:
    made = STATE.certificates["issuing-dca-certificate"]
    told = withdrawn(listed("root-dca", (made.serial, "ca-compromise")))
    assert told == Withdrawn(frozenset({made.digest}), frozenset())


def test_nothing_is_withdrawn_on_hold_or_by_another_issuers_list() -> None:
    nothing = Withdrawn(frozenset(), frozenset())
    serials = (METER_CERTIFICATE.serial, serial_of(4))
    held = [(serial, "certificate-hold") for serial in serials]
    gone = [(serial, "superseded") for serial in serials]
    assert withdrawn(listed("issuing-dca", *held)) == nothing
    assert withdrawn(listed("root-dca", *gone)) == nothing


def test_no_results_are_read_of_an_issuer_that_revokes_nothing() -> None:
    script = FIRST.builder.script
    told = withdrawn_in(script, FACTS, NOTHING_REVOKED, no_results)
    assert told == Withdrawn(frozenset(), frozenset())


def test_one_of_a_batch_that_is_not_whole_is_withdrawn_by_what_its_part_answers() -> (
    None
):
    facts = [
        replace(fact, part=replace(fact.part, issued=None))
        if isinstance(fact, Outcome) and fact.part is not None
        else fact
        for fact in FACTS
    ]
    asked: list[tuple[str, int]] = []

    def signed(judged: RequestsJudged, part: PartMade | PartAsked) -> dict[str, str]:
        asked.append((judged.request, part.number))
        return {serial_of(4): "4th", serial_of(5): "5th"}

    script = FIRST.builder.script
    crl = listed("issuing-dca", (serial_of(4), "superseded"), ("77", "superseded"))
    told = withdrawn_in(script, facts, revoked_in([crl]), no_results, signed)
    assert told == Withdrawn(frozenset(), frozenset({"4th"}))
    assert asked == [("device-requests", 1)]
    # Of one that is in doubt it is told what it may have answered.
    until = next(n for n, it in enumerate(facts) if isinstance(it, Intent) and it.part)
    doubtful = facts[: until + 1]
    told = withdrawn_in(script, doubtful, revoked_in([crl]), no_results, signed)
    assert told == Withdrawn(frozenset(), frozenset({"4th"}))
    done = next(it for it in facts if isinstance(it, Outcome) and it.part is not None)
    for result, requests in ((Result.UNRESOLVED, {"4th"}), (Result.FAILED, set())):
        ended = [*doubtful, replace(done, result=result, part=None)]
        told = withdrawn_in(script, ended, revoked_in([crl]), no_results, signed)
        assert told.requests == requests
    # Without what it has answered, and of another key's list, nothing is.
    nothing = Withdrawn(frozenset(), frozenset())
    assert withdrawn_in(script, facts, revoked_in([crl]), no_results) == nothing
    other = revoked_in([listed("root-dca", (serial_of(4), "superseded"))])
    assert withdrawn_in(script, facts, other, no_results, signed) == nothing
    # Of a whole batch the results of the last part tell of every part.
    (last,) = (it for it in FACTS if isinstance(it, Outcome) and it.part is not None)
    one = next(it for it in facts if isinstance(it, Outcome) and it.part is not None)
    parts = [*facts, last]
    told = withdrawn_in(script, parts, revoked_in([crl]), results, signed)
    assert one.thing == last.thing
    assert told.requests == {digest_of(request_of(4))}


def test_a_key_of_an_earlier_ceremony_is_known_by_its_name_here() -> None:
    """The leaf that made the issuing key is told of, as a later ceremony has it."""
    facts: list[Fact] = []
    for fact in FACTS:
        if isinstance(fact, Outcome) and fact.thing == "issuing-dca" and fact.key:
            leaf = Digest("aa" * 32)
            told = EarlierFound(
                "issuing-dca", FIRST.builder.forgery.ceremony, 9, leaf, fact
            )
            facts.append(told)
        else:
            facts.append(fact)
    revoked = revoked_in([listed("issuing-dca", (serial_of(4), "superseded"))])
    told = withdrawn_in(FIRST.builder.script, facts, revoked, results)
    assert told.requests == {digest_of(request_of(4))}


def test_lists_are_told_of_by_this_ceremony_and_by_earlier_ones() -> None:
    known, last = listed("root-dca"), listed("issuing-dca")
    outcome = next(fact for fact in FACTS if isinstance(fact, Outcome))
    leaf, first = Digest("aa" * 32), FIRST.builder.forgery.ceremony
    facts = [
        *FACTS,
        EarlierFound("root-dca", first, 9, leaf, replace(outcome, crl=known)),
        replace(outcome, crl=last),
    ]
    assert list(lists_in(facts)) == [known, last]


def test_the_reason_of_the_newest_list_holds() -> None:
    first = listed("root-dca", ("01", "superseded"), ("02", "unspecified"))
    newest = replace(listed("root-dca", ("01", "key-compromise")), number=2)
    key = STATE.keys["root-dca"].public_key
    for lists in ([first, newest], [newest, first]):
        told = revoked_in(lists)
        assert told.by(key) == {"01": "key-compromise", "02": "unspecified"}
        assert told.by(None) == told.by("") == {}
