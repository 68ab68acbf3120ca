"""A private SoftHSMv2 and NSS for one run: own folders, no token of this machine."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ceremony.hsm.module import Module, load_module
from ceremony.identifiers import OperationId
from tests.faulty.module import FaultyModule, compile_proxy
from tests.faulty.site import Site, make_faulty_token
from tests.hsm.contract.token_under_test import TokenUnderTest
from tests.hsm.fresh_token import (
    SO_PIN,
    USER_PIN,
    FreshToken,
    secret,
    write_softhsm_configuration,
)

MODULE_PATHS = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/libsofthsm2.so",
)
NSS_PATHS = (
    "/usr/lib/x86_64-linux-gnu/libsoftokn3.so",
    "/usr/lib/x86_64-linux-gnu/nss/libsoftokn3.so",
    "/usr/lib/aarch64-linux-gnu/libsoftokn3.so",
    "/usr/lib64/libsoftokn3.so",
)

NSS_SERIAL, NSS_LABEL = "0" * 16, "CONTRACT NSS"
NSS_LACKS = frozenset(
    {
        "ED25519",
        "changing the security officer's PIN",
        "restoring EC_P256",
        "restoring with the ordered uses only",
        "keeping in a key of never",
        "keeping in a key of wrapped-by-trusted",
        "making a pair trusted",
        "making an AES key trusted",
    }
)
"""NSS 3.87: no Ed25519; an officer only until there is a user PIN; restoring an EC key
asks for an attribute of NSS's own, and a restored RSA key may do what it likes; it
wraps any key, whatever CKA_EXTRACTABLE and CKA_WRAP_WITH_TRUSTED say."""


@pytest.fixture(scope="session")
def softhsm_path() -> Path:
    for name in MODULE_PATHS:
        if Path(name).exists():
            return Path(name)
    pytest.skip("SoftHSMv2 is not installed")


@pytest.fixture(scope="session")
def nss_path() -> Path:
    for name in NSS_PATHS:
        if Path(name).exists():
            return Path(name)
    pytest.skip("libsoftokn3.so of NSS (libnss3) is not installed")


@pytest.fixture(scope="session")
def memory_folder() -> Iterator[Path]:
    """A folder in memory where there is such a place: tokens write many files."""
    memory = Path("/dev/shm")  # noqa: S108  only the folder made in it is used
    place = str(memory) if os.access(memory, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="ceremony-hsm-", dir=place))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def module(softhsm_path: Path, memory_folder: Path) -> Iterator[Module]:
    """The one module of this process: C_Initialize happens once."""
    with pytest.MonkeyPatch.context() as patch:
        configuration = write_softhsm_configuration(memory_folder)
        patch.setenv("SOFTHSM2_CONF", str(configuration))
        loaded = load_module(softhsm_path, sha256=None)
        yield loaded
        loaded.close()


@pytest.fixture(scope="session")
def nss_module(nss_path: Path, memory_folder: Path) -> Iterator[Module]:
    folder = memory_folder / "nss"
    folder.mkdir()
    module = load_module(
        nss_path,
        sha256=None,
        init_arguments=f"configdir='sql:{folder}' certPrefix='' keyPrefix='' "
        f"secmod='secmod.db' flags= dbTokenDescription='{NSS_LABEL}'",
    )
    yield module
    module.close()


@pytest.fixture(scope="session")
def nss_token(nss_module: Module) -> TokenUnderTest:
    token = nss_module.token(NSS_SERIAL, NSS_LABEL)
    token.initialise(secret(b""), NSS_LABEL, secret(USER_PIN))
    return TokenUnderTest(token, USER_PIN, b"", NSS_LACKS)


@pytest.fixture
def make_token(module: Module) -> Callable[[str], FreshToken]:
    """Make further tokens, each in a free slot."""

    def make(label: str) -> FreshToken:
        facts = module.initialise_free_slot("FACTORY", secret(SO_PIN))
        token = module.token(facts.serial)
        token.initialise(secret(SO_PIN), label, secret(USER_PIN))
        return FreshToken(token, label)

    return make


@pytest.fixture
def fresh(make_token: Callable[[str], FreshToken]) -> FreshToken:
    return make_token("CEREMONY A")


@pytest.fixture
def new_id() -> Callable[[], OperationId]:
    return lambda: OperationId(secrets.token_hex(16))


@pytest.fixture(scope="session")
def proxy_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The module that fails on purpose, compiled once."""
    return compile_proxy(tmp_path_factory.mktemp("proxy"))


@pytest.fixture
def faulty(softhsm_path: Path, proxy_path: Path, memory_folder: Path) -> FaultyModule:
    """SoftHSMv2 with a folder of its own, behind a proxy that has no plan yet."""
    folder = Path(tempfile.mkdtemp(dir=memory_folder))
    told = {"SOFTHSM2_CONF": str(write_softhsm_configuration(folder))}
    return FaultyModule(proxy_path, softhsm_path, folder, told)


@pytest.fixture
def site(faulty: FaultyModule) -> Iterator[Site]:
    """A fresh token behind the proxy, which has no plan yet."""
    with closing(faulty.open()) as module:
        yield Site(faulty, module, make_faulty_token(module))
