"""Certificates of earlier ceremonies that are renewed by a request from elsewhere.

The owner of a certificate asks for the next one with a new key: subject and profile
stay. The script names what is renewed, so that nobody gets a second one unsaid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ceremony.engine.batch import ISSUE, answering_step
from ceremony.engine.earlier import origin_of
from ceremony.engine.facts import EarlierFound, RequestsJudged
from ceremony.engine.revoked import NOTHING_REVOKED, revoked_by_now
from ceremony.engine.state import State
from ceremony.engine.succession import certificate_before, is_key
from ceremony.engine.transcript import Line
from ceremony.errors import RefusedError
from ceremony.hexadecimal import serial_text
from ceremony.script.model import Script, Step

IMPORT = "csr.import"
OTHER_KEY = "ENGINE-RENEW-03"


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


def is_imported(script: Script, request: str) -> bool:
    """Tell whether a script takes a request, or a set, in from elsewhere."""
    return any(
        step.verb == IMPORT and step.parameters.get("request") == request
        for step in script.steps
    )


def request_answered(script: Script, certificate: str) -> str:
    """Name the request, or the set, that a certificate or batch answers; else empty."""
    for step in script.steps:
        if step.verb == ISSUE and step.parameters.get("certificate") == certificate:
            return str(step.parameters.get("request"))
    return ""


def titles_renewed(state: State, names: Iterable[str]) -> str:
    """Name certificates by their titles, for people to read; empty for none."""
    return ", ".join(state.script.thing(name).title for name in names)


def renewal_lines(state: State, request: str, names: Iterable[str]) -> Iterator[Line]:
    """Tell what is renewed: a certificate with its serial number, a batch by count.

    Where the CA has another key since, the certificate of the key before is named.
    """
    for name in names:
        told, title = origin_of(state, name), state.script.thing(name).title
        made = told.outcome.certificate if told is not None else None
        part = told.outcome.part if told is not None else None
        if made is not None:
            yield Line("renews", f"{title}, serial {serial_text(made.serial)}")
        elif part is not None:
            count = part.first + part.count - 1
            yield Line("renews", f"certificates of {title}, which has {count}")
        before = _certificate_before(state, request, told) if told is not None else ""
        if before:
            title = state.script.thing(before).title
            yield Line("signed by", f"the key before, that of {title}")


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
    """Insist that what a script renews may be renewed by the key that answers.

    That is the key that signed it, or one that its CA has had since. A batch is of the
    key that it is told of; which of its certificates are revoked is asked of each
    request.

    Args:
        step: The step.
        state: What earlier ceremonies made is in it.
        request: The request or the set, by name.
        names: What the script says that it renews.

    Raises:
        RefusedError: ``ENGINE-RENEW-02``: a single one is revoked for good; ``-03``:
            another issuer's key has signed one, or a batch.
    """
    answer = answering_step(state.script, request)
    revoked = revoked_by_now(state) if names else NOTHING_REVOKED
    for name in names:
        told = origin_of(state, name)
        if told is None:
            continue
        made, signer = told.outcome.certificate, _signer_of(state, told)
        reason = revoked.by(signer).get(made.serial) if made is not None else None
        if made is not None and reason is not None:
            raise RefusedError(
                "ENGINE-RENEW-02",
                f"Step {step.id} renews {titles_renewed(state, (name,))}, serial "
                f"{serial_text(made.serial)}, which a list of its issuer revokes: "
                f"{reason}.",
                meaning="Nothing was issued.",
                remedy="Let its owner apply anew, and another ceremony's script renew "
                "what is not revoked.",
            )
        if answer is None or (made is None and not signer):
            continue
        key = str(answer.parameters.get("key"))
        if not (is_key(state, key, signer) or certificate_before(state, key, signer)):
            raise RefusedError(
                OTHER_KEY,
                f"Step {step.id} renews {titles_renewed(state, (name,))}, which the "
                f"key that answers, {key}, has not signed, and the record does not "
                "show that it came after the key that has.",
                meaning="No file was read; nothing was issued.",
                remedy="Let another ceremony's script answer by the key that signed "
                "the old certificate; where its CA has another key since, name the "
                "certificates of both.",
            )


def _certificate_before(state: State, request: str, told: EarlierFound) -> str:
    """Name the certificate of the key before, which has signed; empty for the same."""
    answer, signer = answering_step(state.script, request), _signer_of(state, told)
    key = str(answer.parameters.get("key")) if answer is not None else ""
    if not signer or is_key(state, key, signer):
        return ""
    return certificate_before(state, key, signer)


def _signer_of(state: State, told: EarlierFound) -> str:
    """Give the public key that has signed a certificate (SHA-256); empty if unknown."""
    known = state.keys.get(told.by)
    return told.issuer_key or (known.public_key if known is not None else "")
