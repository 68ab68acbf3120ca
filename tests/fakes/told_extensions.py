"""The extensions that a profile's own text tells of, made by the library alone.

Nothing here asks the product what a profile means: the text is that of the file, and
where a file is based on another, the one that ``made_up_bases.whole`` puts together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from asn1crypto import core
from cryptography import x509

from ceremony.pki.order import Order

PURPOSES = {
    "server-auth": "1.3.6.1.5.5.7.3.1",
    "client-auth": "1.3.6.1.5.5.7.3.2",
    "code-signing": "1.3.6.1.5.5.7.3.3",
    "email-protection": "1.3.6.1.5.5.7.3.4",
    "time-stamping": "1.3.6.1.5.5.7.3.8",
    "ocsp-signing": "1.3.6.1.5.5.7.3.9",
    "document-signing": "1.3.6.1.5.5.7.3.36",
}
NAMES: dict[str, Callable[[str], x509.GeneralName]] = {
    "dns": x509.DNSName,
    "email": x509.RFC822Name,
    "uri": x509.UniformResourceIdentifier,
}


Wanted = Iterator[tuple[x509.ExtensionType, bool]]


def always(facts: Any, order: Order, key: Any) -> Wanted:
    uses = facts["key-usage"]["value"]
    yield (
        x509.KeyUsage(
            digital_signature="digital-signature" in uses,
            content_commitment="non-repudiation" in uses,
            key_encipherment="key-encipherment" in uses,
            data_encipherment=False,
            key_agreement="key-agreement" in uses,
            key_cert_sign="key-cert-sign" in uses,
            crl_sign="crl-sign" in uses,
            encipher_only=False,
            decipher_only=False,
        ),
        True,
    )
    digest = x509.SubjectKeyIdentifier.from_public_key(key).digest
    if facts["key-identifier"]["value"] == "method-2":
        digest = bytes([0x40 | digest[-8] & 0x0F]) + digest[-7:]
    yield x509.SubjectKeyIdentifier(digest), False
    if order.issuer is not None:
        own = order.issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        yield x509.AuthorityKeyIdentifier(own.value.digest, None, None), False
    elif facts.get("authority-key-identifier", {}).get("value") == "own-key":
        yield x509.AuthorityKeyIdentifier(digest, None, None), False


def held(facts: Any) -> Any:
    """Leave out what a file says to be absent."""
    return {name: fact for name, fact in facts.items() if fact["value"] != "absent"}


def sometimes(told: Any, environment: str = "test") -> Wanted:
    """What the file alone decides."""
    facts = held(told["facts"])
    limit = facts["path-length"]["value"]
    if limit != "no-ca":
        is_ca = limit != "no-ca-stated"
        most = limit if isinstance(limit, int) else None
        yield x509.BasicConstraints(is_ca, most), True
    if fact := facts.get("extended-key-usage"):
        oids = [x509.ObjectIdentifier(PURPOSES[each]) for each in fact["value"]]
        yield x509.ExtendedKeyUsage(oids), fact.get("critical", False)
    # Never of both: whose source would be told beside whose OIDs?
    assert not ("environments" in told and "policies" in told["facts"])
    if place := told.get("environments", {}).get(environment):
        oids, critical = place["policies"], place.get("critical", True)
    else:
        fact = facts.get("policies", {"value": []})
        oids, critical = fact["value"], fact.get("critical", False)
    if oids:
        yield (
            x509.CertificatePolicies(
                [
                    x509.PolicyInformation(x509.ObjectIdentifier(oid), None)
                    for oid in oids
                ]
            ),
            critical,
        )
    if fact := facts.get("permitted-names"):
        yield x509.NameConstraints([name(each) for each in fact["value"]], None), True
    if facts.get("ocsp-no-check", {}).get("value"):
        yield x509.OCSPNoCheck(), False


def name(text: str) -> x509.GeneralName:
    kind, _, value = text.partition(":")
    return NAMES[kind](value)


def given_by(facts: Any, order: Order) -> Wanted:
    """What the order gives, where the file has a place for it."""
    values = order.values
    if fact := held(facts).get("subject-alternative-name"):
        names: list[x509.GeneralName]
        if fact["value"] == "given":
            names = [name(each) for each in values["alternative-names"].split()]
        else:
            names = [hardware_module(order)]
        yield x509.SubjectAlternativeName(names), fact.get("critical", False)
    if urls := values.get("crl-urls"):
        yield (
            x509.CRLDistributionPoints(
                [
                    x509.DistributionPoint([name(f"uri:{url}")], None, None, None)
                    for url in urls.split()
                ]
            ),
            False,
        )
    access = [
        x509.AccessDescription(x509.ObjectIdentifier(oid), name(f"uri:{url}"))
        for key, oid in (
            ("ocsp-urls", "1.3.6.1.5.5.7.48.1"),
            ("issuer-urls", "1.3.6.1.5.5.7.48.2"),
        )
        for url in values.get(key, "").split()
    ]
    if access:
        yield x509.AuthorityInformationAccess(access), False
    if wrapped := values.get("apex-wrapped-key"):
        algorithm = core.ObjectIdentifier(values["apex-wrap-algorithm"]).dump()
        octets = core.OctetString(bytes.fromhex(wrapped)).dump()
        value = sequence(sequence(algorithm) + octets)
        oid = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.20")
        yield x509.UnrecognizedExtension(oid, value), False


def hardware_module(order: Order) -> x509.OtherName:
    hardware = core.ObjectIdentifier(order.profile.hardware_type).dump()
    serial = core.OctetString(bytes.fromhex(order.values["hardware-serial"])).dump()
    oid = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.4")
    return x509.OtherName(oid, sequence(hardware + serial))


def sequence(contents: bytes) -> bytes:
    assert len(contents) < 128
    return bytes([0x30, len(contents)]) + contents
