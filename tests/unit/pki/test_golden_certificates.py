"""Each profile's golden certificate is made again, and read back by other programs."""

from __future__ import annotations

import ctypes.util
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509

from ceremony.pki.builtin import builtin_profiles
from ceremony.pki.certificate import encode_spki
from ceremony.pki.fact import KeyUse, Purpose
from tests.fakes.golden import FOLDER, Golden, golden, published_keys

NAMES = builtin_profiles()
# 15 January 2026, since the shortest golden certificate ends in March.
MOMENT = "1768435200"
USES = {
    KeyUse.DIGITAL_SIGNATURE: "Digital Signature",
    KeyUse.NON_REPUDIATION: "Non Repudiation",
    KeyUse.KEY_ENCIPHERMENT: "Key Encipherment",
    KeyUse.KEY_AGREEMENT: "Key Agreement",
    KeyUse.KEY_CERT_SIGN: "Certificate Sign",
    KeyUse.CRL_SIGN: "CRL Sign",
}
PURPOSES = {
    Purpose.SERVER_AUTH: "TLS Web Server Authentication",
    Purpose.CODE_SIGNING: "Code Signing",
    Purpose.TIME_STAMPING: "Time Stamping",
    Purpose.OCSP_SIGNING: "OCSP Signing",
}
SIGNATURES = {
    "ecdsa-with-sha256": "ecdsa-with-SHA256",
    "ecdsa-with-sha384": "ecdsa-with-SHA384",
    "rsa-pkcs1-sha256": "sha256WithRSAEncryption",
    "rsa-pss-sha256": "rsassaPss",
    "ed25519": "ED25519",
}
KEYS = {
    "ec-p256": "ASN1 OID: prime256v1",
    "ec-p384": "ASN1 OID: secp384r1",
    "ed25519": "ED25519 Public-Key:",
    "rsa-2048": "Public-Key: (2048 bit)",
    "rsa-4096": "Public-Key: (4096 bit)",
}
NSS_READER = Path(__file__).parents[2] / "fakes" / "nss_reader.py"
NSS_PREFIXES = {
    "common-name": "CN=",
    "remote-party-role": "OU=",
    "organizational-unit": "OU=",
    "organization": "O=",
    "country": "C=",
    # A BIT STRING of 9 octets, of which the first counts unused bits.
    "unique-identifier": "OID.2.5.4.45=#030900",
}


def committed(name: str) -> Path:
    return FOLDER / f"{name}.pem"


