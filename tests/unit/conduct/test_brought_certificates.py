"""Another CA's certificate is read to its last field before any key is made."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.conduct.brought import find_brought
from ceremony.conduct.preflight import check_against_journal
from ceremony.conduct.workspace import Workspace
from ceremony.errors import InputError
from ceremony.identifiers import Mode
from ceremony.pack.record import read_record
from ceremony.pki.certificate import fingerprint
from ceremony.report.layout import lay_out
from ceremony.script.decode import decode_script
from ceremony.script.model import Script
from tests.fakes.made_up_site import Site
from tests.fakes.odd_certificates import ODD_CERTIFICATES, OF_ANYBODY
from tests.fakes.odd_numbers import NOT_POSITIVE, numbered
from tests.fakes.pdf_text import text_of
from tests.fakes.record_builder import START
from tests.fakes.record_earlier import (
    build_earlier,
    build_first,
    made_here,
    second_script,
)


def naming(certificate: x509.Certificate) -> Script:
    """The script that brings a certificate, by its digest."""
    text = second_script(build_first()).decode()
    named = str(fingerprint(Site().ca))
    assert named in text
    text = text.replace(named, str(fingerprint(certificate)))
    return decode_script(text.encode(), "second.yaml")


@pytest.mark.parametrize("odd", ODD_CERTIFICATES)
def test_a_certificate_that_cannot_be_read_is_not_brought(odd: str) -> None:
    certificate = ODD_CERTIFICATES[odd]
    files = {"certificates/odd.der": certificate.public_bytes(Encoding.DER)}
    with pytest.raises(InputError) as refused:
        list(find_brought(naming(certificate), files))
    assert refused.value.code == "CONDUCT-BROUGHT-02"
    assert "other-ca" in str(refused.value)
    assert refused.value.place is not None
    assert refused.value.place.line > 1


def test_a_certificate_by_whose_key_anybody_can_sign_is_not_brought() -> None:
    files = {"certificates/other.der": OF_ANYBODY.public_bytes(Encoding.DER)}
    with pytest.raises(InputError, match="small order") as refused:
        list(find_brought(naming(OF_ANYBODY), files))
    assert refused.value.code == "CONDUCT-BROUGHT-04"


@pytest.mark.parametrize("mode", Mode)
def test_it_is_told_before_people_travel_be_there_a_journal_or_not(
    tmp_path: Path, mode: Mode
) -> None:
    odd = ODD_CERTIFICATES["an x400Address"]

    def told(certificate: x509.Certificate) -> list[str]:
        raw = certificate.public_bytes(Encoding.DER)
        found = check_against_journal(
            Workspace(tmp_path),
            mode,
            made_here(naming(certificate)),
            serials={},
            files={"certificates/other.der": raw},
            today=START.date(),
        )
        return [finding.rule for finding in found]

    assert told(odd) == ["CONDUCT-BROUGHT-02"]
    assert told(Site().ca) == []


@pytest.mark.parametrize("serial", NOT_POSITIVE)
def test_one_whose_serial_number_is_not_positive_is_told_with_its_file(
    serial: int,
) -> None:
    files = {"certificates/odd.pem": numbered(Site().ca, serial)}
    with pytest.raises(InputError) as refused:
        list(find_brought(naming(Site().ca), files))
    assert refused.value.code == "PKI-CERT-01"
    assert f"its serial number is {NOT_POSITIVE[serial]}," in str(refused.value)
    assert str(refused.value.place) == "certificates/odd.pem"


def test_one_that_the_script_does_not_name_keeps_no_other_out() -> None:
    files = {
        f"certificates/{number}.der": each.public_bytes(Encoding.DER)
        for number, each in enumerate([*ODD_CERTIFICATES.values(), Site().ca])
    }
    (found,) = find_brought(naming(Site().ca), files)
    assert found.fact.thing == "other-ca"


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        ("an x400Address", "30:04:a3:02:05:00"),
        ("a name of bits", "Subject: (in DER) 300c310a300806032a0304030100"),
        ("a key identifier that is none", "A field of it cannot be read."),
    ],
)
def test_a_record_with_one_is_laid_out_all_the_same(odd: str, told: str) -> None:
    certificate = ODD_CERTIFICATES[odd]
    pem = certificate.public_bytes(Encoding.PEM)
    built = build_earlier(brought=lambda _: pem)
    text = text_of(lay_out(read_record(built.files)).pdf)
    assert told in text
    # The signature stands at the end of the DER, and of the full text too.
    assert certificate.signature[-4:].hex(":") in text
