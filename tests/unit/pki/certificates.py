"""Certificates changed in one place, as only a faulty tool would make them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asn1crypto import core
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

Change = Callable[[Any], None]


def changed(certificate: x509.Certificate, change: Change) -> x509.Certificate:
    raw = asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
    change(raw)
    return x509.load_der_x509_certificate(raw.dump())


def put(field: str, value: object) -> Change:
    def change(raw: Any) -> None:
        raw["tbs_certificate"][field] = value

    return change


def extension(oid: str, value: str, *, critical: bool) -> Change:
    """Replace one extension's value, given in hex, and criticality."""

    def change(raw: Any) -> None:
        for item in raw["tbs_certificate"]["extensions"]:
            if item["extn_id"].dotted == oid:
                item["extn_value"] = core.ParsableOctetString(bytes.fromhex(value))
                item["critical"] = critical

    return change


def without(oid: str) -> Change:
    def change(raw: Any) -> None:
        tbs = raw["tbs_certificate"]
        tbs["extensions"] = asn1.Extensions(
            [item for item in tbs["extensions"] if item["extn_id"].dotted != oid]
        )

    return change


def more(oid: str, value: str) -> Change:
    def change(raw: Any) -> None:
        tbs = raw["tbs_certificate"]
        added = asn1.Extension(
            {
                "extn_id": oid,
                "critical": False,
                "extn_value": core.ParsableOctetString(bytes.fromhex(value)),
            }
        )
        tbs["extensions"] = asn1.Extensions([*tbs["extensions"], added])

    return change


def name(*attributes: tuple[str, type, str]) -> asn1.Name:
    """A name whose attributes are of the string type given."""
    sequence = asn1.RDNSequence([])
    for kind, string, text in attributes:
        value = core.Any(string(text))
        pair = core.SequenceOf(spec=core.Any)
        pair.append(core.Any(core.ObjectIdentifier(kind)))
        pair.append(value)
        rdn = core.SetOf(spec=core.Any)
        rdn.append(core.Any(pair))
        sequence.append(asn1.RelativeDistinguishedName.load(rdn.dump()))
    return asn1.Name(name="", value=sequence)
