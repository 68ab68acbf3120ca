"""Files as people hand them in: certificates and requests made here, and what is not.

Every key is made for the occasion, or derived from a small number; no file comes from
anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs7,
    pkcs12,
)
from cryptography.x509.name import _ASN1Type  # the only way to choose the encoding
from cryptography.x509.oid import NameOID

from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.crl_order import CrlOrder, Revocation, prepare_crl
from ceremony.pki.crl_profile import Reason
from ceremony.pki.crl_profile_file import load_builtin_crl_profile
from ceremony.pki.fact import Attribute
from ceremony.pki.order import Order, prepare, serial_number

ROOT_KEY: Final = ec.derive_private_key(7, ec.SECP256R1())
SUB_KEY: Final = ec.derive_private_key(8, ec.SECP256R1())
_NO: Final = NoEncryption()
_BITS: Final = _ASN1Type.BitString
_PRIVATE: Final = "holds a private key"
_BEGIN, _END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


@lru_cache
def root_and_sub() -> tuple[x509.Certificate, x509.Certificate]:
    """An SMKI root and an issuing CA, as their profiles ask."""
    root = prepare(
        Order(
            load_builtin_profile("smki-root-oca"),
            {Attribute.COMMON_NAME: "ZA"},
            None,
            date(2026, 1, 1),
            serial_number(bytes(range(16))),
        ),
        ROOT_KEY.public_key(),
    ).sign(ROOT_KEY, hashes.SHA256())
    sub = prepare(
        Order(
            load_builtin_profile("smki-issuing-oca"),
            {Attribute.COMMON_NAME: "Z1"},
            root,
            date(2026, 1, 1),
            serial_number(bytes(range(16, 32))),
        ),
        SUB_KEY.public_key(),
    ).sign(ROOT_KEY, hashes.SHA256())
    return root, sub


def bare_list() -> x509.CertificateRevocationList:
    """The root's list as nobody should make one: no number, nothing revoked."""
    root, _ = root_and_sub()
    crl = x509.CertificateRevocationListBuilder(root.subject, _BEGIN, _END)
    return crl.sign(ROOT_KEY, hashes.SHA256())


def root_list() -> x509.CertificateRevocationList:
    """The root's list as its profile asks; it revokes two."""
    root, sub = root_and_sub()
    order = CrlOrder(
        load_builtin_crl_profile("smki-oca-arl"),
        root,
        7,
        date(2026, 1, 2),
        (
            Revocation(sub.serial_number, date(2026, 1, 2), Reason.SUPERSEDED),
            Revocation(0x4A, date(2026, 1, 1), Reason.UNSPECIFIED),
        ),
    )
    return prepare_crl(order).sign(ROOT_KEY, hashes.SHA256())


def device_request() -> x509.CertificateSigningRequest:
    """A request of a device's kind: two extensions and another attribute."""
    name = x509.Name(
        [
            x509.NameAttribute(
                NameOID.COMMON_NAME,
                'Zo\N{LATIN SMALL LETTER E WITH DIAERESIS}, CN="x"\nSubject: CN=root',
            )
        ]
    )
    module = bytes.fromhex("300d06042a030405 0405".replace(" ", "")) + b"\1\2\3\4\5"
    return (
        x509.CertificateSigningRequestBuilder(name)
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.OtherName(x509.ObjectIdentifier("1.3.6.1.5.5.7.8.4"), module)]
            ),
            critical=True,
        )
        .add_extension(x509.ExtendedKeyUsage([x509.OID_CLIENT_AUTH]), critical=False)
        .add_attribute(x509.ObjectIdentifier("1.2.840.113549.1.9.7"), b"challenge")
        .sign(SUB_KEY, hashes.SHA256())
    )


