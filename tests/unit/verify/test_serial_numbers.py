"""Serial numbers of a batch that is not embedded are held against all others too."""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile

import pytest

from ceremony.engine.facts import Intent
from ceremony.identifiers import Digest
from ceremony.pack.record import read_record
from ceremony.pki.issued_results import Answered
from ceremony.verify.check import FailedError
from ceremony.verify.serial_number import SerialNumbers
from tests.fakes.record_answered import build_answered
from tests.fakes.record_renewal import build_before, revoked_device
from tests.fakes.unmeasured import unmeasured


def answered_with(number: str) -> str:
    """Take the results of a batch over; give the rule that its number breaks."""
    record = read_record(unmeasured(build_answered).files)

    def is_before(recorded: object) -> bool:
        fact = getattr(recorded, "fact", None)
        return not (isinstance(fact, Intent) and fact.part is not None)

    numbers = SerialNumbers(record)
    for recorded in takewhile(is_before, record.facts):
        numbers.take(recorded)
    asked = next(each for each in record.facts if not is_before(each))
    digest = Digest("aa" * 32)
    told = Answered(1, digest, f"{int(number, 16):032x}", digest, 1, digest)
    try:
        numbers.take_issued(asked, "device-certs", [told])
    except FailedError as failure:
        return failure.rule
    return ""


def of_the_meter() -> str:
    return build_before().builder.state.certificates["meter-certificate"].serial


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        (of_the_meter, "VERIFY-EARLIER-06"),
        (lambda: revoked_device().removeprefix("serial:"), "VERIFY-EARLIER-06"),
        (lambda: "4a0f", "VERIFY-EARLIER-08"),
        (lambda: "4a10", ""),
    ],
)
def test_a_number_in_results_is_none_that_was_used_before(
    number: Callable[[], str], rule: str
) -> None:
    assert answered_with(number()) == rule
