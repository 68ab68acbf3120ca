"""Each list profile's golden lists are made again, and read by other programs."""

from __future__ import annotations

import ctypes.util
import json
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from ceremony.errors import InputError
from ceremony.pki.crl_order import prepare_crl
from ceremony.pki.crl_profile import Reason, Scope
from ceremony.pki.crl_profile_file import (
    builtin_crl_profiles,
    load_builtin_crl_profile,
)
from ceremony.pki.crl_signature import crl_signature
from ceremony.pki.fact import KeyAlgorithm, KeyUse, SignatureAlgorithm
from ceremony.pki.trial import made_up_issuer
from tests.fakes.golden_lists import (
    NUMBER,
    SHIPPED,
    SHIPPED_DAY,
    GoldenList,
    shipped_list,
    shipped_lists,
)
from tests.fakes.outside_tool import run_tool
from tests.unit.pki.certificates import changed, without
from tests.unit.pki.test_golden_certificates import (
    SIGNATURES,
    committed,
    nss_subject,
    run,
)
from tests.unit.pki.test_golden_values import FORM, attributes

NAMES = tuple(shipped_lists())
GENERIC = tuple(SignatureAlgorithm)
WEB = tuple(each for each in GENERIC if each is not SignatureAlgorithm.ED25519)
"""Baseline Requirements, section 7.1.3.2: RSA and ECDSA, and nothing else."""
SMKI = (SignatureAlgorithm.ECDSA_SHA256,)
PROFILES = {
    # By which algorithms such a list may be signed, the first one first; and how a key
    # is told whose certificate does not: RFC 5280, 4.2.1.2; GBCS v0.8.1, section 12.
    "generic-arl": (GENERIC, "method-1"),
    "generic-crl": (GENERIC, "method-1"),
    "smki-oca-arl": (SMKI, "method-2"),
    "smki-oca-crl": (SMKI, "method-2"),
    "web-arl": (WEB, "method-1"),
    "web-crl": (WEB, "method-1"),
}
REASONS = {
    Reason.KEY_COMPROMISE: ("Key Compromise", 1),
    Reason.CA_COMPROMISE: ("CA Compromise", 2),
    Reason.AFFILIATION_CHANGED: ("Affiliation Changed", 3),
    Reason.SUPERSEDED: ("Superseded", 4),
    Reason.CESSATION_OF_OPERATION: ("Cessation Of Operation", 5),
    Reason.CERTIFICATE_HOLD: ("Certificate Hold", 6),
    Reason.PRIVILEGE_WITHDRAWN: ("Privilege Withdrawn", 9),
}
"""As openssl prints it, and its number: RFC 5280, section 5.3.1."""
BY_GNUTLS = {
    "ecdsa-with-sha256": "ECDSA-SHA256",
    "ecdsa-with-sha384": "ECDSA-SHA384",
    "rsa-pkcs1-sha256": "RSA-SHA256",
    "rsa-pss-sha256": "RSA-PSS-SHA256",
    "ed25519": "EdDSA-Ed25519",
}
OIDS = {
    # RFC 5758, 3.2; RFC 4055, 5 and 3.1; RFC 8410, 3.
    "ecdsa-with-sha256": "1.2.840.10045.4.3.2",
    "ecdsa-with-sha384": "1.2.840.10045.4.3.3",
    "rsa-pkcs1-sha256": "1.2.840.113549.1.1.11",
    "rsa-pss-sha256": "1.2.840.113549.1.1.10",
    "ed25519": "1.3.101.112",
}
PSS = (
    "Hash Algorithm: sha256",
    "Mask Algorithm: mgf1 with sha256",
    "Salt Length: 0x20",
    "Trailer Field: 0x01 (default)",
)
KINDS = {
    SignatureAlgorithm.ECDSA_SHA256: KeyAlgorithm.EC_P256,
    SignatureAlgorithm.ECDSA_SHA384: KeyAlgorithm.EC_P384,
    SignatureAlgorithm.ECDSA_SHA512: KeyAlgorithm.EC_P521,
    SignatureAlgorithm.ED25519: KeyAlgorithm.ED25519,
}
"""The key that signs so; every other algorithm is RSA's."""


def file(name: str) -> Path:
    return SHIPPED / f"{name}.pem"


def signature(made: GoldenList) -> str:
    """The golden certificate of a CA here is signed as its profile has it, too."""
    return made.issuer.order.profile.signature.value


def following(made: GoldenList) -> date:
    return SHIPPED_DAY + timedelta(days=made.order.profile.days)


