"""The closed vocabulary of steps: one file per family, one :class:`Kind` per verb."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceremony.engine.steps import (
    act_end,
    backup,
    certificate,
    check,
    clock,
    contingency,
    crl,
    csr,
    custody,
    destroy,
    hold,
    imported,
    key,
    login,
    manual,
    pin,
    prove,
    record,
    sign,
    speak,
    token,
)
from ceremony.engine.steps.kind import Kind

KINDS: Final[Mapping[str, Kind]] = {
    kind.verb: kind
    for kind in (
        *sign.KINDS,
        *speak.KINDS,
        record.KIND,
        clock.KIND,
        hold.KIND,
        check.KIND,
        custody.KIND,
        manual.KIND,
        *token.KINDS,
        *login.KINDS,
        pin.KIND,
        key.KIND,
        *backup.KINDS,
        contingency.KIND,
        prove.KIND,
        destroy.KIND,
        csr.KIND,
        imported.KIND,
        *certificate.KINDS,
        crl.KIND,
        act_end.KIND,
    )
}
"""Every verb that a script may use."""
