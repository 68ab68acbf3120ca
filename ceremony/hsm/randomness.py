"""Random bytes from the token's own generator.

Nothing here measures how random they are: that is what a token's certification is
about. Only what no generator may ever give is refused.

Source: PKCS#11 v2.40, section 5.16 (C_GenerateRandom).
"""

from __future__ import annotations

from typing import Final

from ceremony.errors import DeviceError, InputError
from ceremony.hsm.access import TokenAccess
from ceremony.hsm.errors import Act, device_door

_MOST: Final = 1024
_TELLING: Final = 8
"""From so many bytes on, the same byte throughout is no accident (1 in 2^56)."""


def draw_random(access: TokenAccess, count: int) -> bytes:
    """Draw random bytes.

    Args:
        access: The session's way to its token.
        count: 1 to 1024.

    Raises:
        InputError: ``HSM-RANDOM-01``: another number of bytes.
        DeviceError: ``HSM-RANDOM-02``: the token gave another number of bytes, or the
            same byte throughout where there are 8 or more; or it failed.
    """
    if not 1 <= count <= _MOST:
        raise InputError(
            "HSM-RANDOM-01",
            f"{count} random bytes were asked for, not 1 to {_MOST}.",
            remedy="Ask for fewer bytes.",
        )
    access.verify_same_token()
    with device_door(Act.RANDOM):
        drawn = access.library.generate_random(count * 8)
    if len(drawn) != count or (count >= _TELLING and len(set(drawn)) == 1):
        raise DeviceError(
            "HSM-RANDOM-02",
            "The token's random generator gave what cannot be random.",
            remedy="Keep the token aside and use its spare.",
            meaning="No key that this token makes can be relied on.",
        )
    return drawn
