"""The room policy: how much is signed, initialled and read back.

The knobs are those of docs/spec/script-v1.md, "Room policy"; three presets ship as
data beside this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from ceremony.pack.toml_places import decode_fields
from ceremony.people.attestation import Level

KNOBS: Final[Mapping[str, tuple[str, ...]]] = {
    "cosign-at": ("sign-in", "sign-out", "overnight", "hold"),
    "attest-turn": ("merged", "separate"),
    "report-signers": ("gen-6-5-1-14", "gen-6-5-1-14-and-administrator-and-witness"),
    "initial-at": ("act-end-and-irreversible", "each-step"),
    "initial-by": ("witness", "witness-and-operator"),
    "hold-answer": ("roll-call", "roll-call-exceptions-singly", "each-types"),
    "review-ready": ("irreversible", "device-steps"),
    "readback": ("first-and-last-four", "published-32-others-8", "all-32"),
    "blind": ("identity-values", "every-check"),
    "deviation-close": ("note-by-line", "minor-four-major-two-signatures", "four"),
    "pin-by": ("keyboard", "keypad-or-shielded-keyboard", "keypad"),
}
"""Every knob with the values it may take; ``cosign-at`` takes a list of them."""

PRESETS: Final = ("light", "standard", "strict")


@dataclass(frozen=True, slots=True)
class RoomPolicy:
    """How much is signed, initialled and read back.

    Attributes:
        name: The preset's name, or the site's own.
        cosign_at: When people cosign.
        knobs: Every other knob of :data:`KNOBS` with its value.
        levels: The lowest attestation level by kind of role or by role.
    """

    name: str
    cosign_at: tuple[str, ...]
    knobs: Mapping[str, str]
    levels: Mapping[str, Level]


def load_room_preset(name: str) -> RoomPolicy:
    """Read one of :data:`PRESETS`.

    Raises:
        KeyError: There is no such preset.
    """
    if name not in PRESETS:
        raise KeyError(name)
    file = f"{name}.toml"
    raw = files(__package__).joinpath("rooms", file).read_bytes()
    return decode_room_policy(raw, file)


def decode_room_policy(raw: bytes, file: str) -> RoomPolicy:
    """Read a room policy from its bytes.

    Args:
        raw: The file's bytes, UTF-8 TOML.
        file: Its name, for places.

    Raises:
        InputError: ``FILE-*``: not of the shape; ``POLICY-KNOB-01``: a knob has a
            value that it cannot take.
    """
    top = decode_fields(raw, file, "a room policy")
    policy = RoomPolicy(
        name=top.name("name"),
        cosign_at=top.names("cosign-at", required=True),
        knobs={knob: top.name(knob) for knob in KNOBS if knob != "cosign-at"},
        levels={
            name: top.as_choice(node, f"the level of {name}", Level)
            for name, node in top.pairs("level-min")
        },
    )
    told = [("cosign-at", value) for value in policy.cosign_at]
    for knob, value in (*told, *policy.knobs.items()):
        if value and value not in KNOBS[knob]:
            top.faults.add(
                "POLICY-KNOB-01",
                f"{knob} is {value!r}, and not one of {', '.join(KNOBS[knob])}.",
                top.place,
                remedy="Give one of these values.",
            )
    top.finish()
    top.faults.raise_any()
    return policy
