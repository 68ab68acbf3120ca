"""A CA whose certificate is revoked issues nothing more: no path over it is valid.

It may still sign its lists, by which what it has issued is revoked.

Source: RFC 5280, section 6.1.3, (a)(3): no certificate of a path is revoked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from ceremony.engine.revocation import path_of_key
from ceremony.engine.revoked import Revoked, revoked_by_now
from ceremony.engine.state import State
from ceremony.engine.succession import signer_of
from ceremony.errors import RefusedError
from ceremony.hexadecimal import serial_text
from ceremony.script.model import Step

_IN_THE_ROOM: Final = (
    "Record the deviation, and let another CA issue it by a script of its own."
)


def verify_issuer_valid(step: Step, state: State, key: str) -> None:
    """Insist that no list known by now revokes a key's certificate, or one above it.

    What is revoked for good counts; a hold may end before anybody relies on the path.

    Args:
        step: The step that issues.
        state: Before it.
        key: What signs, as the script names it.

    Raises:
        RefusedError: ``ENGINE-ISSUE-04``.
    """
    verify_path_stands(step, state, key, revoked_by_now(state))


def verify_path_stands(
    step: Step,
    state: State,
    key: str,
    revoked: Revoked,
    *,
    remedy: str = _IN_THE_ROOM,
) -> None:
    """Insist that of a key's certificate and those above it none is revoked.

    Args:
        step: The step that issues.
        state: Where the certificates are known.
        key: What signs, as the script names it; one without certificate has no path.
        revoked: What is revoked for good.
        remedy: What to do where one is; beforehand another thing than in the room.

    Raises:
        RefusedError: ``ENGINE-ISSUE-04``.
    """

    def reason_of(name: str) -> str | None:
        serial = state.certificates[name].serial
        return revoked.by(signer_of(state, name)).get(serial)

    found = first_revoked(path_of_key(state, key), reason_of)
    if found is not None:
        name, reason = found
        raise RefusedError(
            "ENGINE-ISSUE-04",
            f"Step {step.id} would issue a certificate below {name}, serial "
            f"{serial_text(state.certificates[name].serial)}, which a list of its "
            f"issuer revokes: {reason}.",
            meaning="Nothing was signed: no path over a revoked certificate is valid.",
            remedy=remedy,
        )


def first_revoked(
    path: Iterable[str], reason_of: Callable[[str], str | None]
) -> tuple[str, str] | None:
    """Find the first certificate of a path that is revoked for good.

    Args:
        path: The certificates of a path, by name, from the issuer's up.
        reason_of: Says why one is revoked; None where it is not.

    Returns:
        Its name, and why; None where no one is.
    """
    told = ((name, reason_of(name)) for name in path)
    return next(((name, why) for name, why in told if why is not None), None)
