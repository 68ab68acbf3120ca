"""What a token's flags say of its PINs, in words that lists and the doctor share."""

from __future__ import annotations

from dataclasses import dataclass

from ceremony.hsm.survey import TokenLimits
from ceremony.hsm.token import TokenFacts


@dataclass(frozen=True, slots=True)
class PinRemark:
    """One thing about a token's PINs that somebody should know.

    Attributes:
        text: What it is, a clause without a full stop.
        blocks: True where the token cannot be used, or one slip would end its use.
    """

    text: str
    blocks: bool


def pin_remarks(facts: TokenFacts, limits: TokenLimits) -> tuple[PinRemark, ...]:
    """Say what is remarkable about the PINs of a token.

    Args:
        facts: What the token says about itself.
        limits: What it says beyond that.

    Returns:
        The remarks, the worst first; none where the user PIN is set and all is well.
        Of a token that is not initialised the flags mean nothing yet.

    Source: PKCS#11 v2.40, section 3.2 (flags of CK_TOKEN_INFO).
    """
    if not facts.initialised:
        return (PinRemark("the token was never initialised", blocks=True),)
    remarks = (
        (limits.failed, "the token is in an error state", True),
        (facts.pin_locked, "the user PIN is locked", True),
        (not facts.user_pin_set, "no user PIN is set", True),
        (facts.pin_to_be_changed, "the user PIN has to be changed before use", True),
        (limits.officer_pin_locked, "the SO PIN is locked", True),
        (facts.pin_final_try, "one more wrong user PIN locks the token", True),
        (limits.officer_pin_final, "one more wrong SO PIN locks it", True),
        (
            facts.pin_count_low,
            "a wrong user PIN was entered since the last login",
            False,
        ),
        (
            limits.officer_pin_low,
            "a wrong SO PIN was entered since the last login",
            False,
        ),
        (facts.so_pin_to_be_changed, "the SO PIN has to be changed", False),
    )
    return tuple(PinRemark(text, blocks) for holds, text, blocks in remarks if holds)
