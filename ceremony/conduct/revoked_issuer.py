"""Whose certificate is revoked and who is to issue, told before a ceremony is opened.

The same rule is asked in the room, by what was done until then and the lists that go
along; here before any key is made, by every list that the site's journal has and what
the script's own lists revoke before.

Source: RFC 5280, section 4.1.2.2: issuer and serial number are one certificate's;
section 6.3.3, (b): a list is about the certificates whose issuer's name it bears.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ceremony.conduct.earlier import Found
from ceremony.conduct.renewable import revoked_before, state_told
from ceremony.engine.batch import ISSUE
from ceremony.engine.revocation import CROSS_SIGN, path_of_key
from ceremony.engine.revoked import Revoked
from ceremony.engine.state import State
from ceremony.engine.steps.certificate import SELF_SIGN
from ceremony.engine.succession import original_of, signer_of
from ceremony.engine.valid_issuer import verify_path_stands
from ceremony.errors import RefusedError
from ceremony.pki.crl_profile import Reason
from ceremony.register.history import History
from ceremony.script.model import Script, Step


def refused_issuers(
    script: Script, found: Iterable[Found], history: History
) -> Iterator[tuple[Step, RefusedError]]:
    """Find what would be issued below a certificate that exists and is revoked.

    A path with a key in it that is certified anew before the step is another one then,
    and the script's own check follows it.

    Args:
        script: The script.
        found: What it says exists already.
        history: What the site's devices did; its lists count, whichever go along.

    Yields:
        The step that issues each, with ``ENGINE-ISSUE-04``.
    """
    state = state_told(script, found)
    for step, key, path in known_paths(state):
        revoked = _revoked_by(history, state, path, revoked_before(step, state))
        try:
            verify_path_stands(step, state, key, revoked)
        except RefusedError as refusal:
            yield step, refusal


def known_paths(state: State) -> Iterator[tuple[Step, str, tuple[str, ...]]]:
    """Find what issues by a path of which each certificate exists already.

    Args:
        state: That of a ceremony that is told of earlier ones, and nothing more.

    Yields:
        The step, the key that signs or what that is a copy of, and the certificates
        from the key's own up, by name.
    """
    script = state.script
    asking = {
        str(step.parameters["request"]): str(step.parameters["key"])
        for step in script.steps
        if step.verb == "csr.create"
    }
    anew: set[str] = set()
    for step in script.steps:
        key = original_of(state, str(step.parameters.get("key")))
        if step.verb in (ISSUE, CROSS_SIGN):
            path = path_of_key(state, key)
            if not anew & {key, *(state.certificates[it].issuer_thing for it in path)}:
                yield step, key, path
        if step.verb == ISSUE:
            # A request from elsewhere is by no key of the script.
            asked = asking.get(str(step.parameters["request"]))
            anew.update({original_of(state, asked)} if asked else ())
        elif step.verb == SELF_SIGN:
            anew.add(key)


def _revoked_by(
    history: History, state: State, path: Iterable[str], known: Revoked
) -> Revoked:
    """Add what lists of the journal revoke for good of a path to what is known."""
    lists = (act.outcome.crl for act in history.acts)
    listed = {
        (crl.issuer, entry.serial): entry.reason
        for crl in lists
        if crl is not None
        for entry in crl.revoked
        if entry.reason != Reason.CERTIFICATE_HOLD
    }
    reasons = {key: dict(told) for key, told in known.reasons.items()}
    for name in path:
        made = state.certificates[name]
        reason = listed.get((made.issuer, made.serial))
        if reason is not None:
            by = reasons.setdefault(signer_of(state, name), {})
            by.setdefault(made.serial, reason)
    return Revoked(reasons)
