"""A site's folder: the binding and the policies that stand beside it.

Every file is read once; what was read is what is journalled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ceremony.errors import InputError
from ceremony.pack.binding import PinSource, SiteBinding
from ceremony.pack.binding_file import decode_binding
from ceremony.pack.hardware_file import HardwareList, decode_hardware
from ceremony.pack.pins import FixedPins, load_pins
from ceremony.pack.policy import TrustPolicy
from ceremony.pack.policy_file import decode_trust_policy
from ceremony.pack.room_policy import RoomPolicy, decode_room_policy
from ceremony.pack.site_policy import SitePolicy, decode_site_policy
from ceremony.script.source_file import read_file

BINDING: Final = "binding.toml"
SITE_POLICY: Final = "site-policy.toml"
ROOM_POLICY: Final = "room-policy.toml"
TRUST_POLICY: Final = "trust-policy.toml"
PINS: Final = "pins.toml"
HARDWARE: Final = "hardware.toml"
CERTIFICATES: Final = "certificates"


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that a ceremony takes from its site.

    Attributes:
        folder: Where it was read from.
        raw: The policies' bytes by file name, UTF-8 TOML.
        hardware: What is known of the certification of tokens; None where it has no
            hardware list.
        certificates: Other CAs' certificates that the site has, each file's bytes by
            its name: PEM or DER.
        pins: Fixed PINs of software tokens; None where every PIN is typed.
    """

    folder: Path
    binding: SiteBinding
    site_policy: SitePolicy
    room_policy: RoomPolicy
    trust_policy: TrustPolicy
    raw: dict[str, bytes]
    hardware: HardwareList | None
    certificates: Mapping[str, bytes]
    pins: FixedPins | None

    @property
    def valid_days(self) -> int:
        """Say for how many days a look-up counts; 0 without a hardware list."""
        return 0 if self.hardware is None else self.hardware.valid_days


def load_site(folder: Path) -> Site:
    """Read a site's folder.

    Raises:
        InputError: A file is missing or not of its shape.
        StorageError: The disk failed.
    """
    if not folder.is_dir():
        raise InputError(
            "CONDUCT-SITE-01",
            f"There is no site folder {folder}.",
            remedy="Name the folder that holds binding.toml and the policies.",
        )
    raw = {
        name: read_file(folder / name)
        for name in (BINDING, SITE_POLICY, ROOM_POLICY, TRUST_POLICY)
    }
    binding = decode_binding(
        raw[BINDING], BINDING, lambda name: read_file(folder / name)
    )
    sources = {
        binding.evidence.pin,
        *(token.pin for token in binding.tokens),
        *(person.pin for person in binding.people),
    }
    fixed = PinSource.FIXED in sources
    return Site(
        folder=folder,
        binding=binding,
        site_policy=decode_site_policy(raw[SITE_POLICY], SITE_POLICY),
        room_policy=decode_room_policy(raw[ROOM_POLICY], ROOM_POLICY),
        trust_policy=decode_trust_policy(raw[TRUST_POLICY], TRUST_POLICY),
        raw=raw,
        pins=load_pins(folder / PINS) if fixed else None,
        hardware=_load_hardware(folder),
        certificates=_load_certificates(folder / CERTIFICATES),
    )


def _load_certificates(folder: Path) -> dict[str, bytes]:
    """Read what the site has of other CAs; nothing where it has no such folder."""
    names = sorted(folder.iterdir()) if folder.is_dir() else []
    return {f"{CERTIFICATES}/{path.name}": read_file(path) for path in names}


def _load_hardware(folder: Path) -> HardwareList | None:
    """Read a site's hardware list; None where it has none."""
    path = folder / HARDWARE
    return decode_hardware(read_file(path), HARDWARE) if path.is_file() else None
