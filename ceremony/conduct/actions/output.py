"""What is issued, in every form, as the blobs beside the outcome that tells of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from cryptography import x509

from ceremony.conduct.actions.order import certificate_named
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.signing_path import signing_path
from ceremony.pki.batch_output import batch_files, batch_names
from ceremony.pki.output import (
    Kind,
    certificate_output,
    crl_output,
    file_names,
    request_output,
)


def certificates_of(conductor: Conductor, key: str) -> tuple[x509.Certificate, ...]:
    """Read the certificate of a key that is to sign, and those above it.

    Asked for before a device is told anything: what is signed then can always be kept.

    Raises:
        EvidenceError: ``CONDUCT-CERTIFICATE-01``: one is not as it was issued.
    """
    return signing_path(
        conductor.state,
        key,
        partial(certificate_named, conductor),
        partial(_today, conductor),
    )


def _today(conductor: Conductor) -> date:
    return conductor.clock.now().wall.date()


def certificate_blobs(
    conductor: Conductor,
    name: str,
    certificate: x509.Certificate,
    above: Sequence[x509.Certificate],
) -> dict[str, bytes]:
    """Give a certificate's blobs by free names.

    Args:
        conductor: The ceremony.
        name: Its name in the script.
        certificate: As issued.
        above: Of the key that signed; none where that is its own.
    """
    stem = conductor.free_stem(name, partial(file_names, Kind.CERTIFICATE))
    return dict(certificate_output(stem, certificate, above).files)


def request_blobs(
    conductor: Conductor, name: str, request: x509.CertificateSigningRequest
) -> dict[str, bytes]:
    """Give a request's blobs by free names; arguments as for a certificate's."""
    stem = conductor.free_stem(name, partial(file_names, Kind.REQUEST))
    return dict(request_output(stem, request).files)


def crl_blobs(
    conductor: Conductor,
    name: str,
    crl: x509.CertificateRevocationList,
    issuers: Sequence[x509.Certificate],
) -> dict[str, bytes]:
    """Give a revocation list's blobs by free names; arguments likewise."""
    stem = conductor.free_stem(name, partial(file_names, Kind.LIST))
    return dict(crl_output(stem, crl, issuers).files)


def batch_blobs(
    conductor: Conductor,
    name: str,
    issued: bytes,
    above: Sequence[x509.Certificate],
) -> dict[str, bytes]:
    """Give the blobs that bind a whole batch, by free names.

    Args:
        conductor: The ceremony.
        name: The batch, as the script names it.
        issued: Its results file.
        above: The issuer's certificate and those above it, up to the root.
    """
    return batch_files(conductor.free_stem(name, batch_names), issued, above)
