"""Each profile's golden request is made again, and read back by other programs."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony.pki.certificate import encode_spki
from ceremony.pki.der_request import decode_raw_request
from ceremony.pki.fact import (
    AlternativeName,
    KeyAlgorithm,
    KeyUse,
    Purpose,
    RequestExtension,
    SignatureAlgorithm,
)
from ceremony.pki.request_form import request_signature
from tests.fakes.golden_requests import (
    REQUESTS,
    GoldenRequest,
    asking,
    golden_request,
)
from tests.unit.pki.test_golden_certificates import (
    KEYS,
    PURPOSES,
    SIGNATURES,
    USES,
    nss_subject,
    run,
)
from tests.unit.pki.test_golden_lists import BY_GNUTLS, OIDS, read_by_nss
from tests.unit.pki.test_golden_values import (
    FORM,
    alternative_names,
    attributes,
    below,
)

NAMES = asking()
EXTENSIONS = {
    RequestExtension.KEY_USAGE: ("2.5.29.15", "Key Usage", "Key Usage"),
    RequestExtension.BASIC_CONSTRAINTS: (
        "2.5.29.19",
        "Basic Constraints",
        "Basic Constraints",
    ),
    RequestExtension.EXTENDED_KEY_USAGE: (
        "2.5.29.37",
        "Extended Key Usage",
        "Key Purpose",
    ),
    RequestExtension.SUBJECT_ALTERNATIVE_NAME: (
        "2.5.29.17",
        "Subject Alternative Name",
        "Subject Alternative Name",
    ),
}
"""Its OID, and what openssl and gnutls call it."""
USES_BY_GNUTLS = {
    KeyUse.DIGITAL_SIGNATURE: "Digital signature.",
    KeyUse.NON_REPUDIATION: "Non repudiation.",
    KeyUse.KEY_AGREEMENT: "Key agreement.",
    KeyUse.KEY_CERT_SIGN: "Certificate signing.",
    KeyUse.CRL_SIGN: "CRL signing.",
}
PURPOSES_BY_GNUTLS = {
    Purpose.CODE_SIGNING: "Code signing.",
    Purpose.OCSP_SIGNING: "OCSP signing.",
}


def file(name: str) -> Path:
    return REQUESTS / f"{name}.pem"


def asked(made: GoldenRequest) -> tuple[RequestExtension, ...]:
    form = made.order.profile.request
    assert form is not None
    return form.extensions


def is_critical(made: GoldenRequest, asked: RequestExtension) -> bool:
    """Tell it of the golden certificate, which holds what is asked for."""
    oid = x509.ObjectIdentifier(EXTENSIONS[asked][0])
    extensions = made.certificate.certificate.extensions
    return extensions.get_extension_for_oid(oid).critical


def test_every_profile_that_asks_has_its_golden_request_and_there_is_no_other() -> None:
    assert {path.stem for path in REQUESTS.iterdir()} == set(NAMES)
    assert len(NAMES) > 30


@pytest.mark.parametrize("name", NAMES)
def test_the_request_made_again_is_the_committed_one(name: str) -> None:
    made = golden_request(name)
    found = x509.load_pem_x509_csr(file(name).read_bytes())
    assert found.tbs_certrequest_bytes == made.tbs
    assert found.is_signature_valid
    # No part of what was signed names the algorithm, unlike in a certificate.
    raw = decode_raw_request(found.public_bytes(Encoding.DER))
    assert raw.signature == decode_raw_request(made.der).signature
    # The salt of a PSS signature is random; the others repeat themselves.
    if not made.signature.startswith("rsa-pss"):
        assert file(name).read_bytes() == made.pem


@pytest.mark.parametrize("name", NAMES)
def test_a_request_s_signature_follows_a_site_s_key_but_for_smkis_subjects(
    name: str,
) -> None:
    """SMKI and IKI name the algorithm of their subjects' requests, and of no CA's."""
    other = replace(golden_request(name).order.profile, key=KeyAlgorithm.ED25519)
    is_named = name.startswith("smki-") and not other.is_ca
    follows = request_signature(other) is SignatureAlgorithm.ED25519
    assert follows is not is_named


@pytest.mark.parametrize("name", NAMES)
def test_openssl_reads_what_the_profile_asks_for(name: str) -> None:
    made = golden_request(name)
    show = ("openssl", "req", "-in", file(name), "-noout")
    lines = [
        line.strip()
        for line in run(*show, "-verify", "-text", "-nameopt", FORM).splitlines()
    ]
    assert "Version: 1 (0x0)" in lines
    assert below(lines, "Subject:") == attributes(made.certificate)
    assert KEYS[made.order.profile.key] in lines
    assert lines.count(f"Signature Algorithm: {SIGNATURES[made.signature]}") == 1
    assert run(
        *show, "-pubkey"
    ).encode() == made.certificate.key.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    begin = lines.index("Attributes:") + 1
    end = next(n for n, line in enumerate(lines) if line.startswith("Signature Algo"))
    assert lines[begin:end] == [
        *(() if asked(made) else ("(none)",)),
        "Requested Extensions:",
        *(line for each in asked(made) for line in by_openssl(made, each)),
    ]


def by_openssl(made: GoldenRequest, asked: RequestExtension) -> list[str]:
    profile, (_, called, _) = made.order.profile, EXTENSIONS[asked]
    critical = " critical" if is_critical(made, asked) else ""
    length = profile.path_length
    told = {
        RequestExtension.KEY_USAGE: [
            ", ".join(told for use, told in USES.items() if use in profile.key_usage)
        ],
        RequestExtension.BASIC_CONSTRAINTS: [
            "CA:TRUE" if length is None else f"CA:TRUE, pathlen:{length}"
        ],
        RequestExtension.EXTENDED_KEY_USAGE: [
            ", ".join(PURPOSES[each] for each in profile.purposes)
        ],
        RequestExtension.SUBJECT_ALTERNATIVE_NAME: alternative_names(made.certificate),
    }
    return [f"X509v3 {called}:{critical}", *told[asked]]


@pytest.mark.parametrize("name", NAMES)
def test_gnutls_reads_what_the_profile_asks_for(name: str) -> None:
    made = golden_request(name)
    told = run("certtool", "--crq-info", "--infile", file(name))
    lines = [line.strip() for line in told.splitlines()]
    assert lines[1:3] == ["Version: 1", f"Subject: {by_gnutls(name)}".strip()]
    at = lines.index(f"Signature Algorithm: {BY_GNUTLS[made.signature]}") + 1
    end = lines.index("Other Information:")
    salt = ["Salt Length: 32"] if made.signature.startswith("rsa-pss") else []
    titles = ["Attributes:", "Extensions:"] if asked(made) else []
    assert lines[at:end] == [
        *salt,
        *titles,
        *(line for each in asked(made) for line in extension_by_gnutls(made, each)),
    ]
    spki = encode_spki(made.certificate.key.public_key())  # type: ignore[arg-type]  # one of ours
    assert f"sha256:{hashlib.sha256(spki).hexdigest()}" in lines
    assert "Self signature: verified" in lines


def by_gnutls(name: str) -> str:
    return nss_subject(name).replace("OID.2.5.4.45", "2.5.4.45")


def extension_by_gnutls(made: GoldenRequest, asked: RequestExtension) -> list[str]:
    profile, (_, _, called) = made.order.profile, EXTENSIONS[asked]
    critical = "critical" if is_critical(made, asked) else "not critical"
    length = profile.path_length
    limit = [] if length is None else [f"Path Length Constraint: {length}"]
    told = {
        RequestExtension.KEY_USAGE: [
            USES_BY_GNUTLS[use] for use in USES if use in profile.key_usage
        ],
        RequestExtension.BASIC_CONSTRAINTS: [
            "Certificate Authority (CA): TRUE",
            *limit,
        ],
        RequestExtension.EXTENDED_KEY_USAGE: [
            PURPOSES_BY_GNUTLS.get(each, each) for each in profile.purposes
        ],
        RequestExtension.SUBJECT_ALTERNATIVE_NAME: names_by_gnutls(made),
    }
    return [f"{called} ({critical}):", *told[asked]]


def names_by_gnutls(made: GoldenRequest) -> list[str]:
    profile, values = made.order.profile, made.order.values
    if profile.alternative_name is not AlternativeName.HARDWARE_MODULE_NAME:
        names = values.get("alternative-names", "").split()
        return [name.replace("dns:", "DNSname: ") for name in names]
    # RFC 4108, section 5: SEQUENCE of hwType and hwSerialNum, OCTET STRING.
    hardware = x509.ObjectIdentifier(profile.hardware_type)
    oid = x509.ExtendedKeyUsage([hardware]).public_bytes()[2:]
    serial = bytes.fromhex(values["hardware-serial"])
    inner = oid + b"\x04" + bytes([len(serial)]) + serial
    module = b"\x30" + bytes([len(inner)]) + inner
    text = "".join(chr(each) if 0x20 <= each < 0x7F else "." for each in module)
    return [
        "otherName OID: 1.3.6.1.5.5.7.8.4",
        f"otherName DER: {module.hex()}",
        f"otherName ASCII: {text}",
    ]


def test_nss_reads_what_the_profile_asks_for() -> None:
    """Each extension as the golden certificate holds it, in the profile's order."""
    found = read_by_nss("request", [file(name) for name in NAMES])
    assert found == [by_nss(name) for name in NAMES]


def by_nss(name: str) -> dict[str, object]:
    made = golden_request(name)
    held = made.certificate.certificate.extensions
    oids = [x509.ObjectIdentifier(EXTENSIONS[each][0]) for each in asked(made)]
    wanted = [held.get_extension_for_oid(oid) for oid in oids]
    spki = encode_spki(made.certificate.key.public_key())  # type: ignore[arg-type]  # one of ours
    return {
        "subject": nss_subject(name),
        "signature": OIDS[made.signature],
        "key": list(key_by_nss(spki)),
        "extensions": [
            [each.oid.dotted_string, each.critical, each.value.public_bytes().hex()]
            for each in wanted
        ],
        # NSS does not verify Ed25519.
        "verified": made.signature != "ed25519",
    }


def key_by_nss(spki: bytes) -> tuple[str, str]:
    from asn1crypto import keys

    raw = keys.PublicKeyInfo.load(spki)
    return raw["algorithm"]["algorithm"].dotted, bytes(raw["public_key"]).hex()
