"""What SoftHSMv2 shows of a token before and after it was zeroised, without a login."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from ceremony.conduct.actions.zeroise import look
from ceremony.engine.facts import Seen
from ceremony.hsm.hosted import HostedModule, open_module
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.hsm.token import TokenFacts
from ceremony.identifiers import OperationId
from ceremony.pack.binding import PinSource, TokenBinding
from tests.fakes.outside_tool import run_tool
from tests.hsm.conftest import MODULE_PATHS
from tests.hsm.fresh_token import (
    SO_PIN,
    USER_PIN,
    secret,
    write_softhsm_configuration,
)

pytestmark = pytest.mark.hsm

LABEL = "END OF LIFE"
MEASURED = {k: v for k, v in os.environ.items() if k.startswith("COVERAGE_")}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"SOFTHSM2_CONF": str(write_softhsm_configuration(tmp_path))} | MEASURED


def loaded(environment: dict[str, str]) -> HostedModule:
    path = next(Path(each) for each in MODULE_PATHS if Path(each).exists())
    return open_module(path, sha256=None, environment=environment)


@pytest.fixture
def made(environment: dict[str, str]) -> TokenFacts:
    """A token with a user PIN and a key pair in it."""
    with closing(loaded(environment)) as module:
        facts = module.initialise_free_slot("FACTORY", secret(SO_PIN))
        token = module.token(facts.serial)
        token.initialise(secret(SO_PIN), LABEL, secret(USER_PIN))
        with token.session(secret(USER_PIN)) as session:
            order = KeyOrder("k", OperationId("ab" * 16), KeyAlgorithm.EC_P256)
            session.generate_key_pair(order)
    return facts


def seen(environment: dict[str, str], serial: str) -> tuple[Seen, int]:
    bound = TokenBinding("hsm", "hsm", serial, LABEL, PinSource.TYPED, "its test")
    with closing(loaded(environment)) as module:
        return look(module, bound)


def tool(environment: dict[str, str], *arguments: str) -> None:
    told = run_tool(["softhsm2-util", *arguments], Path("/"), environment)
    assert told.returncode == 0, told.stdout + told.stderr


def test_a_token_that_nobody_zeroised_shows_its_public_object(
    environment: dict[str, str], made: TokenFacts
) -> None:
    assert seen(environment, made.serial) == (Seen.USER_PIN, 1)


def test_one_that_its_tool_initialised_anew_shows_none_under_another_label(
    environment: dict[str, str], made: TokenFacts
) -> None:
    pins = ("--so-pin", SO_PIN.decode(), "--pin", "another-pin")
    anew = ("--init-token", "--serial", made.serial, "--label", "NEW")
    tool(environment, *anew, *pins)
    assert seen(environment, made.serial) == (Seen.USER_PIN, 0)


def test_one_that_was_deleted_is_not_found_though_another_bears_its_label(
    environment: dict[str, str], made: TokenFacts
) -> None:
    tool(environment, "--delete-token", "--serial", made.serial)
    assert seen(environment, made.serial) == (Seen.ABSENT, 0)
    pins = ("--so-pin", SO_PIN.decode(), "--pin", USER_PIN.decode())
    tool(environment, "--init-token", "--free", "--label", LABEL, *pins)
    assert seen(environment, made.serial) == (Seen.ABSENT, 0)


def test_one_without_a_user_pin_and_one_that_is_blank_are_told_apart(
    environment: dict[str, str],
) -> None:
    with closing(loaded(environment)) as module:
        serial = module.initialise_free_slot(LABEL, secret(SO_PIN)).serial
    assert seen(environment, serial) == (Seen.NO_USER_PIN, 0)
    # SoftHSMv2 has a blank token in every free slot; it has no serial yet.
    assert seen(environment, "") == (Seen.BLANK, 0)
