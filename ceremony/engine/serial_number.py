"""Which serial numbers a fact tells of: of certificates, batches and revocation lists.

Whoever asks whether a number was used before gathers the numbers by this: who draws one
for a certificate, and who verifies a record.

Invariants:
    * A number that is named before it is signed counts, whatever became of it.
    * Nothing is read here: what stands in a file is told by the file's digest.

Source: RFC 5280, section 4.1.2.2: a number is one certificate's of its issuer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.engine.facts import (
    CertificateBrought,
    CertificateMade,
    CrlMade,
    EarlierFound,
    Fact,
    Intent,
    Outcome,
)
from ceremony.identifiers import Digest

TOLD_BY: Final = (
    CertificateBrought.type,
    EarlierFound.type,
    Intent.type,
    Outcome.type,
)
"""The types of the facts that can tell of any; no other has to be read for them."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """What one fact tells of serial numbers.

    Attributes:
        thing: What has them, by its name: a certificate, a batch or a list.
        issuer: The issuer's name; empty of a part that a device is asked for, whose
            step names the key.
        numbers: Those that the fact itself tells: a certificate's, or the entries of a
            list.
        certificate: SHA-256 of the certificate (DER); None of anything else.
        named: SHA-256 of ``serials-NAME-NNNN.txt``, which names those of a part before
            it is signed; None of anything else.
        issued: SHA-256 of the results of a whole batch, which name its numbers; None of
            anything else.
        revoked: True where it is a list that revokes them.
    """

    thing: str
    issuer: str
    numbers: frozenset[int] = frozenset()
    certificate: Digest | None = None
    named: Digest | None = None
    issued: Digest | None = None
    revoked: bool = False


def numbered_by(fact: Fact) -> Numbered | None:
    """Give what a fact tells of serial numbers; None where it tells of none.

    Args:
        fact: One of this ceremony, or what it is told of earlier ones and of others.

    Raises:
        ValueError: A serial number is not hexadecimal.
    """
    if isinstance(fact, CertificateBrought):
        return _of_certificate(fact.thing, fact.certificate)
    if isinstance(fact, Intent) and fact.part is not None:
        return Numbered(fact.thing, "", named=fact.part.serials)
    if isinstance(fact, Outcome | EarlierFound):
        done = fact if isinstance(fact, Outcome) else fact.outcome
        return _of_outcome(fact.thing, done)
    return None


def _of_outcome(thing: str, done: Outcome) -> Numbered | None:
    """Give what an act tells, under the name that its thing has here."""
    if done.certificate is not None:
        return _of_certificate(thing, done.certificate)
    if done.crl is not None:
        return _of_list(thing, done.crl)
    if done.part is not None and done.part.issued is not None:
        return Numbered(thing, done.part.issuer, issued=done.part.issued)
    return None


def _of_certificate(thing: str, made: CertificateMade) -> Numbered:
    number = int(made.serial, 16)
    return Numbered(thing, made.issuer, frozenset({number}), certificate=made.digest)


def _of_list(thing: str, made: CrlMade) -> Numbered:
    numbers = frozenset(int(entry.serial, 16) for entry in made.revoked)
    return Numbered(thing, made.issuer, numbers, revoked=True)
