"""Requests of devices, good and bad, for ``sound-with-batch.yaml``."""

from __future__ import annotations

import base64
import textwrap
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from tests.fakes.key_acts import TESTS, put_script
from tests.fakes.made_requests import EUI, device_csr

SCRIPT_FILE: Final = TESTS / "vectors/scripts/sound-with-batch.yaml"
ANSWERS_FILE: Final = TESTS / "rehearsals/batch-answers.yaml"

FIRST_METER: Final = int(EUI, 16)


def device_key(number: int) -> ec.EllipticCurvePrivateKey:
    """Give the key of a device by its number, from 1."""
    return ec.derive_private_key(1000 + number, ec.SECP256R1())


def device_request(number: int) -> bytes:
    """Give the request of a device by its number, from 1: DER."""
    return device_csr(device_key(number), f"{FIRST_METER + number:016x}")


def tampered(der: bytes) -> bytes:
    """Change the last octet of a request's signature."""
    return der[:-1] + bytes([der[-1] ^ 1])


def pem(der: bytes) -> str:
    """Write a request as PEM."""
    text = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64))
    label = "CERTIFICATE REQUEST-----"
    return f"-----BEGIN {label}\n{text}\n-----END {label}\n"


def put_batch_site(site: Path, requests: list[bytes]) -> None:
    """Let a site of the demo be the batch's, a file for each request of its set."""
    put_script(site, SCRIPT_FILE, ANSWERS_FILE)
    (site / "meter.csr").write_text(pem(device_csr(device_key(0))))
    folder = site / "devices"
    folder.mkdir()
    for number, der in enumerate(requests, 1):
        (folder / f"device-{number:05}.csr").write_text(pem(der))


def twelve_with_two_bad() -> list[bytes]:
    """Give twelve requests: the fourth is tampered with, the ninth asks as the meter.

    The ninth is by a key of its own, for the device that has a certificate by then.
    """
    requests = [device_request(number) for number in range(1, 13)]
    requests[3] = tampered(requests[3])
    requests[8] = device_csr(device_key(9), EUI)
    return requests
