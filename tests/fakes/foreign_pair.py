"""Puts a key pair with a chosen label and id into a token, beside the ceremony.

The product refuses to make a second pair of one label or id; whoever works at the
token does not. Run as a program, in a process of its own:
``foreign_pair MODULE SERIAL PIN LABEL ID``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ceremony.conduct.site import load_site
from tests.fakes.outside_tool import run_tool


def put_pair(site: Path, name: str, label: str, cka_id: str) -> None:
    """Put it into a token of a site, whose user PIN is fixed.

    Args:
        site: The folder of the site's files.
        name: The token's, as the script has it.
        label: The pair's.
        cka_id: The pair's, in hexadecimal digits.
    """
    known = load_site(site)
    assert known.pins is not None
    token = known.binding.token(name)
    module = known.binding.module(token.module)
    pin = bytes(known.pins.user[name].expose()).decode()
    place = (str(module.path), token.serial, pin)
    command = (sys.executable, __file__, *place, label, cka_id)
    checkout = {"PYTHONPATH": str(Path(__file__).parents[2])}
    told = run_tool(command, Path("/"), {**module.environment, **checkout})
    assert told.returncode == 0, told.stderr


def main(path: str, serial: str, pin: str, label: str, cka_id: str) -> None:
    """Generate the pair and leave it there."""
    import pkcs11
    from pkcs11.util.ec import encode_named_curve_parameters

    library = pkcs11.lib(path)
    (slot,) = (
        slot
        for slot in library.get_slots(token_present=True)
        if slot.get_token().serial.decode().strip() == serial
    )
    curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
    with slot.get_token().open(rw=True, user_pin=pin) as session:
        parameters = session.create_domain_parameters(
            pkcs11.KeyType.EC, curve, local=True
        )
        parameters.generate_keypair(store=True, id=bytes.fromhex(cka_id), label=label)


if __name__ == "__main__":
    main(*sys.argv[1:])
