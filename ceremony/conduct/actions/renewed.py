"""Whose certificates a step renews, from what earlier ceremonies made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from ceremony.conduct.actions.order import certificate_named
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.replaced import Journal, replaced_already, subjects_told
from ceremony.engine.batch import is_batch
from ceremony.engine.earlier import origin_of
from ceremony.engine.facts import EarlierFound, RequestsJudged
from ceremony.engine.renewal import renewed_by, titles_renewed
from ceremony.engine.revoked import lists_in, revoked_by_now
from ceremony.engine.steps.imported import FIRST
from ceremony.errors import RefusedError
from ceremony.pki.certificate import encode_certificate
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_results import read_subjects
from ceremony.pki.request_set import Issued, issued_in
from ceremony.pki.script_profile import certificate_profile
from ceremony.script.model import Step


def renewed_subjects(
    conductor: Conductor, names: Iterable[str], profile: CertificateProfile
) -> Issued:
    """Give the subjects of certificates that exist already, revoked ones apart.

    Single ones are not revoked: the engine has let them be renewed.

    Args:
        conductor: The ceremony.
        names: The certificates and batches, by name.
        profile: What is asked for now.

    Returns:
        Its ``renewed``, its ``revoked`` and its ``replaced``.

    Raises:
        CeremonyError: What the journal keeps of one cannot be read.
    """
    told = [
        (fact, partial(_carried, conductor, fact.thing))
        for fact in _told(conductor, names)
    ]
    known = revoked_by_now(conductor.state)
    subjects: set[bytes] = set()
    revoked: set[bytes] = set()
    for fact, carried in told:
        found = subjects_told(fact, carried, profile, known)
        subjects |= found.subjects
        revoked |= found.revoked
    return Issued(
        renewed=frozenset(subjects),
        revoked=frozenset(revoked - subjects),
        replaced=_journal(conductor).replaced(told, profile, known),
    )


def verify_not_replaced(
    conductor: Conductor, step: Step, names: Iterable[str], old: Issued
) -> None:
    """Insist that no single certificate is renewed that a later one has replaced.

    Of a batch each request is asked about.

    Args:
        conductor: The ceremony.
        step: The step that renews.
        names: The certificates and batches, by name.
        old: Their subjects; see :func:`renewed_subjects`.

    Raises:
        RefusedError: ``CONDUCT-RENEW-02``.
    """
    for name in names:
        if not is_batch(conductor.script, name):
            profile = certificate_profile(
                conductor.script, conductor.script.thing(name).profile
            )
            told = issued_in(certificate_named(conductor, name), profile)
            if told.subjects & old.replaced:
                raise replaced_already(step, titles_renewed(conductor.state, [name]))


def verify_still_renewed(conductor: Conductor, step: Step, request: str) -> None:
    """Insist that what is renewed was neither revoked nor renewed since the import.

    What a list of this ceremony revokes is asked of a set; of one request the engine
    asks it. What another ceremony has issued meanwhile is asked of both.

    Args:
        conductor: The ceremony.
        step: The step that answers.
        request: The request or the set, by name.

    Raises:
        RefusedError: ``CONDUCT-RENEW-02`` or ``-03``.
    """
    names = renewed_by(conductor.script, request)
    taken = [
        (recorded.event.seq, recorded.fact)
        for recorded in conductor.facts
        if isinstance(recorded.fact, RequestsJudged)
        and recorded.fact.request == request
    ]
    if not names or not taken or not _is_any_since(conductor, taken[-1][0]):
        return
    judged = taken[-1][1]
    profile = certificate_profile(conductor.script, judged.profile)
    old = renewed_subjects(conductor, names, profile)
    lines = conductor.log.journal.open_blob(judged.results)
    asked = tuple(read_subjects(lines, "results"))
    if any(subject in old.replaced for _, subject in asked):
        raise replaced_already(step, titles_renewed(conductor.state, names))
    gone = [position for position, subject in asked if subject in old.revoked]
    if gone:
        raise _revoked_since(step, gone)


def _is_any_since(conductor: Conductor, seq: int) -> bool:
    """Tell whether a list was signed since, or another ceremony has issued."""
    own = (each.fact for each in conductor.facts if each.event.seq > seq)
    if any(True for _ in lists_in(own)):
        return True
    return any(
        act.event.seq > seq
        and act.event.ceremony != conductor.ceremony
        and (act.outcome.certificate is not None or act.outcome.part is not None)
        for act in conductor.log.history.acts
    )


def _revoked_since(step: Step, positions: Sequence[int]) -> RefusedError:
    first = ", ".join(map(str, positions[:FIRST]))
    more = f" and {len(positions) - FIRST} more" if len(positions) > FIRST else ""
    return RefusedError(
        "CONDUCT-RENEW-03",
        f"Step {step.id} answers a set of which a list revokes, since it was taken in, "
        f"what request {first}{more} renews.",
        meaning="No part was signed that is not signed already.",
        remedy="Abandon the ceremony. Let another one's script sign the list first: "
        "whose certificate it revokes is refused by name then, and applies anew.",
    )


def _told(conductor: Conductor, names: Iterable[str]) -> list[EarlierFound]:
    found = (origin_of(conductor.state, name) for name in names)
    return [fact for fact in found if fact is not None]


def _journal(conductor: Conductor) -> Journal:
    log = conductor.log
    return Journal(log.history, log.journal.blob, conductor.ceremony)


def _carried(conductor: Conductor, name: str, file: str) -> bytes:
    """Read what the ceremony has carried on since its opening."""
    if not is_batch(conductor.script, name):
        return encode_certificate(certificate_named(conductor, name))
    (blob,) = (
        blob
        for recorded in conductor.facts
        for blob in recorded.event.blobs
        if blob.name == file
    )
    return conductor.log.journal.blob(blob.sha256)
