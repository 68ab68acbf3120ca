"""Revocation lists on the pages and on the paper script."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography import x509

from ceremony.pack.record import Record, read_record
from ceremony.report.layout import lay_out
from ceremony.report.paper.render import render_paper
from ceremony.report.paper.source import blank
from ceremony.script.decode import load_script
from tests.fakes.odd_numbers import list_of_no_version
from tests.fakes.pdf_text import text_of
from tests.fakes.record_crl import SCRIPT_FILE, build_crls
from tests.fakes.record_key_gone import build_key_gone

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

FILE = "crl-second-arl.crl"


def pages_of(record: Record) -> str:
    return " ".join(text_of(lay_out(record).pdf).split())


def test_every_list_is_printed_in_full_with_the_command_that_checks_it() -> None:
    record = read_record(build_crls().files)
    text = pages_of(record)
    serial = int(record.state.certificates["issuing-oca-certificate"].serial, 16)
    assert f"serial number {serial:x}, from 2026-11-25 00:00:00 UTC: superseded" in text
    assert "serial number 4a0f, from 2026-01-15 00:00:00 UTC: unspecified" in text
    assert "Revoked certificates: none" in text
    for name in record.state.crls:
        command = f"openssl crl -verify -noout -inform DER -in crl-{name}.crl"
        assert text.count(command) == 1
    assert text.count("Next update: 2027-11-25 00:00:00 UTC") == 2


def test_a_list_that_is_missing_or_broken_is_said_to_be() -> None:
    record = read_record(build_crls().files)
    without = {name: raw for name, raw in record.files.items() if name != FILE}
    assert "is not part of this record" in pages_of(replace(record, files=without))
    other = list_of_no_version(x509.load_der_x509_crl(record.files[FILE]))
    for broken in (b"no list", other):
        text = pages_of(replace(record, files={**record.files, FILE: broken}))
        assert "cannot be read as a revocation list" in text


def test_a_list_of_a_key_that_is_gone_is_told_under_its_certificate() -> None:
    record = read_record(build_key_gone().files)
    text = " ".join(text_of(lay_out(record).pdf, "-layout").split())
    assert "Issuing certificate crl.issue, number 1, by KC-2025-007-R1" in text
    assert "the key in it" in text


def test_a_list_is_written_down_with_a_pen() -> None:
    pdf = render_paper(blank(load_script(SCRIPT_FILE))).pdf
    text = " ".join(text_of(pdf, "-raw").split())
    assert "Number 1; revokes nothing" in text
    assert "Number 2; revokes issuing-oca-certificate today superseded;" in text
    assert text.count("SHA-256 of the revocation list") == 2
