"""Logs in to a token of its own with PINs that it was handed without a copy.

Run by test_pin_in_memory: reads two 16-byte PINs straight into the buffers of two
secrets, uses both through the module's own process, and waits while the memory of both
is searched from outside.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

from ceremony.errors import DeviceError
from ceremony.hsm.hosted import HostedModule, open_module
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.identifiers import OperationId
from ceremony.secret import Secret

PIN_LENGTH = 16


def read_secret() -> Secret:
    buffer = bytearray(PIN_LENGTH)
    os.readv(0, [buffer])
    return Secret(buffer)


def pause(state: str, module: HostedModule) -> None:
    os.write(1, f"{state} {module.pid}\n".encode())
    os.read(0, 1)


def main() -> None:
    so_pin, user_pin = read_secret(), read_secret()
    module = open_module(Path(sys.argv[1]), sha256=None, environment=os.environ)
    token = module.token(module.initialise_free_slot("FACTORY", so_pin).serial)
    token.initialise(so_pin, "MEMORY", user_pin)
    try:
        with token.session(so_pin):
            pass
    except DeviceError:
        pause("refused", module)
    with token.session(user_pin) as session:
        key_id = OperationId(secrets.token_hex(16))
        session.generate_key_pair(KeyOrder("k", key_id, KeyAlgorithm.EC_P256))
        session.sign(key_id, b"message")
        pause("held", module)
        so_pin.wipe()
        user_pin.wipe()
        pause("wiped", module)
    module.close()


if __name__ == "__main__":
    main()
