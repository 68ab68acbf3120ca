"""A module in a process of its own: what it is given, how it ends, what is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ceremony.errors import DeviceError, InputError
from ceremony.hsm import verbs
from ceremony.hsm.errors import Act
from ceremony.hsm.host import HANDLERS
from ceremony.hsm.hosted import HostedModule, HostedToken, open_module
from ceremony.hsm.inventory import Inventory
from ceremony.hsm.mechanism import WrapMethod
from ceremony.hsm.order import (
    CheckValueKind,
    Copies,
    KeyAlgorithm,
    KeyOrder,
    PairUse,
    SecretAlgorithm,
    SecretKeyOrder,
    SecretUse,
)
from ceremony.hsm.token import TokenName
from ceremony.hsm.verbs import VERBS
from ceremony.identifiers import Digest, OperationId
from tests.fakes.other_memory import inside
from tests.hsm.fresh_token import (
    SO_PIN,
    USER_PIN,
    secret,
    write_softhsm_configuration,
)

pytestmark = pytest.mark.hsm

NewId = Callable[[], OperationId]
MEASURED = {k: v for k, v in os.environ.items() if k.startswith("COVERAGE_")}
"""Which lines run is measured in the module's process too."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("hosted")
    return {"SOFTHSM2_CONF": str(write_softhsm_configuration(folder))} | MEASURED


@pytest.fixture
def hosted(softhsm_path: Path, told: dict[str, str]) -> Iterator[HostedModule]:
    with closing(open_module(softhsm_path, sha256=None, environment=told)) as module:
        yield module


def make_token(hosted: HostedModule) -> HostedToken:
    serial = hosted.initialise_free_slot("FACTORY", secret(SO_PIN)).serial
    token = hosted.token(serial)
    token.initialise(secret(SO_PIN), "HOSTED", secret(USER_PIN))
    return token


def stat(pid: int, name: str) -> str:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith(f"{name}:"))


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in found.split()]


def pipe_flags(pid: int, descriptor: str) -> int:
    told = Path(f"/proc/{pid}/fdinfo/{descriptor}").read_text()
    return int(told.split("flags:")[1].split()[0], 8)


def wait_for_end(pid: int) -> bool:
    """Wait until a process that is no child of ours is gone, 5 s at most."""
    for _ in range(500):
        if not Path(f"/proc/{pid}").exists() or stat(pid, "State") == "Z":
            return True
        time.sleep(0.01)
    return False


def test_everything_that_a_session_does_is_done_in_the_other_process(
    hosted: HostedModule, new_id: NewId
) -> None:
    token, key_id = make_token(hosted), new_id()
    assert token.facts.label == "HOSTED"
    assert token.serial in [facts.serial for facts in hosted.tokens()]
    with token.session(secret(USER_PIN)) as session:
        made = session.generate_key_pair(KeyOrder("k", key_id, KeyAlgorithm.EC_P256))
        assert session.read_key(key_id) == made
        signature = session.sign(key_id, b"message")
        session.write_anchor(b"checkpoint")
        assert session.read_anchors() == (b"checkpoint",)
        before = session.inventory()
        private = next(
            each for each in before.entries if each.object_class == "CKO_PRIVATE_KEY"
        )
        session.destroy(private)
        left = [each for each in before.entries if each != private]
        assert session.inventory() == Inventory.of(left)
    public = load_der_public_key(made.public_key_der)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(signature, b"message", ec.ECDSA(SHA256()))
    assert hosted.pid in children(os.getpid())


def test_the_module_is_in_the_other_process_and_not_in_ours(
    hosted: HostedModule,
) -> None:
    assert str(hosted.path) in inside(hosted.pid, "maps").read_text()


def test_keys_are_backed_up_restored_checked_and_proven_in_the_other_process(
    hosted: HostedModule, new_id: NewId
) -> None:
    token = make_token(hosted)
    assert "CKM_AES_KEY_WRAP" in token.mechanisms
    aes, zeros = SecretAlgorithm.AES_256, CheckValueKind.ENCRYPTED_ZEROS
    kek = SecretKeyOrder("kek", new_id(), aes, SecretUse.WRAP)
    data = SecretKeyOrder(
        "data", new_id(), aes, SecretUse.ENCRYPT, Copies.WRAPPED, zeros
    )
    pair = KeyOrder(
        "pair", new_id(), KeyAlgorithm.EC_P256, PairUse.SIGN, Copies.WRAPPED
    )
    kwp = WrapMethod.AES_KWP
    with token.session(secret(USER_PIN)) as session:
        for order in (kek, data):
            assert session.generate_secret_key(order).cka_id == order.cka_id
        made = session.generate_key_pair(pair)
        again = replace(data, label="data 2", cka_id=new_id())
        session.unwrap_secret_key(
            kek.cka_id, session.wrap(kek.cka_id, data.cka_id, kwp), again
        )
        assert session.read_secret_key(again.cka_id).label == "data 2"
        before, after = (
            session.check_value(each.cka_id, zeros) for each in (data, again)
        )
        assert before.value == after.value != ""
        second = replace(pair, label="pair 2", cka_id=new_id())
        restored = session.unwrap_key_pair(
            kek.cka_id,
            session.wrap(kek.cka_id, pair.cka_id, kwp),
            second,
            made.public_key_der,
        )
        assert restored.public_key_der == made.public_key_der
        proof = session.prove(second.cka_id, b"c" * 32)
        assert len(session.random(32)) == 32
    public = load_der_public_key(made.public_key_der)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(proof.signature, proof.message, ec.ECDSA(SHA256()))


