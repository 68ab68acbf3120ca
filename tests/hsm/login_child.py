"""Logs in to a token of its own with PINs that it was handed without a copy.

Run by test_pin_in_memory: reads three 16-byte PINs straight into the buffers of three
secrets, uses all, and waits while its memory is searched from outside.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

from ceremony.errors import DeviceError
from ceremony.hsm.module import load_module
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.identifiers import OperationId
from ceremony.secret import Secret

PIN_LENGTH = 16


def read_secret() -> Secret:
    buffer = bytearray(PIN_LENGTH)
    os.readv(0, [buffer])
    return Secret(buffer)


def pause(state: str) -> None:
    os.write(1, state.encode() + b"\n")
    os.read(0, 1)


def main() -> None:
    so_pin, user_pin, new_pin = read_secret(), read_secret(), read_secret()
    module = load_module(Path(sys.argv[1]), sha256=None)
    token = module.token(module.initialise_free_slot("FACTORY", so_pin).serial)
    token.initialise(so_pin, "MEMORY", user_pin)
    try:
        with token.session(so_pin):
            pass
    except DeviceError:
        pause("refused")
    with token.session(user_pin) as session:
        key_id = OperationId(secrets.token_hex(16))
        session.generate_key_pair(KeyOrder("k", key_id, KeyAlgorithm.EC_P256))
        session.sign(key_id, b"message")
        pause("held")
    token.change_pin(user_pin, new_pin)
    token.change_so_pin(so_pin, new_pin)
    with token.session(new_pin):
        pause("changed")
        for pin in (so_pin, user_pin, new_pin):
            pin.wipe()
        pause("wiped")
    module.close()


if __name__ == "__main__":
    main()
