"""The key identifier on the pages is the one that the certificate carries.

What is expected is what the library that reads certificates, and openssl, say of them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.hexadecimal import grouped
from ceremony.pack.record import Record, read_record
from ceremony.report.layout import lay_out
from tests.fakes.outside_tool import run_tool
from tests.fakes.paper_record import paper_record
from tests.fakes.paper_script import Paper
from tests.fakes.pdf_text import page_texts
from tests.fakes.record_builder import build_record

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

FILE = "certificate-key-1-certificate.pem"


def made(*, carries: bool = True) -> bytes:
    """Make a certificate by method (1), PEM; or one that carries no key identifier."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A")])
    day = datetime(2030, 1, 2, tzinfo=UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), 5, day, day + timedelta(days=1)
    )
    if carries:
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = builder.add_extension(identifier, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


@cache
def by_method_2() -> Record:
    return read_record(build_record().files)


def pages(record: Record) -> tuple[str, ...]:
    return tuple(" ".join(page.split()) for page in page_texts(lay_out(record).pdf))


def page_of(told: tuple[str, ...], head: str) -> str:
    """Give the page of a section; the table of contents at the end names it as well."""
    return next(page for page in told if head in page)


def test_the_identifier_that_openssl_shows_stands_where_a_certificate_is_told(
    tmp_path: Path,
) -> None:
    pem = made()
    (tmp_path / "it.pem").write_bytes(pem)
    asked = ["openssl", "x509", "-in", "it.pem", "-noout", "-ext"]
    said = run_tool([*asked, "subjectKeyIdentifier"], tmp_path).stdout.decode()
    octets = said.split()[-1].replace(":", "").lower()
    assert len(octets) == 40
    record = paper_record(Paper(keys=1, files={FILE: pem}))
    short = grouped(record.state.keys["key-1"].key_identifier)
    told = pages(record)
    carried = f"key identifier {grouped(octets)}"
    assert carried in told[0]
    assert short not in told[0]
    figure = page_of(told, "What was made, and where it lives")
    assert carried in figure
    assert short not in figure
    inventory = page_of(told, "Inventory of keys")
    assert carried in inventory
    assert short in inventory
    assert "a short id is this record's label of a key" in inventory


def test_by_method_2_it_is_told_as_well() -> None:
    record = by_method_2()
    told = pages(record)
    for name in record.state.certificates:
        raw = record.files[f"certificate-{name}.pem"]
        extensions = x509.load_pem_x509_certificate(raw).extensions
        found = extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        octets = found.value.digest.hex()
        assert len(octets) == 16
        assert " ".join(told).count(f"key identifier {grouped(octets)}") >= 2


@pytest.mark.parametrize(
    "files", [{}, {FILE: b"no certificate"}, {FILE: made(carries=False)}]
)
def test_without_one_the_short_id_is_shown_as_what_it_is(
    files: dict[str, bytes],
) -> None:
    record = paper_record(Paper(keys=1, files=files))
    short = grouped(record.state.keys["key-1"].key_identifier)
    told = pages(record)
    assert f"short id {short}" in told[0]
    assert "key identifier" not in told[0]


def test_a_key_without_a_certificate_has_its_short_id_alone() -> None:
    record = paper_record(Paper(keys=1))
    state = replace(record.state, certificates={})
    told = pages(replace(record, state=state))
    short = grouped(record.state.keys["key-1"].key_identifier)
    for page in (told[0], page_of(told, "What was made, and where it lives")):
        assert f"short id {short}" in page
        assert "key identifier" not in page
