"""What a file holds is found out, and named where it is neither."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from ceremony.errors import InputError
from ceremony.pki.file_kind import (
    LARGEST,
    LARGEST_LIST,
    Form,
    name_other,
    open_certificate,
    open_crl,
    open_file,
)
from tests.fakes.made_requests import organisation_request, patched
from tests.fakes.pki_files import (
    bare_list,
    device_request,
    other_files,
    root_and_sub,
    root_list,
)
from tests.unit.pki.certificates import changed, put
from tests.unit.pki.crls import changed as changed_crl
from tests.unit.pki.crls import entries, entry


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [pytest.param(*each, id=each[0]) for each in other_files()],
)
def test_what_is_neither_is_named(name: str, content: bytes, told: str) -> None:
    with pytest.raises(InputError) as caught:
        open_file(content, name)
    assert caught.value.code == "PKI-FILE-01"
    assert str(caught.value).startswith(f"{name} ")
    assert told in str(caught.value)


def test_keys_of_another_kind_are_told_by_their_shape_too() -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    for der, told in ((private, "a private key"), (public, "a public key alone")):
        with pytest.raises(InputError, match=told):
            open_file(base64.b64encode(der), "key.b64")


@pytest.mark.parametrize("label", ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_request_is_read_in_each_of_its_forms(label: str, end: bytes) -> None:
    request = device_request()
    pem = request.public_bytes(Encoding.PEM)
    der = request.public_bytes(Encoding.DER)
    labelled = pem.replace(b"CERTIFICATE REQUEST", label.encode())
    forms = {
        Form.PEM: b"A request of ours:\n" + labelled,
        Form.DER: der,
        Form.BASE64: b"\n".join(pem.splitlines()[1:-1]),
    }
    for form, raw in forms.items():
        text = raw if form is Form.DER else raw.replace(b"\n", end)
        found = open_file(text, "it")
        assert (found.content, found.form) == (request, form)


@pytest.mark.parametrize("crl", [bare_list(), root_list()], ids=["bare", "whole"])
def test_a_revocation_list_is_read_in_each_of_its_forms(
    crl: x509.CertificateRevocationList,
) -> None:
    pem, der = crl.public_bytes(Encoding.PEM), crl.public_bytes(Encoding.DER)
    forms = {
        Form.PEM: b"A list of ours:\n" + pem,
        Form.DER: der,
        Form.BASE64: b"\n".join(pem.splitlines()[1:-1]),
    }
    for form, raw in forms.items():
        found = open_file(raw, "it")
        assert (found.content, found.form) == (crl, form)
        assert open_crl(raw, "it", "ours") == crl
        with pytest.raises(
            InputError, match="holds a certificate revocation list"
        ) as e:
            open_certificate(raw, "it")
        assert e.value.code == "PKI-FILE-01"


def test_a_revocation_list_among_requests_is_named() -> None:
    told = name_other(root_list().public_bytes(Encoding.DER), "it")
    assert told is not None
    assert told.code == "PKI-FILE-01"
    assert str(told).startswith("it holds a certificate revocation list, and no ")
    assert told.remedy == "Give the certificate or the request."


def test_what_is_no_revocation_list_is_named_where_one_is_wanted() -> None:
    root, _ = root_and_sub()
    for other, told in ((root, "a certificate"), (device_request(), "a request")):
        with pytest.raises(InputError) as caught:
            open_crl(other.public_bytes(Encoding.DER), "it", "ours")
        assert caught.value.code == "PKI-FILE-03"
        assert str(caught.value) == (
            f"it holds {told}, and the profile ours is one of revocation lists."
        )


def test_a_revocation_list_that_is_broken_or_mislabelled_is_told() -> None:
    pem = root_list().public_bytes(Encoding.PEM)
    label = pem.replace(b"X509 CRL", b"CERTIFICATE")
    for raw in (pem.replace(b"MII", b"M%I"), pem[:300], label):
        with pytest.raises(InputError, match="whose encoding is broken"):
            open_file(raw, "it")
    with pytest.raises(InputError, match="holds several"):
        open_file(pem + pem, "it")


def test_a_file_has_at_most_262144_octets_and_one_with_a_list_4194304() -> None:
    certificate = root_and_sub()[0].public_bytes(Encoding.PEM)
    crl = root_list().public_bytes(Encoding.PEM)
    for pem, most in ((certificate, 262_144), (crl, 4_194_304)):
        blanks = b"\n" * (most - len(pem))
        open_file(pem + blanks, "it")
        with pytest.raises(InputError, match="is longer than any"):
            open_file(pem + blanks + b"\n", "it")


@pytest.mark.no_cover
def test_a_long_revocation_list_is_read_and_one_beyond_the_limit_is_not() -> None:
    long = long_list(14000).public_bytes(Encoding.DER)
    assert LARGEST < len(long) < LARGEST_LIST
    assert len(open_crl(long, "it", "ours")) == 14000
    text = base64.b64encode(long)
    pem = b"-----BEGIN X509 CRL-----\n" + text + b"\n-----END X509 CRL-----\n"
    assert len(open_crl(pem, "it", "ours")) == 14000
    blanks = b"\n" * (LARGEST_LIST - len(pem) + 1)
    with pytest.raises(InputError, match="is longer than any"):
        open_crl(pem + blanks, "it", "ours")


def long_list(count: int) -> x509.CertificateRevocationList:
    """A list with so many entries."""
    crl = changed_crl(
        root_list(),
        entries(
            *(entry(n, datetime(2026, 1, 1, tzinfo=UTC)) for n in range(1, count + 1))
        ),
    )
    assert len(crl) == count
    return crl


def test_a_request_is_no_certificate() -> None:
    with pytest.raises(InputError) as caught:
        open_certificate(device_request().public_bytes(Encoding.DER), "it")
    assert caught.value.code == "PKI-FILE-02"


def test_what_a_standard_forbids_is_read_so_that_it_can_be_shown() -> None:
    root, _ = root_and_sub()
    made = changed(root, put("serial_number", 1))
    der = made.public_bytes(Encoding.DER)
    # The serial number's octet is the first of that value: INTEGER 1 becomes 0.
    zero = der.replace(
        bytes.fromhex("a003020102020101"), bytes.fromhex("a003020102020100"), 1
    )
    assert zero != der
    assert open_certificate(zero, "it").tbs_certificate_bytes != b""


@pytest.mark.parametrize("version", ["01", "02", "ff"])
def test_a_request_of_another_version_is_told_and_is_no_defect(version: str) -> None:
    der = patched(organisation_request(), "02010030", f"0201{version}30")
    with pytest.raises(InputError, match="whose encoding is broken"):
        open_file(der, "it")


def test_the_name_of_a_file_cannot_forge_a_line() -> None:
    with pytest.raises(InputError) as caught:
        open_file(b"", "a\nIt is sound.\u202e")
    assert str(caught.value) == "a\\nIt is sound.\\u202e is empty."


def test_a_mark_that_an_editor_puts_before_a_text_is_passed_over() -> None:
    root, _ = root_and_sub()
    der = root.public_bytes(Encoding.DER)
    mark = "\ufeff".encode()
    for text, form in (
        (root.public_bytes(Encoding.PEM), Form.PEM),
        (base64.encodebytes(der), Form.BASE64),
    ):
        opened = open_file(mark + text, "it")
        assert (opened.content, opened.form) == (root, form)
    with pytest.raises(InputError):
        open_file(mark + der, "it")


def test_pem_that_openssl_does_not_read_as_it_is_is_told_apart() -> None:
    request = device_request()
    pem = request.public_bytes(Encoding.PEM)
    for raw, form in (
        (pem.replace(b"\n", b" \t\n"), Form.PEM),
        (pem.replace(b"\n", b"\r\r\n"), Form.PEM),
        (pem.replace(b"\nM", b"\n  M"), Form.PEM),
        (pem.replace(b"\n", b"\n  "), Form.LOOSE),
        (b"\t" + pem, Form.LOOSE),
        (pem.replace(b"\n", b"\r"), Form.LOOSE),
        (pem.replace(b"\n", b"\n\n"), Form.LOOSE),
        (pem.replace(b"\n", b"\n\f"), Form.LOOSE),
    ):
        found = open_file(raw, "it")
        assert (found.content, found.form) == (request, form), raw
