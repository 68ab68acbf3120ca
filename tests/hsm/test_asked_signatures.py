"""A signature that is asked for and taken later, while the module's process works."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ceremony.errors import DeviceError
from ceremony.hsm import verbs
from ceremony.hsm.host_process import HostProcess
from ceremony.hsm.hosted import HostedModule, open_module
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.hsm.wire import Wire
from ceremony.identifiers import OperationId
from tests.hsm.fresh_token import USER_PIN, secret, write_softhsm_configuration
from tests.hsm.test_hosted import MEASURED, make_token

pytestmark = pytest.mark.hsm

NewId = Callable[[], OperationId]


@pytest.fixture
def hosted(softhsm_path: Path, tmp_path: Path) -> Iterator[HostedModule]:
    told = {"SOFTHSM2_CONF": str(write_softhsm_configuration(tmp_path))} | MEASURED
    with closing(open_module(softhsm_path, sha256=None, environment=told)) as module:
        yield module


@pytest.mark.crash
def test_an_answer_that_nobody_took_passes_for_that_of_no_other_call(
    hosted: HostedModule, new_id: NewId
) -> None:
    order = KeyOrder("k", new_id(), KeyAlgorithm.EC_P256)
    with make_token(hosted).session(secret(USER_PIN)) as session:
        session.generate_key_pair(order)
        assert session.private_key(order.cka_id).ask(bytes(9), ec.ECDSA(SHA256()))
        with pytest.raises(DeviceError) as caught:
            session.random(8)
    assert (caught.value.code, caught.value.in_doubt) == ("HSM-HOST-03", False)
    assert not Path(f"/proc/{hosted.pid}").exists()


@pytest.mark.crash
def test_a_process_that_is_given_up_ends_though_no_descriptor_is_left() -> None:
    asked, answered = os.pipe(), os.pipe()
    sleeping = subprocess.Popen(("sleep", "60"), start_new_session=True)  # noqa: S607  the machine's own
    os.close(answered[1])
    host = HostProcess(sleeping, Wire(answered[0], asked[1]))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        with pytest.raises(DeviceError) as caught:
            host.call(verbs.TOKENS, ())
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        os.close(asked[0])
    assert (caught.value.code, sleeping.returncode) == ("HSM-HOST-01", -signal.SIGKILL)
    host.close()


def test_a_signature_is_made_while_nobody_waits_for_it(
    hosted: HostedModule, new_id: NewId
) -> None:
    order = KeyOrder("k", new_id(), KeyAlgorithm.EC_P256)
    with make_token(hosted).session(secret(USER_PIN)) as session:
        made = session.generate_key_pair(order)
        key = session.private_key(order.cka_id)
        taken = key.ask(b"message", ec.ECDSA(SHA256()))
        public = load_der_public_key(made.public_key_der)
        assert isinstance(public, ec.EllipticCurvePublicKey)
        public.verify(taken(), b"message", ec.ECDSA(SHA256()))
        assert len(session.random(8)) == 8


def test_a_key_that_was_at_hand_is_looked_for_anew_once_something_was_destroyed(
    hosted: HostedModule, new_id: NewId
) -> None:
    order = KeyOrder("k", new_id(), KeyAlgorithm.EC_P256)
    with make_token(hosted).session(secret(USER_PIN)) as session:
        session.generate_key_pair(order)
        assert session.private_key(order.cka_id).ask(bytes(9), ec.ECDSA(SHA256()))()
        session.destroy(session.inventory().entries[0])
        with pytest.raises(DeviceError) as caught:
            session.private_key(order.cka_id)
    assert caught.value.code == "HSM-KEY-01"
