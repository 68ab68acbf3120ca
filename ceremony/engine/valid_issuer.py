"""A CA whose certificate is revoked issues nothing more: no path over it is valid.

It may still sign its lists, by which what it has issued is revoked.

Source: RFC 5280, section 6.1.3, (a)(3): no certificate of a path is revoked.
"""

from __future__ import annotations

from ceremony.engine.revocation import path_of_key
from ceremony.engine.revoked import revoked_by_now
from ceremony.engine.state import State
from ceremony.engine.succession import signer_of
from ceremony.errors import RefusedError
from ceremony.hexadecimal import serial_text
from ceremony.script.model import Step


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
    revoked = revoked_by_now(state)
    for name in path_of_key(state, key):
        serial = state.certificates[name].serial
        reason = revoked.by(signer_of(state, name)).get(serial)
        if reason is not None:
            raise RefusedError(
                "ENGINE-ISSUE-04",
                f"Step {step.id} would issue a certificate below {name}, serial "
                f"{serial_text(serial)}, which a list of its issuer revokes: {reason}.",
                meaning="Nothing was signed: no path over a revoked certificate is "
                "valid.",
                remedy="Record the deviation, and let another CA issue it by a script "
                "of its own.",
            )
