"""Profiles as people write them: one that says everything, and a device's."""

from __future__ import annotations

from typing import Final

_END: Final = "\n    status: unverified\n    source: made up for a test\n"


def fact(name: str, value: str, more: str = "") -> str:
    """One fact, unverified."""
    return f"  {name}:\n    value: {value}{more}{_END}"


def part(attribute: str, string: str, more: str = "") -> str:
    """One part of a subject's name."""
    return f"\n      - attribute: {attribute}\n        string: {string}{more}"


def profile(name: str, signed_by: str, *facts: str, environments: str = "") -> str:
    """A file with these facts."""
    return (
        "format: key-ceremony.certificate-profile/1\n"
        f"name: {name}\ntitle: Made-up {name}\nsigned-by: {signed_by}\n"
        f"facts:\n{''.join(facts)}{environments}"
    )


DEPARTS: Final = (
    "departs:\n  - finding: itu.invalid_asn1_syntax\n    about: OID 2.5.4.45\n"
    "    reason: It is a BIT STRING.\n    source: RFC 4519, section 2.44\n"
)
SUBJECT: Final = fact(
    "subject",
    part("country", "printable", '\n        text: "GB"')
    + part("organization", "utf8")
    + part("organizational-unit", "utf8", "\n        optional: true")
    + part("unique-identifier", "bit"),
)
EVERYTHING: Final = profile(
    "everything",
    "nobody-known",
    SUBJECT,
    fact("key", "rsa-2048"),
    fact("signature", "rsa-pss-sha256"),
    fact("validity", "90 days"),
    fact("serial-octets", "20"),
    fact("path-length", "2"),
    fact("key-usage", "[key-cert-sign, crl-sign]"),
    fact("key-identifier", "method-1"),
    fact("extended-key-usage", "[ocsp-signing]", "\n    critical: true"),
    fact("subject-alternative-name", "given"),
    fact("apex-contingency-key", "where-given"),
    fact("crl-distribution-points", "required"),
    fact("ocsp-responders", "where-given"),
    fact("issuer-certificates", "required"),
    fact("permitted-names", "[dns:made-up.example]"),
    fact("ocsp-no-check", "true"),
    fact("policies", "[1.2.3.4]"),
    environments=DEPARTS,
)
DEVICE: Final = profile(
    "device",
    "everything",
    fact("subject", "empty"),
    fact("key", "ec-p256"),
    fact("signature", "rsa-pkcs1-sha256"),
    fact("validity", "no end"),
    fact("serial-octets", "16"),
    fact("path-length", "no-ca"),
    fact("key-usage", "[digital-signature]"),
    fact("key-identifier", "method-2"),
    fact("subject-alternative-name", "hardware-module-name", "\n    critical: true"),
    environments=(
        "environments:\n  pilot:\n    policies: [1.2.3.5]\n    hardware-type: 1.2.3.6\n"
        "    status: observed\n    source: made up for a test\n"
    ),
)
