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
from ceremony.pki.path import PathAbove, PathFault, find_path_fault
from ceremony.pki.remedy import remedy_for


def verify_path(linted: LintedTbs, above: Sequence[x509.Certificate]) -> None:
    """Insist that the path will be valid, while nothing is signed.

    The certificate of an issuer may be another's than the one that signed: a root that
    was made anew under its old name is told from the old one by signatures alone.

    Raises:
        RefusedError: ``PKI-PATH-01`` to ``-09``.
    """
    if above:
        refuse_path(path_fault(linted, PathAbove(above)))
    else:
        refuse_path(find_path_fault((_unsigned(linted),), signed=False))


def path_fault(linted: LintedTbs, above: PathAbove) -> PathFault | None:
    """Find what would make a path invalid, while nothing is signed."""
    return above.find_fault(_unsigned(linted), signed=False)


def refuse_path(fault: PathFault | None) -> None:
    """Refuse to sign what would have no valid path.

    Raises:
        RefusedError: ``PKI-PATH-01`` to ``-09``.
    """
    if fault is not None:
        raise RefusedError(
            fault.rule,
            f"The certificate's path to the trust anchor would not be valid: "
            f"{fault.text}",
            meaning="Nothing was signed.",
            remedy=remedy_for([fault.rule]),
        )


def _unsigned(linted: LintedTbs) -> x509.Certificate:
    """Let an octet take the signature's place; it is not looked at."""
    der = encode_signed_certificate(linted.tbs, bytes(1))
    return x509.load_der_x509_certificate(der)
