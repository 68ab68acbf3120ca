"""Check 13a: the seal, the report signatures, and that nothing changed in between.

No PDF library's verdict is used: common ones call a document valid whose displayed
text was replaced. Here each revision is compared with the sealed one, object by
object, from the catalog and the trailer down; and each signature's bytes are made
again from its free parts and compared digit for digit.

Invariants:
    * The seal is the first signature; each later revision fills signature fields
      that were there, and changes nothing else that can be reached.
    * The last signature covers the file to its end.

Source: ISO 32000-1 clauses 7.5.6 (incremental updates) and 12.8.2.2 (DocMDP); ETSI
    EN 319 142-1 clause 6.3.
"""

from __future__ import annotations

from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import CeremonyError
from ceremony.identifiers import Digest, PersonId
from ceremony.pack.cms import (
    CONTENTS_SIZE,
    build_cms,
    decode_cms,
    encode_signed_attributes,
)
from ceremony.pack.policy import TrustPolicy
from ceremony.pack.record import Record, person_file
from ceremony.pki.certificate import fingerprint
from ceremony.verify.attestation import is_signature
from ceremony.verify.catalog import verify_catalog
from ceremony.verify.check import (
    Check,
    FailedError,
    UncheckedError,
    check_passed,
    make_check,
)
from ceremony.verify.embedded import read_certificate
from ceremony.verify.limits import PDF_FAULTS, fault_of, open_strictly
from ceremony.verify.pki import EVIDENCE_CA, SEAL
from ceremony.verify.revision import (
    SEAL_FIELD,
    verify_permissions,
    verify_revisions,
)
from ceremony.verify.signature import (
    DocumentSignature,
    read_fields,
    read_signatures,
)

COMMAND = "see VERIFY.txt, section 6: openssl cms -verify"

_END: Final = (b"%%EOF", b"%%EOF\n", b"%%EOF\r\n")


def check_document(pdf: bytes, record: Record, policy: TrustPolicy | None) -> Check:
    """Verify the seal, the report signatures and every revision.

    Args:
        pdf: The file's bytes.
        record: The embedded record.
        policy: What is trusted; None where nobody gave one.
    """
    return make_check("13a", lambda: _check(pdf, record, policy), command=COMMAND)


def _check(pdf: bytes, record: Record, policy: TrustPolicy | None) -> Check:
    try:
        count = _verify_document(pdf, record, policy)
    except PDF_FAULTS as error:
        raise FailedError(
            "VERIFY-DOCUMENT-03", f"it cannot be read: {fault_of(error)}"
        ) from error
    if policy is None:
        raise UncheckedError(
            "The signatures verify; no trust policy says whose keys these are."
        )
    return check_passed(
        "13a",
        f"{count} signatures verify, and nothing changed since the seal.",
        compared=(
            "each revision with the sealed one",
            "each signature with the same one made again",
        ),
        command=COMMAND,
    )


def _verify_document(pdf: bytes, record: Record, policy: TrustPolicy | None) -> int:
    final = open_strictly(pdf)
    signatures = read_signatures(pdf, read_fields(final))
    _verify_order(pdf, signatures)
    for signature in signatures:
        _verify_signature(pdf, record, policy, signature)
    verify_revisions(pdf, signatures)
    verify_permissions(final)
    verify_catalog(final)
    missing = _missing(record, policy, signatures)
    if missing:
        raise UncheckedError(
            f"The pack is not complete: {', '.join(missing)} is not signed yet."
        )
    return len(signatures)


def seal_revision(pdf: bytes) -> bytes:
    """Give the file as it was when it was sealed.

    Raises:
        FailedError: ``VERIFY-DOCUMENT-01``: its first signature is no seal.
    """
    with open_strictly(pdf) as document:
        signatures = read_signatures(pdf, read_fields(document))
    return pdf[: _seal_of(signatures).end]


def _seal_of(signatures: tuple[DocumentSignature, ...]) -> DocumentSignature:
    if not signatures or signatures[0].field != SEAL_FIELD:
        raise FailedError(
            "VERIFY-DOCUMENT-01", "the first signature is not the pack seal"
        )
    return signatures[0]


