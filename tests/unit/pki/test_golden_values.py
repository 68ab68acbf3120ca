"""What an order gives stands in the golden certificates, as openssl prints them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from asn1crypto import core
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.fact import AlternativeName, Presence
from ceremony.pki.order import prepare
from tests.fakes.golden import Golden, golden, sign
from tests.unit.pki.test_golden_certificates import NAMES, committed, run

# X.520: 6.2.2, 6.4.2, 6.4.1, 6.3.1 and 6.2.7.
ATTRIBUTES = {
    "common-name": "2.5.4.3",
    "remote-party-role": "2.5.4.11",
    "organizational-unit": "2.5.4.11",
    "organization": "2.5.4.10",
    "country": "2.5.4.6",
    "unique-identifier": "2.5.4.45",
}
STRINGS = {
    "printable": "PRINTABLESTRING:",
    "utf8": "UTF8STRING:",
    # DER of a BIT STRING of 64 bits, none of them unused.
    "bit": "BIT STRING:#030900",
}
HARDWARE_MODULE_NAME = "1.3.6.1.5.5.7.8.4"
"""RFC 4108, section 5."""


FORM = "sep_multiline,oid,show_type,dump_nostr,dump_der"
EVERY = {
    "alternative-names": "dns:a.example.org email:a@example.org uri:http://b.example/c",
    "crl-urls": "http://crl.example.org/1.crl http://crl.example.org/2.crl",
    "ocsp-urls": "http://ocsp.example.org/1 http://ocsp.example.org/2",
    "issuer-urls": "http://ca.example.org/1.cer http://ca.example.org/2.cer",
}
ENDS = (
    *("X509v3 ", "Authority Info", "OCSP No Check", "Signature Algorithm"),
    *("Subject Public Key Info", "Validity", "1.3.6.1.5.5.7.1.20"),
)
"""What openssl prints after the lines that are read here."""
SUBTREES = ("dns:example.org", "email:.example.org", "uri:.example.org")


def text_of(path: Path) -> list[str]:
    found = run("openssl", "x509", "-in", path, "-noout", "-text", "-nameopt", FORM)
    return [line.strip() for line in found.splitlines()]


def below(lines: list[str], title: str) -> list[str]:
    """The lines under a title, up to the next one; none where it is absent."""
    found: list[str] = []
    for line in lines[lines.index(title) + 1 :] if title in lines else ():
        if line.startswith(ENDS):
            break
        found.append(line)
    return [line for line in found if line]


def attributes(made: Golden) -> list[str]:
    order = made.order
    return [
        f"{ATTRIBUTES[part.attribute]}={STRINGS[part.string]}"
        f"{part.text or order.values[part.attribute]}"
        for part in order.profile.subject
    ]


def verify_values(made: Golden, path: Path) -> None:
    """Compare everything that profile and order give with what openssl prints."""
    profile, values = made.order.profile, made.order.values
    lines = text_of(path)
    assert below(lines, "Subject:") == attributes(made)
    assert below(lines, "Issuer:") == attributes(made.issuer or made)
    critical = " critical" if profile.alternative_name_critical else ""
    found = below(lines, f"X509v3 Subject Alternative Name:{critical}")
    assert found == alternative_names(made)
    assert sum("Alternative Name" in line for line in lines) == bool(found)
    urls = {name: values.get(name, "").split() for name in EVERY}
    points = below(lines, "X509v3 CRL Distribution Points:")
    assert [each for each in points if each != "Full Name:"] == [
        f"URI:{url}" for url in urls["crl-urls"]
    ]
    assert below(lines, "Authority Information Access:") == [
        *(f"OCSP - URI:{url}" for url in urls["ocsp-urls"]),
        *(f"CA Issuers - URI:{url}" for url in urls["issuer-urls"]),
    ]
    permitted = below(lines, "X509v3 Name Constraints: critical")
    told = printed(profile.permitted)
    assert permitted == (["Permitted:", *told] if told else [])
    assert sum("Name Constraints" in line for line in lines) == bool(permitted)


def printed(names: Iterable[str]) -> list[str]:
    """Names of the form ``dns:`` as openssl prints them."""
    kinds = {"dns": "DNS:", "email": "email:", "uri": "URI:"}
    parts = [name.partition(":") for name in names]
    return [f"{kinds[kind]}{text}" for kind, _, text in parts]


def alternative_names(made: Golden) -> list[str]:
    kind, values = made.order.profile.alternative_name, made.order.values
    if kind is None:
        return []
    if kind is AlternativeName.HARDWARE_MODULE_NAME:
        return [f"othername: {HARDWARE_MODULE_NAME}::<unsupported>"]
    return [", ".join(printed(values["alternative-names"].split()))]


@pytest.mark.parametrize("name", NAMES)
def test_openssl_reads_what_was_ordered(name: str) -> None:
    verify_values(golden(name), committed(name))


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in NAMES
        if golden(name).order.profile.alternative_name
        is AlternativeName.HARDWARE_MODULE_NAME
    ],
)
def test_openssl_reads_the_device_that_was_ordered(name: str) -> None:
    """A SEQUENCE of hwType and hwSerialNum, in an OtherName: RFC 4108, section 5."""
    order = golden(name).order
    serial = bytes.fromhex(order.values["hardware-serial"])
    module = der(0x30, oid(order.profile.hardware_type) + der(0x04, serial))
    other = der(0xA0, oid(HARDWARE_MODULE_NAME) + der(0xA0, module))
    told = run("openssl", "asn1parse", "-in", committed(name)).splitlines()
    (at,) = (n for n, line in enumerate(told) if "Subject Alternative Name" in line)
    assert told[at + 2].endswith(f"[HEX DUMP]:{der(0x30, other).hex().upper()}")


def der(tag: int, content: bytes) -> bytes:
    assert len(content) < 128
    return bytes((tag, len(content))) + content


def oid(dotted: str) -> bytes:
    told: bytes = core.ObjectIdentifier(dotted).dump()
    return told


def test_openssl_reads_every_value_that_a_profile_may_ask_for(tmp_path: Path) -> None:
    shipped = golden("web-subordinate")
    assert shipped.issuer is not None
    profile = replace(
        shipped.order.profile,
        alternative_name=AlternativeName.GIVEN,
        crl_urls=Presence.REQUIRED,
        ocsp_urls=Presence.REQUIRED,
        issuer_urls=Presence.REQUIRED,
        permitted=SUBTREES,
    )
    order = replace(
        shipped.order, profile=profile, values={**shipped.order.values, **EVERY}
    )
    builder = prepare(order, shipped.key.public_key())
    certificate = sign(builder, shipped.issuer.key, profile.signature)
    path = tmp_path / "every.pem"
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
    verify_values(Golden(order, shipped.key, certificate, shipped.issuer), path)
