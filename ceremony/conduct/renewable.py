"""What the room would refuse to renew, told before a ceremony is opened.

The same rule is asked in the room, by what was done until then; here before any key is
made, by what the site's journal has already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from ceremony.conduct.brought import Brought
from ceremony.conduct.earlier import Found
from ceremony.conduct.list_along import LIST
from ceremony.conduct.replaced import Journal, replaced_already, subjects_told
from ceremony.engine.batch import answering_step
from ceremony.engine.earlier import origin_of, take_brought, take_earlier
from ceremony.engine.renewal import (
    IMPORT,
    OTHER_KEY,
    renewed_by,
    titles_renewed,
    verify_renewable,
)
from ceremony.engine.revocation import CROSS_SIGN, read_revoked
from ceremony.engine.revoked import Revoked, revoked_by_now
from ceremony.engine.state import State
from ceremony.engine.steps.crl import CrlParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.engine.succession import (
    is_succeeding,
    keys_before,
    original_of,
    own_certificate,
)
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest, Mode
from ceremony.pki.crl_profile import Reason
from ceremony.pki.script_profile import certificate_profile
from ceremony.register.history import History
from ceremony.script.model import Script, Step


def state_told(
    script: Script, found: Iterable[Found], brought: Iterable[Brought] = ()
) -> State:
    """Give the state of a ceremony that is told of what exists, and nothing more."""
    state = State(script)
    for told in found:
        state = take_earlier(state, told.fact)
    for other in brought:
        state = take_brought(state, other.fact)
    return state


def refused_renewals(
    script: Script, found: Iterable[Found], history: History, mode: Mode
) -> Iterator[tuple[Step, RefusedError]]:
    """Find what the room would refuse to renew, by what the journal has already.

    Args:
        script: The script.
        found: What it says exists already.
        history: What the site's devices did in that mode.
        mode: Whose history that is.

    Yields:
        Each import with why the engine refuses it, or with ``CONDUCT-RENEW-01``.
    """
    state = state_told(script, found)
    for step in script.steps:
        request = str(step.parameters.get("request"))
        names = renewed_by(script, request) if step.verb == IMPORT else ()
        for name in names:
            try:
                verify_renewable(step, state, request, (name,))
            except RefusedError as refusal:
                if refusal.code != OTHER_KEY or not _may_succeed(state, request):
                    yield step, refusal
                    continue
            if _is_listed_elsewhere(state, name, history, mode):
                yield step, _unlisted(step, script.thing(name).title)


def replaced_renewals(
    script: Script, found: Iterable[Found], journal: Journal
) -> Iterator[tuple[Step, RefusedError]]:
    """Find what an earlier ceremony has renewed already.

    Of a batch each request is asked about in the room; here it is told where nobody of
    it is left to be renewed.

    Args:
        script: The script.
        found: What it says exists already.
        journal: The site's.

    Yields:
        Each import with why it is refused: ``CONDUCT-RENEW-02``.

    Raises:
        CeremonyError: What the journal keeps cannot be read.
    """
    found = tuple(found)
    state = state_told(script, found)
    for step in script.steps:
        request = str(step.parameters.get("request"))
        names = renewed_by(script, request) if step.verb == IMPORT else ()
        told = [
            (each.fact, each.contents.__getitem__)
            for each in found
            if each.fact.thing in names and each.fact.outcome.crl is None
        ]
        if not told:
            continue
        profile = certificate_profile(script, script.thing(request).profile)
        revoked = revoked_before(step, state)
        replaced = journal.replaced(told, profile, revoked)
        for fact, carried in told:
            subjects = subjects_told(fact, carried, profile, revoked).subjects
            if subjects and subjects <= replaced:
                yield step, replaced_already(step, titles_renewed(state, [fact.thing]))


def revoked_before(step: Step, state: State) -> Revoked:
    """Give what lists revoke that are known, and those that are signed before a step.

    One of a key that is made in the ceremony is not counted: whose next key that is
    nobody can tell before.
    """
    reasons = {key: dict(told) for key, told in revoked_by_now(state).reasons.items()}
    for before in takewhile(lambda each: each is not step, state.script.steps):
        key = state.keys.get(original_of(state, str(before.parameters.get("key"))))
        if before.verb != LIST or key is None:
            continue
        signers = (key.public_key, *keys_before(state, key.public_key))
        told = [reasons.setdefault(signer, {}) for signer in signers]
        wanted = read_parameters(CrlParameters, before.parameters)
        for item in map(read_revoked, wanted.revoked):
            made = state.certificates.get(item.certificate)
            serial = made.serial if made is not None else f"{item.serial:032x}"
            for known in told if item.reason is not Reason.CERTIFICATE_HOLD else ():
                known[serial] = item.reason.value
    return Revoked(reasons)


def _may_succeed(state: State, request: str) -> bool:
    """Tell whether the key that answers gets its certificate only in the ceremony.

    By its name in the script it is the next key of a CA; the room looks at the
    certificate itself.
    """
    answer = answering_step(state.script, request)
    key = original_of(state, str(answer.parameters.get("key"))) if answer else ""
    return not own_certificate(state, key) and is_succeeding(state.script, key)


def _is_listed_elsewhere(state: State, name: str, history: History, mode: Mode) -> bool:
    """Tell whether a key of its CA has signed a list that does not go along."""
    told = origin_of(state, name)
    signer = told.issuer_key if told is not None else None
    along = (fact.outcome.crl for fact in state.earlier)
    known = {
        *(crl.issuer_key for crl in along if crl is not None),
        *(key.public_key for key in state.keys.values()),
    }
    lists = (act.outcome.crl for act in history.acts)
    signers = {crl.issuer_key for crl in lists if crl is not None}
    keys = keys_of_ca(history, signer, mode) if signer is not None else set()
    return bool(signers & keys - known)


def keys_of_ca(history: History, signer: Digest, mode: Mode) -> frozenset[Digest]:
    """Give the keys that a CA has had, a later one too, by its own certificates.

    A rehearsal makes CAs of one name over and over, under a new root each time. There
    keys are one CA's only where one key has certified both.

    Args:
        history: What the site's devices did in that mode.
        signer: One of them (SHA-256).
        mode: Whose history that is.
    """
    own = [
        act.outcome.certificate
        for act in history.acts
        if act.outcome.certificate is not None and act.outcome.verb != CROSS_SIGN
    ]
    names = {(it.subject, it.issuer) for it in own if it.public_key == signer}
    same = {it.public_key for it in own if (it.subject, it.issuer) in names}
    if mode is Mode.REHEARSAL:
        same = {key for key in same if _have_one_issuer(history, key, signer)}
    return frozenset({*same, signer})


def _have_one_issuer(history: History, key: Digest, other: Digest) -> bool:
    """Tell whether one key has certified two keys."""
    by: dict[str, set[str | None]] = {}
    for act in history.acts:
        made = act.outcome.certificate
        if made is not None:
            signer = history.public_key_of(act, made.issuer_thing)
            by.setdefault(made.public_key, set()).add(signer)
    return bool(by.get(key, set()) & by.get(other, set()))


def _unlisted(step: Step, title: str) -> RefusedError:
    return RefusedError(
        "CONDUCT-RENEW-01",
        f"Step {step.id} renews {title}, whose CA has had several keys. One of them "
        "has signed a list, and the script names neither that key nor its certificate.",
        meaning="Whether the list revokes it the ceremony would not know.",
        remedy="Name the certificate of that key in the script, so that its last list "
        "goes along; the key itself may be gone.",
    )
