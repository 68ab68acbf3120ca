"""What a made-up token says of itself, all in order."""

from __future__ import annotations

from ceremony.hsm.token import TokenFacts

FACTS = TokenFacts(
    serial="60f2a40bbdbae6b9",
    label="Root; 50% of it",
    manufacturer="Snake Oil, Inc.",
    model="v1/2",
    hardware_version="1.0",
    firmware_version="1.0",
    initialised=True,
    user_pin_set=True,
    pin_count_low=False,
    pin_final_try=False,
    pin_locked=False,
    pin_to_be_changed=False,
    so_pin_to_be_changed=False,
    protected_path=False,
    hardware_slot=True,
    slot_description="Sun Metaslot",
)
