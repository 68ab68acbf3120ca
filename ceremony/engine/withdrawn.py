"""Whose certificates of a ceremony are revoked for good, so that they apply anew.

A subject that has a certificate gets no second one, unless its issuer has revoked it
for good by a list that is known. The key of a revoked one is certified no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ceremony.engine.answered import parts_in_doubt
from ceremony.engine.batch import ISSUE
from ceremony.engine.facts import (
    EarlierFound,
    Fact,
    Outcome,
    PartAsked,
    PartMade,
    RequestsJudged,
)
from ceremony.engine.renewal import request_answered
from ceremony.engine.revoked import Revoked
from ceremony.identifiers import Digest
from ceremony.pki.issued_results import BatchResults
from ceremony.script.model import Script

Signed = Callable[[RequestsJudged, PartMade | PartAsked], Mapping[str, str]]
"""Gives, by serial number, the request (SHA-256) of each certificate of a part.

Of one that is in doubt those that it may have signed.
"""


def nothing_signed(_: RequestsJudged, __: PartMade | PartAsked) -> Mapping[str, str]:
    """Give nothing, where a record has no batch that is not whole.

    Before an import of the same ceremony every batch is: its step was closed.
    """
    return {}


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What of a ceremony is revoked for good.

    Attributes:
        certificates: Single certificates: SHA-256 of the DER of each.
        requests: Imported requests whose certificate it is: SHA-256 of the DER of each.
    """

    certificates: frozenset[str]
    requests: frozenset[str]


def withdrawn_in(
    script: Script,
    facts: Iterable[Fact],
    revoked: Revoked,
    issued: Callable[[Digest], BatchResults],
    signed: Signed = nothing_signed,
) -> Withdrawn:
    """Find what a ceremony has issued and known lists revoke for good.

    Args:
        script: The ceremony's script.
        facts: What was recorded of the ceremony so far, in order.
        revoked: What the lists revoke.
        issued: Gives the results of a batch by their digest.
        signed: Gives what a part has answered, or may have. It is asked of a batch
            that is not whole, which has no results: its ceremony was left.

    Raises:
        CeremonyError: The results of a batch cannot be had.
    """
    facts = tuple(facts)
    keys, sets = _keys(facts), _judged(facts)
    whole = {each.thing for each, part in _parts(facts) if part.issued is not None}
    certificates: set[str] = set()
    requests: set[str] = set()
    for done in (fact for fact in facts if isinstance(fact, Outcome)):
        made = done.certificate
        if made is None or made.serial not in revoked.by(keys.get(made.issuer_thing)):
            continue
        certificates.add(made.digest)
        judged = sets.get(request_answered(script, done.thing))
        if judged is not None and judged.single is not None:
            requests.add(judged.single.digest)
    for each, part in _parts(facts):
        serials = revoked.by(keys.get(part.issuer_thing))
        judged = sets.get(request_answered(script, each.thing))
        if serials and part.issued is not None:
            requests |= issued(part.issued).answered_with(serials)
        elif serials and judged is not None and each.thing not in whole:
            told = signed(judged, part)
            requests |= {told[serial] for serial in told.keys() & serials.keys()}
    for batch, asked in parts_in_doubt(facts):
        serials = revoked.by(keys.get(_answered_by(script, batch)))
        judged = sets.get(request_answered(script, batch))
        told = signed(judged, asked) if serials and judged is not None else {}
        requests |= {told[serial] for serial in told.keys() & serials.keys()}
    return Withdrawn(frozenset(certificates), frozenset(requests))


def _answered_by(script: Script, batch: str) -> str:
    """Name the key by which a script has a batch signed."""
    told = (it.parameters for it in script.steps if it.verb == ISSUE)
    return next((str(it["key"]) for it in told if it.get("certificate") == batch), "")


def _keys(facts: Iterable[Fact]) -> dict[str, str]:
    """Give the public key (SHA-256) of each pair, by the name that it has here."""
    keys: dict[str, str] = {}
    for fact in facts:
        if isinstance(fact, Outcome | EarlierFound):
            done = fact if isinstance(fact, Outcome) else fact.outcome
            keys |= {fact.thing: done.key.public_key} if done.key is not None else {}
    return keys


def _judged(facts: Iterable[Fact]) -> dict[str, RequestsJudged]:
    judged = (fact for fact in facts if isinstance(fact, RequestsJudged))
    return {fact.request: fact for fact in judged}


def _parts(facts: Iterable[Fact]) -> Iterator[tuple[Outcome, PartMade]]:
    for fact in facts:
        if isinstance(fact, Outcome) and fact.part is not None:
            yield fact, fact.part
