"""No certificate of anybody else's is copied into the project.

Every file of the checkout is searched for certificates as they may be copied: in DER,
PEM, base64 or hexadecimal, in a text or in a compressed stream of a pack. Each has to
be issued under a name that the project made up.
"""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
import warnings
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.certificate import name_text

CHECKOUT = Path(__file__).parents[2]

MADE_UP = {
    "CN=Evidence CA",
    "CN=evidence-ca",
    "OU=00, CN=NA",
    "OU=00, CN=NC",
    "CN=Z1",
    "CN=Z2",
    "CN=smki-iki-ca",
    "CN=smki-issuing-dca",
    "OU=07, CN=smki-issuing-oca",
    "CN=smki-root-dca",
    "OU=00, CN=smki-root-oca",
    "OU=00, CN=smki-root-oca-contingency",
    *(
        f"C=GB, O=Example Trust Services Ltd, CN={name}"
        for name in (
            "issuing-ca-ec-p384",
            "issuing-ca-rsa-4096",
            "root-ca-ec-p384",
            "root-ca-ed25519",
            "root-ca-rsa-4096",
            "root-ca-rsa-4096-pss",
            "web-root",
        )
    ),
}
"""The issuers of the certificates in vectors and packs in the order of their names."""

OBSERVED = {"OU=00, CN=ZA", "OU=07, CN=Z1", "OU=07, CN=Z2", "CN=E357", "CN=0001"}
"""Issuers of DCC's published test certificates, none of which may be here."""

# The begin of a SEQUENCE of 128 octets or more that begins with another such.
BEGIN = re.compile(rb"\x30(?:\x82..|\x81.)\x30[\x81\x82]", re.DOTALL)
SHORT = 0x81
# Its first octets in base64 and in hexadecimal, and whatever may follow them in a text:
# ends of lines, quotes, commas, colons, and what escapes them.
BASE64 = re.compile(rb"MI[A-P](?:[A-Za-z0-9+/=\s\"',>#]|\\[rn]){150,}")
NO_BASE64 = re.compile(rb"\\[rn]|[^A-Za-z0-9+/]")
SET_OFF = rb"(?:0x|\\x|[\s:\"',])*"
HEX = re.compile(rb"30%b8[12](?:%b[0-9a-fA-F]{2}){120,}" % (SET_OFF, SET_OFF))
NO_HEX = re.compile(rb"0x|\\x|[^0-9a-fA-F]")
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
MOST_OCTETS = 1 << 24
"""No stream is inflated further: one among the vectors is a bomb."""


def certificates_in(octets: bytes) -> Iterator[x509.Certificate]:
    """Find every certificate in a file, however it is written there."""
    for each in readings_of(octets):
        for found in BEGIN.finditer(each):
            start = found.start()
            head = 3 if each[start + 1] == SHORT else 4
            size = int.from_bytes(each[start + 2 : start + head], "big")
            try:
                yield x509.load_der_x509_certificate(each[start : start + head + size])
            except ValueError:
                continue


def readings_of(octets: bytes) -> Iterator[bytes]:
    yield from texts_of(octets)
    for stream in STREAM.finditer(octets):
        try:
            inflated = zlib.decompressobj().decompress(stream[1], MOST_OCTETS)
        except zlib.error:
            continue
        yield from texts_of(inflated)


