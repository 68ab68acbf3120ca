"""What is known of makers: which tokens are software, whatever they claim."""

from __future__ import annotations

from typing import Final

from ceremony.hsm.token import TokenFacts

_SOFTWARE: Final = ("softhsm", "soft token", "nss", "opencryptoki soft", "kryoptic")


def is_software(facts: TokenFacts) -> bool:
    """Tell whether a token names itself as software; a denial proves nothing."""
    told = f"{facts.manufacturer} {facts.model} {facts.slot_description}".lower()
    return any(word in told for word in _SOFTWARE)
