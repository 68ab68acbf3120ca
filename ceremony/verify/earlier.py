"""What an earlier ceremony made, made out again from what the record carries of it.

Part of check 12. That the leaf is the journal's is for check 5, that a key was shown to
be in its token for check 11. Whether anything later in the journal concerns the thing
no pack can show; page 1 says so.
"""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ceremony import canonical
from ceremony.engine.facts import (
    CertificateBrought,
    CertificateMade,
    CrlMade,
    EarlierFound,
    KeyMade,
    KeyWrapped,
    PartMade,
)
from ceremony.engine.state import Recorded
from ceremony.errors import CeremonyError
from ceremony.pack.certificate_leaf import certificate_leaf
from ceremony.pack.crl_leaf import crl_leaf
from ceremony.pack.record import Record
from ceremony.pki.certificate import decode_certificate, encode_spki
from ceremony.pki.crl import decode_crl
from ceremony.pki.field_fault import FIELD_FAULTS, LOAD_FAULTS
from ceremony.verify.check import FailedError, failed_from
from ceremony.verify.embedded import read_certificate
from ceremony.verify.issued import blob_beside, issuer_among
from ceremony.verify.renewal import is_same_batch, is_signed_as_told
from ceremony.verify.trace import place


def verify_earlier(record: Record) -> None:
    """Hold what the record carries of earlier acts against what their leaves say.

    Raises:
        FailedError: ``VERIFY-EARLIER-04``: a key, certificate, list or blob is
            another one; ``-05``: it was not signed, or not wrapped, by the key that
            is told.
    """
    for recorded in record.facts:
        if isinstance(recorded.fact, EarlierFound):
            _verify_act(record, recorded, recorded.fact)
        elif isinstance(recorded.fact, CertificateBrought):
            _verify_brought(record, recorded, recorded.fact)


def _verify_brought(
    record: Record, recorded: Recorded, fact: CertificateBrought
) -> None:
    """Compare another CA's certificate with its leaf; it is named by the script."""
    try:
        raw = blob_beside(record, recorded, "certificate-", ".pem")
        certificate = decode_certificate(raw, f"certificate-{fact.thing}.pem")
        told = certificate_leaf(certificate, "")
    except CeremonyError as error:
        raise failed_from(error, place(recorded)) from error
    except FIELD_FAULTS as error:
        raise FailedError(
            "VERIFY-BROUGHT-01",
            f"{place(recorded)}: a name or the key of {fact.thing} cannot be read",
        ) from error
    if told != fact.certificate:
        raise FailedError(
            "VERIFY-BROUGHT-01",
            f"{place(recorded)}: {fact.thing} is not the certificate that the leaf "
            "tells of",
        )


def _verify_act(record: Record, recorded: Recorded, fact: EarlierFound) -> None:
    done = fact.outcome
    try:
        if done.key is not None:
            _verify_key(record, recorded, fact, done.key)
        if done.certificate is not None:
            _verify_certificate(record, recorded, fact, done.certificate)
        if done.crl is not None:
            _verify_list(record, recorded, fact, done.crl)
        if done.part is not None:
            _verify_batch(record, recorded, fact, done.part)
        _verify_blobs(record, recorded, fact)
    except CeremonyError as error:
        raise failed_from(error, place(recorded)) from error
    except (KeyError, *FIELD_FAULTS, *LOAD_FAULTS) as error:
        raise _other(recorded, fact) from error


def _verify_key(
    record: Record, recorded: Recorded, fact: EarlierFound, made: KeyMade
) -> None:
    der = blob_beside(record, recorded, "public-key-", ".der")
    spki = encode_spki(load_der_public_key(der))  # type: ignore[arg-type]  # any key
    if spki != der or canonical.digest(der) != made.public_key:
        raise _other(recorded, fact)


def _verify_batch(
    record: Record, recorded: Recorded, fact: EarlierFound, part: PartMade
) -> None:
    if not is_same_batch(record, recorded, fact, part):
        raise _other(recorded, fact)
    if not is_signed_as_told(record, recorded, fact):
        raise _not_by(recorded, fact)


