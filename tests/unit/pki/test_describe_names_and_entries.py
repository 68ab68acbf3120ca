"""Who has signed, what is meant alike, what an entry says: as openssl shows it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.der_extension import (
    read_directory_attributes,
    read_policy_mappings,
)
from ceremony.pki.describe import describe_certificate
from ceremony.pki.describe_crl import describe_crl
from tests.fakes.pki_files import ROOT_KEY, root_and_sub
from tests.fakes.told_below import openssl, told_below
from tests.unit.pki.certificates import changed, put

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)
NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Made CA")])
DIRECTORY = x509.DirectoryName(NAME)
HOST = x509.DNSName("a.example")
KEY = bytes.fromhex("49c0b56431563710")
BARE = x509.ObjectIdentifier

# 1.2.3.4 to 1.2.3.5, and 1.2.3.6 to 1.2.3.7.
MAPPINGS = "3018300a06032a030406032a0305300a06032a030606032a0307"
# countryOfCitizenship (RFC 3739, section 3.2.2) of "FR" and "GB"; 1.2.3.8, TRUE.
CITIZEN = "3022301406082b0601050507090431081302465213024742300a06032a030831030101ff"


def bare(oid: str, der: str) -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(BARE(oid), bytes.fromhex(der))


def access(*pairs: tuple[str, str]) -> x509.SubjectInformationAccess:
    return x509.SubjectInformationAccess(
        [
            x509.AccessDescription(BARE(oid), x509.UniformResourceIdentifier(uri))
            for oid, uri in pairs
        ]
    )


IN_CERTIFICATES = [
    pytest.param(
        x509.AuthorityKeyIdentifier(KEY, [DIRECTORY, HOST], 0x4A0F),
        [
            "key identifier:",
            "49:c0:b5:64:31:56:37:10",
            "issuer of its certificate, directory name: CN=Made CA",
            "issuer of its certificate, DNS: a.example",
            "serial number of its certificate:",
            "4a:0f",
        ],
        [
            "keyid:49:C0:B5:64:31:56:37:10DirName:/CN=MadeCA",
            "DNS:a.example",
            "serial:4A:0F",
        ],
        id="authority_whole",
    ),
    pytest.param(
        x509.AuthorityKeyIdentifier(None, [DIRECTORY], 0x80),
        [
            "issuer of its certificate, directory name: CN=Made CA",
            "serial number of its certificate:",
            "00:80",
        ],
        ["DirName:/CN=MadeCAserial:80"],
        id="authority_by_name",
    ),
    pytest.param(
        x509.AuthorityKeyIdentifier(KEY, None, None),
        ["key identifier:", "49:c0:b5:64:31:56:37:10"],
        ["49:C0:B5:64:31:56:37:10"],
        id="authority_by_key",
    ),
    pytest.param(
        x509.AuthorityKeyIdentifier(None, None, None), ["30:00"], [], id="nothing"
    ),
    pytest.param(
        x509.IssuerAlternativeName([HOST, DIRECTORY]),
        ["DNS: a.example", "directory name: CN=Made CA"],
        ["IssuerAlternativeName:DNS:a.example,DirName:/CN=MadeCA"],
        id="issuer_alt_name",
    ),
    pytest.param(
        access(
            ("1.3.6.1.5.5.7.48.5", "http://a.example/r"),
            ("1.3.6.1.5.5.7.48.3", "http://a.example/t"),
        ),
        [
            "caRepository (1.3.6.1.5.5.7.48.5), URI: http://a.example/r",
            "timeStamping (1.3.6.1.5.5.7.48.3), URI: http://a.example/t",
        ],
        ["CARepository-URI:http://a.example/r", "-URI:http://a.example/t"],
        id="subject_info_access",
    ),
    pytest.param(
        bare("2.5.29.33", MAPPINGS),
        [
            "the issuer's 1.2.3.4 is the subject's 1.2.3.5",
            "the issuer's 1.2.3.6 is the subject's 1.2.3.7",
        ],
        ["PolicyMappings:1.2.3.4:1.2.3.5,1.2.3.6:1.2.3.7"],
        id="policy_mappings",
    ),
    pytest.param(
        bare("2.5.29.9", CITIZEN),
        [
            "1.3.6.1.5.5.7.9.4: FR",
            "1.3.6.1.5.5.7.9.4: GB",
            "1.2.3.8: 01:01:ff",
        ],
        ["X509v3SubjectDirectoryAttributes:", "FR", "GB"],
        id="directory_attributes",
    ),
    *(
        pytest.param(bare(oid, der), [bytes.fromhex(der).hex(":")], [], id=name)
        for name, oid, der in (
            # A member too many, and none at all.
            ("odd_mapping", "2.5.29.33", "300e300c06032a030406032a03050500"),
            ("no_mapping", "2.5.29.33", "3000"),
        )
    ),
]


@pytest.mark.parametrize(("value", "words", "shown"), IN_CERTIFICATES)
def test_an_extension_of_a_certificate_is_told_in_words_as_openssl_shows_it(
    value: x509.ExtensionType, words: list[str], shown: list[str], tmp_path: Path
) -> None:
    made = (
        x509.CertificateBuilder(NAME, NAME, ROOT_KEY.public_key(), 5)
        .not_valid_before(MOMENT)
        .not_valid_after(MOMENT)
        .add_extension(value, critical=False)
        .sign(ROOT_KEY, hashes.SHA256())
    )
    assert told_below(describe_certificate(made), value.oid.dotted_string) == words
    said = openssl("x509", made.public_bytes(Encoding.DER), tmp_path)
    assert [text for text in shown if text not in said] == []


@pytest.mark.parametrize("der", ["0500", "3081" + CITIZEN[2:], "3003020105", ""])
def test_what_is_not_read_whole_is_not_read(der: str) -> None:
    assert read_policy_mappings(bytes.fromhex(der)) == ()
    assert read_directory_attributes(bytes.fromhex(der)) == ()


IN_ENTRIES = [
    pytest.param(
        [x509.InvalidityDate(LATER)],
        {"2.5.29.24": ["invalid since 2025-03-04 05:06:07 UTC"]},
        ["InvalidityDate:Mar405:06:072025GMT"],
        id="invalidity_date",
    ),
    pytest.param(
        [
            x509.CertificateIssuer([DIRECTORY]),
            x509.CRLReason(x509.ReasonFlags.key_compromise),
        ],
        {
            "2.5.29.29": ["the certificate is of directory name: CN=Made CA"],
            "2.5.29.21": ["key-compromise"],
        },
        ["CertificateIssuer:DirName:/CN=MadeCA", "CRLReasonCode:KeyCompromise"],
        id="certificate_issuer",
    ),
    pytest.param(
        [bare("2.5.29.24", "180f32303235303330343035303630375a")],
        {"2.5.29.24": ["invalid since 2025-03-04 05:06:07 UTC"]},
        ["InvalidityDate:Mar405:06:072025GMT"],
        id="invalidity_date_by_its_encoding",
    ),
]


@pytest.mark.parametrize(("values", "words", "shown"), IN_ENTRIES)
def test_an_extension_of_an_entry_is_told_in_words_as_openssl_shows_it(
    values: list[x509.ExtensionType],
    words: dict[str, list[str]],
    shown: list[str],
    tmp_path: Path,
) -> None:
    root, _ = root_and_sub()
    entry = x509.RevokedCertificateBuilder(7, MOMENT)
    for value in values:
        entry = entry.add_extension(value, critical=False)
    made = (
        x509.CertificateRevocationListBuilder(root.subject, MOMENT, MOMENT)
        .add_revoked_certificate(entry.build())
        .add_extension(x509.IssuerAlternativeName([HOST]), critical=False)
        .sign(ROOT_KEY, hashes.SHA256())
    )
    lines = describe_crl(made)
    assert {oid: told_below(lines, oid) for oid in words} == words
    assert told_below(lines, "2.5.29.18") == ["DNS: a.example"]
    said = openssl("crl", made.public_bytes(Encoding.DER), tmp_path)
    assert [text for text in shown if text not in said] == []


def test_unique_identifiers_are_told_with_the_number_of_their_bits(
    tmp_path: Path,
) -> None:
    _, sub = root_and_sub()
    assert not [it for it in describe_certificate(sub) if "unique identifier" in it]
    made = sub
    for name, bits in (("issuer", "030205a0"), ("subject", "030300ffff")):
        value = core.OctetBitString.load(bytes.fromhex(bits))
        made = changed(made, put(f"{name}_unique_id", value))
    lines = describe_certificate(made)
    at = lines.index("Issuer unique identifier, 3 bits:")
    assert lines[at : at + 4] == (
        "Issuer unique identifier, 3 bits:",
        "    a0",
        "Subject unique identifier, 16 bits:",
        "    ff:ff",
    )
    said = openssl("x509", made.public_bytes(Encoding.DER), tmp_path)
    assert "IssuerUniqueID:a0SubjectUniqueID:ff:ff" in said