def texts_of(octets: bytes) -> Iterator[bytes]:
    yield octets
    for found in BASE64.finditer(octets):
        text = NO_BASE64.sub(b"", found[0])
        # What is left over at the end is behind the certificate.
        yield base64.b64decode(text + b"A" * (-len(text) % 4))
    for found in HEX.finditer(octets):
        text = NO_HEX.sub(b"", found[0])
        yield bytes.fromhex(text[: len(text) // 2 * 2].decode())


def files() -> list[Path]:
    """Give every file that is tracked, and every other one where git is not at hand."""
    git = shutil.which("git")
    if git is not None and (CHECKOUT / ".git").exists():
        told = subprocess.run(  # noqa: S603  git of this machine, to list the files
            [git, "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=True
        )
        names = told.stdout.decode().split("\0")
        paths = [CHECKOUT / name for name in names if name]
    else:
        paths = sorted(CHECKOUT.rglob("*"))
    return [path for path in paths if path.is_file()]


@lru_cache(maxsize=1)
def issuers() -> dict[str, set[str]]:
    """By issuer, the files in which a certificate of it stands."""
    found = defaultdict(set)
    with warnings.catch_warnings():
        # What a vector has wrong on purpose is nothing here.
        warnings.simplefilter("ignore")
        for path in files():
            for each in certificates_in(path.read_bytes()):
                name = str(path.relative_to(CHECKOUT))
                found[name_text(each.issuer)].add(name)
    return dict(found)


def test_every_certificate_in_the_checkout_is_issued_under_a_made_up_name() -> None:
    foreign = {name: where for name, where in issuers().items() if name not in MADE_UP}
    assert foreign == {}
    assert not MADE_UP & OBSERVED


def test_the_search_finds_what_is_known_to_be_there() -> None:
    found = {name for where in issuers().values() for name in where}
    golden = {
        str(path.relative_to(CHECKOUT))
        for path in (CHECKOUT / "tests/vectors/profiles").glob("*.pem")
    }
    assert len(golden) > 40
    assert golden <= found
    packs = (CHECKOUT / "tests/vectors").glob("*/good.pdf")
    assert {str(path.relative_to(CHECKOUT)) for path in packs} <= found
    assert set(issuers()) == MADE_UP


def foreign() -> x509.Certificate:
    """Make a certificate under one of the names that were observed."""
    key = ec.derive_private_key(5, ec.SECP256R1())
    attributes = [
        x509.NameAttribute(x509.NameOID.ORGANIZATIONAL_UNIT_NAME, "07"),
        x509.NameAttribute(x509.NameOID.COMMON_NAME, "Z1"),
    ]
    name = x509.Name(attributes)
    first, last = datetime(2015, 10, 30, tzinfo=UTC), datetime(2025, 10, 29, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 5, first, last)
    return builder.sign(key, hashes.SHA256())


def in_lines(text: str) -> list[str]:
    return [text[start : start + 60] for start in range(0, len(text), 60)]


def in_stream(octets: bytes) -> bytes:
    return b"<<>> stream\r\n" + zlib.compress(octets) + b"\nendstream"


PEM, DER = Encoding.PEM, Encoding.DER
WAYS: dict[str, Callable[[x509.Certificate], bytes]] = {
    "DER": lambda it: b"\x30" + it.public_bytes(DER) + b"\0",
    "PEM": lambda it: b"# ours\n" + it.public_bytes(PEM),
    "PEM in one line of JSON": lambda it: it.public_bytes(PEM).replace(b"\n", b"\\n"),
    "base64": lambda it: b"c: " + base64.b64encode(it.public_bytes(DER)),
    "base64 in a program": lambda it: "\n".join(
        f'    "{line}"'
        for line in in_lines(base64.b64encode(it.public_bytes(DER)).decode())
    ).encode(),
    "hexadecimal": lambda it: it.public_bytes(DER).hex().upper().encode(),
    "hexadecimal in a program": lambda it: "\n".join(
        f'    "{line}"' for line in in_lines(it.public_bytes(DER).hex())
    ).encode(),
    "hexadecimal with colons": lambda it: it.public_bytes(DER).hex(":").encode(),
    "hexadecimal of C": lambda it: ", ".join(
        f"0x{octet:02x}" for octet in it.public_bytes(DER)
    ).encode(),
    "escaped octets": lambda it: "".join(
        f"\\x{octet:02x}" for octet in it.public_bytes(DER)
    ).encode(),
    "a stream": lambda it: in_stream(it.public_bytes(DER)),
    "PEM in a stream": lambda it: in_stream(b"x" + it.public_bytes(PEM)),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_certificate_is_found_however_it_is_copied(way: str) -> None:
    copied = foreign()
    (found,) = set(certificates_in(WAYS[way](copied)))
    assert found == copied
    assert name_text(found.issuer) in OBSERVED - MADE_UP
