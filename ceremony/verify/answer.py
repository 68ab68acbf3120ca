"""How requests were to be answered, as the record tells it up to a leaf."""

from __future__ import annotations

from collections.abc import Container

from cryptography import x509

from ceremony.engine.batch import answering_step, is_set
from ceremony.engine.facts import RequestsJudged
from ceremony.engine.state import Recorded
from ceremony.pack.record import Record
from ceremony.pki.issuer_subject import issuer_subjects
from ceremony.pki.request_path import Answer, SingleAnswer
from ceremony.pki.script_profile import certificate_profile
from ceremony.script.waiver import waivers_on
from ceremony.verify.issued import chain_of, last_certificate, made_as


def answer_to(
    record: Record,
    recorded: Recorded,
    fact: RequestsJudged,
    unlinted: Container[str],
    *,
    asks: bool,
) -> Answer | None:
    """Give it.

    Args:
        record: The record.
        recorded: The leaf.
        fact: It.
        unlinted: See :class:`Answer`.
        asks: Whether anything was refused for how it was to be answered. Name and
            values of one request are asked about all the same.

    Returns:
        None of what no step answers, and of a set that nothing is asked about or whose
        issuer had no certificate by then.

    Raises:
        FailedError: The certificates above the issuer are not in the record.
    """
    script = record.state.script
    step = answering_step(script, fact.request)
    if step is None:
        return None
    alone = not is_set(script, fact.request)
    above = _above(record, recorded, str(step.parameters["key"])) if asks else ()
    if not above and not alone:
        return None
    made = script.thing(str(step.parameters["certificate"]))
    profile = certificate_profile(script, fact.profile)
    day = recorded.event.t.wall.date()
    if not alone:
        return Answer(profile, made.given, above, day, unlinted)
    waivers = waivers_on(script.waivers, made.name, day)
    return SingleAnswer(profile, made.given, above, day, waivers)


def subjects_above(
    record: Record, recorded: Recorded, request: str
) -> frozenset[bytes]:
    """Give the names of the CA that was to answer a request, and of those above it.

    Args:
        record: The record.
        recorded: The leaf that tells how the request was judged.
        request: The request or the set, by name.

    Returns:
        32 bytes each, as subjects are compared; none of what no step answers, and
        where that CA had no certificate by then.

    Raises:
        FailedError: The certificates above the issuer are not in the record.
    """
    step = answering_step(record.state.script, request)
    if step is None:
        return frozenset()
    return issuer_subjects(_above(record, recorded, str(step.parameters["key"])))


def _above(
    record: Record, recorded: Recorded, name: str
) -> tuple[x509.Certificate, ...]:
    """Give the certificate that a key had before a leaf, and those above it."""
    key, seq = record.state.keys.get(name), recorded.event.seq
    if key is None:
        return ()
    issuer = last_certificate(
        record, key.public_key, lambda each: each.event.seq >= seq
    )
    if issuer is None:
        return ()
    return chain_of(record, recorded, made_as(record, issuer), issuer)
