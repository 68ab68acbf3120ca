"""A whole pack, checked in this process: call it in a child, not beside secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ceremony.pack.batch_files import EMBEDDED_LIMIT
from ceremony.pack.policy import TrustPolicy
from ceremony.verify.check import (
    TITLES,
    Check,
    FailedError,
    check_failed,
    check_passed,
    check_skipped,
)
from ceremony.verify.limits import Unpacked, unpack
from ceremony.verify.outcome import Verdict
from ceremony.verify.verdict import decide_verdict, examine

Counted = Callable[[int, int], None]
"""Told of the number of pages and of embedded certificates, at most 1,000, once they
are known, so that time can be allowed for them."""

_BEGIN: Final = b"-----BEGIN CERTIFICATE-----"


def ignore_count(_pages: int, _certificates: int) -> None:
    """Do without the numbers."""


def check_pack(
    pdf: bytes,
    policy: TrustPolicy | None,
    proof: bytes | None = None,
    *,
    counted: Counted = ignore_count,
) -> Verdict:
    """Make every check on a pack.

    Args:
        pdf: The file's bytes.
        policy: What is trusted, from outside the pack; None where nobody gave one.
        proof: The companion file (C2SP tlog-proof, UTF-8); None where none was given.
        counted: Told of the numbers before the long checks begin.
    """
    try:
        unpacked = unpack(pdf)
    except FailedError as failure:
        return limits_failed(failure.rule, failure.reason)
    found = sum(
        raw.count(_BEGIN)
        for name, raw in unpacked.files.items()
        if name.endswith(".pem")
    )
    counted(unpacked.page_count, min(found, EMBEDDED_LIMIT))
    # What lays pages out takes long to load, and a file beyond the limits needs none
    # of it.
    from ceremony.verify.document import check_document
    from ceremony.verify.pages import check_pages
    from ceremony.verify.proof import check_proof
    from ceremony.verify.times import check_times

    examined = examine(unpacked.files, policy)
    record = examined.record
    checks = [_limits_passed(pdf, unpacked), *examined.checks]
    if record is None:
        why = "The record cannot be read."
        checks += [check_skipped(number, why) for number in ("13a", "13b", "14", "15")]
    else:
        checks += [
            check_document(pdf, record, policy),
            check_proof(pdf, record, policy, proof),
            check_pages(pdf, record),
            check_times(record),
        ]
    order = list(TITLES)
    checks.sort(key=lambda check: order.index(check.number))
    return decide_verdict(tuple(checks), record)


def limits_failed(rule: str, reason: str) -> Verdict:
    """Give the verdict on a file that was not looked into any further."""
    checks = [check_failed("1", rule, reason)]
    checks += [
        check_skipped(number, "The file is beyond the limits.")
        for number in TITLES
        if number != "1"
    ]
    return decide_verdict(tuple(checks), None)


def _limits_passed(pdf: bytes, unpacked: Unpacked) -> Check:
    return check_passed(
        "1",
        f"{len(pdf)} bytes, {unpacked.page_count} pages, {len(unpacked.files)} "
        f"embedded files, {unpacked.decoded_size} bytes decoded.",
        compared=("the file", "the limits of a pack"),
    )