def _verify_order(pdf: bytes, signatures: tuple[DocumentSignature, ...]) -> None:
    _seal_of(signatures)
    for signature in signatures:
        if signature.certifies != (signature.field == SEAL_FIELD):
            raise FailedError(
                "VERIFY-DOCUMENT-04",
                f"{signature.field}: the seal alone certifies the document",
            )
        if not pdf[: signature.end].endswith(_END):
            raise FailedError(
                "VERIFY-DOCUMENT-03",
                f"{signature.field}: byte {signature.end} is not a revision's end",
            )
    last = signatures[-1]
    if last.end != len(pdf):
        raise FailedError(
            "VERIFY-DOCUMENT-05",
            f"byte {last.end}: {len(pdf) - last.end} bytes follow the last signature, "
            f"{last.field}",
        )


def _verify_signature(
    pdf: bytes,
    record: Record,
    policy: TrustPolicy | None,
    signature: DocumentSignature,
) -> None:
    """Verify a signature with the key of whom the plan names, and rebuild it."""
    contents = signature.contents(pdf)
    try:
        parts = decode_cms(bytes.fromhex(contents.decode("ascii")))
    except (CeremonyError, ValueError) as error:
        raise FailedError(
            "VERIFY-DOCUMENT-06", f"{signature.field}: it cannot be read: {error}"
        ) from error
    digest = signature.digest(pdf)
    ca = _der(record, EVIDENCE_CA)
    for certificate in _signers(record, policy, signature.field):
        der = certificate.public_bytes(Encoding.DER)
        if parts.signed_attributes != encode_signed_attributes(digest, der):
            continue
        if not isinstance(certificate.public_key(), ec.EllipticCurvePublicKey):
            continue
        if not is_signature(certificate, parts.signature, parts.signed_attributes):
            break
        rebuilt = build_cms(parts, der, (ca,)).hex().upper().encode()
        padded = rebuilt.ljust(2 * CONTENTS_SIZE, b"0")
        if contents != padded:
            place = _first_difference(contents, padded) + signature.gap[0] + 1
            raise FailedError(
                "VERIFY-DOCUMENT-07",
                f"{signature.field}: byte {place} is not as the signature is written",
            )
        return
    raise FailedError(
        "VERIFY-DOCUMENT-08",
        f"{signature.field}: what it covers (bytes 0 to {signature.end}) is not what "
        "the signer whom the plan names has signed",
    )


def _first_difference(found: bytes, wanted: bytes) -> int:
    pairs = enumerate(zip(found, wanted, strict=False))
    return next((place for place, (one, other) in pairs if one != other), len(wanted))


def _signers(
    record: Record, policy: TrustPolicy | None, field: str
) -> list[x509.Certificate]:
    """Find who may fill a field: the seal's key, or the holders of the planned role."""
    if field == SEAL_FIELD:
        seal = read_certificate(record.files.get(SEAL, b""), SEAL)
        known: tuple[Digest, ...] = (record.opened.seal_certificate,)
        if policy is not None:
            known = policy.seal_certificates
        if fingerprint(seal) not in known:
            raise FailedError(
                "VERIFY-DOCUMENT-08", f"{SEAL} is not a seal of the trust policy"
            )
        return [seal]
    plan = record.state.script.report_signers
    kind, _, number = field.partition("-")
    if kind != "report" or int(number) > len(plan):
        raise FailedError(
            "VERIFY-DOCUMENT-09", f"{field}: the signing plan has no such signature"
        )
    role = plan[int(number) - 1]
    return [
        _person_certificate(record, policy, seat.person, seat.certificate)
        for seat in record.state.holders(role)
    ]


def _person_certificate(
    record: Record, policy: TrustPolicy | None, person: PersonId, enrolled: Digest
) -> x509.Certificate:
    name = person_file(person)
    certificate = read_certificate(record.files.get(name, b""), name)
    known = enrolled
    if policy is not None:
        trusted = {one.id: one.certificate for one in policy.people}
        known = trusted.get(person, Digest(""))
    if fingerprint(certificate) != known:
        raise FailedError(
            "VERIFY-DOCUMENT-08", f"{name} is not a certificate of the trust policy"
        )
    return certificate


def _der(record: Record, name: str) -> bytes:
    certificate = read_certificate(record.files.get(name, b""), name)
    return certificate.public_bytes(Encoding.DER)


def _missing(
    record: Record,
    policy: TrustPolicy | None,
    signatures: tuple[DocumentSignature, ...],
) -> list[str]:
    """Name the report signatures of the plan that are not there yet."""
    plan = record.state.script.report_signers
    there = {signature.field for signature in signatures}
    missing = [
        f"report-{number}"
        for number in range(1, len(plan) + 1)
        if f"report-{number}" not in there
    ]
    if policy is not None:
        missing += [
            f"the report signature of the role {role}"
            for role in policy.report_signers
            if role not in plan
        ]
    return missing
