"""What is told in a form of before: what is not verified of it is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AttributeOID

from ceremony.pack.record import read_record
from ceremony.verify.batch_output import not_bound_remarks
from ceremony.verify.check import Check, Status
from ceremony.verify.verdict import judge_files
from tests.fakes.batch_output_lies import build_bound
from tests.fakes.forgery import Forgery
from tests.fakes.made_up_site import SoftwareKey
from tests.fakes.record_batch import build_batch
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_request import build_requests

REMARK: Final = (
    "The request issuing-request was made before requests were linted: only its name, "
    "key and signature were verified, not what else it asks for."
)

ONCE: Final = (
    "No second lint is told of any certificate or list: the record is from before "
    "there was one, and this tool's own rules alone were asked."
)

NOT_BOUND: Final = (
    "No receipt and no chain are told of device-certificates: its results name no "
    "keys, and how long its requests waited is not known."
)


def check_12(built: BuiltRecord) -> Check:
    checks = judge_files(built.files, built.policy).checks
    return next(check for check in checks if check.number == "12")


def _asks_for_more(_: str, der: bytes) -> bytes:
    """Let the key sign a request for a password and for a name that nobody approved."""
    honest = x509.load_der_x509_csr(der)
    builder = (
        x509.CertificateSigningRequestBuilder(honest.subject)
        .add_attribute(AttributeOID.CHALLENGE_PASSWORD, b"a password")
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("other.example")]), critical=False
        )
    )
    key = SoftwareKey("issuing-dca")._key  # what it signs by is fixed in the class
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    "built",
    [build_batch(), build_batch(Forgery(request=_asks_for_more))],
    ids=["honest", "asks-for-more"],
)
def test_a_request_in_the_form_of_before_is_remarked_on(built: BuiltRecord) -> None:
    check = check_12(built)
    assert check.status is Status.PASSED
    assert check.remarks == (REMARK, NOT_BOUND, ONCE)
    # The other one is imported, and judged whole.
    assert "and 1 request verify, and what was linted" in check.reason


def test_a_request_that_was_linted_is_not_remarked_on() -> None:
    check = check_12(build_requests())
    assert check.remarks == (NOT_BOUND, ONCE)
    assert "and 2 requests verify, and what was linted" in check.reason


def test_a_linted_request_cannot_ask_for_more() -> None:
    assert check_12(build_requests(request=_asks_for_more)).rule == "VERIFY-REQUEST-01"


def test_a_batch_that_tells_of_its_receipt_is_not_remarked_on() -> None:
    check = check_12(build_bound())
    assert check.remarks == (REMARK, ONCE)
    assert "device-certificates was answered in " in check.reason


def test_of_a_batch_that_is_not_answered_yet_nothing_is_said() -> None:
    record = read_record(build_batch().files)
    assert len(not_bound_remarks(record)) == 1
    ((name, parts),) = record.state.parts.items()
    begun = {name: tuple(replace(part, issued=None) for part in parts)}
    known = replace(record, state=replace(record.state, parts=begun))
    assert not_bound_remarks(known) == ()
