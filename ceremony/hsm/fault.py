"""What each return value of a device means for a person: one table.

Source: PKCS#11 v2.40, section 5.1 (what each return value says).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of failure: its rule id, what happened, and what to do."""

    code: str
    what: str
    remedy: str


_LOOK_AGAIN: Final = "Take the token's inventory and compare it with the journal."

SEE_WHETHER_FULL: Final = (
    "See whether it is full: a token without room may answer with no more than this."
)
"""What is said besides where something was to be kept; SoftHSMv2 answers so."""

MAY_NOT_LEAVE: Final = Fault(
    "HSM-WRAP-01",
    "the token did not let this key out, not even wrapped by that one",
    "Name a key that was made to be backed up, and the wrapping key that may wrap it.",
)

_FAULTS: Final[tuple[tuple[Fault, tuple[str, ...]], ...]] = (
    (
        Fault(
            "HSM-PIN-01",
            "the token refused the PIN",
            "Check which token this is and enter its PIN again, slowly: each wrong "
            "PIN uses up a try.",
        ),
        ("PIN_INCORRECT", "PIN_INVALID"),
    ),
    (
        Fault(
            "HSM-PIN-02",
            "the token's PIN turned out to be locked",
            "Stop and unlock the PIN by the token's own procedure, with the security "
            "officer's PIN.",
        ),
        ("PIN_LOCKED",),
    ),
    (
        Fault(
            "HSM-PIN-03",
            "the token turned out to have no user PIN yet",
            "Initialise the token before it is used.",
        ),
        ("USER_PIN_NOT_INITIALIZED",),
    ),
    (
        Fault(
            "HSM-PIN-04",
            "the token did not take a PIN of this length or form",
            "Choose a PIN within the token's limits; the maker's manual gives them.",
        ),
        ("PIN_LEN_RANGE", "PIN_TOO_WEAK"),
    ),
    (
        Fault(
            "HSM-PIN-05",
            "the token's PIN turned out to have expired",
            "Change the PIN by the token's own procedure.",
        ),
        ("PIN_EXPIRED",),
    ),
    (
        Fault(
            "HSM-DEVICE-02",
            "the token was not there any more",
            "Put the token back, then take its inventory and compare it with the "
            "journal.",
        ),
        (
            "DEVICE_REMOVED",
            "TOKEN_NOT_PRESENT",
            "TOKEN_NOT_RECOGNIZED",
            "SLOT_ID_INVALID",
        ),
    ),
    (
        Fault(
            "HSM-DEVICE-03",
            "the token or this machine ran out of memory",
            "Close what else runs here, or use a token with more space.",
        ),
        ("DEVICE_MEMORY", "HOST_MEMORY"),
    ),
    (
        Fault(
            "HSM-DEVICE-04",
            "the session with the token was lost, or the key is no longer reachable",
            "Log in again. " + _LOOK_AGAIN,
        ),
        (
            "SESSION_CLOSED",
            "SESSION_HANDLE_INVALID",
            "OBJECT_HANDLE_INVALID",
            "KEY_HANDLE_INVALID",
            "CRYPTOKI_NOT_INITIALIZED",
        ),
    ),
    (
        Fault(
            "HSM-DEVICE-05",
            "the token could not be written to",
            "Lift the token's write protection, or open it for writing.",
        ),
        ("TOKEN_WRITE_PROTECTED", "SESSION_READ_ONLY"),
    ),
    (
        Fault(
            "HSM-DEVICE-06",
            "the token turned out not to have this algorithm, size or function",
            "Choose a token or an algorithm that go together.",
        ),
        (
            "MECHANISM_INVALID",
            "MECHANISM_PARAM_INVALID",
            "ARGUMENTS_BAD",
            "KEY_SIZE_RANGE",
            "DOMAIN_PARAMS_INVALID",
            "CURVE_NOT_SUPPORTED",
            "FUNCTION_NOT_SUPPORTED",
        ),
    ),
    (
        Fault(
            "HSM-DEVICE-07",
            "the token did not accept the attributes that the rules ask for",
            "Use a token that can hold keys under these rules.",
        ),
        (
            "TEMPLATE_INCOMPLETE",
            "TEMPLATE_INCONSISTENT",
            "ATTRIBUTE_READ_ONLY",
            "ATTRIBUTE_SENSITIVE",
            "ATTRIBUTE_TYPE_INVALID",
            "ATTRIBUTE_VALUE_INVALID",
        ),
    ),
    (
        Fault(
            "HSM-DEVICE-08",
            "the token asked for another login state",
            "End the session, log in again with the right PIN, and repeat the step "
            "only if the script allows it.",
        ),
        (
            "USER_NOT_LOGGED_IN",
            "USER_ALREADY_LOGGED_IN",
            "USER_ANOTHER_ALREADY_LOGGED_IN",
            "USER_TOO_MANY_TYPES",
            "USER_TYPE_INVALID",
            "SESSION_EXISTS",
            "SESSION_READ_ONLY_EXISTS",
            "SESSION_READ_WRITE_SO_EXISTS",
        ),
    ),
    (
        Fault(
            "HSM-DEVICE-09",
            "the token forbade it for this object",
            "Check that this is the object that the step is about.",
        ),
        ("ACTION_PROHIBITED", "KEY_FUNCTION_NOT_PERMITTED", "FUNCTION_REJECTED"),
    ),
    (MAY_NOT_LEAVE, ("KEY_UNEXTRACTABLE", "KEY_NOT_WRAPPABLE")),
)
FAULT_BY_CKR: Final = {
    f"CKR_{name}": fault for fault, names in _FAULTS for name in names
}
ANY_OTHER_FAULT: Final = Fault(
    "HSM-DEVICE-01",
    "the token or its module failed",
    _LOOK_AGAIN,
)

BAD_BLOB: Final = Fault(
    "HSM-WRAP-02",
    "the token did not find a key in what was given to unwrap",
    "Compare the digest of the wrapped key with the journal, and check that the "
    "wrapping key is the one that it was wrapped by.",
)
"""What it means where an unwrapping fails in any way that no other fault explains.

A tampered blob has its own return values, and tokens give others as well: SoftHSMv2
says CKR_GENERAL_ERROR.
"""

# A device gives these answers from checking the call, before it acts. Anything else,
# and anything from a device that breaks this, is for recovery to look at.
REFUSED_BEFORE_ACTING: Final = frozenset(
    {
        "CKR_PIN_INCORRECT",
        "CKR_PIN_LOCKED",
        "CKR_SESSION_EXISTS",
        "CKR_SESSION_READ_ONLY",
        "CKR_TOKEN_WRITE_PROTECTED",
        "CKR_USER_NOT_LOGGED_IN",
        "CKR_USER_TYPE_INVALID",
        "CKR_ARGUMENTS_BAD",
        "CKR_MECHANISM_INVALID",
        "CKR_MECHANISM_PARAM_INVALID",
        "CKR_KEY_SIZE_RANGE",
        "CKR_KEY_FUNCTION_NOT_PERMITTED",
        "CKR_KEY_UNEXTRACTABLE",
        "CKR_KEY_NOT_WRAPPABLE",
        "CKR_PIN_INVALID",
        "CKR_PIN_LEN_RANGE",
        "CKR_PIN_TOO_WEAK",
        "CKR_ACTION_PROHIBITED",
        "CKR_FUNCTION_NOT_SUPPORTED",
    }
)
