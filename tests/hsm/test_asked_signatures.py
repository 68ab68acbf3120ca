"""A signature that is asked for and taken later, while the module's process works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ceremony.errors import DeviceError
from ceremony.hsm.hosted import HostedModule, open_module
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
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