def test_a_pin_that_is_too_long_is_refused_and_nothing_is_lost(
    hosted: HostedModule,
) -> None:
    token = make_token(hosted)
    with pytest.raises(InputError) as long, token.session(secret(b"1" * 1025)):
        pass
    assert long.value.code == "HSM-PIN-08"
    assert hosted.is_running


def test_pins_are_changed_in_the_other_process(hosted: HostedModule) -> None:
    token, new = make_token(hosted), b"3141-newer"
    token.change_pin(secret(USER_PIN), secret(new))
    token.change_so_pin(secret(SO_PIN), secret(new))
    with token.session(secret(new)) as session:
        assert len(session.inventory()) == 0
    assert token.initialise(secret(new), "AGAIN", secret(USER_PIN)).label == "AGAIN"


def test_what_the_module_refuses_is_told_as_it_is_told_within(
    hosted: HostedModule,
) -> None:
    token = make_token(hosted)
    with pytest.raises(DeviceError) as wrong, token.session(secret(b"00000000")):
        pass
    assert (wrong.value.code, wrong.value.in_doubt) == ("HSM-PIN-01", False)
    assert "CKR_PIN_INCORRECT" in str(wrong.value)
    with pytest.raises(InputError) as long:
        hosted.initialise_free_slot("x" * 33, secret(SO_PIN))
    assert long.value.code == "HSM-TOKEN-05"
    with pytest.raises(DeviceError) as absent:
        hosted.token("0000000000000000")
    assert absent.value.code == "HSM-TOKEN-01"


def test_a_module_that_is_not_the_pinned_one_is_not_run(
    softhsm_path: Path, told: dict[str, str]
) -> None:
    before = children(os.getpid())
    with pytest.raises(DeviceError) as caught:
        open_module(softhsm_path, sha256=Digest("ab" * 32), environment=told)
    assert caught.value.code == "HSM-MODULE-02"
    assert children(os.getpid()) == before


