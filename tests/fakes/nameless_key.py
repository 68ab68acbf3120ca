"""Puts a secret key without id and label into a token, beside the ceremony.

Run as a program, in a process of its own: ``nameless_key MODULE SERIAL PIN``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ceremony.conduct.site import load_site
from tests.fakes.outside_tool import run_tool


def put_nameless_key(site: Path, name: str) -> None:
    """Put it into a token of a site, whose user PIN is fixed."""
    known = load_site(site)
    assert known.pins is not None
    token = known.binding.token(name)
    module = known.binding.module(token.module)
    pin = bytes(known.pins.user[name].expose()).decode()
    command = (sys.executable, __file__, str(module.path), token.serial, pin)
    checkout = {"PYTHONPATH": str(Path(__file__).parents[2])}
    told = run_tool(command, Path("/"), {**module.environment, **checkout})
    assert told.returncode == 0, told.stderr


def main(path: str, serial: str, pin: str) -> None:
    """Generate the key and leave it there."""
    import pkcs11

    library = pkcs11.lib(path)
    (token,) = (
        slot.get_token()
        for slot in library.get_slots(token_present=True)
        if slot.get_token().serial.decode().strip() == serial
    )
    with token.open(rw=True, user_pin=pin) as session:
        session.generate_key(pkcs11.KeyType.AES, 128, store=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
