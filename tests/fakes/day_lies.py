"""Lies about the day on which a certificate begins, each with what finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from ceremony.pki.order import Order
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.record_batch import GOOD, build_batch
from tests.fakes.record_builder import BuiltRecord, build_record

LATER: Final = timedelta(days=2)


def _of_one(name: str, by: timedelta) -> Callable[[], BuiltRecord]:
    """Let one certificate begin so much later than on the day of its signature."""

    def first_day(thing: str, day: date) -> date:
        return day + by if thing == name else day

    return lambda: build_record(Forgery(first_day=first_day))


def _third_of_batch() -> BuiltRecord:
    def later(number: int, order: Order) -> Order:
        if number != len(GOOD) - 2:
            return order
        return replace(order, not_before=order.not_before + LATER)

    return build_batch(Forgery(batch_order=later))


ROOT: Final = "root-oca-certificate"
ISSUING: Final = "issuing-oca-certificate"

DAY_LIES: Final[Mapping[str, Lie]] = {
    "a-certificate-dated-back": Lie(
        "12", "VERIFY-CERT-12", _of_one(ROOT, -LATER), "and was signed on"
    ),
    "a-certificate-dated-ahead": Lie(
        "12", "VERIFY-CERT-12", _of_one(ISSUING, LATER), "and was signed on"
    ),
    "a-batch-of-two-days": Lie(
        "12", "VERIFY-BATCH-03", _third_of_batch, "not the one that the leaf"
    ),
}
"""What each is about, by name."""
