"""The one form of the CMS: openssl reads it, and any other form is told apart."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from ceremony.errors import EvidenceError
from ceremony.pack.cms import (
    CONTENTS_SIZE,
    CmsParts,
    build_cms,
    decode_cms,
    decode_signed_attributes,
    encode_signed_attributes,
    lower_signature,
)
from tests.fakes.outside_tool import run_tool
from tests.fakes.signing_keys import Signer, issue, make_ca

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

ORDER = 115792089210356248762697446949407573529996955224135760342422259061068512044369
DOCUMENT = b"what is signed\n"


@pytest.fixture(scope="module")
def ca() -> Signer:
    return make_ca()


@pytest.fixture(scope="module")
def signer(ca: Signer) -> Signer:
    return issue(ca, "Pack seal")


@pytest.fixture
def attributes(signer: Signer) -> bytes:
    return encode_signed_attributes(
        hashlib.sha256(DOCUMENT).digest(), signer.certificate
    )


@pytest.fixture
def built(ca: Signer, signer: Signer, attributes: bytes) -> bytes:
    parts = CmsParts(attributes, signer.sign(attributes))
    return build_cms(parts, signer.certificate, (ca.certificate,))


def _openssl(folder: Path, ca: Signer, contents: bytes, document: bytes) -> bool:
    (folder / "c.der").write_bytes(contents)
    (folder / "document").write_bytes(document)
    (folder / "ca.pem").write_bytes(ca.pem)
    options = "-verify -binary -inform DER -in c.der -content document -CAfile ca.pem"
    more = "-purpose any -no_check_time -out same"
    done = run_tool(["openssl", "cms", *options.split(), *more.split()], folder)
    return done.returncode == 0 and (folder / "same").read_bytes() == document


def test_openssl_verifies_what_is_built(
    tmp_path: Path, ca: Signer, built: bytes
) -> None:
    assert _openssl(tmp_path, ca, built + bytes(40), DOCUMENT)


def test_openssl_refuses_it_over_another_document(
    tmp_path: Path, ca: Signer, built: bytes
) -> None:
    assert not _openssl(tmp_path, ca, built, DOCUMENT + b"and more")


def test_the_signed_attributes_are_the_three_of_pades_b_b(built: bytes) -> None:
    signed = cms.ContentInfo.load(built)["content"]["signer_infos"][0]["signed_attrs"]
    assert [attribute["type"].dotted for attribute in signed] == [
        "1.2.840.113549.1.9.3",  # content-type
        "1.2.840.113549.1.9.4",  # message-digest
        "1.2.840.113549.1.9.16.2.47",  # signing-certificate-v2
    ]


def test_what_was_built_is_built_again_from_its_parts(
    ca: Signer, signer: Signer, built: bytes
) -> None:
    padded = built + bytes(CONTENTS_SIZE - len(built))
    again = build_cms(decode_cms(padded), signer.certificate, (ca.certificate,))
    assert again == built


def test_the_order_in_which_certificates_are_given_does_not_matter(
    ca: Signer, signer: Signer, attributes: bytes
) -> None:
    other = issue(ca, "Other").certificate
    parts = CmsParts(attributes, signer.sign(attributes))
    one = build_cms(parts, signer.certificate, (ca.certificate, other))
    two = build_cms(parts, signer.certificate, (other, ca.certificate))
    assert one == two


def test_no_changed_byte_survives_building_again(
    ca: Signer, signer: Signer, built: bytes
) -> None:
    """The document's digest and the signature value are free; all else is compared."""
    free = [
        range(built.index(value), built.index(value) + len(value))
        for value in (
            decode_cms(built).signature,
            hashlib.sha256(DOCUMENT).digest(),
        )
    ]
    for place in range(len(built)):
        if any(place in span for span in free):
            continue
        changed = bytearray(built)
        changed[place] ^= 1
        try:
            found = decode_cms(bytes(changed))
            decode_signed_attributes(found.signed_attributes, signer.certificate)
            again = build_cms(found, signer.certificate, (ca.certificate,))
        except EvidenceError:
            continue
        assert again != bytes(changed), f"byte {place}"


def test_both_values_of_s_give_the_same_bytes(
    ca: Signer, signer: Signer, attributes: bytes
) -> None:
    signature = signer.sign(attributes)
    r, s = decode_dss_signature(signature)
    twin = encode_dss_signature(r, ORDER - s)
    assert twin != signature
    built = [
        build_cms(CmsParts(attributes, value), signer.certificate, (ca.certificate,))
        for value in (signature, twin)
    ]
    assert built[0] == built[1]
    assert decode_dss_signature(decode_cms(built[0]).signature)[1] <= ORDER // 2


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        b"\x30\x00",
        encode_dss_signature(0, 1),
        encode_dss_signature(1, ORDER),
        bytes(64),
    ],
    ids=["nothing", "empty sequence", "r is zero", "s is the order", "raw"],
)
def test_what_is_no_signature_on_p256_is_refused(
    signer: Signer, attributes: bytes, signature: bytes
) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the text differs by library
        lower_signature(signature)
    with pytest.raises(EvidenceError) as caught:
        build_cms(CmsParts(attributes, signature), signer.certificate, ())
    assert caught.value.code == "PACK-CMS-01"


@pytest.mark.parametrize("contents", [b"", bytes(100), b"\x30\x03\x02\x01\x00"])
def test_contents_without_a_cms_are_refused(contents: bytes) -> None:
    with pytest.raises(EvidenceError) as caught:
        decode_cms(contents)
    assert caught.value.code == "PACK-CMS-01"


def test_the_document_digest_is_found_in_the_signed_attributes(
    signer: Signer, attributes: bytes
) -> None:
    found = decode_signed_attributes(attributes, signer.certificate)
    assert found == hashlib.sha256(DOCUMENT).digest()


def test_signed_attributes_for_another_certificate_are_refused(
    ca: Signer, attributes: bytes
) -> None:
    with pytest.raises(EvidenceError) as caught:
        decode_signed_attributes(attributes, issue(ca, "Other").certificate)
    assert caught.value.code == "PACK-CMS-01"


@pytest.mark.parametrize(
    "attributes",
    [b"", b"\x31\x00", b"a transfer order", b"\x31\x02\x05\x00"],
    ids=["nothing", "no attribute", "anything", "no attribute but null"],
)
def test_what_is_no_signed_attributes_is_never_signed(
    signer: Signer, attributes: bytes
) -> None:
    with pytest.raises(EvidenceError) as caught:
        decode_signed_attributes(attributes, signer.certificate)
    assert caught.value.code == "PACK-CMS-01"


def test_signed_attributes_with_a_signing_time_are_refused(signer: Signer) -> None:
    attributes = cms.CMSAttributes.load(
        encode_signed_attributes(bytes(32), signer.certificate)
    )
    more = cms.CMSAttributes(
        [
            *attributes,
            {
                "type": "signing_time",
                "values": [cms.Time("utc_time", "261125100000Z")],
            },
        ]
    )
    with pytest.raises(EvidenceError):
        decode_signed_attributes(more.dump(), signer.certificate)
