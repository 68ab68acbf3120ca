"""The doctor's lines about what evidence of a site will stand on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from ceremony.conduct.diagnosis.line import Line, fail, ok, warn
from ceremony.conduct.evidence_bound import (
    ca_of,
    certificate_of,
    seal_of,
    verify_evidence_ca,
    verify_evidence_terms,
    verify_log_key_name,
    verify_person,
    verify_seal_key,
    warn_of_ended,
)
from ceremony.errors import InputError, RefusedError
from ceremony.identifiers import Mode
from ceremony.pack.binding import SiteBinding

_RULE: Final = "DOCTOR-EVIDENCE-01"
_ABOUT: Final = "evidence"

SOON: Final = timedelta(days=30)
"""How long before its end a certificate is told: a renewal is asked of an evidence CA,
bound and approved, and a ceremony that is opened has to end before it."""


def check_evidence(binding: SiteBinding, at: datetime) -> Iterator[Line]:
    """Judge log key, evidence CA, seal and people's certificates of a site.

    A person is warned of: who has a seat in a ceremony only its roster says.

    Args:
        binding: The site's.
        at: The time, UTC.
    """
    yield _about_site(binding, at)
    for person in binding.people:
        try:
            verify_person(binding, person)
        except (InputError, RefusedError) as refusal:
            told = f"{refusal} No ceremony is opened with {person.id} on its roster."
            yield warn(_RULE, f"{_ABOUT} of {person.id}", told, refusal.remedy)
    for ended in warn_of_ended(binding, at):
        yield warn(_RULE, _ABOUT, ended.message, ended.remedy)
    yield from _ending_soon(binding, at)


def _about_site(binding: SiteBinding, at: datetime) -> Line:
    try:
        _verify_some_mode(binding)
        verify_seal_key(binding)
        verify_evidence_ca(binding)
        verify_evidence_terms(binding, at)
    except (InputError, RefusedError) as refusal:
        return fail(_RULE, _ABOUT, str(refusal), refusal.remedy)
    return ok(_RULE, _ABOUT, "The seal's certificate holds, under the evidence CA.")


def _ending_soon(binding: SiteBinding, at: datetime) -> Iterator[Line]:
    """Warn of each certificate that holds, and will not for long."""
    site = "a ceremony that is not closed by then cannot go on"
    own = "then this person cannot sign with their own key any more"
    ending = [(ca_of(binding), site), (seal_of(binding), site)]
    ending += [(certificate_of(person), own) for person in binding.people]
    for each, then in ending:
        if each.term_fault(at + SOON) and not each.term_fault(at):
            last = each.certificate.not_valid_after_utc
            yield warn(
                "DOCTOR-EVIDENCE-02",
                _ABOUT,
                f"{each.called} holds until {last:%Y-%m-%d %H:%M} UTC; {then}.",
                "Have it renewed and bind the new one, while no ceremony is open.",
            )


def _verify_some_mode(binding: SiteBinding) -> None:
    """Insist that the log key is under the name that one of the modes gives."""
    try:
        verify_log_key_name(binding, Mode.REHEARSAL)
    except RefusedError:
        verify_log_key_name(binding, Mode.LIVE)
