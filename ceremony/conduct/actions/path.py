"""The path above a certificate, validated before it is signed and after."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography import x509

from ceremony.conduct.actions.order import certificate_named
from ceremony.conduct.conductor import Conductor
from ceremony.engine.facts import PathChecked
from ceremony.engine.revocation import path_of_key
from ceremony.errors import EvidenceError, RefusedError
from ceremony.pki.der import encode_signed_certificate
from ceremony.pki.linted import LintedTbs
from ceremony.pki.path import find_path_fault


def chain_above(
    conductor: Conductor, linted: LintedTbs, key: str
) -> tuple[x509.Certificate, ...]:
    """Give the certificates above one that a key is to sign, up to the anchor's.

    None where it is to be the anchor itself.

    Raises:
        EvidenceError: ``CONDUCT-CERTIFICATE-01``: one is not as it was issued.
    """
    if linted.order.issuer is None:
        return ()
    names = path_of_key(conductor.state, key)
    return tuple(certificate_named(conductor, name) for name in names)


def verify_path_before(linted: LintedTbs, above: Sequence[x509.Certificate]) -> None:
    """Insist that the path will be valid, while nothing is signed.

    Raises:
        RefusedError: ``PKI-PATH-01`` to ``-09``.
    """
    # The signature only takes its place; it is not looked at.
    der = encode_signed_certificate(linted.tbs, bytes(1))
    unsigned = x509.load_der_x509_certificate(der)
    fault = find_path_fault((unsigned, *above), signed=False)
    if fault is not None:
        raise RefusedError(
            fault.rule,
            f"The certificate's path to the trust anchor would not be valid: "
            f"{fault.text}",
            meaning="Nothing was signed.",
            remedy="Correct the profile or the script and have it approved again.",
        )


def verify_path_after(path: PathChecked) -> None:
    """Insist that the path of what was signed is valid; it is recorded by then.

    Raises:
        EvidenceError: ``PKI-PATH-01`` to ``-09``.
    """
    if path.rule:
        raise EvidenceError(
            path.rule,
            f"The certificate's path to the trust anchor is not valid: {path.text}",
            meaning="The certificate is marked: not to be used. The key is as before.",
            remedy="Abandon the ceremony, and find out what was signed.",
        )
