"""A second lint, by pkilint: rules that other people wrote, from the same standards.

Our own rules hold a certificate against its profile. This one holds it against RFC 5280
alone, so that what the profile and our rules get wrong in the same way is found by
somebody else. pkilint is reached through this file only, and loaded when it is first
needed.

Invariants:
    * The signature's value is not looked at, and no clock is asked: the same
      to-be-signed bytes give the same findings.
    * Nothing of notice or above is dropped. What a profile departs from on purpose is
      given with its clause.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import lru_cache
from importlib import metadata
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.departure import Departure, departure_for
from ceremony.pki.finding import SecondFinding, SecondReport, Severity
from ceremony.pki.plain_text import printable

TOOL: Final = "pkilint"

_SEVERITIES: Final = {
    "FATAL": Severity.ERROR,
    "ERROR": Severity.ERROR,
    "WARNING": Severity.WARNING,
    "NOTICE": Severity.NOTICE,
}
"""What is told; pkilint's INFO and DEBUG point to no fault."""

_CITATIONS: Final = {
    "pkix": "RFC 5280 and the RFCs that update it",
    "itu": "ITU-T X.509, X.520 and X.690",
    "iso": "ISO 3166",
}
"""Which standard a finding is about, by the first word of its id."""

MOST_FINDINGS: Final = 15
LONGEST_TEXT: Final = 400
"""More findings, or longer ones, would not fit into the leaf that holds them."""


def tool_version() -> str:
    """Give the version of pkilint that is installed."""
    return metadata.version(TOOL)


def lint_second(
    certificate: x509.Certificate, departures: tuple[Departure, ...]
) -> SecondReport:
    """Lint a certificate by pkilint's rules for RFC 5280.

    Args:
        certificate: The certificate, whoever signed it.
        departures: What its profile departs from on purpose.

    Returns:
        The findings, errors first and each once; never more than 15.
    """
    try:
        results = _results(certificate.public_bytes(Encoding.DER))
    except ValueError as error:
        unread = _unread(printable(str(error))[:LONGEST_TEXT])
        return SecondReport(TOOL, tool_version(), 1, (unread,))
    found = sorted(
        dict.fromkeys(_findings(results, departures)),
        key=lambda each: list(Severity).index(each.severity),
    )
    if len(found) > MOST_FINDINGS:
        found = [*found[: MOST_FINDINGS - 1], _more(len(found) - MOST_FINDINGS + 1)]
    return SecondReport(TOOL, tool_version(), len(results), tuple(found))


def _results(der: bytes) -> list[Any]:
    document = _loader().load_der_document(der, "certificate")
    return list(_validator().validate(document.root))


@lru_cache(maxsize=1)
def _loader() -> Any:  # noqa: ANN401  pkilint has no types
    """Read certificates so that a throw-away key's signature makes no difference.

    pkilint lets a self-signed CA go without an authority key identifier, and finds out
    by the signature. Here its names alone say so; ``PKI-SIGN-01`` is about signatures.
    """
    from pkilint.loader import DocumentLoader
    from pkilint.pkix.certificate import RFC5280Certificate

    class LookedAt(RFC5280Certificate):  # type: ignore[misc]  # pkilint has no types
        def is_signed_with_key(self, public_key: object) -> bool:  # noqa: ARG002  pkilint's own
            return True

    return DocumentLoader(LookedAt, "CERTIFICATE")


@lru_cache(maxsize=1)
def _validator() -> Any:  # noqa: ANN401  pkilint has no types
    """Put the rules together; that takes longer than to ask them."""
    from pkilint.pkix import certificate, extension, name

    # A rule that fails is a finding here and no line on the terminal.
    logging.getLogger(TOOL).addHandler(logging.NullHandler())
    return certificate.create_pkix_certificate_validator_container(
        certificate.create_decoding_validators(
            name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS
        ),
        [
            certificate.create_issuer_validator_container([]),
            certificate.create_validity_validator_container(),
            certificate.create_subject_validator_container([]),
            certificate.create_extensions_validator_container([]),
            certificate.create_spki_validator_container([]),
        ],
    )


def _findings(
    results: list[Any], departures: tuple[Departure, ...]
) -> Iterator[SecondFinding]:
    for result in results:
        for told in result.finding_descriptions:
            severity = _SEVERITIES.get(told.finding.severity.name)
            if severity is None:
                continue
            code, message = told.finding.code, printable(told.message or "it is so")
            text = f"{result.node.path}: {message}"[:LONGEST_TEXT]
            departure = departure_for(departures, code, text)
            yield SecondFinding(
                code,
                severity,
                text,
                _CITATIONS.get(code.partition(".")[0], TOOL),
                departure.told if departure else "",
            )


def _unread(why: str) -> SecondFinding:
    return SecondFinding(f"{TOOL}.unreadable", Severity.ERROR, why, TOOL)


def _more(count: int) -> SecondFinding:
    text = f"{count} more findings, which are not told one by one"
    return SecondFinding(f"{TOOL}.more", Severity.ERROR, text, TOOL)
