"""What pkilint finds in the golden certificates, each finding with why it stands.

pkilint knows RFC 5280 and the CA/Browser Forum's TLS Baseline Requirements, and shares
no code with the rules of ``ceremony.pki.lint``.
"""

from __future__ import annotations

from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.builtin import builtin_profiles, load_builtin_profile
from ceremony.pki.second_lint import _BASELINE, lint_second
from tests.fakes.golden import FOLDER, golden
from tests.unit.pki.certificates import changed, extension, more, without

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

NAMES = builtin_profiles()
SUBORDINATES = [name for name in NAMES if not load_builtin_profile(name).is_self_signed]

# X.520, section 6.2.7, and RFC 4519, section 2.44: 2.5.4.45 is a BIT STRING, as in each
# published Organisation certificate. pkilint has it for a DirectoryString.
UNIQUE_IDENTIFIER = {"itu.invalid_asn1_syntax"}
# The Baseline Requirements recommend an authorityKeyIdentifier in a root; RFC 5280,
# section 4.2.1.1, lets a self-signed certificate go without, and GBCS wants it so.
ROOT = {"cabf.serverauth.root.authority_key_identifier_extension_absent"}
# A CA of these profiles signs no OCSP responses itself: ocsp-responder does.
NO_OCSP = {"cabf.ca_certificate_no_digital_signature_bit"}
# pkilint verifies PKCS#1 v1.5 signatures only; openssl verifies this one.
PSS = {"pkix.signature_verification_failed"}

BY_KIND = [
    ("web-root", "ROOT_CA", ROOT | NO_OCSP),
    ("web-subordinate", "INTERNAL_UNCONSTRAINED_TLS_CA", NO_OCSP),
    ("web-subordinate", "EXTERNAL_UNCONSTRAINED_TLS_CA", NO_OCSP),
    ("web-cross-certificate", "INTERNAL_CROSS_CA", NO_OCSP),
    ("web-cross-certificate", "EXTERNAL_CROSS_CA", NO_OCSP),
    ("ocsp-responder", "OCSP_RESPONDER", set()),
]


def load(name: str, *rest: Any) -> Any:
    from pkilint import loader

    text = (FOLDER / f"{name}.pem").read_text("utf-8")
    return loader.load_pem_certificate(text, name, *rest)


def load_der(certificate: x509.Certificate) -> Any:
    from pkilint import loader

    return loader.load_der_certificate(certificate.public_bytes(Encoding.DER), "broken")


def findings(results: list[Any]) -> set[str]:
    """The codes of all that is more than information."""
    from pkilint.validation import ValidationFindingSeverity

    return {
        found.finding.code
        for result in results
        for found in result.finding_descriptions
        if found.finding.severity < ValidationFindingSeverity.INFO
    }


def rfc5280() -> Any:
    from pkilint.pkix import certificate, extension, name

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


def has_unique_identifier(name: str) -> bool:
    return "unique-identifier" in golden(name).order.values


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_certificate_keeps_rfc_5280(name: str) -> None:
    allowed = UNIQUE_IDENTIFIER if has_unique_identifier(name) else set()
    results = rfc5280().validate(load(name).root)
    assert findings(results) == allowed
    ours = lint_second(golden(name).certificate, ())
    assert {each.rule for each in ours.findings} == allowed
    # Every rule was asked wherever pkilint's own container asks it.
    assert ours.rule_count == len(results)


BROKEN = [
    without("2.5.29.14"),
    without("2.5.29.35"),
    extension("2.5.29.15", "03020780", critical=True),
    extension("2.5.29.19", "3000", critical=True),
    more("2.5.29.17", "3003820161"),
    more("2.5.29.15", "03020106"),
]


@pytest.mark.parametrize("change", BROKEN)
def test_the_quick_walk_finds_what_pkilints_own_container_finds(change: Any) -> None:
    broken = changed(golden("web-subordinate").certificate, change)
    results = rfc5280().validate(load_der(broken).root)
    ours = lint_second(broken, ())
    assert {each.rule for each in ours.findings} == findings(results) != set()
    assert ours.rule_count == len(results)


@pytest.mark.parametrize("name", SUBORDINATES)
def test_a_golden_certificate_follows_from_its_issuers(name: str) -> None:
    from pkilint.bin import lint_pkix_signer_signee_cert_chain as chain

    made = golden(name)
    assert made.issuer is not None
    documents: dict[str, Any] = {}
    documents["issuer"] = load(made.issuer.order.profile.name, "issuer", documents)
    documents["subject"] = load(name, "subject", documents)
    decoder = chain.create_decoder_validation_container()
    issuer, subject = documents["issuer"].root, documents["subject"].root
    allowed = UNIQUE_IDENTIFIER if has_unique_identifier(name) else set()
    allowed = allowed | (PSS if "pss" in made.order.profile.signature else set())
    assert allowed == findings(
        [
            *decoder.validate(issuer),
            *decoder.validate(subject),
            *chain.create_issuer_validation_container().validate(issuer),
            *chain.create_subject_validation_container().validate(subject),
        ]
    )


@pytest.mark.parametrize(("name", "kind", "allowed"), BY_KIND)
def test_a_web_pki_certificate_keeps_the_baseline_requirements(
    name: str, kind: str, allowed: set[str]
) -> None:
    from pkilint import finding_filter
    from pkilint.cabf import serverauth
    from pkilint.cabf.serverauth.serverauth_constants import CertificateType
    from pkilint.pkix import certificate

    certificate_type = CertificateType[kind]
    validator = certificate.create_pkix_certificate_validator_container(
        serverauth.create_decoding_validators(),
        serverauth.create_validators(certificate_type),
    )
    results, _ = finding_filter.filter_results(
        serverauth.create_serverauth_finding_filters(certificate_type),
        validator.validate(load(name).root),
    )
    assert findings(results) == allowed
    baseline = next(each for each, told in _BASELINE.items() if told == kind)
    ours = lint_second(golden(name).certificate, (), baseline=baseline)
    assert {each.rule for each in ours.findings} == allowed
    assert ours.rule_count == len(results)
