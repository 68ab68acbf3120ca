"""Check 16: a rehearsal cannot pass for a live ceremony."""

from __future__ import annotations

import re
from typing import Final

from ceremony.engine.facts import Input, StepClosed
from ceremony.identifiers import Mode
from ceremony.pack.policy import TrustPolicy
from ceremony.pack.record import Record
from ceremony.verify.check import (
    Check,
    FailedError,
    UncheckedError,
    check_passed,
    make_check,
)
from ceremony.verify.outcome import Hardware
from ceremony.verify.trace import Trace, place

_REHEARSAL_ID: Final = re.compile(r".*-R[0-9]+")
_REHEARSAL_ORIGIN: Final = "/rehearsal"

_SOFTWARE_NAMES: Final = ("softhsm", "soft token", "softoken", "software token")
"""How software tokens name themselves as vendor or model, in lower case."""


def check_mode(record: Record, policy: TrustPolicy | None, trace: Trace) -> Check:
    """Compare the mode with id, origin, inputs, tokens and the policy."""
    return make_check("16", lambda: _check(record, policy, trace))


def _check(record: Record, policy: TrustPolicy | None, trace: Trace) -> Check:
    _verify_names(record)
    _verify_inputs(record)
    _verify_tokens(record)
    trace.verify("16")
    if policy is None:
        raise UncheckedError("No trust policy says which modes are accepted.")
    if record.opened.mode not in policy.modes:
        raise FailedError(
            "VERIFY-MODE-04",
            f"this is a {_named(record.opened.mode)}, and the trust policy accepts "
            f"{' and '.join(_named(mode) for mode in policy.modes)} only",
        )
    return check_passed(
        "16",
        f"This is a {_named(record.opened.mode)}, and the trust policy accepts it.",
        compared=("mode, id, origin, inputs and tokens", "the accepted modes"),
    )


def _named(mode: Mode) -> str:
    return "rehearsal" if mode is Mode.REHEARSAL else "live ceremony"


def hardware_of(record: Record) -> Hardware:
    """Say where the keys were: software if any token was, else what witnesses saw.

    Nothing here can say ``vendor-attested``: no record carries a vendor's statement
    in this version.
    """
    tokens = record.opened.tokens
    if not tokens:
        return Hardware.UNKNOWN
    if any(token.software for token in tokens):
        return Hardware.SOFTWARE
    return Hardware.WITNESSED


def _verify_names(record: Record) -> None:
    rehearsal = record.opened.mode is Mode.REHEARSAL
    if rehearsal != bool(_REHEARSAL_ID.fullmatch(record.ceremony)):
        raise FailedError(
            "VERIFY-MODE-01",
            f"{place(record.facts[0])}: {record.ceremony} is not the id of a "
            f"{record.opened.mode.value} ceremony",
        )
    if rehearsal != record.log.endswith(_REHEARSAL_ORIGIN):
        raise FailedError(
            "VERIFY-MODE-01",
            f"{place(record.facts[0])}: {record.log} is not the journal of a "
            f"{record.opened.mode.value} ceremony",
        )


def _verify_inputs(record: Record) -> None:
    if record.opened.mode is not Mode.LIVE:
        return
    for recorded in record.facts:
        fact = recorded.fact
        if isinstance(fact, StepClosed) and fact.input is Input.RECORDED:
            raise FailedError(
                "VERIFY-MODE-02",
                f"{place(recorded)}: a live ceremony carries recorded answers",
            )


def _verify_tokens(record: Record) -> None:
    for token in record.opened.tokens:
        told = f"{token.vendor} {token.model}".lower()
        if not token.software and any(name in told for name in _SOFTWARE_NAMES):
            raise FailedError(
                "VERIFY-MODE-03",
                f"{place(record.facts[0])}: the token {token.serial} calls itself "
                f"{token.vendor} {token.model}, and is recorded as hardware",
            )
