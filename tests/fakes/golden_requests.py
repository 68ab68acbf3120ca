"""Golden requests: one for each profile that says what its request carries.

Each is made by the product from its profile and from the values of its golden
certificate, and signed here by that certificate's key, which is published for tests.
Run as a module, it writes them to ``tests/vectors/profiles/requests``.
"""

from __future__ import annotations

from base64 import encodebytes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography import x509

from ceremony.pki.builtin import builtin_profiles, load_builtin_profile
from ceremony.pki.der_request import encode_signed_request
from ceremony.pki.key_form import SIGNATURES
from ceremony.pki.request_form import request_signature
from ceremony.pki.request_linted import LintedRequest, lint_request
from ceremony.pki.request_order import RequestOrder
from tests.fakes.golden import FOLDER, Golden, golden, sign_message

REQUESTS: Final = FOLDER / "requests"
_BEGIN, _END = (f"-----{word} CERTIFICATE REQUEST-----\n" for word in ("BEGIN", "END"))


@dataclass(frozen=True)
class GoldenRequest:
    """A request with what it was made of.

    Attributes:
        order: What it was made of.
        certificate: The golden certificate that it asks for.
        signature: The algorithm by which it is signed.
        tbs: The bytes that were signed: DER.
        der: The request: DER.
    """

    order: RequestOrder
    certificate: Golden
    signature: str
    tbs: bytes
    der: bytes

    @property
    def pem(self) -> bytes:
        """The request as a file has it."""
        return f"{_BEGIN}{encodebytes(self.der).decode()}{_END}".encode()


@lru_cache(maxsize=1)
def asking() -> tuple[str, ...]:
    """Name the profiles that say what their requests carry."""
    return tuple(
        name for name in builtin_profiles() if load_builtin_profile(name).request
    )


@lru_cache(maxsize=64)
def golden_request(name: str) -> GoldenRequest:
    made = golden(name)
    order = RequestOrder(made.order.profile, made.order.values)
    linted = lint_request(order, made.key.public_key())  # type: ignore[arg-type]  # one of ours
    assert isinstance(linted, LintedRequest), linted
    algorithm = request_signature(order.profile)
    der = encode_signed_request(
        linted.tbs,
        bytes.fromhex(SIGNATURES[algorithm]),
        sign_message(made.key, algorithm, linted.tbs),
    )
    return GoldenRequest(order, made, algorithm, linted.tbs, der)


def write(folder: Path) -> None:
    """Write every request; one by PSS stays while what it signs is the same."""
    for name in asking():
        made, path = golden_request(name), folder / f"{name}.pem"
        if path.exists():
            before = x509.load_pem_x509_csr(path.read_bytes())
            if before.tbs_certrequest_bytes == made.tbs:
                continue
        path.write_bytes(made.pem)


if __name__ == "__main__":
    REQUESTS.mkdir(exist_ok=True)
    write(REQUESTS)
