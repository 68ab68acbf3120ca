"""Tokens that tests make for themselves, and the PINs they give them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ceremony.hsm.attributes import AttributePolicy, AttributeRule
from ceremony.hsm.module import Module
from ceremony.hsm.pkcs11_token import Pkcs11Token
from ceremony.identifiers import Stance
from ceremony.secret import Secret

USER_PIN = b"9417-user"
SO_PIN = b"8203-officer"


def secret(value: bytes) -> Secret:
    return Secret(bytearray(value))


SIGNING_KEY_POLICY = AttributePolicy(
    rules=(
        AttributeRule("CKA_TOKEN", expected=True),
        AttributeRule("CKA_PRIVATE", expected=True),
        AttributeRule("CKA_SENSITIVE", expected=True),
        AttributeRule("CKA_EXTRACTABLE", expected=False),
        AttributeRule("CKA_ALWAYS_SENSITIVE", expected=True),
        AttributeRule("CKA_NEVER_EXTRACTABLE", expected=True),
        AttributeRule("CKA_LOCAL", expected=True),
        AttributeRule("CKA_SIGN", expected=True),
        AttributeRule("CKA_DECRYPT", expected=False),
        AttributeRule("CKA_UNWRAP", expected=False),
        AttributeRule("CKA_DERIVE", expected=False),
        AttributeRule("CKA_SIGN_RECOVER", expected=False, absent=Stance.ACCEPT),
        AttributeRule("CKF_HW_SLOT", expected=True),
    ),
    apart=(("CKA_SIGN", "CKA_DECRYPT", "CKA_UNWRAP", "CKA_WRAP"),),
)
"""A private key that signs, was made in the token and can never leave it.

Source: PKCS#11 v2.40, sections 4.4 and 4.9; CKF_HW_SLOT: section 3.2.
"""


def look_afresh(module: Module) -> None:
    """Have SoftHSMv2 look at its folder again, which it does only when it starts."""
    module._library.reinitialize()


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
