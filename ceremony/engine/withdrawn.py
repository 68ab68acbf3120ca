"""Whose certificates of a ceremony are revoked for good, so that they apply anew.

A subject that has a certificate gets no second one, unless its issuer has revoked it
for good by a list that is known. The key of a revoked one is certified no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ceremony.engine.facts import EarlierFound, Fact, Outcome, RequestsJudged
from ceremony.engine.renewal import request_answered
from ceremony.engine.revoked import Revoked
from ceremony.identifiers import Digest
from ceremony.pki.issued_results import BatchResults
from ceremony.script.model import Script


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
) -> Withdrawn:
    """Find what a ceremony has issued and known lists revoke for good.

    Args:
        script: The ceremony's script.
        facts: What was recorded of the ceremony so far, in order.
        revoked: What the lists revoke.
        issued: Gives the results of a batch by their digest. Of a batch that is not
            whole there are none, and none of it counts as revoked.

    Raises:
        CeremonyError: The results of a batch cannot be had.
    """
    keys: dict[str, str] = {}
    asked: dict[str, str] = {}
    certificates: set[str] = set()
    requests: set[str] = set()
    for fact in facts:
        if isinstance(fact, RequestsJudged) and fact.single is not None:
            asked[fact.request] = fact.single.digest
        if not isinstance(fact, Outcome | EarlierFound):
            continue
        done = fact if isinstance(fact, Outcome) else fact.outcome
        if done.key is not None:
            keys[fact.thing] = done.key.public_key
        if isinstance(fact, EarlierFound):
            continue
        made, part = fact.certificate, fact.part
        if made is not None and made.serial in revoked.by(keys.get(made.issuer_thing)):
            certificates.add(made.digest)
            requests.add(asked.get(request_answered(script, fact.thing), ""))
        if part is not None and part.issued is not None:
            serials = revoked.by(keys.get(part.issuer_thing))
            requests |= issued(part.issued).answered_with(serials) if serials else set()
    return Withdrawn(frozenset(certificates), frozenset(filter(None, requests)))
