"""Do with bare tools what the demo's keys need, and nothing else: the demo's peer.

    python scripts/bench_peer.py MODULE

Initialises two tokens with ``softhsm2-util`` in the working folder, makes a P-256 key
in each with python-pkcs11 and signs three times. No journal, no read-back, no pack.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Final, cast

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism
from pkcs11.types import SignMixin
from pkcs11.util.ec import encode_named_curve_parameters

PIN: Final = "1234"
DIGEST: Final = hashlib.sha256(b"to be signed").digest()
SIGNATURES: Final = {"root": 2, "issuing": 1}
"""By token: the root certificate and the issuing one, and one more."""


def main(module: str) -> None:
    """Make tokens, keys and signatures in the working folder."""
    store = Path("store").absolute()
    store.mkdir()
    configuration = Path("softhsm2.conf").absolute()
    configuration.write_text(
        f"directories.tokendir = {store}\nobjectstore.backend = file\n"
        "log.level = ERROR\n"
    )
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    for label in SIGNATURES:
        subprocess.run(  # noqa: S603  fixed arguments
            [
                *("softhsm2-util", "--init-token", "--free", "--label", label),
                *("--so-pin", "12345678", "--pin", PIN, "--module", module),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    library = pkcs11.lib(module)
    for label, count in SIGNATURES.items():
        token = library.get_token(token_label=label)
        with token.open(rw=True, user_pin=PIN) as session:
            parameters = session.create_domain_parameters(
                KeyType.EC,
                {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")},
                local=True,
            )
            _, private = parameters.generate_keypair(
                store=True, label=label, mechanism=Mechanism.EC_KEY_PAIR_GEN
            )
            for _ in range(count):
                cast("SignMixin", private).sign(DIGEST, mechanism=Mechanism.ECDSA)


if __name__ == "__main__":
    main(sys.argv[1])
