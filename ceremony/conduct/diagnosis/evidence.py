"""The doctor's line about what evidence of a site will stand on."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ceremony.conduct.diagnosis.line import Line, fail, ok
from ceremony.conduct.evidence_bound import (
    verify_cosigners,
    verify_evidence_ca,
    verify_evidence_terms,
    verify_log_key_name,
)
from ceremony.errors import InputError, RefusedError
from ceremony.identifiers import Mode
from ceremony.pack.binding import SiteBinding

_RULE: Final = "DOCTOR-EVIDENCE-01"
_ABOUT: Final = "evidence"


def check_evidence(binding: SiteBinding, at: datetime) -> Line:
    """Judge log key, evidence CA, seal and people's certificates of a site.

    Args:
        binding: The site's.
        at: The time, UTC.
    """
    try:
        _verify_some_mode(binding)
        verify_evidence_ca(binding)
        verify_evidence_terms(binding, at)
        verify_cosigners(binding)
    except (InputError, RefusedError) as refusal:
        return fail(_RULE, _ABOUT, str(refusal), refusal.remedy)
    count = len(binding.people) + 1
    told = f"The seal's and people's {count} certificates hold, under the evidence CA"
    return ok(_RULE, _ABOUT, f"{told}.")


def _verify_some_mode(binding: SiteBinding) -> None:
    """Insist that the log key is under the name that one of the modes gives."""
    try:
        verify_log_key_name(binding, Mode.REHEARSAL)
    except RefusedError:
        verify_log_key_name(binding, Mode.LIVE)
