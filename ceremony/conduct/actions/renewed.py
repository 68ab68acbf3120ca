"""Whose certificates a step renews, and whether its requests may still be answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from ceremony.conduct.actions.order import certificate_named
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.replaced import Journal, replaced_already, subjects_told
from ceremony.engine.batch import is_batch
from ceremony.engine.earlier import origin_of
from ceremony.engine.facts import EarlierFound, RequestsJudged
from ceremony.engine.refusal import FIRST
from ceremony.engine.renewal import titles_renewed
from ceremony.engine.revoked import lists_in, revoked_by_now
from ceremony.errors import RefusedError
from ceremony.pki.certificate import encode_certificate
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_results import read_asked
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
        (fact, partial(carried, conductor, fact.thing))
        for fact in _told(conductor, names)
    ]
    known = revoked_by_now(conductor.state)
    subjects: set[bytes] = set()
    revoked: set[bytes] = set()
    for fact, contents in told:
        found = subjects_told(fact, contents, profile, known)
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


def verify_still_answerable(conductor: Conductor, step: Step, request: str) -> None:
    """Insist that what was good at the import is so still when it is answered.

    What a list of this ceremony revokes is asked of a set; of one request the engine
    asks it. What another ceremony has issued meanwhile is asked of both, whether they
    renew anything or not.

    Args:
        conductor: The ceremony.
        step: The step that answers.
        request: The request or the set, by name; of one that the ceremony has made
            nothing is asked.

    Raises:
        RefusedError: ``CONDUCT-RENEW-02``, ``-03`` or ``CONDUCT-IMPORT-03``.
    """
    taken = [
        (each.event.seq, each.fact)
        for each in conductor.facts
        if isinstance(each.fact, RequestsJudged) and each.fact.request == request
    ]
    if not taken or not _is_any_since(conductor, taken[-1][0]):
        return
    seq, judged = taken[-1]
    profile = certificate_profile(conductor.script, judged.profile)
    lines = conductor.log.journal.open_blob(judged.results)
    asked = tuple(read_asked(lines, "results"))
    known = revoked_by_now(conductor.state)
    since = _journal(conductor).issued_since(seq, profile, known)
    twice = [each.position for each in asked if each.subject in since]
    names = judged.renews
    if twice and names:
        raise replaced_already(step, titles_renewed(conductor.state, names))
    if twice:
        raise _certified_since(step, "subject", twice)
    keys = _journal(conductor).certified_since(seq, profile)
    shared = [each.position for each in asked if each.key in keys]
    if shared:
        raise _certified_since(step, "key", shared)
    old = renewed_subjects(conductor, names, profile).revoked if names else frozenset()
    gone = [each.position for each in asked if each.subject in old]
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


def _first(positions: Sequence[int]) -> str:
    first = ", ".join(map(str, positions[:FIRST]))
    more = f" and {len(positions) - FIRST} more" if len(positions) > FIRST else ""
    return f"{first}{more}"


def _certified_since(step: Step, what: str, positions: Sequence[int]) -> RefusedError:
    two = "a key would have two certificates"
    if what == "subject":
        two = "the subject would have two certificates, with two keys"
    return RefusedError(
        "CONDUCT-IMPORT-03",
        f"Step {step.id} answers requests, and another ceremony has certified the "
        f"{what} of request {_first(positions)} since they were taken in.",
        meaning=f"Nothing more was signed: {two}.",
        remedy="Abandon the ceremony, and have another one take the requests in: it "
        "refuses by name those that have a certificate.",
    )


def _revoked_since(step: Step, positions: Sequence[int]) -> RefusedError:
    return RefusedError(
        "CONDUCT-RENEW-03",
        f"Step {step.id} answers a set of which a list revokes, since it was taken in, "
        f"what request {_first(positions)} renews.",
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


def carried(conductor: Conductor, name: str, file: str) -> bytes:
    """Read what the ceremony has carried on since its opening.

    Args:
        conductor: The ceremony.
        name: The certificate or batch that it goes along with.
        file: Its name; of a certificate that itself is given.

    Raises:
        CeremonyError: The journal does not hold it.
    """
    if not is_batch(conductor.script, name):
        return encode_certificate(certificate_named(conductor, name))
    (blob,) = (
        blob
        for recorded in conductor.facts
        for blob in recorded.event.blobs
        if blob.name == file
    )
    return conductor.log.journal.blob(blob.sha256)
