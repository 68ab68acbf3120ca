"""Somebody with a finished pack, or with a key to sign it, shows another document."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.generic import StreamObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from ceremony.evidence.signing import Signatory, sign_field
from ceremony.identifiers import PersonId
from ceremony.pack.policy_file import load_trust_policy
from ceremony.verify.check import Status
from ceremony.verify.examination import check_pack
from ceremony.verify.outcome import RecordWord, Verdict
from tests.fakes.made_up_site import SIGNING, Site, SoftwareKey
from tests.fakes.pack_maker import make_pack
from tests.fakes.record_builder import START, build_record

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

PACKS: Final = Path(__file__).parents[3] / "vectors/packs"
GOOD: Final = (PACKS / "good.pdf").read_bytes()
POLICY: Final = load_trust_policy(PACKS / "trust-policy.toml")
END: Final = b"%%EOF\n"


def judged(pdf: bytes) -> Verdict:
    return check_pack(pdf, POLICY)


def rules(verdict: Verdict) -> list[str]:
    return [check.rule for check in verdict.checks if check.status is Status.FAILED]


def signed_by(pdf: bytes, field: str, person: str) -> bytes:
    site, key = Site(), SoftwareKey(person)
    signatory = Signatory(
        site.person(PersonId(person)).der,
        site.ca.public_bytes(Encoding.DER),
        lambda message: key.sign(message, SIGNING),
    )
    return sign_field(
        pdf, field, signatory, signed_at=START, reason="reports correctly"
    )


@pytest.mark.parametrize(
    "pdf",
    [GOOD + b"%", GOOD + b"\n", GOOD + GOOD, b"\n" + GOOD, b"%!PS\n" + GOOD],
    ids=["a comment", "a line feed", "itself", "a line before", "a script before"],
)
def test_bytes_before_or_after_the_pack_are_found(pdf: bytes) -> None:
    assert judged(pdf).record is RecordWord.NOT_VERIFIED


@pytest.mark.parametrize("signatures", [1, 2])
def test_a_pack_that_is_cut_before_its_last_signatures_cannot_be_told(
    signatures: int,
) -> None:
    revisions = GOOD.split(END)
    cut = END.join(revisions[: 1 + signatures]) + END
    assert judged(cut).record is RecordWord.CANNOT_TELL


def test_a_page_that_a_later_signer_replaces_is_found() -> None:
    writer = IncrementalPdfFileWriter(BytesIO(make_pack(build_record(), reports=1)))
    page = writer.root["/Pages"]["/Kids"][0]
    content = StreamObject(stream_data=b"BT (nothing happened) Tj ET")
    page[pdf_name("/Contents")] = writer.add_object(content)
    writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # pyHanko has no types
    found = rules(judged(signed_by(out.getvalue(), "report-2", "x-01")))
    assert {"VERIFY-DOCUMENT-10", "VERIFY-PAGE-02"} <= set(found)


def test_the_auditor_cannot_sign_for_the_security_officer() -> None:
    unsigned = make_pack(build_record(), reports=0)
    swapped = signed_by(signed_by(unsigned, "report-1", "x-01"), "report-2", "x-01")
    assert rules(judged(swapped)) == ["VERIFY-DOCUMENT-08"]


def test_one_person_cannot_sign_the_report_twice() -> None:
    once = make_pack(build_record(), reports=1)
    assert rules(judged(signed_by(once, "report-2", "s-01"))) == ["VERIFY-DOCUMENT-08"]