def issuers_identifier(made: GoldenList) -> bytes:
    found = made.issuer.certificate.extensions
    return found.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest


def is_about_authorities(made: GoldenList) -> bool:
    return made.order.profile.scope is Scope.AUTHORITIES


def test_every_list_profile_has_its_golden_lists_and_there_are_no_others() -> None:
    assert {path.stem for path in SHIPPED.iterdir()} == set(NAMES)
    assert {profile for profile, _ in shipped_lists().values()} == set(PROFILES)
    assert set(builtin_crl_profiles()) == set(PROFILES)


@pytest.mark.parametrize("name", NAMES)
def test_the_list_made_again_is_the_committed_one(name: str) -> None:
    made = shipped_list(name)
    found = x509.load_pem_x509_crl(file(name).read_bytes())
    assert found.tbs_certlist_bytes == made.crl.tbs_certlist_bytes
    assert found.is_signature_valid(made.issuer.certificate.public_key())  # type: ignore[arg-type]  # a CA's
    # The salt of a PSS signature is random; the others repeat themselves.
    if not signature(made).startswith("rsa-pss"):
        assert found == made.crl


@pytest.mark.parametrize("name", NAMES)
def test_openssl_reads_what_profile_and_order_say(name: str) -> None:
    made = shipped_list(name)
    told = run(
        *("openssl", "crl", "-in", file(name), "-noout", "-text", "-nameopt", FORM)
    )
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    algorithm = f"Signature Algorithm: {SIGNATURES[signature(made)]}"
    first, *others = attributes(made.issuer)
    body = lines[: lines.index(algorithm, lines.index(algorithm) + 1)]
    assert body == [
        "Certificate Revocation List (CRL):",
        "Version 2 (0x1)",
        algorithm,
        *(PSS if signature(made).startswith("rsa-pss") else ()),
        f"Issuer: {first}",
        *others,
        f"Last Update: {by_openssl(SHIPPED_DAY)}",
        f"Next Update: {by_openssl(following(made))}",
        "CRL extensions:",
        "X509v3 Authority Key Identifier:",
        issuers_identifier(made).hex(":").upper(),
        "X509v3 CRL Number:",
        f"0x{NUMBER:040X}",
        *(
            ("X509v3 Issuing Distribution Point: critical", "Only CA Certificates")
            if is_about_authorities(made)
            else ()
        ),
        "Revoked Certificates:",
        *(line for each in made.order.revoked for line in entry_by_openssl(each)),
    ]


def entry_by_openssl(revoked: object) -> list[str]:
    serial, day, reason = (getattr(revoked, n) for n in ("serial", "day", "reason"))
    lines = [f"Serial Number: {serial:02X}", f"Revocation Date: {by_openssl(day)}"]
    if reason is Reason.UNSPECIFIED:
        return lines
    title = "X509v3 CRL Reason Code:"
    return [*lines, "CRL entry extensions:", title, REASONS[reason][0]]


def by_openssl(day: date) -> str:
    return f"{day:%b} {day.day:2} 00:00:00 {day.year} GMT"


@pytest.mark.parametrize("name", NAMES)
def test_openssl_verifies_the_list_by_its_issuer(name: str, tmp_path: Path) -> None:
    _, issuer = shipped_lists()[name]
    verify = ["openssl", "crl", "-verify", "-noout", "-in", str(file(name))]
    done = run_tool([*verify, "-CAfile", str(committed(issuer))], tmp_path)
    assert done.stderr == b"verify OK\n"


@pytest.mark.parametrize("name", NAMES)
def test_gnutls_reads_what_profile_and_order_say(name: str) -> None:
    """It does not print the reasons of entries."""
    made = shipped_list(name)
    _, issuer = shipped_lists()[name]
    told = run("certtool", "--crl-info", "--infile", file(name))
    lines = [line.strip() for line in told.splitlines()]
    point = ("Unknown extension 2.5.29.28 (critical):", "ASCII: 0....")
    assert lines[: lines.index("Signature:")] == [
        "X.509 Certificate Revocation List Information:",
        "Version: 2",
        f"Issuer: {nss_subject(issuer)}",
        "Update dates:",
        f"Issued: {by_gnutls(SHIPPED_DAY)}",
        f"Next at: {by_gnutls(following(made))}",
        "Extensions:",
        "Authority Key Identifier (not critical):",
        issuers_identifier(made).hex(),
        f"CRL Number (not critical): {NUMBER:040x}",
        *((*point, "Hexdump: 30038201ff") if is_about_authorities(made) else ()),
        f"Revoked certificates ({len(made.order.revoked)}):",
        *(
            line
            for each in made.order.revoked
            for line in (
                f"Serial Number (hex): {each.serial:04x}",
                f"Revoked at: {by_gnutls(each.day)}",
            )
        ),
        f"Signature Algorithm: {BY_GNUTLS[signature(made)]}",
    ]


