"""What a file holds is found out, and named where it is neither."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

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
from ceremony.pki.request_file import read_requests
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


def of_version(der: bytes, old: str, new: str) -> bytes:
    """Change the octets of a version; what is signed is not looked at."""
    before, after = bytes.fromhex(old), bytes.fromhex(new)
    assert der.count(before) >= 1
    return der.replace(before, after, 1)


CERTIFICATE_V2 = of_version(
    root_and_sub()[0].public_bytes(Encoding.DER), "a003020102", "a003020101"
)
REQUEST_V2 = of_version(device_request().public_bytes(Encoding.DER), "020100", "020101")
CRL_V3 = of_version(root_list().public_bytes(Encoding.DER), "020101", "020102")


@pytest.mark.parametrize(
    ("der", "label", "told"),
    [
        (CERTIFICATE_V2, "CERTIFICATE", "certificate of a version that is not read: "),
        (REQUEST_V2, "CERTIFICATE REQUEST", "request of a version that is not read: "),
        (CRL_V3, "X509 CRL", "revocation list of a version that is not read: "),
    ],
)
def test_what_is_sound_but_for_its_version_is_not_called_broken(
    der: bytes, label: str, told: str
) -> None:
    coded = base64.b64encode(der).decode()
    pem = f"-----BEGIN {label}-----\n{coded}\n-----END {label}-----\n"
    for raw in (der, pem.encode()):
        with pytest.raises(InputError) as caught:
            open_file(raw, "it")
        assert caught.value.code == "PKI-FILE-01"
        number = 2 if der is CRL_V3 else 1
        assert f"{told}its field says {number}, and " in str(caught.value)
    # Where requests are taken in, the number in a request's field is a finding.
    other = name_other(der, "it")
    assert (other is None) == (der is REQUEST_V2)
    assert other is None or told in str(other)


def test_a_certificate_of_version_1_is_read() -> None:
    made = changed(root_and_sub()[0], put("version", "v1"))
    der = made.public_bytes(Encoding.DER)
    assert open_file(der, "it").content == made
    assert made.version is x509.Version.v1


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


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("01", "of a version that is not read: its field says 1, "),
        ("02", "of a version that is not read: its field says 2, "),
        # A number below zero the library does not read at all.
        ("ff", "whose encoding is broken"),
    ],
)
def test_a_request_of_another_version_is_told_and_is_no_defect(
    version: str, told: str
) -> None:
    der = patched(organisation_request(), "02010030", f"0201{version}30")
    with pytest.raises(InputError, match=told):
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


def public_key() -> bytes:
    """A block of PEM that is passed over."""
    return (
        device_request()
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )


def test_pem_is_told_to_be_openssls_where_all_that_looks_like_a_block_is() -> None:
    request = device_request()
    pem, other = request.public_bytes(Encoding.PEM), public_key()
    loose = pem.replace(b"\n", b"\n  ")
    for raw, form in (
        (pem + other, Form.PEM),
        (loose + b"\n" + other, Form.LOOSE),
        (pem + other.replace(b"\n", b"\n "), Form.LOOSE),
        (b"-----BEGIN of it-----\n" + pem, Form.LOOSE),
        (b" " * 65 + b"\n" + pem, Form.PEM),
        (pem.replace(b"\nM", b"\n" + b" " * 65 + b"M"), Form.LOOSE),
    ):
        found = open_file(raw, "it")
        assert (found.content, found.form) == (request, form), raw


LINES = device_request().public_bytes(Encoding.PEM).split(b"\n")
INSIDE = {
    "a blank": (b" ", "holds U+0020 SPACE."),
    "a tab": (b"\t", "holds U+0009 "),
    "a form feed": (b"\f", "holds U+000C "),
    "another letter": (b"*", "holds U+002A ASTERISK."),
    "padding": (b"=", 'goes on after "=", which ends base64.'),
}


@pytest.mark.parametrize("name", INSIDE)
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b"\r\r\n"])
def test_what_an_import_refuses_inside_a_line_is_refused_and_told(
    tmp_path: Path, name: str, end: bytes
) -> None:
    put, told = INSIDE[name]
    text = b"Dear all,\n\n" + b"\n".join(
        [LINES[0], LINES[1], LINES[2][:9] + put + LINES[2][9:], *LINES[3:]]
    )
    path = tmp_path / "it"
    path.write_bytes(text.replace(b"\n", end))
    [imported] = read_requests(path)
    assert f"is not canonical base64: line 5 {told[:12]}" in str(imported.fault)
    with pytest.raises(InputError) as caught:
        open_file(path.read_bytes(), "it")
    assert f"list whose encoding is broken: line 5 {told}"[:-2] in str(caught.value)


PADDED = next(
    der
    for size in range(1, 4)
    if len(der := organisation_request(name="N" * size)) % 3 == 1
)
"""Its base64 ends in padding twice."""


def test_base64_that_hides_bits_is_refused_and_told() -> None:
    text = base64.b64encode(PADDED)
    open_file(text, "it")
    hidden = text[:-3] + bytes([text[-3] + 1]) + b"=="
    pem = b"-----BEGIN CERTIFICATE REQUEST-----\n%b\n-----END CERTIFICATE REQUEST-----"
    for raw, line in ((hidden, 1), (pem % hidden, 2)):
        with pytest.raises(
            InputError, match=f": line {line}, its last, ends base64 of"
        ):
            open_file(raw, "it")


def test_padding_may_stand_in_a_line_of_its_own() -> None:
    text = base64.b64encode(PADDED)
    for raw in (text[:-1] + b"\n=", text[:-2] + b" \n\n =\n=\n"):
        content = open_file(raw, "it").content
        assert content.public_bytes(Encoding.DER) == PADDED


def test_a_private_key_is_told_however_badly_its_base64_is_written() -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    text = base64.b64encode(der)
    with pytest.raises(InputError, match="it holds a private key, and no cert"):
        open_file(text[:9] + b" " + text[9:], "it")


def test_what_stands_under_another_blocks_label_is_not_shown() -> None:
    """Openssl does not look there either."""
    pem = device_request().public_bytes(Encoding.PEM)
    other = pem.replace(b"CERTIFICATE REQUEST", b"X")
    with pytest.raises(InputError, match="whose encoding is broken"):
        open_file(b"-----BEGIN CERTIFICATE REQUEST-----\n" + other, "it")


def test_begins_of_blocks_without_end_are_read_in_the_time_of_their_length() -> None:
    """Where each looked for an end in all that follows, this would take hours."""
    with pytest.raises(InputError, match="is longer than any"):
        open_file(b"-----BEGIN A-----\n" * 200_000, "it")