def _every_extension() -> tuple[tuple[x509.ExtensionType, bool], ...]:
    """Give each extension that profiles know, and whether it is critical."""
    url = x509.UniformResourceIdentifier
    access = x509.AuthorityInformationAccessOID
    # RFC 5934: SEQUENCE { SEQUENCE { id-aes128-wrap }, OCTET STRING of 3 }.
    apex = bytes.fromhex("3012300b06096086480165030401050403aabbcc")
    return (
        (x509.ExtendedKeyUsage([x509.OID_OCSP_SIGNING]), True),
        (
            x509.SubjectAlternativeName(
                [
                    x509.DNSName("a.example"),
                    x509.RFC822Name("a@a.example"),
                    url("http://a.example/"),
                    x509.DirectoryName(x509.Name([])),
                    x509.RegisteredID(x509.ObjectIdentifier("1.2.3.4")),
                    x509.OtherName(x509.ObjectIdentifier("1.2.3.5"), b"\5\0"),
                ]
            ),
            False,
        ),
        (
            x509.NameConstraints(
                [x509.DNSName("a.example")], [x509.DNSName("b.example")]
            ),
            True,
        ),
        (
            x509.CRLDistributionPoints(
                [x509.DistributionPoint([url("http://a.example/c")], None, None, None)]
            ),
            False,
        ),
        (
            x509.AuthorityInformationAccess(
                [
                    x509.AccessDescription(access.OCSP, url("http://a.example/o")),
                    x509.AccessDescription(
                        access.CA_ISSUERS, url("http://a.example/i")
                    ),
                ]
            ),
            False,
        ),
        (x509.OCSPNoCheck(), False),
        (
            x509.UnrecognizedExtension(
                x509.ObjectIdentifier("1.3.6.1.5.5.7.1.20"), apex
            ),
            False,
        ),
    )


def full_certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    """An RSA certificate, signed with PSS, with every extension that profiles know."""
    eui = b"\0" + bytes.fromhex("90b3d51f30000000")
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "GB"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Made, up"),
            x509.NameAttribute(x509.ObjectIdentifier("2.5.4.45"), eui, _type=_BITS),
        ]
    )
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), 0x1234, _BEGIN, _END
    )
    for extension, critical in _every_extension():
        builder = builder.add_extension(extension, critical)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    return builder.sign(key, hashes.SHA256(), rsa_padding=pss)


def other_files() -> Iterator[tuple[str, bytes, str]]:
    """Files that hold neither: a name, the bytes, and what has to be said of them."""
    root, sub = root_and_sub()
    pem, der = root.public_bytes(Encoding.PEM), root.public_bytes(Encoding.DER)
    yield from _encoded(root, Encoding.PEM, "pem")
    yield from _encoded(root, Encoding.DER, "der")
    yield from _keys_among(pem, root)
    two = pem + sub.public_bytes(Encoding.PEM)
    yield "two.pem", two, "holds several certificates"
    trusted = pem.replace(b"CERTIFICATE", b"TRUSTED CERTIFICATE")
    yield "trusted.pem", trusted, "holds a certificate with openssl's trust settings"
    other_label = pem.replace(b"CERTIFICATE", b"CERTIFICATE REQUEST")
    yield "label.pem", other_label, "whose encoding is broken"
    yield "cut.pem", pem[:200], "whose encoding is broken"
    yield "torn.pem", pem.replace(b"MII", b"M%I"), "whose encoding is broken"
    yield "cut.der", der[:200], "whose encoding is broken"
    yield "empty.pem", b" \n", "is empty"
    yield "long.der", bytes(256 * 1024 + 1), "is longer than any certificate"
    yield "text.txt", b"Dear all,\n", "is neither PEM, nor DER, nor base64"
    yield "short.txt", b"abc", "is neither PEM, nor DER, nor base64"
    yield "message.asc", b"-----BEGIN PGP MESSAGE-----\n", "is neither PEM, nor DER"


def _encoded(
    root: x509.Certificate, encoding: Encoding, end: str
) -> Iterator[tuple[str, bytes, str]]:
    key = ROOT_KEY
    old, new = PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8
    yield f"old-key.{end}", key.private_bytes(encoding, old, _NO), _PRIVATE
    yield f"key.{end}", key.private_bytes(encoding, new, _NO), _PRIVATE
    locked = BestAvailableEncryption(b"x")
    hidden = key.private_bytes(encoding, new, locked)
    yield f"locked.{end}", hidden, _PRIVATE
    public = key.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
    yield f"public.{end}", public, "holds a public key alone"
    bundle = pkcs7.serialize_certificates([root], encoding)
    yield f"p7.{end}", bundle, "holds a PKCS#7 or CMS message"


def _keys_among(pem: bytes, root: x509.Certificate) -> Iterator[tuple[str, bytes, str]]:
    rsa_key = rsa.generate_private_key(65537, 2048)
    old = rsa_key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, _NO)
    yield "rsa.der", old, _PRIVATE
    store = pkcs12.serialize_key_and_certificates(
        b"x", ROOT_KEY, root, None, BestAvailableEncryption(b"x")
    )
    yield "store.p12", store, "holds PKCS#12"
    key = ROOT_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _NO)
    yield "both.pem", pem + key, _PRIVATE


def save(folder: Path, **contents: bytes) -> dict[str, str]:
    """Write files and give their paths, by name."""
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {name: str(folder / name) for name in contents}
