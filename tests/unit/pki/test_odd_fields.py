"""Fields that the library cannot read are shown by their encoding and hide no other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from asn1crypto import csr, keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import InputError
from ceremony.pki.crl import is_list_signed_by
from ceremony.pki.describe import describe_certificate, describe_request
from ceremony.pki.describe_crl import describe_crl
from ceremony.pki.file_kind import Form, Opened
from ceremony.pki.inspection import Inspection, inspect_file
from ceremony.pki.issuer_name import describe_subject, names_issuer
from tests.fakes.der_tree import read_tree
from tests.fakes.pki_files import ROOT_KEY, device_request, root_and_sub, root_list
from tests.unit.pki import crls
from tests.unit.pki.certificates import changed, more, put

SAN = "2.5.29.17"
SAN_HEAD = "Extension subjectAltName (2.5.29.17), not critical:"
# RFC 5280, section 4.2.1.6: [3] an x400Address, [5] an ediPartyName "a".
X400, EDI = "3004a3020500", "3007a505a1030c0161"
NAMES = {
    "bits_where_a_text_is_wanted": "300c310a300806032a0304030100",
    "one_attribute_twice_in_a_relative_name": (
        "30163114300806035504030c0161300806035504030c0161"
    ),
    "an_empty_relative_name": "30023100",
}
ODD = [pytest.param(der, id=name) for name, der in NAMES.items()]
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def named(certificate: x509.Certificate, der: str, field: str) -> x509.Certificate:
    return changed(certificate, put(field, asn1.Name.load(bytes.fromhex(der))))


def looked_at(content: Any, *issuers: x509.Certificate) -> Inspection:
    return inspect_file(Opened(content, Form.DER), issuers)


def told_after(lines: tuple[str, ...], head: str) -> str:
    """What follows a line's beginning, with the lines that go on."""
    at = next(n for n, line in enumerate(lines) if line.startswith(head))
    rest = [lines[at].removeprefix(head)]
    for line in lines[at + 1 :]:
        if not line.startswith(" "):
            break
        rest.append(line.strip())
    return "".join(rest)


@pytest.mark.parametrize("value", [X400, EDI])
def test_a_general_name_that_is_not_known_hides_no_other_extension(value: str) -> None:
    _, sub = root_and_sub()
    odd = changed(sub, more(SAN, value))
    plain = describe_certificate(sub)
    lines = describe_certificate(odd)
    assert told_after(lines, SAN_HEAD) == bytes.fromhex(value).hex(":")
    extensions = [line for line in plain if line.startswith("Extension ")]
    for head in extensions:
        assert told_after(lines, head) == told_after(plain, head)
    stated = looked_at(sub).stated
    assert stated
    assert looked_at(odd).stated == stated


def test_an_extension_that_stands_twice_is_named_beside_such_a_name() -> None:
    _, sub = root_and_sub()
    odd = changed(changed(sub, more(SAN, X400)), more("2.5.29.14", "0400"))
    with pytest.raises(InputError) as caught:
        describe_certificate(odd)
    assert caught.value.code == "PKI-CERT-02"


def test_a_request_for_such_a_name_is_shown() -> None:
    san = x509.UnrecognizedExtension(x509.ObjectIdentifier(SAN), bytes.fromhex(X400))
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([]))
        .add_extension(san, critical=True)
        .sign(ROOT_KEY, hashes.SHA256())
    )
    head = "Requested extension subjectAltName (2.5.29.17), critical:"
    assert told_after(describe_request(request), head) == "30:04:a3:02:05:00"
    assert looked_at(request).kind == "request"


