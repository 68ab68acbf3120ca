"""How a set of requests was to be answered, as the record tells it up to a leaf."""

from __future__ import annotations

from collections.abc import Container

from ceremony.engine.batch import answering_step, is_set
from ceremony.engine.facts import RequestsJudged
from ceremony.engine.state import Recorded
from ceremony.pack.record import Record
from ceremony.pki.request_path import Answer
from ceremony.pki.script_profile import certificate_profile
from ceremony.verify.issued import chain_of, last_certificate, made_as


def answer_to(
    record: Record,
    recorded: Recorded,
    fact: RequestsJudged,
    unlinted: Container[str],
) -> Answer | None:
    """Give it; None of one request, or where the issuer had no certificate by then.

    Args:
        record: The record.
        recorded: The leaf.
        fact: It.
        unlinted: See :class:`Answer`.

    Raises:
        FailedError: The certificates above the issuer are not in the record.
    """
    script = record.state.script
    step = answering_step(script, fact.request)
    if step is None or not is_set(script, fact.request):
        return None
    key = record.state.keys.get(str(step.parameters["key"]))
    if key is None:
        return None
    seq = recorded.event.seq
    issuer = last_certificate(
        record, key.public_key, lambda each: each.event.seq >= seq
    )
    if issuer is None:
        return None
    above = chain_of(record, recorded, made_as(record, issuer), issuer)
    given = script.thing(str(step.parameters["certificate"])).given
    profile = certificate_profile(script, fact.profile)
    return Answer(profile, given, above, recorded.event.t.wall.date(), unlinted)
