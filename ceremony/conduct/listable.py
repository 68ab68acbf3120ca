"""What keeps a script's lists from being signed, told before a ceremony is opened.

The room holds a list to those before it that it is told of; here it is seen to that it
is told of every one that a key of the CA has signed, by the site's journal. And no list
revokes from a day to come, which the room would tell only once the CA's key is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from ceremony.conduct.earlier import Found
from ceremony.conduct.list_along import LIST
from ceremony.conduct.renewable import keys_of_ca, state_told
from ceremony.engine.kept import keys_of_issuer
from ceremony.engine.revocation import CROSS_SIGN, read_revoked
from ceremony.engine.state import State
from ceremony.engine.steps.crl import CrlParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.engine.succession import original_of, own_certificate
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest, Mode
from ceremony.pki.script_profile import subject_text
from ceremony.register.history import History
from ceremony.script.model import Script, Step


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
