"""What is issued, in every form, as the blobs beside the outcome that tells of it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from cryptography import x509

from ceremony.conduct.actions.order import certificate_named
from ceremony.conduct.conductor import Conductor
from ceremony.engine.facts import CertificateMade
from ceremony.engine.revocation import path_above, path_of_key
from ceremony.pki.output import (
    Output,
    certificate_output,
    crl_output,
    request_output,
)


def certificate_blobs(
    conductor: Conductor,
    name: str,
    certificate: x509.Certificate,
    made: CertificateMade,
) -> dict[str, bytes]:
    """Give a certificate's blobs by free names.

    Args:
        conductor: The ceremony, which does not know the certificate yet.
        name: Its name in the script.
        certificate: As issued.
        made: What its leaf will tell.

    Raises:
        EvidenceError: ``CONDUCT-CERTIFICATE-01``: one above is not as it was issued.
    """
    names = path_above(conductor.state, made)
    above = [certificate_named(conductor, each) for each in names]
    return _blobs(
        conductor, name, lambda stem: certificate_output(stem, certificate, above)
    )


def request_blobs(
    conductor: Conductor, name: str, request: x509.CertificateSigningRequest
) -> dict[str, bytes]:
    """Give a request's blobs by free names; arguments as for a certificate's."""
    return _blobs(conductor, name, lambda stem: request_output(stem, request))


def crl_blobs(
    conductor: Conductor, name: str, crl: x509.CertificateRevocationList, key: str
) -> dict[str, bytes]:
    """Give a revocation list's blobs by free names; ``key`` is the one that signed.

    Raises:
        EvidenceError: As for a certificate's.
    """
    names = path_of_key(conductor.state, key)
    issuers = [certificate_named(conductor, each) for each in names]
    return _blobs(conductor, name, lambda stem: crl_output(stem, crl, issuers))


def _blobs(
    conductor: Conductor, name: str, make: Callable[[str], Output]
) -> dict[str, bytes]:
    """Make the files under the first stem under which no name is taken."""
    stems = (name if number == 1 else f"{name}-{number}" for number in count(1))
    outputs = map(make, stems)
    return next(
        dict(output.files)
        for output in outputs
        if all(map(conductor.is_free, output.files))
    )
