"""A tool that has a token make keys, sign and destroy, and is killed while it does.

It does what the conductor does: the intent is durable before the device is called, the
outcome after. When it comes back it compares the whole token with the journal by the
product's own comparison, and two people's decision is played.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import asdict, dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from ceremony.conduct.doubt import is_whole_key, unexplained, verify_signs
from ceremony.conduct.listing import listing_of
from ceremony.engine.facts import Intent, Result
from ceremony.errors import DeviceError, RefusedError
from ceremony.hsm.errors import Act, device_acted
from ceremony.hsm.hosted import HostedModule, HostedSession
from ceremony.hsm.inventory import InventoryEntry
from ceremony.hsm.keys import PrivateKey, TokenECKey
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.identifiers import OperationId
from ceremony.pack.inventory_file import new_in
from ceremony.secret import Secret
from tests.crash.device_log import DEVICE, Log, Pending, lost
from tests.crash.timer import die_in
from tests.faulty.module import FaultyModule

PIN: Final = b"9417-user"
KEYS: Final = 3
"""How many keys the token holds before one is destroyed."""

POINTS: Final = (
    "before intent",
    "while recording",
    "before call",
    "inside call",
    "after call",
    "after outcome",
    "any time",
)
FUNCTIONS: Final = {
    "key.generate": "C_GenerateKeyPair",
    "key.sign": "C_Sign",
    "key.destroy": "C_DestroyObject",
}


@dataclass(frozen=True)
class Kill:
    """One kill.

    Attributes:
        who: ``tool``, or ``host``: the module's process.
        point: One of ``POINTS``.
        count: In which act of this process's life, from 1.
        delay_us: From the beginning of the call or of the writing, or from the start
            for ``any time``, microseconds.
    """

    who: str
    point: str
    count: int
    delay_us: int


@dataclass
class Found:
    """What the comparison of token and journal found after one kill.

    Attributes:
        verb: The operation in doubt; empty where none is.
        strange: Objects that came after the intent; likewise ``half_pairs`` and
            ``nameless`` among them.
        unreported: Objects on disk that the comparison did not see.
        missing: Objects that the journal has and the token has not.
        lost: What was acknowledged and is not in the journal.
    """

    kill: str
    verb: str = ""
    strange: int = 0
    half_pairs: int = 0
    nameless: int = 0
    unreported: int = 0
    missing: int = 0
    lost: int = 0


@dataclass(frozen=True)
class Usable:
    """How soon after a kill the outcome of the next act was durable, seconds."""

    kill: str
    usable_s: float


@dataclass(frozen=True)
class Broken:
    """A pair that looked whole and did not sign; two people have it destroyed."""

    broken: str
    code: str


Told = Found | Usable | Broken


class Tool:
    """One life of the tool.

    Args:
        faulty: The module, with a token in it.
        serial: The token's serial.
        kills: What happens to it and to its hosts, in this order; of the tool's own
            deaths the first is the last.
        told: Is told of what was found after each kill.
    """

    def __init__(
        self,
        faulty: FaultyModule,
        serial: str,
        kills: list[Kill],
        told: Callable[[Told], None],
    ) -> None:
        self._faulty = faulty
        self._serial = serial
        self._kills = kills
        self._told = told
        self._log = Log.open(faulty.folder)
        self._stack = ExitStack()
        self._module: HostedModule | None = None
        self._acts = 0
        self._killed_at = 0.0

    def live(self, killed: str, killed_at: float) -> None:
        """Come back after one kill, go on until the next, and so on to the last.

        Args:
            killed: By what the tool before was killed; empty for the first.
            killed_at: When, by the monotonic clock, seconds.
        """
        while True:
            self._acts = 0
            try:
                self._live_once(killed, killed_at)
            except DeviceError:
                if self._module is None or self._module.is_running:
                    raise
            else:
                self._stack.close()
                return
            killed, killed_at = str(self._kills.pop(0)), self._killed_at

    def _live_once(self, killed: str, killed_at: float) -> None:
        """Live with one process of the module; return where no kill is left."""
        self._arm("tool")
        self._faulty.plan()
        session = self._start()
        self._arm("host")
        self._come_back(session, Found(killed))
        self._act(session)
        self._told(Usable(killed, time.monotonic() - killed_at))
        while self._kills:
            self._act(session)

    def _start(self) -> HostedSession:
        with suppress(DeviceError):
            self._stack.close()
        trace = str(self._faulty.folder / "trace")
        module = self._stack.enter_context(
            closing(self._faulty.open(FAULTY_TRACE=trace))
        )
        self._module = module
        token = module.token(self._serial)
        with Secret(bytearray(PIN)) as pin:
            return self._stack.enter_context(token.session(pin))

    def _come_back(self, session: HostedSession, found: Found) -> None:
        """Compare the token with the journal, tell, and have two people decide."""
        inventory = session.inventory()
        before, pending = self._log.listing, self._log.pending
        strange = unexplained(inventory.entries, before)
        found.strange = len(strange)
        found.missing = len(new_in(before, listing_of(inventory)))
        found.half_pairs, found.nameless = count_broken(strange)
        found.unreported = self._files() - len(inventory)
        found.lost = lost(self._faulty.folder, self._log)
        found.verb = pending.intent.verb if pending is not None else ""
        self._told(found)
        if pending is not None:
            self._resolve(session, pending, strange)

    def _resolve(
        self,
        session: HostedSession,
        pending: Pending,
        strange: tuple[InventoryEntry, ...],
    ) -> None:
        """Play the decision of two people: adopt a whole pair, destroy all else."""
        op = pending.op
        result = Result.FAILED
        whole = pending.intent.verb == "key.generate" and is_whole_key(strange, op)
        if whole and self._signs(session, op):
            result = Result.ADOPTED
        elif strange:
            result = Result.DESTROYED
            for entry in strange:
                session.destroy(entry)
        self._log.finish(op, result, listing_of(session.inventory()))

    def _signs(self, session: HostedSession, op: OperationId) -> bool:
        try:
            verify_signs(session, op)
        except RefusedError as error:
            self._told(Broken(op, error.code))
            return False
        return True

    def _files(self) -> int:
        """Count the objects on disk, as SoftHSMv2 keeps them: one file for each.

        It shows none for a file that it has made and not written to yet.
        """
        folder = self._faulty.folder / "tokens"
        found = [each for each in folder.glob("*/*.object") if each.stat().st_size]
        return sum(each.name != "token.object" for each in found)

    def _act(self, session: HostedSession) -> None:
        """Do one thing, as the conductor does it."""
        self._acts += 1
        op = OperationId(secrets.token_hex(16))
        verb, work = self._next(session, op)
        self._reach("before intent")
        self._reach("while recording")
        self._log.begin(op, Intent(verb, DEVICE, self._serial, label=op))
        self._reach("before call")
        self._reach("inside call", FUNCTIONS[verb])
        try:
            work()
        except DeviceError as error:
            if not error.in_doubt:
                self._log.finish(op, Result.FAILED, None)
            raise
        self._reach("after call")
        self._log.finish(op, Result.DONE, listing_of(session.inventory()))
        self._reach("after outcome")

    def _next(
        self, session: HostedSession, op: OperationId
    ) -> tuple[str, Callable[[], object]]:
        keys = list(dict.fromkeys(each.brief.cka_id for each in self._log.listing))
        if len(keys) > KEYS:
            chosen = secrets.choice(keys)
            return "key.destroy", lambda: self._destroy(session, chosen)
        whole = Counter(each.brief.cka_id for each in self._log.listing)
        able = [key for key in keys if whole[key] == 2]
        if able and self._acts % 2 == 0:
            data = bytes.fromhex(op) * 2
            # The operation's own id, so that a repetition is seen in the trace.
            key = session.private_key(OperationId(able[0]))
            return "key.sign", lambda: sign_digest(key, data)
        order = KeyOrder(op, op, KeyAlgorithm.EC_P256)
        return "key.generate", lambda: session.generate_key_pair(order)

    def _destroy(self, session: HostedSession, cka_id: str) -> None:
        found = session.inventory().entries
        first, *others = [each for each in found if each.cka_id == cka_id]
        session.destroy(first)
        with device_acted(Act.DESTROY):
            for entry in others:
                session.destroy(entry)

    def _arm(self, who: str) -> None:
        if self._kills and (self._kills[0].point, self._kills[0].who) == (
            "any time",
            who,
        ):
            self._after(self._kills[0].delay_us, who)

    def _reach(self, point: str, function: str = "") -> None:
        """Die, or have the host die, where this is the point and the act."""
        if not self._kills:
            return
        kill = self._kills[0]
        if (kill.point, kill.count) != (point, self._acts):
            return
        if point == "inside call" and kill.who == "host":
            self._killed_at = time.monotonic()
            self._faulty.plan(f"{function} * before kill {kill.delay_us}")
        elif point in ("inside call", "while recording"):
            self._after(kill.delay_us, kill.who)
        else:
            self._kill(kill.who)

    def _after(self, delay_us: int, who: str) -> None:
        if who == "tool":
            die_in(delay_us)
            return
        timer = threading.Timer(delay_us / 1e6, self._kill, (who,))
        timer.daemon = True
        timer.start()

    def _kill(self, who: str) -> None:
        self._killed_at = time.monotonic()
        if who == "host" and self._module is not None:
            os.kill(self._module.pid, signal.SIGKILL)
        else:
            os.kill(os.getpid(), signal.SIGKILL)


def sign_digest(key: PrivateKey, digest: bytes) -> bytes:
    """Sign 32 bytes as they are."""
    assert isinstance(key, TokenECKey)
    return key.sign(digest, ec.ECDSA(Prehashed(SHA256())))


def count_broken(strange: tuple[InventoryEntry, ...]) -> tuple[int, int]:
    """Count half pairs, and objects without id and label."""
    named = [each for each in strange if each.cka_id or each.label]
    ids = Counter(each.cka_id for each in named)
    return sum(count == 1 for count in ids.values()), len(strange) - len(named)


def encode(found: Told) -> str:
    """Write what was found as one line of JSON."""
    return json.dumps(asdict(found)) + "\n"
