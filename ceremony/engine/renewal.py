"""Certificates of earlier ceremonies that are renewed by a request from elsewhere.

The owner of a certificate asks for the next one with a new key: subject and profile
stay. The script names what is renewed, so that nobody gets a second one unsaid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ceremony.engine.batch import ISSUE, answering_step
from ceremony.engine.earlier import origin_of
from ceremony.engine.facts import CertificateMade, EarlierFound, RequestsJudged
from ceremony.engine.state import State
from ceremony.engine.transcript import Line
from ceremony.errors import RefusedError
from ceremony.pki.crl_profile import Reason
from ceremony.script.model import Script, Step

IMPORT = "csr.import"


def renewed_by(script: Script, request: str) -> tuple[str, ...]:
    """Name what an imported request, or each of a set, renews; empty where nothing.

    Args:
        script: The script.
        request: The request or the set, by name.
    """
    for step in script.steps:
        if step.verb == IMPORT and step.parameters.get("request") == request:
            told = step.parameters.get("renews", ())
            return tuple(map(str, told)) if isinstance(told, list) else ()
    return ()


def renewed_into(script: Script, certificate: str) -> tuple[str, ...]:
    """Name what is renewed by a certificate, or by each of a batch.

    Args:
        script: The script.
        certificate: The new certificate or batch, by name.
    """
    for step in script.steps:
        if step.verb == ISSUE and step.parameters.get("certificate") == certificate:
            return renewed_by(script, str(step.parameters.get("request")))
    return ()


def titles_renewed(state: State, names: Iterable[str]) -> str:
    """Name certificates by their titles, for people to read; empty for none."""
    return ", ".join(state.script.thing(name).title for name in names)


def renewal_lines(state: State, names: Iterable[str]) -> Iterator[Line]:
    """Tell what is renewed: a certificate with its serial number, a batch by count."""
    for name in names:
        told, title = origin_of(state, name), state.script.thing(name).title
        made = told.outcome.certificate if told is not None else None
        part = told.outcome.part if told is not None else None
        if made is not None:
            yield Line("renews", f"{title}, serial {made.serial}")
        elif part is not None:
            count = part.first + part.count - 1
            yield Line("renews", f"certificates of {title}, which has {count}")


def verify_renewed(
    step: Step, state: State, fact: RequestsJudged, names: tuple[str, ...]
) -> None:
    """Insist that what is told to be renewed is what the script names, and is known.

    Args:
        step: The step.
        state: What earlier ceremonies made is in it.
        fact: What became of the requests.
        names: What the script says that they renew.

    Raises:
        RefusedError: ``ENGINE-RENEW-01``.
    """
    if fact.renews != names or any(origin_of(state, name) is None for name in names):
        raise RefusedError(
            "ENGINE-RENEW-01",
            f"Step {step.id} renews {titles_renewed(state, names) or 'nothing'}, and "
            "something else is told, or it is not known of an earlier ceremony.",
            meaning="Nothing was issued from the requests.",
            remedy="Preserve the record and report it as a defect.",
        )


def verify_renewable(
    step: Step, state: State, request: str, names: tuple[str, ...]
) -> None:
    """Insist that each single certificate may be renewed by the key that answers.

    Which certificates of a batch are revoked is not asked: they are known by their
    results file alone.

    Args:
        step: The step.
        state: What earlier ceremonies made is in it.
        request: The request or the set, by name.
        names: What the script says that it renews.

    Raises:
        RefusedError: ``ENGINE-RENEW-02``: one is revoked for good; ``-03``: another
            issuer's key has signed it.
    """
    answer = answering_step(state.script, request)
    for name in names:
        told = origin_of(state, name)
        made = told.outcome.certificate if told is not None else None
        if told is None or made is None:
            continue
        if reason := _reason_revoked(state, told, made):
            raise RefusedError(
                "ENGINE-RENEW-02",
                f"Step {step.id} renews {titles_renewed(state, (name,))}, serial "
                f"{made.serial}, which a list of its issuer revokes: {reason}.",
                meaning="No file was read; nothing was issued.",
                remedy="Abandon the ceremony; let its owner apply anew, and the script "
                "renew what is not revoked.",
            )
        if answer is not None and not _has_issued(
            state, str(answer.parameters.get("key")), told
        ):
            raise RefusedError(
                "ENGINE-RENEW-03",
                f"Step {step.id} renews {titles_renewed(state, (name,))}, which the "
                f"key that answers, {answer.parameters.get('key')}, has not signed.",
                meaning="No file was read; nothing was issued.",
                remedy="Abandon the ceremony, and let the script answer by the key "
                "that signed the old certificate.",
            )


def _reason_revoked(state: State, told: EarlierFound, made: CertificateMade) -> str:
    """Give why a certificate is revoked for good by a list that is known, or nothing.

    Source: RFC 5280, section 5.3.1: a certificate on hold may be released again.
    """
    before = [fact.outcome.crl for fact in state.earlier]
    for crl in (*before, *state.crls.values()):
        if crl is None or _signer_of(state, told) != crl.issuer_key:
            continue
        for entry in crl.revoked:
            held = entry.reason == Reason.CERTIFICATE_HOLD
            if entry.serial == made.serial and not held:
                return entry.reason
    return ""


def _has_issued(state: State, key: str, told: EarlierFound) -> bool:
    known = state.keys.get(key)
    return known is not None and _signer_of(state, told) == known.public_key


def _signer_of(state: State, told: EarlierFound) -> str:
    """Give the public key that has signed a certificate (SHA-256); empty if unknown."""
    known = state.keys.get(told.by)
    return told.issuer_key or (known.public_key if known is not None else "")