@pytest.mark.parametrize("der", ODD)
def test_a_name_that_cannot_be_read_is_shown_by_its_encoding(der: str) -> None:
    root, _ = root_and_sub()
    for field, head in (("subject", "Subject: "), ("issuer", "Issuer: ")):
        lines = describe_certificate(named(root, der, field))
        assert told_after(lines, head) == f"(in DER) {der}"
    raw = csr.CertificationRequest.load(device_request().public_bytes(Encoding.DER))
    info = raw["certification_request_info"]
    info["subject"] = asn1.Name.load(bytes.fromhex(der))
    request = x509.load_der_x509_csr(raw.dump(force=True))
    assert told_after(describe_request(request), "Subject: ") == f"(in DER) {der}"
    change = crls.put("issuer", asn1.Name.load(bytes.fromhex(der)))
    crl = crls.changed(root_list(), change)
    assert told_after(describe_crl(crl), "Issuer: ") == f"(in DER) {der}"


@pytest.mark.parametrize("der", ODD)
def test_an_issuer_whose_name_cannot_be_read_has_not_signed(der: str) -> None:
    root, sub = root_and_sub()
    odd = named(root, der, "subject")
    for content in (sub, root_list()):
        looked = looked_at(content, odd)
        assert not looked.is_sound
        told = "".join(looked.signature).replace(" ", "")
        assert "isNOTsignedbytheissuerthatwasnamed" in told
        assert f"(inDER){der}" in told


@pytest.mark.parametrize("der", ODD)
def test_names_that_cannot_be_read_are_compared_by_their_encoding(der: str) -> None:
    root, sub = root_and_sub()
    odd = named(named(root, der, "subject"), der, "issuer")
    assert names_issuer(odd, odd)
    assert not names_issuer(sub, odd)
    looked = looked_at(odd)
    assert looked.is_self_issued
    # Its bytes are not those that were signed.
    assert not looked.is_sound
    crl = crls.changed(
        root_list(), crls.put("issuer", asn1.Name.load(bytes.fromhex(der)))
    )
    assert names_issuer(crl, odd)
    assert not names_issuer(crl, root)
    assert not is_list_signed_by(crl, odd)
    told = "".join(looked_at(crl).signature)
    assert "was NOT CHECKED" in told
    assert der in told.replace(" ", "")


def test_an_issuer_that_cannot_be_taken_apart_is_refused_by_name() -> None:
    root, sub = root_and_sub()
    # A number where a name has a text.
    tree = read_tree(root.public_bytes(Encoding.DER))
    name = tree.inside[0].inside[5]
    _, value = name.inside[0].inside[0].inside
    value.tag = 0x02
    odd = x509.load_der_x509_certificate(tree.encode())
    with pytest.raises(InputError) as caught:
        looked_at(sub, odd)
    assert caught.value.code == "PKI-CERT-02"


def test_a_list_is_not_signed_by_a_key_on_a_curve_that_is_not_known() -> None:
    root, _ = root_and_sub()
    # SEC 2, section 2.2.1: secp112r1, which no library here knows; the point is none.
    spki = bytes.fromhex("3016301006072a8648ce3d020106052b8104000603020004")
    odd = changed(root, put("subject_public_key_info", keys.PublicKeyInfo.load(spki)))
    assert not is_list_signed_by(root_list(), odd)


def test_an_entry_that_names_its_issuer_in_such_a_form_is_shown() -> None:
    root, _ = root_and_sub()
    whose = x509.UnrecognizedExtension(
        x509.ObjectIdentifier("2.5.29.29"), bytes.fromhex(X400)
    )
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(0x4A)
        .revocation_date(MOMENT)
        .add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False)
        .add_extension(whose, critical=True)
        .build()
    )
    builder = x509.CertificateRevocationListBuilder(root.subject, MOMENT, MOMENT)
    crl = builder.add_revoked_certificate(entry).sign(ROOT_KEY, hashes.SHA256())
    lines = describe_crl(crl)
    assert any("its reason is one of the extensions below" in line for line in lines)
    told = "".join(lines)
    assert "0a:01:01" in told
    assert "30:04:a3:02:05:00" in told


@pytest.mark.filterwarnings("error")
def test_a_name_of_which_the_library_warns_is_told_as_any_other() -> None:
    root, _ = root_and_sub()
    # A country of three letters.
    odd = named(root, "300e310c300a06035504061303474252", "subject")
    assert describe_subject(odd) == "C=GBR"
    assert not names_issuer(odd, odd)
