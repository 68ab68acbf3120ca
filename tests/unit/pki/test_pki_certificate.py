"""Certificates as they are encoded, named, described and checked by others."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import core
from asn1crypto import x509 as asn1
from asn1crypto.pem import unarmor
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate

from ceremony.errors import EvidenceError, InputError
from ceremony.pki.certificate import (
    carried_identifier,
    decode_certificate,
    encode_certificate,
    encode_spki,
    fingerprint,
    key_identifier,
    spki_digest,
    verify_issued_by,
)
from ceremony.pki.describe import describe_certificate
from ceremony.pki.evidence_ca import Term, certify_evidence_ca, certify_signer
from tests.fakes import plain_evidence_ca
from tests.fakes.golden import golden
from tests.fakes.odd_numbers import NOT_POSITIVE, numbered, of_no_version
from tests.unit.pki.certificates import changed, without

OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed")


def openssl(*arguments: str) -> str:
    command = [str(OPENSSL), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  a fixed program
    assert done.returncode == 0, done.stderr
    return done.stdout


def saved(folder: Path, **certificates: Any) -> list[str]:
    paths = []
    for name, certificate in certificates.items():
        path = folder / f"{name}.pem"
        path.write_bytes(encode_certificate(certificate))
        paths.append(str(path))
    return paths


def test_a_key_identifier_by_method_2_equals_the_published_keys(chain: Any) -> None:
    # SHA-1 of the point is 1a9569579bce329a942d0769c9c0b56431563710.
    spki = encode_spki(chain.root_key.public_key())
    assert key_identifier(spki).hex() == "49c0b56431563710"


@needs_openssl
def test_the_key_identifier_that_a_certificate_carries_is_read_from_it(
    chain: Any, tmp_path: Path
) -> None:
    by_method_1 = golden("issuing-ca-rsa-4096-pss").certificate
    for certificate, octets in ((by_method_1, 20), (chain.root, 8)):
        (path,) = saved(tmp_path, it=certificate)
        asked = ("-noout", "-ext", "subjectKeyIdentifier")
        shown = openssl("x509", "-in", path, *asked).split()[-1]
        carried = carried_identifier(certificate)
        assert carried is not None
        assert carried.hex(":").upper() == shown
        assert len(carried) == octets
    assert carried_identifier(changed(chain.root, without("2.5.29.14"))) is None


# What published certificates of the test PKI show, field by field.
OBSERVED = [
    ("keyUsage", "0603551d0f0101ff040403020106"),
    ("basicConstraints", "0603551d130101ff040830060101ff020100"),
    (
        "certificatePolicies, 1.2.826.0.1.8641679.1.2.1.4",
        "0603551d200101ff04133011300f060d2a863a0001848fb90f01020104",
    ),
    ("authorityKeyIdentifier", "0603551d23040c300a800849c0b56431563710"),
    ("notBefore", "170d" + b"151029000000Z".hex()),
    ("notAfter", "170d" + b"401028235959Z".hex()),
    ("issuer", "301a310b3009060355040b13023030310b3009060355040313025a41"),
    ("subject", "301a310b3009060355040b13023037310b3009060355040313025a31"),
    ("signature", "300a06082a8648ce3d040302"),
    ("key", "301306072a8648ce3d020106082a8648ce3d030107"),
    ("serialNumber, 16 octets", "0210501112131415161718191a1b1c1d1e1f"),
]


@pytest.mark.parametrize(("field", "der"), OBSERVED, ids=lambda item: item[:20])
def test_the_issuing_certificate_has_the_observed_encoding(
    chain: Any, field: str, der: str
) -> None:
    assert der in chain.issuing.public_bytes(Encoding.DER).hex(), field


def test_the_order_and_number_of_extensions_are_the_profiles(chain: Any) -> None:
    oids = [item.oid.dotted_string for item in chain.root.extensions]
    assert oids == ["2.5.29.15", "2.5.29.19", "2.5.29.32", "2.5.29.14"]
    oids = [item.oid.dotted_string for item in chain.issuing.extensions]
    assert oids == ["2.5.29.15", "2.5.29.19", "2.5.29.32", "2.5.29.14", "2.5.29.35"]


def test_the_root_ends_in_generalized_time_after_fifty_years(chain: Any) -> None:
    assert b"\x18\x0f20651028235959Z" in chain.root.public_bytes(Encoding.DER)


@needs_openssl
def test_openssl_accepts_the_chain(chain: Any, tmp_path: Path) -> None:
    root, issuing = saved(tmp_path, root=chain.root, issuing=chain.issuing)
    verify = ("verify", "-x509_strict", "-check_ss_sig", "-CAfile", root)
    assert openssl(*verify, root, issuing) == f"{root}: OK\n{issuing}: OK\n"


@needs_openssl
def test_openssl_finds_the_same_digests(chain: Any, tmp_path: Path) -> None:
    (path,) = saved(tmp_path, issuing=chain.issuing)
    shown = openssl("x509", "-in", path, "-noout", "-fingerprint", "-sha256")
    assert shown.strip().split("=")[1].replace(":", "").lower() == fingerprint(
        chain.issuing
    )
    pem, der = tmp_path / "key.pem", tmp_path / "key.der"
    pem.write_text(openssl("x509", "-in", path, "-noout", "-pubkey"))
    openssl("pkey", "-pubin", "-in", str(pem), "-outform", "DER", "-out", str(der))
    shown = openssl("dgst", "-sha256", "-r", str(der))
    assert shown.split()[0] == spki_digest(chain.issuing.public_key())


@pytest.mark.parametrize("which", ["root", "issuing"])
def test_a_second_linter_finds_nothing(chain: Any, which: str, tmp_path: Path) -> None:
    # No exception is needed: it knows key identifiers by method (2), and neither a
    # critical certificatePolicies nor the missing authorityKeyIdentifier of a
    # self-signed certificate is against RFC 5280.
    pytest.importorskip("pkilint", reason="pkilint is not installed")
    (path,) = saved(tmp_path, certificate=getattr(chain, which))
    command = [sys.executable, "-W", "ignore", "-m", "pkilint.bin.lint_pkix_cert"]
    done = subprocess.run(  # noqa: S603  a fixed program
        [*command, "lint", "-s", "NOTICE", path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "")


def test_a_certificate_is_read_in_pem_and_in_der(chain: Any) -> None:
    for raw in (encode_certificate(chain.root), chain.root.public_bytes(Encoding.DER)):
        assert decode_certificate(raw, "root.pem") == chain.root


def test_what_is_not_one_sound_certificate_is_refused_with_its_file(chain: Any) -> None:
    pem = encode_certificate(chain.root)
    odd = numbered(chain.root, -5)
    two = (pem + pem, pem + odd, odd + pem)
    for raw in (b"", b"junk", pem[:-40], *two, of_no_version(chain.root)):
        with pytest.raises(InputError) as caught:
            decode_certificate(raw, "root.pem")
        assert caught.value.code == "PKI-CERT-01"
        assert "is not one certificate" in str(caught.value)
        assert str(caught.value.place) == "root.pem"


@pytest.mark.parametrize("serial", NOT_POSITIVE)
def test_a_serial_number_that_is_not_positive_is_told(chain: Any, serial: int) -> None:
    pem = numbered(chain.root, serial)
    for raw in (pem, unarmor(pem)[2]):
        with pytest.raises(InputError) as caught:
            decode_certificate(raw, "root.pem")
        assert caught.value.code == "PKI-CERT-01"
        told = f"its serial number is {NOT_POSITIVE[serial]}, and not positive."
        assert told in str(caught.value)
        assert "a positive serial number" in caught.value.remedy
        assert str(caught.value.place) == "root.pem"
    assert decode_certificate(numbered(chain.root, 1), "root.pem").serial_number == 1


def test_a_certificate_is_issued_by_its_issuer_and_nobody_else(chain: Any) -> None:
    verify_issued_by(chain.root, chain.root)
    verify_issued_by(chain.issuing, chain.root)
    for certificate, issuer in (
        (chain.root, chain.issuing),
        (chain.issuing, chain.issuing),
    ):
        with pytest.raises(EvidenceError) as caught:
            verify_issued_by(certificate, issuer)
        assert caught.value.code == "PKI-SIGN-01"


def test_a_flipped_bit_in_the_signature_is_found(chain: Any) -> None:
    der = bytearray(chain.issuing.public_bytes(Encoding.DER))
    der[-1] ^= 1
    with pytest.raises(EvidenceError):
        verify_issued_by(load_der_x509_certificate(bytes(der)), chain.root)


def test_a_certificate_is_described_in_full(chain: Any) -> None:
    lines = describe_certificate(chain.issuing)
    end = lines.index("Signature (ecdsa-with-SHA256 (1.2.840.10045.4.3.2)):")
    # The key is twice the base point of P-256 (SEC 2): its coordinates are published.
    assert lines[:10] == (
        "Certificate",
        "Version: 3",
        "Serial number:",
        "    50:11:12:13:14:15:16:17:18:19:1a:1b:1c:1d:1e:1f",
        "Signature algorithm: ecdsa-with-SHA256 (1.2.840.10045.4.3.2)",
        "Issuer: OU=00, CN=ZA",
        "Valid from:  2015-10-29 00:00:00 UTC",
        "Valid until: 2040-10-28 23:59:59 UTC",
        "Subject: OU=07, CN=Z1",
        "Public key: id-ecPublicKey (1.2.840.10045.2.1), curve secp256r1, 256 bits",
    )
    assert lines[10] == "    04:7c:f2:7b:18:8d:03:4f:7e:8a:52:38:03:04:b5:1a"
    assert lines[18:end] == (
        "Extension keyUsage (2.5.29.15), critical:",
        "    key-cert-sign, crl-sign",
        "Extension basicConstraints (2.5.29.19), critical:",
        "    CA: yes",
        "    CA certificates that may follow below: 0",
        "Extension certificatePolicies (2.5.29.32), critical:",
        "    1.2.826.0.1.8641679.1.2.1.4",
        "Extension subjectKeyIdentifier (2.5.29.14), not critical:",
        "    4c:a9:a7:1d:3b:22:43:40",
        "Extension authorityKeyIdentifier (2.5.29.35), not critical:",
        "    key identifier:",
        "    49:c0:b5:64:31:56:37:10",
    )
    assert "".join(lines[-2:]).replace(":", "").replace(" ", "") == fingerprint(
        chain.issuing
    )


def evidence(
    common_name: str = "c-02", *, certify: Any = certify_signer, **changes: Any
) -> Any:
    ca_key = ec.derive_private_key(5, ec.SECP256R1())
    first = changes.pop("first")
    ca = certify_evidence_ca(Term("Evidence CA", first, 10, 1 << 126), ca_key)
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    term = Term(common_name, first, 5, 1 << 126 | 1)
    return ca, certify(term, key, ca=ca, ca_key=changes.get("ca_key", ca_key))


@needs_openssl
def test_openssl_accepts_a_person_under_the_evidence_ca(
    chain: Any, tmp_path: Path
) -> None:
    ca, person = evidence(first=chain.root_order.not_before)
    ca_path, path = saved(tmp_path, ca=ca, person=person)
    verify = ("verify", "-x509_strict", "-attime", "1450000000", "-CAfile", ca_path)
    assert openssl(*verify, path) == f"{path}: OK\n"
    shown = openssl("x509", "-in", path, "-noout", "-ext", "keyUsage,basicConstraints")
    assert "Digital Signature, Non Repudiation" in shown
    assert "CA:FALSE" in shown


def test_the_evidence_ca_certifies_with_its_own_key_only(chain: Any) -> None:
    with pytest.raises(EvidenceError) as caught:
        evidence(first=chain.root_order.not_before, ca_key=chain.root_key)
    assert caught.value.code == "PKI-SIGN-02"


def test_a_hostile_name_cannot_forge_a_line_of_the_description(chain: Any) -> None:
    name = 'Zoë, CN="x"\n\u202eSubject: CN=root ' + "long " * 6
    certify = plain_evidence_ca.certify_signer
    _, person = evidence(name, certify=certify, first=chain.root_order.not_before)
    lines = describe_certificate(person)
    assert all(line.isascii() and line.isprintable() for line in lines)
    assert max(map(len, lines)) <= 76
    assert sum(line.startswith("Subject:") for line in lines) == 1
    at = lines.index("    CA: no")
    assert lines[at - 1] == "Extension basicConstraints (2.5.29.19), critical:"
    assert "    digital-signature, non-repudiation" in lines
    assert "Public key: Ed25519 (1.3.101.112)" in lines


def test_an_extension_without_words_is_described_in_hexadecimal(chain: Any) -> None:
    raw = asn1.Certificate.load(chain.root.public_bytes(Encoding.DER))
    tbs = raw["tbs_certificate"]
    value = core.ParsableOctetString(bytes.fromhex("300a06082b06010505070301"))
    unknown = asn1.Extension({"extn_id": "1.2.3.4", "extn_value": value})
    tbs["extensions"] = asn1.Extensions([*tbs["extensions"], unknown])
    lines = describe_certificate(load_der_x509_certificate(raw.dump()))
    at = lines.index("Extension 1.2.3.4, not critical:")
    assert lines[at + 1] == "    30:0a:06:08:2b:06:01:05:05:07:03:01"


def test_an_extension_that_stands_twice_cannot_be_described(chain: Any) -> None:
    raw = asn1.Certificate.load(chain.root.public_bytes(Encoding.DER))
    tbs = raw["tbs_certificate"]
    tbs["extensions"] = asn1.Extensions([*tbs["extensions"], tbs["extensions"][0]])
    with pytest.raises(InputError) as caught:
        describe_certificate(load_der_x509_certificate(raw.dump()))
    assert caught.value.code == "PKI-CERT-02"
