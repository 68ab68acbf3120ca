"""Numbers of thousands of digits are found and told, and stop no judgement.

The interpreter refuses to write what has more than 4300 digits.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from asn1crypto import keys
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from ceremony.pki.describe_crl import describe_crl
from ceremony.pki.fact import KeyAlgorithm, SignatureAlgorithm
from ceremony.pki.plain_text import number_text
from ceremony.pki.request_file import Imported
from ceremony.pki.request_judgement import judge_request
from tests.fakes.der_tree import read_tree
from tests.fakes.made_requests import ORGANISATION, organisation_request
from tests.fakes.pki_files import ROOT_KEY
from tests.fakes.weak_keys import MODP_2048

LONG = b"\x01" * 2_000
"""Of 15993 bits, and 4815 digits."""

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0, "0"),
        (-5, "-5"),
        (2**160 - 1, "1461501637330902918203684832716283019655932542975"),
        (2**160, "a number of 161 bits"),
        pytest.param(-int.from_bytes(LONG, "big"), "a number of 15993 bits", id="-"),
    ],
)
def test_a_number_is_told_whole_or_by_its_size(number: int, told: str) -> None:
    assert number_text(number) == told


def test_a_requests_version_of_any_length_is_a_finding() -> None:
    tree = read_tree(organisation_request())
    tree.inside[0].inside[0].content = LONG
    found = judge_request(Imported("it", 1, tree.encode()), ORGANISATION).findings
    assert [each.rule for each in found] == ["PKI-CSR-01"]
    assert "it is a number of 15993 bits" in found[0].message


def test_an_exponent_of_any_length_is_a_finding() -> None:
    tree = read_tree(organisation_request())
    exponent = int.from_bytes(LONG, "big")
    key = keys.RSAPublicKey({"modulus": MODP_2048, "public_exponent": exponent})
    spki = keys.PublicKeyInfo({"algorithm": {"algorithm": "rsa"}, "public_key": key})
    tree.inside[0].inside[2] = read_tree(spki.dump())
    profile = replace(
        ORGANISATION, key=KeyAlgorithm.RSA_2048, signature=SignatureAlgorithm.RSA_SHA256
    )
    found = judge_request(Imported("it", 1, tree.encode()), profile).findings
    assert [each.rule for each in found] == ["PKI-RSA-01"]
    assert "the exponent is a number of 15993 bits" in found[0].message


def test_the_number_of_a_list_may_have_any_length() -> None:
    builder = x509.CertificateRevocationListBuilder(
        x509.Name([]), MOMENT, MOMENT.replace(year=2027)
    ).add_extension(x509.CRLNumber(int.from_bytes(LONG, "big")), critical=False)
    lines = describe_crl(builder.sign(ROOT_KEY, hashes.SHA256()))
    assert "    a number of 15993 bits" in lines