def test_the_process_has_the_environment_of_the_binding_and_nothing_of_ours(
    softhsm_path: Path, told: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_PRELOAD_CANARY", "ours")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    plain = {"SOFTHSM2_CONF": told["SOFTHSM2_CONF"]}
    with Path(__file__).open("rb") as ours:
        os.set_inheritable(ours.fileno(), True)  # noqa: FBT003  the standard's name is positional
        with closing(open_module(softhsm_path, sha256=None, environment=plain)) as at:
            given = inside(at.pid, "environ").read_bytes().decode()
            links = list(inside(at.pid, "fd").iterdir())
            opened = [str(link.readlink()) for link in links]
            limits = Path(f"/proc/{at.pid}/limits").read_text()
            kept = [
                (link.name, pipe_flags(at.pid, link.name))
                for link in links
                if str(link.readlink()).startswith("pipe:")
            ]
            no_new = stat(at.pid, "NoNewPrivs")
            threads = stat(at.pid, "Threads")
    assert given == f"SOFTHSM2_CONF={told['SOFTHSM2_CONF']}\0"
    assert __file__ not in opened
    core = next(line for line in limits.splitlines() if "core file" in line)
    assert core.split()[4:6] == ["0", "0"]
    assert (no_new, threads) == ("1", "1")
    # Whatever a module starts must not keep the pipes open.
    assert [flags & os.O_CLOEXEC for _, flags in kept] == [os.O_CLOEXEC] * 2


def make_keys(token: HostedToken, new_id: NewId) -> None:
    """Make keys that take long, one after the other, until it fails."""
    with token.session(secret(USER_PIN)) as session:
        for number in range(50):
            order = KeyOrder(f"k{number}", new_id(), KeyAlgorithm.RSA_4096)
            session.generate_key_pair(order)


@pytest.mark.crash
@pytest.mark.parametrize("fatal", [signal.SIGSEGV, signal.SIGKILL])
def test_a_module_that_crashes_leaves_the_operation_in_doubt(
    hosted: HostedModule, new_id: NewId, fatal: signal.Signals
) -> None:
    token = make_token(hosted)
    threading.Timer(0.3, os.kill, (hosted.pid, fatal)).start()
    with pytest.raises(DeviceError) as caught:
        make_keys(token, new_id)
    assert caught.value.code == "HSM-HOST-01"
    assert caught.value.in_doubt
    assert caught.value.meaning == "A key, or half of one, may exist in the token."
    assert str(signal.strsignal(fatal)) in str(caught.value)
    assert not hosted.is_running
    with pytest.raises(DeviceError) as again:
        hosted.tokens()
    assert (again.value.code, again.value.in_doubt) == ("HSM-HOST-03", False)


def test_every_kind_of_operation_has_a_deadline_that_people_can_wait_for() -> None:
    # The slowest: a smart card makes an RSA-4096 key in some minutes.
    assert {each.deadline_s for each in Act if each is not Act.GENERATE} <= {
        60,
        120,
        180,
    }
    assert Act.GENERATE.deadline_s == 900


@pytest.mark.crash
def test_a_module_that_hangs_gives_control_back_within_its_deadline(
    hosted: HostedModule, new_id: NewId, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = make_token(hosted)
    monkeypatch.setattr(Act.GENERATE, "deadline_s", 0.5)
    order = KeyOrder("k", new_id(), KeyAlgorithm.EC_P256)
    with token.session(secret(USER_PIN)) as session:
        os.kill(hosted.pid, signal.SIGSTOP)
        began = time.monotonic()
        with pytest.raises(DeviceError) as caught:
            session.generate_key_pair(order)
        took_s = time.monotonic() - began
        # What is left of the session cannot be ended any more, and says so.
        with pytest.raises(DeviceError):
            session.inventory()
    # Without a deadline it would never come back; the usual one is 15 minutes.
    assert took_s < 5
    assert (caught.value.code, caught.value.in_doubt) == ("HSM-HOST-02", True)
    assert not Path(f"/proc/{hosted.pid}").exists()


class Stays(subprocess.Popen[bytes]):
    """A process that nobody sees end: a driver of the kernel holds it."""

    def wait(self, timeout: float | None = None) -> int:
        raise subprocess.TimeoutExpired("the module's process", timeout or 0)


@pytest.mark.crash
def test_a_process_that_no_kill_ends_is_told_of_and_not_waited_for(
    softhsm_path: Path,
    told: dict[str, str],
    new_id: NewId,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hosted = open_module(softhsm_path, sha256=None, environment=told)
    token, real = make_token(hosted), hosted._process
    monkeypatch.setattr(Act.GENERATE, "deadline_s", 0.3)
    order = KeyOrder("k", new_id(), KeyAlgorithm.EC_P256)
    with token.session(secret(USER_PIN)) as session:
        os.kill(hosted.pid, signal.SIGSTOP)
        monkeypatch.setattr(real, "__class__", Stays)
        with pytest.raises(DeviceError) as caught:
            session.generate_key_pair(order)
    with pytest.raises(DeviceError) as at_the_end:
        hosted.close()
    monkeypatch.undo()
    assert (caught.value.code, caught.value.in_doubt) == ("HSM-HOST-04", True)
    assert "may still hold the device" in caught.value.meaning
    assert (at_the_end.value.code, at_the_end.value.in_doubt) == ("HSM-HOST-04", False)
    assert real.wait() == -signal.SIGKILL


@pytest.mark.crash
def test_ctrl_c_in_a_call_lets_no_answer_pass_for_that_of_another_call(
    hosted: HostedModule,
) -> None:
    token = make_token(hosted)
    os.kill(hosted.pid, signal.SIGSTOP)
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    # A shell that runs the tests in the background has them ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            assert token.facts
    finally:
        signal.signal(signal.SIGINT, before)
    with pytest.raises(DeviceError) as caught:
        assert token.mechanisms
    assert caught.value.code == "HSM-HOST-03"
    assert not Path(f"/proc/{hosted.pid}").exists()


PARENT = """
import sys, time
from pathlib import Path
from ceremony.hsm.hosted import open_module
place = {"SOFTHSM2_CONF": sys.argv[2]}
module = open_module(Path(sys.argv[1]), sha256=None, environment=place)
print(module.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.crash
def test_the_process_ends_with_whoever_started_it(
    softhsm_path: Path, told: dict[str, str]
) -> None:
    with subprocess.Popen(  # noqa: S603  our own interpreter and the text above
        [sys.executable, "-c", PARENT, str(softhsm_path), told["SOFTHSM2_CONF"]],
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert Path(f"/proc/{pid}").exists()
        # Ctrl-C at the terminal is for the tool and not for its device.
        os.kill(pid, signal.SIGINT)
        time.sleep(0.1)
        assert stat(pid, "State") != "Z"
        parent.kill()
    assert wait_for_end(pid)


def test_each_verb_has_a_handler_and_each_handler_a_verb() -> None:
    assert set(HANDLERS) == set(VERBS)


def test_a_defect_in_the_process_is_told_by_place_and_ends_it(
    hosted: HostedModule,
) -> None:
    with pytest.raises(RuntimeError) as caught:
        # No session with this token was opened: our own fault, not the module's.
        hosted.call(verbs.INVENTORY, (), TokenName("0000000000000000"))
    assert "KeyError in host.py:" in str(caught.value)
    assert not hosted.is_running
