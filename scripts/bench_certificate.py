"""Issue one certificate from a request, beside the token's bare signature; print JSON.

    python scripts/bench_certificate.py MODULE

The request is read, its signature and name verified, the certificate laid out, linted
with a stand-in, signed in SoftHSMv2 through the module's own process, parsed back,
verified and linted again. Beside it a key of the same kind signs the same many bytes by
python-pkcs11 in this process and nothing else. Both are taken by turns.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

import pkcs11
from bench_host import PIN, bare_signing, by_turns, make_token, order_key, pin
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.conduct.softhsm import write_configuration
from ceremony.garbage import look_rarely
from ceremony.hsm.hosted import open_module
from ceremony.hsm.hosted_session import HostedSession
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.linted import LintedTbs, issue, lint_tbs
from ceremony.pki.naming import subject_name
from ceremony.pki.order import Order, serial_number
from ceremony.pki.request import verify_request, verify_request_subject
from ceremony.pki.request_form import allowed_signatures
from ceremony.pki.signature import SigningKey, sign_built

PROFILES: Final = {
    "p256": ("smki-root-oca", "smki-issuing-oca"),
    "p384": ("root-ca-ec-p384", "issuing-ca-ec-p384"),
    "rsa4096": ("root-ca-rsa-4096", "issuing-ca-rsa-4096"),
}
"""Of the issuer and of what it issues, by kind of key."""
SMKI: Final = {"common-name": "Z1"}
GENERIC: Final = {"common-name": "Made up", "organization": "Example", "country": "GB"}
COUNTS: Final = {"p256": 20, "p384": 20, "rsa4096": 10}
"""How many are made in one turn."""
TURNS: Final = 7
DAY: Final = date(2026, 1, 1)


def main(module: str) -> None:
    """Take every figure, milliseconds a call."""
    look_rarely()
    environment = write_configuration(Path("tokens").absolute())
    os.environ.update(environment)
    hosted = open_module(Path(module), sha256=None, environment=environment)
    serials = [make_token(hosted, label) for label in ("BARE", "HOSTED")]
    bare_token = pkcs11.lib(module).get_token(token_serial=serials[0].encode())
    found: dict[str, float] = {}
    with (
        bare_token.open(rw=True, user_pin=PIN) as bare,
        hosted.token(serials[1]).session(pin()) as session,
    ):
        for kind, count in COUNTS.items():
            acts = bare_signing(bare, kind), _issuing(session, kind)
            told = by_turns(*acts, count=count, turns=TURNS)
            found |= {f"{kind}_bare": told[0] / 1000, f"{kind}_issued": told[1] / 1000}
    hosted.close()
    print(json.dumps(found))


def _issuing(session: HostedSession, kind: str) -> Callable[[], object]:
    """Make a root in the token, and give the act that answers a request under it."""
    above, below = map(load_builtin_profile, PROFILES[kind])
    values = SMKI if kind == "p256" else GENERIC
    signer = session.private_key(order_key(session, kind))
    root = _issue(Order(above, values, None, DAY, _serial()), signer, signer)
    subject = subject_name(below, values)
    asked = sign_built(
        x509.CertificateSigningRequestBuilder(subject),
        _requester(kind),
        allowed_signatures(below)[0],
    ).public_bytes(Encoding.DER)

    def answer() -> x509.Certificate:
        request = verify_request(asked, below.key)
        verify_request_subject(request, subject)
        linted = lint_tbs(
            Order(below, values, root, DAY, _serial()), request.public_key
        )
        if not isinstance(linted, LintedTbs):
            raise TypeError("the order is not sound")
        return issue(linted, signer, signer.public_key())

    return answer


def _issue(order: Order, signer: SigningKey, subject: SigningKey) -> x509.Certificate:
    linted = lint_tbs(order, subject.public_key())
    if not isinstance(linted, LintedTbs):
        raise TypeError("the order is not sound")
    return issue(linted, signer, signer.public_key())


def _serial() -> int:
    return serial_number(os.urandom(16))


def _requester(kind: str) -> SigningKey:
    """Make the key that asks; it lives in no token."""
    if kind == "rsa4096":
        return rsa.generate_private_key(65537, 4096)
    return ec.generate_private_key(ec.SECP256R1() if kind == "p256" else ec.SECP384R1())


if __name__ == "__main__":
    main(sys.argv[1])