def _verify_certificate(
    record: Record, recorded: Recorded, fact: EarlierFound, made: CertificateMade
) -> None:
    raw = blob_beside(record, recorded, "certificate-", ".pem")
    certificate = read_certificate(raw, f"certificate-{fact.thing}.pem")
    if certificate_leaf(certificate, made.issuer_thing) != made:
        raise _other(recorded, fact)
    issuer = issuer_among(record, certificate)
    signer = record.state.keys.get(fact.by)
    told = certificate_leaf(issuer, "").public_key if issuer is not None else None
    if (
        issuer is None
        or (fact.by and (signer is None or signer.public_key != told))
        or fact.issuer_key not in (None, told)
    ):
        raise _not_by(recorded, fact)


def _verify_list(
    record: Record, recorded: Recorded, fact: EarlierFound, made: CrlMade
) -> None:
    crl = decode_crl(
        blob_beside(record, recorded, "crl-", ".crl"), f"crl-earlier-{fact.thing}.crl"
    )
    if crl_leaf(crl, made.issuer_thing, made.issuer_key) != made:
        raise _other(recorded, fact)
    of = record.state.certificates.get(fact.thing)
    signer = fact.thing if of is None else ""
    raw = _public_keys(record).get(made.issuer_key)
    if fact.by != signer or raw is None or not _has_signed(raw, crl):
        raise _not_by(recorded, fact)


def _public_keys(record: Record) -> dict[str, bytes]:
    """Give each key of the record, alone or in an earlier certificate: DER by SHA-256.

    A list may be of a key that is gone and of which the certificate alone is told.
    """
    ders = [raw for it, raw in record.files.items() if it.startswith("public-key-")]
    for recorded in record.facts:
        fact = recorded.fact
        if isinstance(fact, EarlierFound) and fact.outcome.certificate is not None:
            pem = blob_beside(record, recorded, "certificate-", ".pem")
            ders.append(encode_spki(read_certificate(pem, fact.thing).public_key()))
    return {canonical.digest(raw): raw for raw in ders}


def _has_signed(der: bytes, crl: x509.CertificateRevocationList) -> bool:
    key = load_der_public_key(der)
    return crl.is_signature_valid(key)  # type: ignore[arg-type]  # any kind of key


def _verify_blobs(record: Record, recorded: Recorded, fact: EarlierFound) -> None:
    """Compare what was wrapped, a key or a public key, with its leaf."""
    done = fact.outcome
    if done.wrapped is not None:
        _verify_wrapped(record, recorded, fact, done.wrapped)
    if done.public_wrapped is not None:
        raw = blob_beside(record, recorded, "public-wrapped-", ".bin")
        if canonical.digest(raw) != done.public_wrapped.blob:
            raise _other(recorded, fact)


def _verify_wrapped(
    record: Record, recorded: Recorded, fact: EarlierFound, wrapped: KeyWrapped
) -> None:
    """Compare the blob; and the wrapping key, where its own leaf shows its name."""
    raw = blob_beside(record, recorded, "wrapped-", ".bin")
    if (canonical.digest(raw), len(raw)) != (wrapped.blob, wrapped.size):
        raise _other(recorded, fact)
    for other in record.state.earlier:
        made = other.outcome
        if other.thing != fact.by or not (made.key or made.secret_key):
            continue
        names = {made.thing, made.restored.original if made.restored else ""}
        if other.ceremony == fact.ceremony and wrapped.under not in names:
            raise _not_by(recorded, fact)


def _other(recorded: Recorded, fact: EarlierFound) -> FailedError:
    return FailedError(
        "VERIFY-EARLIER-04",
        f"{place(recorded)}: what the record carries of {fact.thing} is not what leaf "
        f"{fact.seq} tells of",
    )


def _not_by(recorded: Recorded, fact: EarlierFound) -> FailedError:
    return FailedError(
        "VERIFY-EARLIER-05",
        f"{place(recorded)}: {fact.thing} was not signed or wrapped by "
        f"{fact.by or 'any issuer in the record'}",
    )
