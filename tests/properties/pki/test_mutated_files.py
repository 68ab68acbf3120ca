"""Whatever stands in a file, it is shown and linted, or refused by the name of a rule.

A file that parses may still hold fields that the libraries stumble over, each at the
moment when somebody asks for it. As an issuer it is looked at by another file.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from ceremony.errors import InputError
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.crl import is_list_signed_by
from ceremony.pki.crl_linted import report_on_crl_twice
from ceremony.pki.crl_profile_file import load_builtin_crl_profile
from ceremony.pki.file_kind import Form, Opened, open_file
from ceremony.pki.inspection import digest_lines, inspect_file
from ceremony.pki.lint import report_twice
from ceremony.pki.openssl_command import IssuerFile, openssl_commands
from ceremony.pki.request_lint import report_on_request
from tests.fakes.der_tree import mutated, read_tree
from tests.fakes.golden import FOLDER
from tests.fakes.pki_files import device_request

LISTS = FOLDER.parent / "lists"
NAMES = ("smki-issuing-oca", "smki-device-ds", "web-root", "web-subordinate")
NEEDED = ("smki-root-oca", "smki-issuing-dca", *NAMES)
CERTIFICATES = {
    name: x509.load_pem_x509_certificate((FOLDER / f"{name}.pem").read_bytes())
    for name in NEEDED
}
REQUEST = device_request().public_bytes(Encoding.DER)
LIST = (LISTS / "web-arl-365-days.crl").read_bytes()

# What stands beside it is always sound.
SOUND = Opened(CERTIFICATES["smki-issuing-oca"], open_file(LIST, "list").form)


def der_of(name: str) -> bytes:
    return CERTIFICATES[name].public_bytes(Encoding.DER)


def opened(der: bytes) -> Opened | None:
    try:
        return open_file(der, "it")
    except InputError:
        return None


def ends_in_words(work: Callable[[], object]) -> None:
    """Anything but an answer or a rule's id fails the test by itself."""
    with suppress(InputError):
        work()


def shown(file: Opened, *issuers: x509.Certificate) -> None:
    looked = inspect_file(file, issuers)
    lines = [*looked.text, *digest_lines(looked), *looked.signature]
    files = [IssuerFile("issuer", Form.BASE64) for _ in issuers]
    lines += openssl_commands(looked, "it", files)
    assert all(line.isascii() and line.isprintable() for line in lines)


@pytest.mark.parametrize("der", [*map(der_of, NEEDED), REQUEST, LIST])
def test_what_is_not_changed_is_written_again_as_it_was(der: bytes) -> None:
    assert read_tree(der).encode() == der


@settings(max_examples=300)
@given(st.sampled_from(NAMES).flatmap(lambda name: mutated(der_of(name))))
def test_a_certificate_is_shown_or_refused(der: bytes) -> None:
    file = opened(der)
    if file is None or not isinstance(file.content, x509.Certificate):
        return
    certificate = file.content
    crl = open_file(LIST, "list")
    ends_in_words(lambda: shown(file))
    ends_in_words(lambda: shown(file, CERTIFICATES["smki-root-oca"]))
    ends_in_words(lambda: shown(SOUND, certificate))
    ends_in_words(lambda: shown(crl, certificate))


@settings(max_examples=60)
@given(st.data())
def test_a_certificate_is_linted_or_refused(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    file = opened(data.draw(mutated(der_of(name))))
    if file is None or not isinstance(file.content, x509.Certificate):
        return
    certificate = file.content
    profile = load_builtin_profile(name)
    issuer = None if profile.is_self_signed else CERTIFICATES[profile.signed_by]
    ends_in_words(lambda: report_twice(certificate, profile, issuer))
    below = load_builtin_profile("smki-issuing-oca")
    sound = CERTIFICATES["smki-issuing-oca"]
    ends_in_words(lambda: report_twice(sound, below, certificate))


@settings(max_examples=300)
@given(mutated(REQUEST))
def test_a_request_is_shown_and_linted_or_refused(der: bytes) -> None:
    file = opened(der)
    if file is None or not isinstance(file.content, x509.CertificateSigningRequest):
        return
    ends_in_words(lambda: shown(file))
    profile = load_builtin_profile("smki-device-ds")
    ends_in_words(lambda: report_on_request(der, profile))


@settings(max_examples=120)
@given(mutated(LIST))
def test_a_list_is_shown_and_linted_or_refused(der: bytes) -> None:
    file = opened(der)
    if file is None or not isinstance(file.content, x509.CertificateRevocationList):
        return
    crl, issuer = file.content, CERTIFICATES["web-root"]
    ends_in_words(lambda: shown(file))
    ends_in_words(lambda: shown(file, issuer))
    ends_in_words(lambda: is_list_signed_by(crl, issuer))
    profile = load_builtin_crl_profile("generic-arl")
    ends_in_words(lambda: report_on_crl_twice(crl, profile, issuer))