def run(*command: str | Path) -> str:
    program = shutil.which(str(command[0]))
    if program is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(  # noqa: S603  a fixed program
        [program, *command[1:]],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def text_of(name: str) -> list[str]:
    found = run("openssl", "x509", "-in", committed(name), "-noout", "-text")
    return [line.strip() for line in found.splitlines()]


def after(lines: list[str], title: str) -> str:
    """The line below an extension's title; empty where it is absent."""
    return lines[lines.index(title) + 1] if title in lines else ""


def test_every_profile_has_its_golden_certificate_and_there_is_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.pem")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_certificate_made_again_is_the_committed_one(name: str) -> None:
    made = golden(name)
    found = x509.load_pem_x509_certificate(committed(name).read_bytes())
    assert found.tbs_certificate_bytes == made.certificate.tbs_certificate_bytes
    issuer = (made.issuer or made).certificate
    found.verify_directly_issued_by(issuer)
    # The salt of a PSS signature is random; the others repeat themselves.
    if not made.order.profile.signature.startswith("rsa-pss"):
        assert found == made.certificate


def test_the_keys_are_those_that_the_standards_publish() -> None:
    # The public halves, as the RFCs print them: of a point and of a modulus the
    # first octets.
    printed = {
        "ec-p256": [
            "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6",
            "422548F88FB782FFB5ECA3744452C72A1E558FBD6F73BE5E48E93232CC45C5B1",
        ],
        "ec-p384": [
            "EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E",
            "5B0901B88523296EB919D50FFA1A9CB374BC4D409586282B",
        ],
        "ed25519": [
            "D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A",
            "3D4017C3E843895A92B70AA74D1B7EBC9C982CCF2EC4968CC0CD55F12AF4660C",
        ],
        "rsa-2048": ["B0F9E81943A7AE9892AADE17CA7C40F8"],
        "rsa-4096": ["B38B4960E63BE6A8DBA89A82978EF1F6"],
    }
    for algorithm, keys in published_keys().items():
        for key, wanted in zip(keys, printed[algorithm], strict=True):
            assert bytes.fromhex(wanted) in encode_spki(key.public_key())


@pytest.mark.parametrize("name", NAMES)
def test_openssl_reads_what_the_profile_says(name: str) -> None:
    profile = golden(name).order.profile
    lines = text_of(name)
    assert "Version: 3 (0x2)" in lines
    wanted = SIGNATURES[profile.signature]
    assert lines.count(f"Signature Algorithm: {wanted}") == 2
    assert KEYS[profile.key] in lines
    usage = after(lines, "X509v3 Key Usage: critical")
    assert usage.split(", ") == [
        text for use, text in USES.items() if use in profile.key_usage
    ]
    length = "" if profile.path_length is None else f", pathlen:{profile.path_length}"
    constraints = after(lines, "X509v3 Basic Constraints: critical")
    said = f"CA:TRUE{length}" if profile.is_ca else ""
    assert constraints == ("CA:FALSE" if profile.denies_ca else said)
    critical = " critical" if profile.purposes_critical else ""
    purposes = after(lines, f"X509v3 Extended Key Usage:{critical}")
    assert purposes == ", ".join(PURPOSES[each] for each in profile.purposes)
    names = {"2.5.29.32.0": "X509v3 Any Policy"}
    told = [line[8:] for line in lines if line.startswith("Policy: ")]
    assert told == [names.get(oid, oid) for oid in profile.policies]
    critical = " critical" if profile.policies_critical else ""
    assert (f"X509v3 Certificate Policies:{critical}" in lines) == bool(
        profile.policies
    )
    assert ("OCSP No Check:" in lines) == profile.no_check


@pytest.mark.parametrize("name", NAMES)
def test_openssl_verifies_the_whole_path(name: str, tmp_path: Path) -> None:
    told = verify(golden(name), tmp_path, committed)
    assert told == f"{committed(name)}: OK\n"


def verify(
    made: Golden, folder: Path, file: Callable[[str], Path], *options: str
) -> str:
    path = [file(each.order.profile.name) for each in made.path]
    untrusted = folder / "untrusted.pem"
    untrusted.write_bytes(b"".join(each.read_bytes() for each in path))
    return run(
        *("openssl", "verify", "-x509_strict", "-check_ss_sig", "-attime", MOMENT),
        *options,
        *("-CAfile", path[-1], "-untrusted", untrusted, path[0]),
    )


@pytest.mark.parametrize(
    ("name", "purpose"),
    [
        # OpenSSL wants timestamping to be critical and alone, as RFC 3161 has it.
        ("evidence-timestamp", "timestampsign"),
        ("ocsp-responder", "ocsphelper"),
        ("smki-iki-client", "sslclient"),
        ("web-subordinate", "any"),
    ],
)
def test_openssl_takes_the_certificate_for_its_purpose(
    name: str, purpose: str, tmp_path: Path
) -> None:
    told = verify(golden(name), tmp_path, committed, "-purpose", purpose)
    assert told.endswith(": OK\n")


def test_gnutls_reads_every_certificate() -> None:
    for name in NAMES:
        told = run("certtool", "--certificate-info", "--infile", committed(name))
        assert f"Serial Number (hex): {golden(name).order.serial:032x}" in told


def test_nss_reads_every_certificate_with_its_subject() -> None:
    """NSS writes a name from its end, and an attribute that it does not know in hex."""
    if ctypes.util.find_library("smime3") is None:
        pytest.skip("NSS's library smime3 is not installed")
    told = run(sys.executable, NSS_READER, *(committed(name) for name in NAMES))
    assert told.splitlines() == [nss_subject(name) for name in NAMES]


def nss_subject(name: str) -> str:
    order = golden(name).order
    return ",".join(
        NSS_PREFIXES[part.attribute] + (part.text or order.values[part.attribute])
        for part in reversed(order.profile.subject)
    )
