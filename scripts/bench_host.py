"""Ask a token through its module's own process, beside a bare loop; print JSON.

    python scripts/bench_host.py MODULE

Each kind of key is made in two SoftHSMv2 tokens in the working folder: in one by
python-pkcs11 in this process, in the other through :mod:`ceremony.hsm.hosted`. The
same calls are then made by turns.

What making a long RSA key takes varies by chance, between 0.3 and 4 seconds, far more
than the process adds. So both figures are taken of the same key: the call of
python-pkcs11 is timed inside the module's own process, and all of the order from here.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median
from typing import Final, cast

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism
from pkcs11.types import Session as LibrarySession
from pkcs11.types import SignMixin
from pkcs11.util.ec import encode_named_curve_parameters

from ceremony.conduct.softhsm import write_configuration
from ceremony.hsm import hosted as hosted_modules
from ceremony.hsm.hosted import HostedModule, open_module
from ceremony.hsm.hosted_session import HostedSession
from ceremony.hsm.mechanism import SignatureScheme
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.identifiers import OperationId
from ceremony.secret import Secret

PIN: Final = "12345678"
DIGEST: Final = b"\x5a" * 32
CURVES: Final = {"p256": "secp256r1", "p384": "secp384r1"}
ALGORITHMS: Final = {
    "p256": KeyAlgorithm.EC_P256,
    "p384": KeyAlgorithm.EC_P384,
    "rsa4096": KeyAlgorithm.RSA_4096,
}
RSA_BITS: Final = 4096
SIGNATURES: Final = {"p256": 300, "p384": 150, "rsa4096": 40}
"""How many are made in one turn."""
TURNS: Final = 9
EC_KEYS: Final = 20
RSA_KEYS: Final = 12

SPENT: Final = "BENCH_SPENT"
"""Names the file in which the module's process tells what each pair took, seconds."""

BOOT: Final = """
import os, sys, time
sys.path.insert(0, sys.argv[1])
from ceremony.hsm import session
from ceremony.hsm.host import main
generate = session.generate_pair
def timed(*asked):
    begin = time.perf_counter()
    generate(*asked)
    spent = time.perf_counter() - begin
    with open(os.environ["BENCH_SPENT"], "a") as file:
        print(spent, file=file)
session.generate_pair = timed
main(*map(int, sys.argv[2:]))
"""
"""What the module's process runs: its usual program, with a watch beside one call."""

Act = Callable[[], object]


def main(module: str) -> None:
    """Take every figure, microseconds a call."""
    environment = write_configuration(Path("tokens").absolute())
    os.environ.update(environment)
    hosted = open_module(Path(module), sha256=None, environment=environment)
    serials = [make_token(hosted, label) for label in ("BARE", "HOSTED")]
    library = pkcs11.lib(module)
    bare_token = library.get_token(token_serial=serials[0].encode())
    found: dict[str, float] = {}
    with (
        bare_token.open(rw=True, user_pin=PIN) as bare,
        hosted.token(serials[1]).session(pin()) as session,
    ):
        for kind in SIGNATURES:
            sign = bare_signing(bare, kind), _hosted_signing(session, kind)
            told = by_turns(*sign, count=SIGNATURES[kind], turns=TURNS)
            found |= {f"{kind}_bare": told[0], f"{kind}_hosted": told[1]}
        makes = (lambda: _bare_key(bare, "p256")), (lambda: order_key(session, "p256"))
        told = by_turns(*makes, count=1, turns=EC_KEYS)
        found |= {"make_p256_bare": told[0], "make_p256_hosted": told[1]}
    hosted.close()
    print(json.dumps(found | _rsa_keys(Path(module), environment, serials[1])))


def _rsa_keys(
    module: Path, environment: dict[str, str], serial: str
) -> dict[str, float]:
    """Make RSA keys, and tell of each what it took inside the process and from here."""
    spent = Path("spent").absolute()
    # The one text that a module's process is started with.
    vars(hosted_modules)["BOOT"] = BOOT
    watched = {**environment, SPENT: str(spent)}
    hosted = open_module(module, sha256=None, environment=watched)
    with hosted.token(serial).session(pin()) as session:
        taken = [
            _time(lambda: order_key(session, "rsa4096"), 1) for _ in range(RSA_KEYS)
        ]
    hosted.close()
    inside = [float(line) * 1e6 for line in spent.read_text().splitlines()]
    ratios = [whole / call for whole, call in zip(taken, inside, strict=True)]
    return {
        "make_rsa_bare": mean(inside),
        "make_rsa_hosted": mean(taken),
        "make_rsa_most": max(ratios),
    }


def by_turns(*acts: Act, count: int, turns: int) -> list[float]:
    """Do each act by turns; give each one's median, microseconds a call."""
    taken: list[list[float]] = [[] for _ in acts]
    for _ in range(turns + 1):
        for place, act in enumerate(acts):
            taken[place].append(_time(act, count))
    # The first turn warms up.
    return [median(each[1:]) for each in taken]


def _time(act: Act, count: int) -> float:
    begin = time.perf_counter()
    for _ in range(count):
        act()
    return (time.perf_counter() - begin) / count * 1e6


def make_token(hosted: HostedModule, label: str) -> str:
    """Make a token of this label, with the one PIN; give its serial."""
    facts = hosted.initialise_free_slot(label, pin())
    hosted.token(facts.serial).initialise(pin(), label, pin())
    return facts.serial


def pin() -> Secret:
    """Give the one PIN, to be wiped by who takes it."""
    return Secret(bytearray(PIN.encode()))


def _bare_key(session: LibrarySession, kind: str) -> SignMixin:
    if kind == "rsa4096":
        _, private = session.generate_keypair(KeyType.RSA, RSA_BITS, store=True)
        return cast("SignMixin", private)
    parameters = session.create_domain_parameters(
        KeyType.EC,
        {Attribute.EC_PARAMS: encode_named_curve_parameters(CURVES[kind])},
        local=True,
    )
    _, private = parameters.generate_keypair(
        store=True, mechanism=Mechanism.EC_KEY_PAIR_GEN
    )
    return cast("SignMixin", private)


def order_key(session: HostedSession, kind: str) -> OperationId:
    """Have a key made through the module's process; give its id."""
    key_id = OperationId(secrets.token_hex(16))
    session.generate_key_pair(KeyOrder(key_id, key_id, ALGORITHMS[kind]))
    return key_id


def bare_signing(session: LibrarySession, kind: str) -> Act:
    """Make a key by python-pkcs11, and give the act that signs with it."""
    key = _bare_key(session, kind)
    mechanism = Mechanism.SHA256_RSA_PKCS if kind == "rsa4096" else Mechanism.ECDSA
    return lambda: key.sign(DIGEST, mechanism=mechanism)


def _hosted_signing(session: HostedSession, kind: str) -> Act:
    key = order_key(session, kind)
    rsa = kind == "rsa4096"
    scheme = SignatureScheme.RSA_PKCS1_SHA256 if rsa else SignatureScheme.ECDSA
    return lambda: session.sign_by(key, scheme, DIGEST)


if __name__ == "__main__":
    main(sys.argv[1])
