"""What the facts of a certificate profile can be: closed sets, status and source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How well a fact of a profile is known.

    Read in a policy or its like, observed in published certificates, demanded by a
    published standard, or chosen by the profile's author within what its source
    allows; what is unverified could not be confirmed at all.
    """

    READ = "read"
    OBSERVED = "observed"
    STANDARD = "standard"
    CHOSEN = "chosen"
    UNVERIFIED = "unverified"


class KeyAlgorithm(StrEnum):
    """The kinds of subject key."""

    EC_P256 = "ec-p256"
    EC_P384 = "ec-p384"
    EC_P521 = "ec-p521"
    ED25519 = "ed25519"
    RSA_2048 = "rsa-2048"
    RSA_3072 = "rsa-3072"
    RSA_4096 = "rsa-4096"

    @property
    def called(self) -> str:
        """Say it in words, with its article."""
        family, _, size = self.value.partition("-")
        if family == "ec":
            return f"an EC key on {size[0].upper()}-{size[1:]}"
        return f"an RSA key of {size} bits" if size else "an Ed25519 key"


class SignatureAlgorithm(StrEnum):
    """The kinds of signature on a certificate."""

    ECDSA_SHA256 = "ecdsa-with-sha256"
    ECDSA_SHA384 = "ecdsa-with-sha384"
    ECDSA_SHA512 = "ecdsa-with-sha512"
    RSA_SHA256 = "rsa-pkcs1-sha256"
    RSA_SHA384 = "rsa-pkcs1-sha384"
    RSA_SHA512 = "rsa-pkcs1-sha512"
    RSA_PSS_SHA256 = "rsa-pss-sha256"
    RSA_PSS_SHA384 = "rsa-pss-sha384"
    RSA_PSS_SHA512 = "rsa-pss-sha512"
    ED25519 = "ed25519"

    @property
    def called(self) -> str:
        """Give the name that standards and other tools use."""
        family, _, digest = self.value.rpartition("-")
        titles = {
            "ecdsa-with": f"ecdsa-with-{digest.upper()}",
            "rsa-pkcs1": f"{digest}WithRSAEncryption",
            "rsa-pss": f"RSASSA-PSS with {digest.upper().replace('SHA', 'SHA-')}",
        }
        return titles.get(family, "Ed25519")


class KeyIdentifierMethod(StrEnum):
    """How a key identifier is derived from the key (RFC 5280, section 4.2.1.2)."""

    METHOD_1 = "method-1"
    METHOD_2 = "method-2"


class KeyUse(StrEnum):
    """The key usages, by the names of RFC 5280, section 4.2.1.3."""

    DIGITAL_SIGNATURE = "digital-signature"
    NON_REPUDIATION = "non-repudiation"
    KEY_ENCIPHERMENT = "key-encipherment"
    KEY_AGREEMENT = "key-agreement"
    KEY_CERT_SIGN = "key-cert-sign"
    CRL_SIGN = "crl-sign"


class Purpose(StrEnum):
    """The extended key usages, by the names of RFC 5280, section 4.2.1.12."""

    SERVER_AUTH = "server-auth"
    CLIENT_AUTH = "client-auth"
    CODE_SIGNING = "code-signing"
    EMAIL_PROTECTION = "email-protection"
    TIME_STAMPING = "time-stamping"
    OCSP_SIGNING = "ocsp-signing"
    DOCUMENT_SIGNING = "document-signing"

    @property
    def oid(self) -> str:
        """Give the OID; document signing's is RFC 9336's."""
        return _PURPOSES[self]


_PURPOSES = {
    Purpose.SERVER_AUTH: "1.3.6.1.5.5.7.3.1",
    Purpose.CLIENT_AUTH: "1.3.6.1.5.5.7.3.2",
    Purpose.CODE_SIGNING: "1.3.6.1.5.5.7.3.3",
    Purpose.EMAIL_PROTECTION: "1.3.6.1.5.5.7.3.4",
    Purpose.TIME_STAMPING: "1.3.6.1.5.5.7.3.8",
    Purpose.OCSP_SIGNING: "1.3.6.1.5.5.7.3.9",
    Purpose.DOCUMENT_SIGNING: "1.3.6.1.5.5.7.3.36",
}


