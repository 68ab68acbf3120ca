"""What keeps a script's lists from being signed, told before a ceremony is opened.

The room holds a list to those before it that it is told of, and so is it done here, by
what the site's journal has; and it is seen to that it is told of every one that a key
of the CA has signed. And no list revokes from a day to come, which the room would tell
only once the CA's key is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeAlias

from ceremony.check.findings import Finding, warning
from ceremony.check.plan import Plan
from ceremony.conduct.earlier import Found
from ceremony.conduct.list_along import LIST
from ceremony.conduct.renewable import keys_of_ca, state_told
from ceremony.engine.facts import CrlMade
from ceremony.engine.kept import (
    corrections,
    keys_of_issuer,
    last_lists,
    signer_text,
    verify_kept,
)
from ceremony.engine.listed import verify_listed
from ceremony.engine.revocation import (
    CROSS_SIGN,
    certificate_of_key,
    read_revoked,
    revoked_before_begun,
)
from ceremony.engine.state import State
from ceremony.engine.steps.crl import CrlParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.engine.succession import original_of, own_certificate
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest, Mode
from ceremony.pki.script_profile import subject_text
from ceremony.register.history import History
from ceremony.script.model import Script, Step

Where: TypeAlias = tuple[str | int, ...]
"""A place in the parameters of a step: names, and numbers of items from 0."""


def followed_keys(state: State, key: str) -> tuple[str, ...]:
    """Give the public keys whose lists a list of a key follows, its own first.

    A key that gets its certificate only in the ceremony is the next one of the CA of
    whose name it is in the script; the room looks at the certificate itself.

    Args:
        state: That of a ceremony that is told of earlier ones, and nothing more.
        key: The key that signs, by name.

    Returns:
        SHA-256 of each.
    """
    keys = dict.fromkeys(keys_of_issuer(state, key))
    if not own_certificate(state, key):
        keys |= dict.fromkeys(_keys_by_name(state, key))
    return tuple(keys)


def _keys_by_name(state: State, key: str) -> Iterator[str]:
    """Give the keys of what was certified under the name that a key is to have."""
    thing = state.script.thing(original_of(state, key))
    subject = subject_text(state.script, thing)
    for fact in state.earlier:
        made = fact.outcome.certificate
        if made is None or fact.outcome.verb == CROSS_SIGN:
            continue
        if made.subject == subject:
            yield made.public_key


def refused_contents(
    script: Script, found: Iterable[Found]
) -> Iterator[tuple[Step, Where, RefusedError]]:
    """Hold each list against those of earlier ceremonies.

    Args:
        script: The script.
        found: What it says exists already.

    Yields:
        The step that signs each, where in its parameters the fault is, and why it is
        refused: ``ENGINE-CRL-01``: it revokes what is not its issuer's;
        ``CONDUCT-EARLIER-09``, ``ENGINE-EARLIER-03``: of a key's first list.
    """
    state = state_told(script, found)
    seen: set[str] = set()
    for step in script.steps:
        if step.verb != LIST:
            continue
        told = read_parameters(CrlParameters, step.parameters)
        yield from _not_its_issuers(state, step, told)
        if told.key not in seen:
            seen.add(told.key)
            yield from _forgetting(state, step, told)


def _not_its_issuers(
    state: State, step: Step, told: CrlParameters
) -> Iterator[tuple[Step, Where, RefusedError]]:
    """Find what a list revokes by name which is not its issuer's, by the journal.

    Of a key that gets its certificate only in the ceremony the room tells.
    """
    if not certificate_of_key(state, told.key):
        return
    for number, item in enumerate(told.revoked):
        if read_revoked(item).certificate not in state.certificates:
            continue
        try:
            verify_listed(step, state, told.key, [item])
        except RefusedError as refusal:
            yield step, ("revoked", number), refusal


def _forgetting(
    state: State, step: Step, told: CrlParameters
) -> Iterator[tuple[Step, Where, RefusedError]]:
    """Find what keeps a list from following on those of earlier ceremonies."""
    before = last_lists(state, followed_keys(state, told.key))
    last = max(before, key=lambda crl: crl.number, default=None)
    if last is not None and told.number <= last.number:
        yield step, ("number",), _not_above(state, step, told, last)
    known = [
        item
        for item in told.revoked
        if read_revoked(item).certificate in ("", *state.certificates)
    ]
    try:
        verify_kept(state, step, told.key, known, before=before)
    except RefusedError as refusal:
        yield step, (), refusal


def warn_of_corrections(plan: Plan, found: Iterable[Found]) -> Iterator[Finding]:
    """Tell what a key's first list says otherwise than those of earlier ceremonies.

    Args:
        plan: The script.
        found: What it says exists already.

    Yields:
        ``CONDUCT-CRL-07``, at the item of the list.
    """
    state = state_told(plan.script, found)
    seen: set[str] = set()
    for step, told in plan.steps_with(CrlParameters):
        if told.key in seen:
            continue
        seen.add(told.key)
        before = last_lists(state, followed_keys(state, told.key))
        for number, item in enumerate(told.revoked):
            what, now = item.split(" ", 1)
            for each in corrections(state, [item], before=before):
                yield warning(
                    "CONDUCT-CRL-07",
                    plan.step_place(step, "with", "revoked", number),
                    f"Step {step.id} changes what the journal has of {what}: from "
                    f"{each.told} to {now}.",
                    "See that this is meant: from then on the list says so.",
                )


def warn_of_early_days(plan: Plan, found: Iterable[Found]) -> Iterator[Finding]:
    """Tell what the lists revoke from a day on at which the certificate did not hold.

    Args:
        plan: The script.
        found: What it says exists already.

    Yields:
        ``CONDUCT-CRL-08``, at the item of the list.
    """
    state = state_told(plan.script, found)
    for step, told in plan.steps_with(CrlParameters):
        for number, item in enumerate(told.revoked):
            begun = revoked_before_begun(item, state)
            if begun:
                yield warning(
                    "CONDUCT-CRL-08",
                    plan.step_place(step, "with", "revoked", number),
                    f"Step {step.id} revokes {item!r}, and that certificate holds from "
                    f"{begun} on.",
                    "Correct the day; leave it where the key was compromised before "
                    "it was certified.",
                )


def _not_above(
    state: State, step: Step, told: CrlParameters, last: CrlMade
) -> RefusedError:
    return RefusedError(
        "CONDUCT-EARLIER-09",
        f"Step {step.id} gives the number {told.number}, and the last list of "
        f"{signer_text(state, told.key, last)} in the journal has {last.number}.",
        meaning="Nothing was opened, no key was made. Such a list could not be signed.",
        remedy="Give a number above it.",
    )


def refused_lists(
    script: Script, found: Iterable[Found], history: History, mode: Mode
) -> Iterator[tuple[Step, RefusedError]]:
    """Find lists by a CA another of whose keys has signed one that does not go along.

    Args:
        script: The script.
        found: What it says exists already.
        history: What the site's devices did in that mode.
        mode: Whose history that is.

    Yields:
        The step that signs each, with ``CONDUCT-CRL-03``.
    """
    state = state_told(script, found)
    along = {told.outcome.crl.issuer_key for told in state.earlier if told.outcome.crl}
    lists = (act.outcome.crl for act in history.acts)
    untold = {crl.issuer_key for crl in lists if crl is not None} - along
    for step in script.steps:
        if step.verb != LIST:
            continue
        key = str(step.parameters.get("key"))
        followed = followed_keys(state, key)
        of_ca = {
            other
            for each in followed
            for other in keys_of_ca(history, Digest(each), mode)
        }
        if untold & of_ca:
            yield step, _unlisted(step, script.thing(key).title)


def _unlisted(step: Step, title: str) -> RefusedError:
    return RefusedError(
        "CONDUCT-CRL-03",
        f"Step {step.id} signs a list by {title}, whose CA has had several keys. One "
        "of them has signed a list, and the script names neither that key nor its "
        "certificate.",
        meaning="What that list revokes this one could leave out, and a relying party "
        "would trust it again.",
        remedy="Name the certificate of that key in the script, so that its last list "
        "goes along; the key itself may be gone.",
    )


def refused_days(
    script: Script, today: date
) -> Iterator[tuple[Step, int, RefusedError]]:
    """Find what a script's lists revoke from a day to come.

    Args:
        script: The script; its own check found no error.
        today: The day on which it is, or would be, opened.

    Yields:
        The step, which item of it from 0, and ``CONDUCT-CRL-04``.
    """
    for step in script.steps:
        if step.verb != LIST:
            continue
        items = read_parameters(CrlParameters, step.parameters).revoked
        for number, item in enumerate(items):
            day = read_revoked(item).day
            if day is not None and day > today:
                yield step, number, _to_come(step, item, today)


def verify_days(script: Script, today: date) -> None:
    """Insist that no list of a script revokes from a day to come.

    Raises:
        RefusedError: ``CONDUCT-CRL-04``: one does.
    """
    for _, _, refusal in refused_days(script, today):
        raise refusal


def _to_come(step: Step, item: str, today: date) -> RefusedError:
    return RefusedError(
        "CONDUCT-CRL-04",
        f"Step {step.id} revokes {item!r}, from a day that is to come: today is "
        f"{today.isoformat()}.",
        meaning="Nothing was opened, no key was made. Such a list could not be signed.",
        remedy="Write today for the day on which the list is signed, or open the "
        "ceremony on that day or later.",
    )
