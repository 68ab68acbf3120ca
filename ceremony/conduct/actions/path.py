"""The path above a certificate, validated before it is signed and after."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography import x509

from ceremony.engine.facts import PathChecked
from ceremony.errors import EvidenceError, RefusedError
from ceremony.pki.der import encode_signed_certificate
from ceremony.pki.linted import LintedTbs
from ceremony.pki.path import PathAbove, PathFault, find_path_fault


def verify_path_before(linted: LintedTbs, above: Sequence[x509.Certificate]) -> None:
    """Insist that the path will be valid, while nothing is signed.

    Raises:
        RefusedError: ``PKI-PATH-01`` to ``-09``.
    """
    _refuse(find_path_fault((_unsigned(linted), *above), signed=False))


def verify_paths_before(part: Sequence[LintedTbs], above: PathAbove) -> None:
    """Insist that every path of a part will be valid, while nothing of it is signed.

    Raises:
        RefusedError: ``PKI-PATH-01`` to ``-09``.
    """
    for linted in part:
        _refuse(above.find_fault(_unsigned(linted), signed=False))


def _unsigned(linted: LintedTbs) -> x509.Certificate:
    """Let an octet take the signature's place; it is not looked at."""
    der = encode_signed_certificate(linted.tbs, bytes(1))
    return x509.load_der_x509_certificate(der)


def _refuse(fault: PathFault | None) -> None:
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
