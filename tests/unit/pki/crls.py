"""Revocation lists changed in one place, as only a faulty tool would make them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from asn1crypto import core
from asn1crypto import crl as asn1
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

Change = Callable[[Any], None]


def changed(
    crl: x509.CertificateRevocationList, change: Change
) -> x509.CertificateRevocationList:
    raw = asn1.CertificateList.load(crl.public_bytes(Encoding.DER))
    change(raw["tbs_cert_list"])
    if raw["tbs_cert_list"]["signature"].native != raw["signature_algorithm"].native:
        raw["signature_algorithm"] = raw["tbs_cert_list"]["signature"]
    return x509.load_der_x509_crl(raw.dump(force=True))


def put(field: str, value: object) -> Change:
    def change(tbs: Any) -> None:
        tbs[field] = value

    return change


def time(field: str, kind: str, moment: datetime) -> Change:
    return put(field, asn1_x509.Time(name=kind, value=moment))


def extension(oid: str, value: str, *, critical: bool) -> Change:
    """Replace one extension's value, given in hex, and criticality."""

    def change(tbs: Any) -> None:
        for item in tbs["crl_extensions"]:
            if item["extn_id"].dotted == oid:
                item["extn_value"] = core.ParsableOctetString(bytes.fromhex(value))
                item["critical"] = critical

    return change


def without(oid: str) -> Change:
    def change(tbs: Any) -> None:
        tbs["crl_extensions"] = asn1.TBSCertListExtensions(
            [item for item in tbs["crl_extensions"] if item["extn_id"].dotted != oid]
        )

    return change


def more(oid: str, value: str, *, critical: bool = False) -> Change:
    def change(tbs: Any) -> None:
        added = asn1.TBSCertListExtension(
            {
                "extn_id": oid,
                "critical": critical,
                "extn_value": core.ParsableOctetString(bytes.fromhex(value)),
            }
        )
        tbs["crl_extensions"] = asn1.TBSCertListExtensions(
            [*tbs["crl_extensions"], added]
        )

    return change


def entry(
    serial: int, moment: datetime, reason: str = "", *, critical: bool = False
) -> Any:
    """One entry; the reason's DER in hex, and none where it is empty."""
    told: dict[str, Any] = {
        "user_certificate": serial,
        "revocation_date": asn1_x509.Time(name="utc_time", value=moment),
    }
    if reason:
        told["crl_entry_extensions"] = [
            {
                "extn_id": "2.5.29.21",
                "critical": critical,
                "extn_value": core.ParsableOctetString(bytes.fromhex(reason)),
            }
        ]
    return asn1.RevokedCertificate(told)


def entries(*listed: Any) -> Change:
    return put("revoked_certificates", asn1.RevokedCertificates(list(listed)))
