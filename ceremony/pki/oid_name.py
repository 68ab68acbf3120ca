"""The names of the OIDs that certificates and requests are made of."""

from __future__ import annotations

from typing import Final

from ceremony.pki.fact import Purpose

EC_KEY: Final = "1.2.840.10045.2.1"
RSA_PSS: Final = "1.2.840.113549.1.1.10"
EXTENSION_REQUEST: Final = "1.2.840.113549.1.9.14"
UNIQUE_IDENTIFIER: Final = "2.5.4.45"

_NAMES: Final = {
    EC_KEY: "id-ecPublicKey",
    "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
    "1.2.840.10045.4.3.3": "ecdsa-with-SHA384",
    "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
    "1.2.840.113549.1.1.1": "rsaEncryption",
    "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
    RSA_PSS: "rsassaPss",
    "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
    "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
    "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
    "1.2.840.113549.1.9.1": "emailAddress",
    "1.2.840.113549.1.9.2": "unstructuredName",
    "1.2.840.113549.1.9.7": "challengePassword",
    EXTENSION_REQUEST: "extensionRequest",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.3.101.112": "Ed25519",
    "1.2.840.10045.3.1.7": "secp256r1",
    "1.3.132.0.10": "secp256k1",
    "1.3.132.0.33": "secp224r1",
    "1.3.132.0.34": "secp384r1",
    "1.3.132.0.35": "secp521r1",
    "1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1",
    "1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1",
    "1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
    "1.3.6.1.5.5.7.1.1": "authorityInfoAccess",
    "1.3.6.1.5.5.7.1.11": "subjectInfoAccess",
    "1.3.6.1.5.5.7.1.20": "wrappedApexContinKey",
    "1.3.6.1.5.5.7.48.1": "OCSP",
    "1.3.6.1.5.5.7.48.1.5": "ocsp-nocheck",
    "1.3.6.1.5.5.7.48.2": "caIssuers",
    "1.3.6.1.5.5.7.48.3": "timeStamping",
    "1.3.6.1.5.5.7.48.5": "caRepository",
    "1.3.6.1.5.5.7.8.4": "hardwareModuleName",
    "2.16.840.1.101.3.4.1.8": "id-aes128-wrap-pad",
    "2.16.840.1.101.3.4.1.48": "id-aes256-wrap-pad",
    "2.5.4.3": "CN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    UNIQUE_IDENTIFIER: "x500UniqueIdentifier",
    "2.5.29.9": "subjectDirectoryAttributes",
    "2.5.29.14": "subjectKeyIdentifier",
    "2.5.29.15": "keyUsage",
    "2.5.29.17": "subjectAltName",
    "2.5.29.18": "issuerAltName",
    "2.5.29.19": "basicConstraints",
    "2.5.29.20": "cRLNumber",
    "2.5.29.21": "reasonCode",
    "2.5.29.24": "invalidityDate",
    "2.5.29.27": "deltaCRLIndicator",
    "2.5.29.28": "issuingDistributionPoint",
    "2.5.29.29": "certificateIssuer",
    "2.5.29.30": "nameConstraints",
    "2.5.29.31": "cRLDistributionPoints",
    "2.5.29.32": "certificatePolicies",
    "2.5.29.32.0": "anyPolicy",
    "2.5.29.33": "policyMappings",
    "2.5.29.35": "authorityKeyIdentifier",
    "2.5.29.36": "policyConstraints",
    "2.5.29.37": "extendedKeyUsage",
    "2.5.29.37.0": "anyExtendedKeyUsage",
    "2.5.29.46": "freshestCRL",
    "2.5.29.54": "inhibitAnyPolicy",
    **{purpose.oid: purpose.value for purpose in Purpose},
}


def name_oid(oid: str) -> str:
    """Give an OID with its name in front of it, or alone where it has none here."""
    name = _NAMES.get(oid)
    return oid if name is None else f"{name} ({oid})"


def short_name(oid: str) -> str:
    """Give the name of an OID alone, or the OID where it has none here."""
    return _NAMES.get(oid, oid)
