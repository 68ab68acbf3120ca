"""The files behind a revocation list's leaf, found or missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from asn1crypto import crl as asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from ceremony.engine.facts import Outcome
from ceremony.pack.crl_leaf import crl_leaf
from ceremony.pack.record import read_record
from ceremony.pki.crl import crl_fingerprint, decode_crl
from ceremony.verify.check import FailedError
from ceremony.verify.crl import crl_of, verify_crl
from ceremony.verify.issued import issuer_before
from tests.fakes.forgery import Forgery
from tests.fakes.made_up_site import SoftwareKey
from tests.fakes.record_crl import build_crls
from tests.unit.pki.crls import changed, dropped

NAME, FILE = "second-arl", "crl-second-arl.crl"


def test_a_list_is_found_by_its_digest_among_files_of_similar_names() -> None:
    record = read_record(build_crls().files)
    made = record.state.crls[NAME]
    beside = {"crl-second-arl-2.crl": record.files["crl-first-arl.crl"], **record.files}
    found = crl_of(replace(record, files=beside), NAME, made)
    assert crl_fingerprint(found) == made.digest


def test_a_list_whose_file_is_named_otherwise_is_missing() -> None:
    record = read_record(build_crls().files)
    files = {name: raw for name, raw in record.files.items() if name != FILE}
    with pytest.raises(FailedError) as failed:
        crl_of(replace(record, files=files), NAME, record.state.crls[NAME])
    assert failed.value.rule == "VERIFY-CRL-01"


def test_a_list_whose_issuer_has_no_certificate_is_told() -> None:
    record = read_record(build_crls().files)
    uncertified = replace(
        record,
        facts=tuple(
            known
            for known in record.facts
            if not isinstance(known.fact, Outcome) or known.fact.certificate is None
        ),
    )
    with pytest.raises(FailedError) as failed:
        issuer_before(uncertified, record.state.crls[NAME])
    assert failed.value.rule == "VERIFY-CERT-06"


def test_a_list_without_next_update_has_no_leaf() -> None:
    record = read_record(build_crls().files)
    made = record.state.crls[NAME]
    crl = decode_crl(record.files[FILE], FILE)
    assert crl_leaf(crl, "root-oca", made.issuer_key) == made
    with pytest.raises(ValueError, match="next update"):
        crl_leaf(changed(crl, dropped("next_update")), "root-oca", made.issuer_key)


def test_what_no_leaf_tells_of_is_signed_by_the_last_certificate() -> None:
    record = read_record(build_crls().files)
    made = replace(record.state.crls[NAME], number=9)
    assert issuer_before(record, made).subject.rfc4514_string()


def test_a_signature_with_another_digest_is_told_with_the_algorithm_that_is_due() -> (
    None
):
    def by_sha_384(name: str, der: bytes) -> bytes:
        if name != NAME:
            return der
        forged = asn1.CertificateList.load(der)
        algorithm = ec.ECDSA(hashes.SHA384(), deterministic_signing=True)
        # The key around this one signs with SHA-256 alone.
        key = SoftwareKey("root-oca")._key
        forged["signature"] = key.sign(forged["tbs_cert_list"].dump(), algorithm)
        return bytes(forged.dump())

    record = read_record(build_crls(Forgery(crl=by_sha_384)).files)
    made = record.state.crls[NAME]
    told = next(
        it
        for it in record.facts
        if isinstance(it.fact, Outcome) and it.fact.crl == made
    )
    with pytest.raises(FailedError, match="key root-oca with ecdsa-with-SHA256") as it:
        verify_crl(record, told, NAME, made)
    assert it.value.rule == "VERIFY-CRL-02"
