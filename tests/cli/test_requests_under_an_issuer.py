"""``ceremony pki request check --issuer``: what it would not sign is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.clock import SystemClock
from ceremony.pki.certificate import encode_spki, key_identifier
from ceremony.pki.extension import key_usage
from ceremony.pki.fact import KeyUse
from ceremony.pki.order import NO_END
from tests.cli.pki_command import pki
from tests.fakes.made_requests import KEY
from tests.fakes.profile_texts import fact, part, profile
from tests.rehearsals.stage import Told

CN = x509.NameOID.COMMON_NAME
CA_KEY = ec.derive_private_key(31, ec.SECP256R1())
DAY = timedelta(days=1)
NOW = SystemClock().now().wall.replace(microsecond=0)

SERVER = profile(
    "shop-server",
    "shop-issuing",
    fact("subject", part("common-name", "utf8")),
    fact("key", "ec-p256"),
    fact("signature", "ecdsa-with-sha256"),
    fact("validity", "30 days"),
    fact("serial-octets", "16"),
    fact("path-length", "no-ca"),
    fact("key-usage", "[digital-signature]"),
    fact("key-identifier", "method-1"),
    fact("extended-key-usage", "[server-auth]", "\n    critical: false"),
    fact("subject-alternative-name", "given", "\n    critical: false"),
    fact("crl-distribution-points", "required"),
)


def common_name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(CN, text)])


def issuing_ca(first: datetime, last: datetime = NO_END) -> bytes:
    """A CA that may name hosts below two names alone, signed by another: PEM."""
    key = CA_KEY.public_key()
    below = [x509.DNSName(name) for name in ("shop.example", "shop.1")]
    permitted = x509.NameConstraints(below, None)
    identifier = x509.SubjectKeyIdentifier(key_identifier(encode_spki(key)))
    made = (
        x509.CertificateBuilder(common_name("Root"), common_name("Shop CA"), key, 5)
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage((KeyUse.KEY_CERT_SIGN,)), critical=True)
        .add_extension(permitted, critical=True)
        .add_extension(identifier, critical=False)
        .sign(KEY, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM)


def checked(folder: Path, host: str, ca: bytes) -> Told:
    """Check a request for a host, by which the CA is to be asked."""
    asked = (
        x509.CertificateSigningRequestBuilder(common_name("Shop"))
        .add_extension(key_usage((KeyUse.DIGITAL_SIGNATURE,)), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False
        )
        .sign(KEY, hashes.SHA256())
    )
    files = {
        "it.csr": asked.public_bytes(Encoding.PEM),
        "ca.pem": ca,
        "server.yaml": SERVER.encode(),
    }
    for name, contents in files.items():
        (folder / name).write_bytes(contents)
    request, issuer, wanted = (folder / name for name in files)
    alone = pki("request", "check", request, "--profile", wanted)
    assert (alone.status, "1 request: all good." in alone.out) == (0, True)
    return pki("request", "check", request, "--profile", wanted, "--issuer", issuer)


@pytest.mark.parametrize("first", [NOW - DAY, NOW + 40 * DAY])
@pytest.mark.parametrize("host", ["www.shop.example", "*.shop.example"])
def test_what_the_issuer_may_sign_is_good_from_its_first_day_on(
    tmp_path: Path, host: str, first: datetime
) -> None:
    told = checked(tmp_path, host, issuing_ca(first))
    assert (told.status, "1 request: all good." in told.out) == (0, True)


@pytest.mark.parametrize("host", ["www.example.org", "*.example.org", "*.example"])
def test_names_that_the_issuer_does_not_permit_are_refused(
    tmp_path: Path, host: str
) -> None:
    told = checked(tmp_path, host, issuing_ca(NOW - DAY))
    assert (told.status, "[PKI-PATH-06]" in told.out) == (1, True)


def test_what_would_outlive_the_issuer_is_refused(tmp_path: Path) -> None:
    told = checked(tmp_path, "www.shop.example", issuing_ca(NOW - DAY, NOW + 9 * DAY))
    assert (told.status, "[PKI-PATH-03]" in told.out) == (1, True)


def test_what_the_second_linter_finds_is_refused(tmp_path: Path) -> None:
    # No top of the DNS is of digits (RFC 3696, section 2).
    told = checked(tmp_path, "www.shop.1", issuing_ca(NOW - DAY))
    assert (told.status, "[PKI-CSR-31]" in told.out) == (1, True)


def test_a_label_that_stands_for_nothing_is_told_in_words(tmp_path: Path) -> None:
    told = checked(tmp_path, "xn--0.shop.example", issuing_ca(NOW - DAY))
    said = " ".join(told.out.split())
    assert told.status == 1
    assert "does not stand for letters by RFC 3490, section 4. [PKI-PATH-01]" in said
    assert "UnicodeError" not in said
