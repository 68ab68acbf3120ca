"""The path above a certificate, validated while nothing is signed.

Everything that can make a path invalid is looked at here: the certificates above with
their signatures, and the linted bytes of the new one, whose own signature is verified
by ``issue`` on exactly those bytes. What was signed is validated once more by
``path_leaf``, for the record: a leaf that tells of a fault keeps its step open.
"""

from __future__ import annotations

from collections.abc import Sequence

from cryptography import x509

from ceremony.errors import RefusedError
from ceremony.pki.der import encode_signed_certificate
from ceremony.pki.linted import LintedTbs
from ceremony.pki.path import find_path_fault


def verify_path(linted: LintedTbs, above: Sequence[x509.Certificate]) -> None:
    """Insist that the path will be valid, while nothing is signed.

    The certificate of an issuer may be another's than the one that signed: a root that
    was made anew under its old name is told from the old one by signatures alone.

    Raises:
        RefusedError: ``PKI-PATH-01`` to ``-09``.
    """
    # The signature only takes its place; it is not looked at.
    der = encode_signed_certificate(linted.tbs, bytes(1))
    unsigned = x509.load_der_x509_certificate(der)
    fault = find_path_fault(above) if above else None
    fault = fault or find_path_fault((unsigned, *above), signed=False)
    if fault is not None:
        raise RefusedError(
            fault.rule,
            f"The certificate's path to the trust anchor would not be valid: "
            f"{fault.text}",
            meaning="Nothing was signed.",
            remedy="Correct the profile or the script and have it approved again.",
        )
