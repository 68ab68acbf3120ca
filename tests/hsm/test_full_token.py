"""A token that is full: a software token whose disk has no room for a key."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ceremony.errors import DeviceError
from ceremony.hsm.hosted import HostedToken, open_module
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.identifiers import OperationId
from tests.faulty.site import make_faulty_token, told
from tests.hsm.fresh_token import USER_PIN, secret, write_softhsm_configuration

pytestmark = pytest.mark.hsm

NewId = Callable[[], OperationId]

BLOCK = 4096
ROOM = 64
"""How many blocks the disk has; an object takes one."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Give a small disk of its own to the tokens of a new SoftHSMv2."""
    configuration = write_softhsm_configuration(tmp_path)
    tokens = tmp_path / "tokens"
    size = f"size={ROOM * BLOCK}"
    mount = ("mount", "-t", "tmpfs", "-o", size, "tmpfs", str(tokens))
    done = subprocess.run(mount, capture_output=True, check=False)  # noqa: S603  ours
    if done.returncode != 0:
        pytest.skip("nobody but root may mount a small disk")
    yield configuration
    # Lazily: the module may still have a file of it open.
    subprocess.run(["umount", "--lazy", tokens], check=True)  # noqa: S603, S607  ours


@pytest.mark.parametrize("blocks", [0, 1])
def test_a_token_on_a_full_disk_says_so_keeps_nothing_and_goes_on_with_room(
    disk: Path, softhsm_path: Path, new_id: NewId, blocks: int
) -> None:
    environment = {"SOFTHSM2_CONF": str(disk)}
    filler = disk.parent / "tokens" / "filler"
    with closing(
        open_module(softhsm_path, sha256=None, environment=environment)
    ) as module:
        token = make_faulty_token(module)
        generate(token, new_id())
        free = os.statvfs(filler.parent).f_bfree
        filler.write_bytes(bytes(BLOCK * (free - blocks)))

        with pytest.raises(DeviceError) as caught:
            generate(token, new_id())

        assert told(caught.value) == ("HSM-DEVICE-01", True)
        assert caught.value.meaning == "A key, or half of one, may exist in the token."
        assert "See whether it is full" in caught.value.remedy
        assert (count(token), count_afresh(softhsm_path, environment, token)) == (2, 2)

        filler.unlink()
        generate(token, new_id())
        assert (count(token), count_afresh(softhsm_path, environment, token)) == (4, 4)


def generate(token: HostedToken, key_id: OperationId) -> None:
    with token.session(secret(USER_PIN)) as session:
        session.generate_key_pair(KeyOrder(key_id, key_id, KeyAlgorithm.EC_P256))


def count(token: HostedToken) -> int:
    with token.session(secret(USER_PIN)) as session:
        return len(session.inventory())


def count_afresh(path: Path, environment: dict[str, str], token: HostedToken) -> int:
    """Count what is on the disk: the module that wrote it has its objects in memory."""
    with closing(open_module(path, sha256=None, environment=environment)) as module:
        return count(module.token(token.serial))
