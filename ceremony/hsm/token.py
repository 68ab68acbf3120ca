"""What a token says about itself: plain facts, as they are journalled.

Reads no device. A token is told apart by its serial and label, never by its slot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.hsm.attributes import FoundAttribute

_SOFTWARE: Final = ("softhsm", "soft token", "nss generic", "kryoptic")


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """One token and the slot it sits in, as its module describes them.

    Attributes:
        serial: The token's serial, without padding; empty before it is initialised.
        label: The token's label, without padding.
        manufacturer: Who made the token.
        model: The token's model.
        hardware_version: ``major.minor``.
        firmware_version: ``major.minor``.
        initialised: Whether the token was ever initialised.
        user_pin_set: Whether the user PIN was set.
        pin_count_low: Whether a wrong user PIN was entered since the last login.
        pin_final_try: Whether one more wrong user PIN locks the token.
        pin_locked: Whether the user PIN is locked.
        pin_to_be_changed: Whether the user PIN is a first one, to be changed now.
        so_pin_to_be_changed: The same of the security officer's PIN.
        protected_path: Whether the PIN is entered at the device itself.
        hardware_slot: Whether the module calls the slot a hardware slot.
        slot_description: The slot's text.
    """

    serial: str
    label: str
    manufacturer: str
    model: str
    hardware_version: str
    firmware_version: str
    initialised: bool
    user_pin_set: bool
    pin_count_low: bool
    pin_final_try: bool
    pin_locked: bool
    pin_to_be_changed: bool
    so_pin_to_be_changed: bool
    protected_path: bool
    hardware_slot: bool
    slot_description: str

    @property
    def found(self) -> tuple[FoundAttribute, ...]:
        """Give the facts that an attribute policy may ask for."""
        return (FoundAttribute("CKF_HW_SLOT", self.hardware_slot),)

    @property
    def pin_words(self) -> str:
        """Say what is left of the user PIN's tries; empty where the token is silent."""
        if self.pin_locked:
            return "The token says that its PIN is locked now."
        if self.pin_final_try:
            return "The token says that one try is left before its PIN is locked."
        if self.pin_count_low:
            return "The token says that a wrong PIN was entered since the last login."
        return ""


def is_software(facts: TokenFacts) -> bool:
    """Tell whether a token calls itself a software token that is known here.

    False proves nothing: a program can give any name.
    """
    told = f"{facts.manufacturer} {facts.model} {facts.slot_description}".lower()
    return any(name in told for name in _SOFTWARE)
