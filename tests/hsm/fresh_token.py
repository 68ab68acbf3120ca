"""Tokens that tests make for themselves, and the PINs they give them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ceremony.hsm.pkcs11_token import Pkcs11Token
from ceremony.secret import Secret

USER_PIN = b"9417-user"
SO_PIN = b"8203-officer"


def secret(value: bytes) -> Secret:
    return Secret(bytearray(value))


@dataclass(frozen=True)
class FreshToken:
    """One initialised token of the private folder, and its PINs."""

    token: Pkcs11Token
    label: str

    @property
    def pin(self) -> Secret:
        return secret(USER_PIN)

    @property
    def so_pin(self) -> Secret:
        return secret(SO_PIN)


def write_softhsm_configuration(folder: Path) -> Path:
    """Give a folder its own SoftHSMv2, so that no token of this machine is met."""
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(
        f"directories.tokendir = {folder / 'tokens'}\n"
        "objectstore.backend = file\n"
        "log.level = ERROR\n"
        "slots.removable = false\n"
    )
    return configuration