def by_gnutls(day: date) -> str:
    return f"{day:%a %b %d} 00:00:00 UTC {day.year}"


def test_nss_reads_what_profile_and_order_say() -> None:
    """NSS uses no list about authorities alone: it does not know what says so.

    An implementation must not use a list with a critical extension that it does not
    know (RFC 5280, section 5.2).
    """
    found = read_by_nss("list", [file(name) for name in NAMES])
    assert found == [by_nss(name) for name in NAMES]


def read_by_nss(kind: str, files: list[Path]) -> list[object]:
    """Have NSS read files in a process of its own: ``list`` or ``request``."""
    if ctypes.util.find_library("nss3") is None:
        pytest.skip("NSS's library nss3 is not installed")
    reader = Path(__file__).parents[2] / "fakes" / "nss_signed_reader.py"
    told = run(sys.executable, reader, kind, *files)
    return [json.loads(line) for line in told.splitlines()]


def by_nss(name: str) -> dict[str, object]:
    made = shipped_list(name)
    identifier = issuers_identifier(made)
    size = len(identifier)
    # SEQUENCE of [0] IMPLICIT OCTET STRING; INTEGER; SEQUENCE of [2] IMPLICIT BOOLEAN.
    extensions = [
        ["2.5.29.35", False, f"30{size + 2:02x}80{size:02x}{identifier.hex()}"],
        ["2.5.29.20", False, f"0214{NUMBER:040x}"],
        ["2.5.29.28", True, "30038201ff"],
    ]
    return {
        "used": not is_about_authorities(made),
        "version": 2,
        "signature": OIDS[signature(made)],
        "issuer": nss_subject(shipped_lists()[name][1]),
        "updates": [seconds(SHIPPED_DAY), seconds(following(made))],
        "extensions": extensions[: 3 if is_about_authorities(made) else 2],
        "entries": [
            [
                f"{each.serial:04x}",
                seconds(each.day),
                REASONS[each.reason][1] if each.reason in REASONS else None,
            ]
            for each in made.order.revoked
        ],
    }


def seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_has_these_algorithms_in_this_order(name: str) -> None:
    profile, (named, _) = load_builtin_crl_profile(name), PROFILES[name]
    for signature in SignatureAlgorithm:
        key = KINDS.get(signature, KeyAlgorithm.RSA_2048)
        issuer = made_up_issuer(key, (KeyUse.CRL_SIGN,), signature)
        if signature in named:
            assert crl_signature(profile, issuer) is signature
            continue
        with pytest.raises(InputError) as caught:
            crl_signature(profile, issuer)
        assert caught.value.code == "PKI-LIST-05"
    by_ecdsa = made_up_issuer(KeyAlgorithm.RSA_2048, (KeyUse.CRL_SIGN,))
    if named in (GENERIC, WEB):
        assert crl_signature(profile, by_ecdsa) is SignatureAlgorithm.RSA_SHA256


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_tells_a_key_so_whose_certificate_does_not(name: str) -> None:
    made = shipped_list(next(each for each in NAMES if each.startswith(name)))
    bare = changed(made.issuer.certificate, without("2.5.29.14"))
    order = replace(made.order, issuer=bare)
    crl = prepare_crl(order).sign(
        made.issuer.key,
        bare.signature_hash_algorithm,  # type: ignore[arg-type]  # of the library
    )
    found = crl.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    whole = x509.SubjectKeyIdentifier.from_public_key(bare.public_key()).digest
    last = bytes([0x40 | whole[-8] & 0x0F]) + whole[-7:]
    assert found.key_identifier == (whole if PROFILES[name][1] == "method-1" else last)


def test_a_list_under_the_baseline_requirements_is_signed_by_the_webs_cas() -> None:
    assert [shipped_lists()[name] for name in NAMES if name.startswith("web")] == [
        ("web-arl", "web-root"),
        ("web-crl", "web-subordinate"),
    ]


def test_a_list_for_smki_is_signed_by_smkis_own_cas() -> None:
    assert [shipped_lists()[name] for name in NAMES if name.startswith("smki")] == [
        ("smki-oca-arl", "smki-root-oca"),
        ("smki-oca-crl", "smki-issuing-oca"),
    ]
