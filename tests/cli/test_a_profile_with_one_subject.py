"""A profile whose subject no request changes is told before a set is judged by it."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.cli.transcript import call_here

PROFILE = Path(__file__).parents[1] / "vectors" / "scripts" / "one-name.yaml"
TOLD = "  Each request for it names the same subject: of a set one is good.\n"


def request(path: Path, number: int) -> str:
    """Write a request for the profile, by another key and for the one name."""
    name = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example Publisher")]
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING])
    key = ec.derive_private_key(number, ec.SECP256R1())
    made = (
        x509.CertificateSigningRequestBuilder(x509.Name(name))
        .add_extension(usage, critical=True)
        .add_extension(purposes, critical=False)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(made.public_bytes(Encoding.PEM))
    return str(path)


def test_of_a_set_for_a_profile_with_one_subject_one_is_good_as_it_is_told(
    tmp_path: Path,
) -> None:
    said = call_here(["pki", "profile", "check", str(PROFILE)])
    assert said.status == 0, said.all
    assert TOLD in said.out
    files = [request(tmp_path / f"{number}.pem", number) for number in (1, 2, 3)]
    said = call_here(["pki", "request", "check", *files, "--profile", str(PROFILE)])
    assert said.status == 1
    assert said.out.count("[PKI-CSR-07]") == 2
    assert "1 good" in said.out


def test_nothing_is_told_where_a_request_states_its_name(tmp_path: Path) -> None:
    other = tmp_path / "one-name.yaml"
    fixed = "{attribute: organization, string: utf8, text: Example Publisher}"
    assert fixed in PROFILE.read_text()
    free = f"{fixed}\n      - {{attribute: common-name, string: utf8}}"
    other.write_text(PROFILE.read_text().replace(fixed, free))
    said = call_here(["pki", "profile", "check", str(other)])
    assert said.status == 0, said.all
    assert TOLD not in said.out
