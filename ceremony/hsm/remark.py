"""What a token says of itself or of a key and cannot be so: recorded, never fatal.

Reaches no device. Whether a remark stands in the way is for policy to decide; here it
is only seen and put into words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ceremony.hsm.attributes import ABSENT, FoundAttribute


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that a token does not tell, or tells wrongly.

    Attributes:
        subject: The attribute or field, e.g. ``CKA_LOCAL`` or ``serial``.
        told: What the token says, or ``absent``.
        text: What that means, in one sentence.
    """

    subject: str
    told: str
    text: str


def remarks_on_serial(serial: str) -> tuple[Remark, ...]:
    """Tell where a serial cannot tell one token from another."""
    if serial.strip("0 "):
        return ()
    text = "This serial is no token's own: only the label tells tokens apart."
    return (Remark("serial", serial or ABSENT, text),)


def remarks_on_made(attributes: Iterable[FoundAttribute]) -> tuple[Remark, ...]:
    """Tell what the token says wrongly of a key that it was just seen to make."""
    found = {each.name: each.value for each in attributes}
    remarks = []
    local = found.get("CKA_LOCAL", ABSENT)
    if local is not True:
        text = "The key was made in this token, which does not say so."
        remarks.append(Remark("CKA_LOCAL", _words(local), text))
    mechanism = found.get("CKA_KEY_GEN_MECHANISM", ABSENT)
    if mechanism == ABSENT:
        text = "The token does not say by which mechanism it made the key."
        remarks.append(Remark("CKA_KEY_GEN_MECHANISM", ABSENT, text))
    return tuple(remarks)


def remarks_on_ordered(
    ordered: Mapping[str, bool], attributes: Iterable[FoundAttribute]
) -> tuple[Remark, ...]:
    """Tell where a key is not as it was ordered.

    Args:
        ordered: Each attribute's name, e.g. ``CKA_SIGN``, and what was asked for.
        attributes: What the token says of the key; what it does not have is as good
            as false.
    """
    found = {each.name: each.value for each in attributes}
    text = "The token did not make this attribute what was ordered."
    return tuple(
        Remark(name, _words(found.get(name, ABSENT)), text)
        for name, wanted in sorted(ordered.items())
        if found.get(name, False) is not wanted
    )


def remarks_on_size(bits: int) -> tuple[Remark, ...]:
    """Tell where a token does not know how long a secret key is."""
    if bits:
        return ()
    text = "The token does not tell the key's length; its check value is the proof."
    return (Remark("CKA_VALUE_LEN", ABSENT, text),)


def _words(value: bool | str) -> str:  # noqa: FBT001  the kind of an attribute
    return value if isinstance(value, str) else str(value).lower()