class RequestExtension(StrEnum):
    """The extensions that a request may ask for, by the names of facts where one is."""

    KEY_USAGE = "key-usage"
    BASIC_CONSTRAINTS = "basic-constraints"
    EXTENDED_KEY_USAGE = "extended-key-usage"
    POLICIES = "policies"
    SUBJECT_ALTERNATIVE_NAME = "subject-alternative-name"
    SUBJECT_KEY_IDENTIFIER = "subject-key-identifier"
    PERMITTED_NAMES = "permitted-names"
    OCSP_NO_CHECK = "ocsp-no-check"

    @property
    def oid(self) -> str:
        """Give the extension's OID."""
        return _EXTENSIONS[self]


_EXTENSIONS = {
    RequestExtension.KEY_USAGE: "2.5.29.15",
    RequestExtension.BASIC_CONSTRAINTS: "2.5.29.19",
    RequestExtension.EXTENDED_KEY_USAGE: "2.5.29.37",
    RequestExtension.POLICIES: "2.5.29.32",
    RequestExtension.SUBJECT_ALTERNATIVE_NAME: "2.5.29.17",
    RequestExtension.SUBJECT_KEY_IDENTIFIER: "2.5.29.14",
    RequestExtension.PERMITTED_NAMES: "2.5.29.30",
    RequestExtension.OCSP_NO_CHECK: "1.3.6.1.5.5.7.48.1.5",
}


class Attribute(StrEnum):
    """What a name is made of.

    A remote party role is an organizational unit of two hexadecimal digits (GBCS), a
    unique identifier the 64 bits of an EUI in a BIT STRING.
    """

    COMMON_NAME = "common-name"
    REMOTE_PARTY_ROLE = "remote-party-role"
    ORGANIZATIONAL_UNIT = "organizational-unit"
    ORGANIZATION = "organization"
    COUNTRY = "country"
    UNIQUE_IDENTIFIER = "unique-identifier"

    @property
    def oid(self) -> str:
        """Give the attribute type's OID."""
        return _ATTRIBUTES[self]


_ATTRIBUTES = {
    Attribute.COMMON_NAME: "2.5.4.3",
    Attribute.REMOTE_PARTY_ROLE: "2.5.4.11",
    Attribute.ORGANIZATIONAL_UNIT: "2.5.4.11",
    Attribute.ORGANIZATION: "2.5.4.10",
    Attribute.COUNTRY: "2.5.4.6",
    Attribute.UNIQUE_IDENTIFIER: "2.5.4.45",
}


class StringType(StrEnum):
    """The ASN.1 types in which an attribute of a name is encoded."""

    PRINTABLE = "printable"
    UTF8 = "utf8"
    BIT = "bit"

    @property
    def asn1(self) -> str:
        """Give the type's name in ASN.1."""
        return {"printable": "PrintableString", "utf8": "UTF8String"}.get(
            self.value, "BitString"
        )


class Presence(StrEnum):
    """Whether an extension whose value an order gives has to be there."""

    ABSENT = "absent"
    WHERE_GIVEN = "where-given"
    REQUIRED = "required"


class AuthorityKey(StrEnum):
    """What the authority key identifier of a self-signed certificate holds, if any.

    One that another key signs always has its issuer's (RFC 5280, section 4.2.1.1).
    """

    ABSENT = "absent"
    OWN_KEY = "own-key"


class AlternativeName(StrEnum):
    """What a subject alternative name holds.

    A hardware module name is one otherName with the device's identifier (RFC 4108);
    given are names that the order states.
    """

    HARDWARE_MODULE_NAME = "hardware-module-name"
    GIVEN = "given"


class BaselineKind(StrEnum):
    """The kinds of certificate in the TLS Baseline Requirements that profiles are for.

    A CA is external where another organisation than the root's owner runs it.
    """

    ROOT_CA = "root-ca"
    SUBORDINATE_CA = "subordinate-ca"
    EXTERNAL_SUBORDINATE_CA = "external-subordinate-ca"
    CROSS_CA = "cross-ca"
    EXTERNAL_CROSS_CA = "external-cross-ca"
    OCSP_RESPONDER = "ocsp-responder"


@dataclass(frozen=True, slots=True)
class Fact:
    """How well one fact of a profile is known, and from where.

    Attributes:
        name: The fact's key in the file, e.g. ``validity``; the policies' is
            ``policies``.
        status: How well it is known.
        source: Where it comes from.
    """

    name: str
    status: Status
    source: str
