"""Where SoftHSMv2 keeps its tokens, for rehearsals and tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ceremony.errors import DeviceError

MODULES: Final = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
)


def find_softhsm(places: Sequence[str] = MODULES) -> Path:
    """Find SoftHSMv2's module where distributions put it.

    Raises:
        DeviceError: ``CONDUCT-SOFTHSM-01``: it is not installed.
    """
    for name in places:
        if Path(name).is_file():
            return Path(name)
    raise DeviceError(
        "CONDUCT-SOFTHSM-01",
        "SoftHSMv2, which stands in for an HSM in a rehearsal, is not installed.",
        meaning="No token was made.",
        remedy="Install it, on Debian and Ubuntu with: sudo apt install softhsm2",
    )


def write_configuration(folder: Path) -> dict[str, str]:
    """Make a token folder with its configuration; give the environment for it."""
    tokens = folder / "store"
    tokens.mkdir(parents=True, mode=0o700)
    path = folder / "softhsm2.conf"
    path.write_text(
        f"directories.tokendir = {tokens.resolve()}\n"
        "objectstore.backend = file\n"
        "log.level = ERROR\n"
        "slots.removable = false\n"
    )
    return {"SOFTHSM2_CONF": str(path.resolve())}
