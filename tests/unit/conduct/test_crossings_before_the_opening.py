"""A cross-certificate that cannot be made is told of before a ceremony is opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Final, cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.name import _ASN1Type  # the only way to choose the encoding

from ceremony.conduct.brought import find_brought
from ceremony.conduct.crossable import refused_crossings
from ceremony.conduct.log import Log
from ceremony.conduct.opening import Wish, _earlier
from ceremony.conduct.preflight import check_against_journal
from ceremony.conduct.site import Site
from ceremony.conduct.workspace import Workspace
from ceremony.errors import RefusedError
from ceremony.identifiers import Mode
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.certificate import fingerprint
from ceremony.pki.naming import subject_name
from ceremony.script.decode import decode_script
from ceremony.script.model import Script
from tests.fakes.made_up_site import Site as MadeUpSite
from tests.fakes.record_builder import START
from tests.fakes.record_earlier import build_first, made_here, search, second_script
from tests.fakes.room_after import room_after
from tests.fakes.workspace_after import workspace_after

RULE: Final = "CONDUCT-CROSS-01"
OLD: Final = "of: old-certificate"
SERIALS: Final = {"root-hsm": "S-root-hsm", "second-hsm": "S-second-hsm"}
NAME: Final = subject_name(
    load_builtin_profile("smki-issuing-oca"), {"common-name": "NB"}
)


def in_type(name: x509.Name, kind: _ASN1Type) -> x509.Name:
    """Write every attribute of a name in one string type."""
    told = [x509.NameAttribute(each.oid, each.value, _type=kind) for each in name]
    return x509.Name(told)


def theirs(
    name: x509.Name = NAME, curve: ec.EllipticCurve | None = None
) -> x509.Certificate:
    """Give another CA's certificate of a name, for a key on P-256 or another curve."""
    key = ec.generate_private_key(curve or ec.SECP256R1())
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
        .sign(key, SHA256())
    )


def crossing(certificate: x509.Certificate) -> Script:
    """Give the script that brings a certificate and cross-signs it."""
    text = second_script(build_first()).decode()
    named = str(fingerprint(MadeUpSite().ca))
    assert text.count(named) == text.count(OLD) == 1
    text = text.replace(named, str(fingerprint(certificate)))
    return decode_script(text.replace(OLD, "of: other-ca").encode(), "second.yaml")


def files_of(certificate: x509.Certificate) -> Mapping[str, bytes]:
    return {"certificates/other.der": certificate.public_bytes(Encoding.DER)}


UTF8: Final = in_type(NAME, _ASN1Type.UTF8String)
OTHER: Final = x509.Name([*NAME, x509.NameAttribute(x509.NameOID.LOCALITY_NAME, "L")])
TYPES: Final = (
    "is for OU=07, CN=NB, and the script orders OU=07, CN=NB, in another string type: "
    "OU, CN as PrintableString and not UTF8String."
)
CASES: Final = [
    (theirs(), ""),
    (theirs(UTF8), TYPES),
    (theirs(OTHER), "OU=07, CN=NB, L=L, and the script orders OU=07, CN=NB."),
    (
        theirs(curve=ec.SECP384R1()),
        "a key that is not an EC key on P-256, as the profile smki-",
    ),
]


@pytest.mark.parametrize(("certificate", "told"), CASES)
def test_it_is_told_by_the_check_at_a_site(
    tmp_path: Path, certificate: x509.Certificate, told: str
) -> None:
    script = crossing(certificate)
    findings = check_against_journal(
        workspace_after(build_first(), tmp_path / "workspace"),
        Mode.REHEARSAL,
        script,
        serials=SERIALS,
        files=files_of(certificate),
        today=START.date(),
    )
    assert [finding.rule for finding in findings] == [RULE] * bool(told)
    for finding in findings:
        line = script.raw.decode().splitlines()[finding.place.line - 1]
        assert "certificate.cross-sign" in line
        assert finding.message.startswith(
            "Step 2.10 cross-signs other-ca, which is for"
        )
        assert told in finding.message


@pytest.mark.parametrize(("certificate", "told"), CASES)
def test_it_is_told_where_there_is_no_journal_yet(
    tmp_path: Path, certificate: x509.Certificate, told: str
) -> None:
    findings = check_against_journal(
        Workspace(tmp_path),
        Mode.REHEARSAL,
        made_here(crossing(certificate)),
        serials={},
        files=files_of(certificate),
        today=START.date(),
    )
    assert [finding.rule for finding in findings] == [RULE] * bool(told)


@pytest.mark.parametrize(("certificate", "told"), CASES)
def test_no_ceremony_is_opened_with_it(
    certificate: x509.Certificate, told: str
) -> None:
    room = room_after(build_first(), build_first(), facts=())
    tokens = [SimpleNamespace(name=name, serial=SERIALS[name]) for name in SERIALS]
    site = SimpleNamespace(
        binding=SimpleNamespace(tokens=tokens), certificates=files_of(certificate)
    )
    wish = Wish(crossing(certificate), (), cast("Site", site), Mode.REHEARSAL)
    if not told:
        found = {
            each.fact.thing
            for each in _earlier(wish, cast("Log", room.log), START.date())
        }
        assert "other-ca" in found
        return
    with pytest.raises(RefusedError) as refused:
        _earlier(wish, cast("Log", room.log), START.date())
    assert refused.value.code == RULE
    assert told in str(refused.value)


@pytest.mark.parametrize("name", [NAME, UTF8])
def test_a_certificate_that_an_earlier_ceremony_made_is_read_as_well(
    name: x509.Name,
) -> None:
    """Its profile may have been another one then."""
    script = decode_script(second_script(build_first()), "second.yaml")
    pem = theirs(name).public_bytes(Encoding.PEM)
    found = [
        replace(
            each, contents={**each.contents, "certificate-old-certificate.pem": pem}
        )
        for each in search(script, build_first())
    ]
    refused = list(refused_crossings(script, found, ()))
    assert [(step.id, it.code) for step, it in refused] == [("2.10", RULE)] * (
        name is UTF8
    )
    assert list(refused_crossings(script, search(script, build_first()), ())) == []


def test_what_is_not_there_to_be_read_is_not_judged() -> None:
    certificate = theirs(OTHER)
    named = crossing(certificate)
    brought = list(find_brought(named, files_of(certificate)))
    assert len(list(refused_crossings(named, (), brought))) == 1
    script = decode_script(second_script(build_first()), "second.yaml")
    assert list(refused_crossings(script, (), brought)) == []
