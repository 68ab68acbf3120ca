"""Signs in several threads at once: a module told of one thread only would crash."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pkcs11 import KeyType, Mechanism
from pkcs11.types import SignMixin

from ceremony.hsm.module import load_module
from ceremony.hsm.token import TokenName
from ceremony.secret import Secret

THREADS = 8
SIGNATURES = 150


def main() -> None:
    module = load_module(Path(sys.argv[1]), sha256=None)
    module.close()
    # Loaded a second time, it must still be told of several threads.
    module = load_module(Path(sys.argv[1]), sha256=None)
    serial = module.initialise_free_slot("FACTORY", Secret(bytearray(b"so-pin"))).serial
    token = module.token(serial)
    so_pin, pin = Secret(bytearray(b"so-pin")), Secret(bytearray(b"user-pin"))
    token.initialise(so_pin, "THREADS", pin)
    with token.session(pin):
        library = module._find(TokenName(serial))

        def work(_: int) -> int:
            session = library.open(rw=True)
            _public, key = session.generate_keypair(KeyType.RSA, 1024)
            assert isinstance(key, SignMixin)
            done = [
                key.sign(b"x" * 32, mechanism=Mechanism.SHA256_RSA_PKCS)
                for _ in range(SIGNATURES)
            ]
            return len(done)

        with ThreadPoolExecutor(THREADS) as pool:
            total = sum(pool.map(work, range(THREADS)))
    module.close()
    sys.stdout.write(f"{total}\n")


if __name__ == "__main__":
    main()
