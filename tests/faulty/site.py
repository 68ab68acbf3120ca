"""A token behind the module that fails on purpose, and what can be asked of it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Final

import pytest

from ceremony.errors import DeviceError
from ceremony.hsm.hosted import HostedModule, HostedToken
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.identifiers import OperationId
from tests.faulty.module import FaultyModule
from tests.hsm.fresh_token import SO_PIN, USER_PIN, secret

PAIR: Final = ("CKO_PRIVATE_KEY", "CKO_PUBLIC_KEY")


@dataclass(frozen=True)
class Site:
    """A faulty module that is loaded, and a token of it."""

    faulty: FaultyModule
    module: HostedModule
    token: HostedToken

    def generate(self, cka_id: OperationId, label: str = "k") -> None:
        with self.token.session(secret(USER_PIN)) as session:
            order = KeyOrder(label, cka_id, KeyAlgorithm.EC_P256)
            session.generate_key_pair(order)

    def fails(self, cka_id: OperationId, *plan: str) -> DeviceError:
        """Have a key made under a plan, and give how that failed."""
        self.faulty.plan(*plan)
        with pytest.raises(DeviceError) as caught:
            self.generate(cka_id)
        return caught.value

    def look_afresh(self) -> list[tuple[str, str]]:
        """List class and id of all objects through another process, with no plan."""
        self.faulty.plan()
        with (
            closing(self.faulty.open()) as module,
            module.token(self.token.serial).session(secret(USER_PIN)) as session,
        ):
            found = session.inventory().entries
        return [(each.object_class, each.cka_id) for each in found]


def make_faulty_token(module: HostedModule, label: str = "FAULTY") -> HostedToken:
    serial = module.initialise_free_slot("FACTORY", secret(SO_PIN)).serial
    token = module.token(serial)
    token.initialise(secret(SO_PIN), label, secret(USER_PIN))
    return token


def told(error: DeviceError) -> tuple[str, bool]:
    """Give code and doubt of an error, which says what it means and what to do."""
    assert error.meaning
    assert error.remedy
    return error.code, error.in_doubt
