"""The tokens that the contract is held against, and the one that a caller names.

``pytest tests/hsm/contract --p11-module /path/module.so --p11-serial S --p11-pin P``
holds it against one token of any module, and against no other. What the tests make in
it they destroy again, and nothing else, and say what could not be destroyed. They enter
wrong PINs, but never two without the right one between. With ``--p11-so-pin`` the token
is INITIALISED first, which ERASES it. What its maker says that it lacks, and its lists
do not, is named with ``--p11-lacks``, as the failed test names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ceremony.hsm.module import load_module
from tests.fakes.software_token import SoftwareToken
from tests.hsm.contract.token_under_test import NOT_OFFERED, TokenUnderTest, secret
from tests.hsm.fresh_token import SO_PIN, USER_PIN, FreshToken

SOFTHSM_LACKS = frozenset(
    {
        "wrapping by RSA_OAEP_SHA256",
        "restoring ED25519",
        "a wrapped private key and nothing else",
        "a wrapped public key and nothing else",
        "making an AES key trusted",
    }
)
"""SoftHSMv2 2.6.1: OAEP with SHA-1 only; the officer sees no private object and may set
no attribute, but may write a public key that is trusted; Ed25519 keys cannot be
wrapped; a private key and a public one are filled up with zeros to 8 bytes before
AES-KWP fills them up once more."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("p11", "the one token that the contract is held against")
    group.addoption("--p11-module", help="absolute path of its PKCS#11 module")
    group.addoption("--p11-serial", help="its serial, as `ceremony hsm tokens` shows")
    group.addoption("--p11-label", help="its label, where serials are not unique")
    group.addoption("--p11-pin", help="its user PIN")
    group.addoption("--p11-so-pin", help="ERASES the token: initialises it first")
    group.addoption("--p11-lacks", action="append", default=[], help="a thing it lacks")
    group.addoption("--p11-init-args", default="", help="what C_Initialize is given")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "under_test" in metafunc.fixturenames:
        named = metafunc.config.getoption("p11_module", None)
        kinds = ["named"] if named else ["software", "softhsm", "nss"]
        metafunc.parametrize("under_test", kinds, indirect=True)


@pytest.fixture
def under_test(request: pytest.FixtureRequest) -> TokenUnderTest:
    match request.param:
        case "software":
            token = SoftwareToken()
            token.initialise(secret(SO_PIN), "CONTRACT", secret(USER_PIN))
            return TokenUnderTest(token, USER_PIN, SO_PIN, frozenset())
        case "softhsm":
            make: Callable[[str], FreshToken] = request.getfixturevalue("make_token")
            fresh = make("CONTRACT")
            return TokenUnderTest(fresh.token, USER_PIN, SO_PIN, SOFTHSM_LACKS)
        case kind:
            found: TokenUnderTest = request.getfixturevalue(f"{kind}_token")
            return found


@pytest.fixture(scope="session")
def named_token(request: pytest.FixtureRequest) -> Iterator[TokenUnderTest]:
    def option(name: str) -> str | None:
        value: str | None = request.config.getoption(name)
        return value

    path, serial, pin = option("p11_module"), option("p11_serial"), option("p11_pin")
    if path is None or serial is None or pin is None:
        pytest.fail("--p11-module needs --p11-serial and --p11-pin")
    so_pin, label = option("p11_so_pin"), option("p11_label")
    module = load_module(
        Path(path), sha256=None, init_arguments=option("p11_init_args") or ""
    )
    token = module.token(serial, label)
    officer = None
    if so_pin is not None:
        officer = so_pin.encode()
        name = token.facts.label or "CONTRACT"
        token.initialise(secret(officer), name, secret(pin.encode()))
    lacks = frozenset(request.config.getoption("p11_lacks"))
    yield TokenUnderTest(token, pin.encode(), officer, lacks, is_known=False)
    module.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List once more, apart from all other skips, what no module was tried for."""
    lines = {
        f"{report.nodeid.rpartition('::')[2]}: {report.longrepr[2]}"
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and NOT_OFFERED in report.longrepr[2]
    }
    if lines:
        terminalreporter.section(f"{NOT_OFFERED} ({len(lines)})")
        for line in sorted(lines):
            terminalreporter.line(line)
