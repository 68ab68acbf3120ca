"""One token that the contract is held against, and what its module may lack.

A module that lacks something is reported as "not offered" and never as passed. That it
lacks it is seen in its lists, of mechanisms and of functions, or was said beforehand:
here for the modules that are known, by its owner for any other. Whatever else refuses
is a failure, so that a thing that is offered cannot go missing unseen.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

import pytest

from ceremony.errors import DeviceError
from ceremony.hsm.inventory import Inventory, difference
from ceremony.hsm.pkcs11_token import Pkcs11Token
from ceremony.hsm.session import Session
from ceremony.identifiers import OperationId
from ceremony.secret import Secret
from tests.fakes.software_session import SoftwareSession
from tests.fakes.software_token import SoftwareToken

AnySession: TypeAlias = "Session | SoftwareSession"
PinChange: TypeAlias = Callable[[Secret, Secret], None]

NOT_OFFERED = "not offered"
NO_MECHANISM = "HSM-MECHANISM-01"
"""How our own code says that none of the token's mechanisms would do."""

LACKING = frozenset(
    {"CKR_FUNCTION_NOT_SUPPORTED", "CKR_CURVE_NOT_SUPPORTED", "CKR_KEY_SIZE_RANGE"}
)
"""How a module says that it lacks a function, a curve or a size, which are in no list.

Source: PKCS#11 v2.40, section 5.1.6.
"""

REFUSALS = frozenset(
    {
        NO_MECHANISM,
        "HSM-DEVICE-06",
        "HSM-DEVICE-07",
        "HSM-DEVICE-08",
        "HSM-TRUST-01",
        "HSM-WRAP-01",
        "HSM-WRAP-03",
    }
)
"""How a token refuses what it was said beforehand to lack."""


def secret(value: bytes) -> Secret:
    return Secret(bytearray(value))


def new_id() -> OperationId:
    return OperationId(secrets.token_hex(16))


@dataclass(frozen=True)
class TokenUnderTest:
    """A token, its PINs, and what is known of its module.

    Attributes:
        so_pin: None where the security officer's acts are not to be tried.
        lacks: What the module was said beforehand to lack.
        is_known: True where it lacks nothing else.
    """

    token: Pkcs11Token | SoftwareToken
    user_pin: bytes
    so_pin: bytes | None
    lacks: frozenset[str]
    is_known: bool = True

    @contextmanager
    def session(self) -> Iterator[AnySession]:
        """Log in, and at the end destroy exactly what came during the session."""
        with self.token.session(secret(self.user_pin)) as session:
            before = session.inventory()
            try:
                yield session
            finally:
                _clear(session, before)

    @contextmanager
    def cleared(self) -> Iterator[None]:
        """Destroy at the end exactly what came since, over any number of sessions."""
        with self.token.session(secret(self.user_pin)) as session:
            before = session.inventory()
        try:
            yield
        finally:
            with self.token.session(secret(self.user_pin)) as session:
                _clear(session, before)

    @contextmanager
    def offering(self, feature: str) -> Iterator[None]:
        """Skip the test as not offered where the token says that it lacks this."""
        try:
            yield
        except DeviceError as error:
            self.pass_over(feature, error)
            error.add_note(f"Refused was what --p11-lacks calls {feature!r}.")
            raise

    def pass_over(self, feature: str, refusal: DeviceError) -> None:
        """Skip the test as not offered where a refusal says that the token lacks this.

        For tests that await a refusal, and another one where the token offers it.
        """
        told = getattr(refusal, "ckr", "")
        is_listed = refusal.code == NO_MECHANISM or told in LACKING
        if feature in self.lacks and refusal.code in REFUSALS:
            self.lack(feature, str(refusal))
        elif is_listed and not self.is_known:
            pytest.skip(f"{NOT_OFFERED}: {feature}: {refusal}")

    def put_back(self, change: PinChange, new: bytes, old: bytes) -> None:
        """Change a PIN back; where that is refused, end the run and say which holds.

        Each later test would use up a try with the PIN that was given, until the
        token locks.
        """
        try:
            change(secret(new), secret(old))
        except DeviceError as error:
            pytest.exit(
                f"the token does not take its former PIN back: {error} "
                f"The PIN is {new.decode()!r} from now on. Nothing more was tried.",
                returncode=1,
            )

    def lack(self, feature: str, told: str) -> None:
        """Report that something is not offered, if that was said beforehand."""
        if feature in self.lacks:
            pytest.skip(f"{NOT_OFFERED}: {feature}: {told}")


def _clear(session: AnySession, before: Inventory) -> None:
    """Destroy what came since, and fail where something of it stays."""
    left = []
    for entry in difference(before, session.inventory()).added:
        try:
            session.destroy(entry)
        except DeviceError as error:
            left.append(f"{entry.object_class} {entry.label!r}: {error}")
    if left or session.inventory() != before:
        pytest.fail(f"the token is not as it was before the test; left: {left}")
