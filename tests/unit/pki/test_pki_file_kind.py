"""What a file holds is found out, and named where it is neither."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from ceremony.errors import InputError
from ceremony.pki.file_kind import Form, open_certificate, open_file
from tests.fakes.made_requests import organisation_request, patched
from tests.fakes.pki_files import device_request, other_files, root_and_sub
from tests.unit.pki.certificates import changed, put


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
