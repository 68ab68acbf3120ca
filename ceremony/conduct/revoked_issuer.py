"""Whose certificate is revoked and who is to issue, told before a ceremony is opened.

The same rule is asked in the room, by what was done until then and the lists that go
along; here before any key is made, by every list that the site's journal has and what
the script's own lists revoke before. What another ceremony that is open at the site has
listed since goes along with nothing, so that the room asks the journal for it, too.

Source: RFC 5280, section 4.1.2.2: issuer and serial number are one certificate's;
section 6.3.3, (b): a list is about the certificates whose issuer's name it bears.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ceremony.conduct.known import Known, known_signings
from ceremony.conduct.list_along import LIST
from ceremony.conduct.renewable import revoked_before
from ceremony.engine.revocation import path_of_key
from ceremony.engine.revoked import NOTHING_REVOKED, Revoked
from ceremony.engine.state import State
from ceremony.engine.succession import signer_of
from ceremony.engine.valid_issuer import verify_path_stands
from ceremony.errors import RefusedError
from ceremony.pki.crl_profile import Reason
from ceremony.register.history import Act
from ceremony.script.model import Step

_BEFOREHAND: Final = (
    "Let another CA issue it, of whose path nothing is revoked, and have the script "
    "approved again."
)


def refused_issuers(known: Known) -> Iterator[tuple[Step, RefusedError]]:
    """Find what would be issued below a certificate that exists and is revoked.

    A path that is another one by then the script's own check follows.

    Args:
        known: What is known; the lists of its journal count, whichever go along.

    Yields:
        The step that issues each, with ``ENGINE-ISSUE-04``.
    """
    state, listed = known.state, _revoked_in(known.journal.history.acts)
    for told in known_signings(state):
        if told.step.verb == LIST:
            continue
        before = revoked_before(told.step, state)
        revoked = _with_listed(before, state, told.path, listed)
        try:
            verify_path_stands(told.step, state, told.key, revoked, remedy=_BEFOREHAND)
        except RefusedError as refusal:
            yield told.step, refusal


def verify_stands_since(
    step: Step, state: State, key: str, since: Iterable[Act]
) -> None:
    """Insist that no list of another ceremony has revoked an issuer meanwhile.

    Args:
        step: The step that issues.
        state: Before it.
        key: What signs, as the script names it.
        since: What other ceremonies of the site did since this one was opened.

    Raises:
        RefusedError: ``ENGINE-ISSUE-04``.
    """
    path = path_of_key(state, key)
    revoked = _with_listed(NOTHING_REVOKED, state, path, _revoked_in(since))
    verify_path_stands(step, state, key, revoked)


def _revoked_in(acts: Iterable[Act]) -> Mapping[tuple[str, str], str]:
    """Give why lists of a journal revoke for good, by issuer and serial number."""
    lists = (act.outcome.crl for act in acts)
    return {
        (crl.issuer, entry.serial): entry.reason
        for crl in lists
        if crl is not None
        for entry in crl.revoked
        if entry.reason != Reason.CERTIFICATE_HOLD
    }


def _with_listed(
    known: Revoked,
    state: State,
    path: Iterable[str],
    listed: Mapping[tuple[str, str], str],
) -> Revoked:
    """Add what lists of the journal revoke of a path to what is known."""
    reasons = {key: dict(told) for key, told in known.reasons.items()}
    for name in path:
        made = state.certificates[name]
        reason = listed.get((made.issuer, made.serial))
        if reason is not None:
            by = reasons.setdefault(signer_of(state, name), {})
            by.setdefault(made.serial, reason)
    return Revoked(reasons)
