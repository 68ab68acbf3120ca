"""Which CA certificates end too early, told before a ceremony is opened.

The room would refuse what is to be signed, once people have travelled and keys are
made. Here it is told by the certificates that exist already, and the day: a term only
comes nearer to its end.

Source: RFC 5280, section 6.1.3, (a)(2), and section 6.3.3, (f): the path of whoever
signs is valid then. That nothing outlives its issuer is this tool's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from cryptography import x509

from ceremony.conduct.known import Known, Signing, known_signings
from ceremony.conduct.list_along import LIST
from ceremony.conduct.signing_path import signing_path
from ceremony.errors import RefusedError
from ceremony.pki.certificate import name_text
from ceremony.pki.crl_order import update_term
from ceremony.pki.order import NO_END, term
from ceremony.pki.path_building import Path
from ceremony.pki.remedy import CA_RENEWED, LIST_RENEWED
from ceremony.pki.script_profile import certificate_profile
from ceremony.script.model import Script, Step

EXPIRED: Final = "CONDUCT-ISSUER-01"


def refused_expired(known: Known) -> Iterator[tuple[Step, RefusedError]]:
    """Find what would be signed below a CA's certificate that ends too early.

    Args:
        known: What is known.

    Yields:
        The step that signs each, with ``CONDUCT-ISSUER-01``.

    Raises:
        InputError: A certificate or a profile cannot be read.
    """
    state = known.state
    for told in known_signings(state):
        if told.step.verb == LIST:
            # Whoever relies on a list looks for the path of its signer anew.
            above: Path = (known.certificate(told.path[0]),)
            begin, end = update_term(known.day, 0)
        else:
            above = signing_path(state, told.key, known.certificate, lambda: known.day)
            begin, end = _term(known.script, told, known.day)
        why = _why(above[:1] if told.is_crossed else above, begin, end)
        if why:
            yield told.step, _refused(told.step, why)


def _term(script: Script, told: Signing, day: date) -> tuple[datetime, datetime]:
    thing = script.thing(str(told.step.parameters["certificate"]))
    return term(day, certificate_profile(script, thing.profile).validity)


def _why(above: tuple[x509.Certificate, ...], begin: datetime, end: datetime) -> str:
    """Say which certificate ends too early; nothing where none does.

    Args:
        above: The certificate of whoever signs, and those above it that are sure.
        begin: The first second of what is to be signed.
        end: Its last one.
    """
    for each in above:
        if each.not_valid_after_utc < begin:
            return f"{_named(each)} has expired: it was valid until {_last(each)}"
    if end != NO_END and end > above[0].not_valid_after_utc:
        return (
            f"what it issues would be valid until {end:%Y-%m-%d}, and "
            f"{_named(above[0])} is until {_last(above[0])}"
        )
    return ""


def _named(certificate: x509.Certificate) -> str:
    return f"the certificate of {name_text(certificate.subject)}"


def _last(certificate: x509.Certificate) -> str:
    return f"{certificate.not_valid_after_utc:%Y-%m-%d}"


def _refused(step: Step, why: str) -> RefusedError:
    is_list = step.verb == LIST
    what = "list" if is_list else "certificate"
    return RefusedError(
        EXPIRED,
        f"Step {step.id} signs by {step.parameters['key']}, and {why}.",
        meaning="Nothing was opened, no key was made. Such a "
        f"{what} could not be signed.",
        remedy=LIST_RENEWED if is_list else CA_RENEWED,
    )
