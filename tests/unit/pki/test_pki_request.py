"""Requests: signed with the very key that they name."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import csr as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import EvidenceError, InputError
from ceremony.pki.certificate import spki_digest
from ceremony.pki.fact import Attribute, KeyAlgorithm, SignatureAlgorithm
from ceremony.pki.naming import subject_name
from ceremony.pki.request import verify_request, verify_request_subject
from tests.fakes.made_requests import plain_request
from tests.fakes.outside_tool import run_tool

RSA_KEY = rsa.generate_private_key(65537, 2048)


def made(chain: Any) -> bytes:
    subject = subject_name(chain.issuing_order.profile, {Attribute.COMMON_NAME: "Z1"})
    return plain_request(subject, chain.issuing_key)


def test_a_request_names_subject_and_key(chain: Any) -> None:
    request = verify_request(made(chain))
    assert request.subject.rfc4514_string() == "CN=Z1,OU=07"
    assert request.key_digest == spki_digest(chain.issuing_key.public_key())
    verify_request_subject(request, chain.issuing.subject)


def test_a_request_is_of_version_v1_and_without_attributes(chain: Any) -> None:
    info = asn1.CertificationRequest.load(made(chain))["certification_request_info"]
    assert info["version"].native == "v1"
    assert info["version"].contents == b"\x00"
    assert len(info["attributes"]) == 0


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_accepts_the_requests_signature(chain: Any, tmp_path: Path) -> None:
    path = tmp_path / "request.der"
    path.write_bytes(made(chain))
    command = ["openssl", "req", "-inform", "DER", "-in", str(path), "-noout"]
    done = subprocess.run(  # noqa: S603  a fixed program
        [*command, "-verify"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "verify OK" in done.stdout + done.stderr


def test_a_request_for_anothers_key_is_refused(chain: Any) -> None:
    der = bytearray(made(chain))
    at = bytes(der).index(b"\x13\x02Z1") + 3
    der[at] = ord("2")
    with pytest.raises(EvidenceError) as caught:
        verify_request(bytes(der))
    assert caught.value.code == "PKI-REQUEST-02"


def test_a_request_for_another_name_is_refused(chain: Any) -> None:
    subject = subject_name(chain.issuing_order.profile, {Attribute.COMMON_NAME: "Z2"})
    with pytest.raises(EvidenceError) as caught:
        verify_request_subject(verify_request(made(chain)), subject)
    assert caught.value.code == "PKI-REQUEST-04"


@pytest.mark.parametrize("cut", [0, 20, -1])
def test_what_is_no_request_is_refused(chain: Any, cut: int) -> None:
    with pytest.raises(InputError) as caught:
        verify_request(made(chain)[:cut])
    assert caught.value.code == "PKI-REQUEST-01"


def test_a_request_of_a_version_that_there_is_not_is_no_request(chain: Any) -> None:
    version_1, version_6 = (bytes.fromhex(f"0201{each}30") for each in ("00", "05"))
    odd = made(chain).replace(version_1, version_6, 1)
    with pytest.raises(x509.InvalidVersion):
        x509.load_der_x509_csr(odd)
    with pytest.raises(InputError) as caught:
        verify_request(odd, KeyAlgorithm.EC_P256)
    assert caught.value.code == "PKI-REQUEST-01"


def test_a_key_off_the_curve_is_refused(chain: Any) -> None:
    # The last octet of the point is changed: no such point is on P-256.
    der = bytearray(made(chain))
    at = bytes(der).index(bytes.fromhex("03420004")) + 4 + 63
    der[at] ^= 1
    with pytest.raises(InputError) as caught:
        verify_request(bytes(der))
    assert caught.value.code == "PKI-REQUEST-03"
    assert str(caught.value).endswith(": the point is not on the curve.")


def request_by(key: Any, digest: hashes.HashAlgorithm) -> bytes:
    builder = x509.CertificateSigningRequestBuilder(x509.Name([]))
    return builder.sign(key, digest).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("key", "kind", "signature"),
    [
        (ec.derive_private_key(3, ec.SECP384R1()), "ec-p384", "ecdsa-with-sha384"),
        (ec.derive_private_key(3, ec.SECP521R1()), "ec-p521", "ecdsa-with-sha512"),
        (ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)), "ed25519", "ed25519"),
        (RSA_KEY, "rsa-2048", "rsa-pkcs1-sha256"),
        (RSA_KEY, "rsa-2048", "rsa-pkcs1-sha512"),
        (RSA_KEY, "rsa-2048", "rsa-pss-sha384"),
    ],
)
def test_a_key_of_each_kind_asks_and_openssl_agrees(
    key: Any, kind: str, signature: str, tmp_path: Path
) -> None:
    der = plain_request(x509.Name([]), key, SignatureAlgorithm(signature))
    verify_request(der, KeyAlgorithm(kind))
    (tmp_path / "it.der").write_bytes(der)
    command = ["openssl", "req", "-inform", "DER", "-in", "it.der", "-noout", "-verify"]
    done = run_tool(command, tmp_path)
    assert done.returncode == 0
    assert b"verify OK" in done.stdout + done.stderr
    with pytest.raises(InputError) as caught:
        verify_request(der)
    assert caught.value.code == "PKI-REQUEST-03"


def test_a_key_on_another_curve_and_another_digest_are_refused(chain: Any) -> None:
    for der in (
        request_by(ec.derive_private_key(3, ec.SECP384R1()), hashes.SHA256()),
        request_by(chain.issuing_key, hashes.SHA384()),
    ):
        with pytest.raises(InputError) as caught:
            verify_request(der)
        assert caught.value.code == "PKI-REQUEST-03"
