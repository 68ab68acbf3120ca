"""Made-up ceremonies that take in a second set before the first one is answered.

Two devices ask in the first set. In the second the key of one of them asks for another
device, or another key for that device: no certificate shows yet that either was asked
for, and the first set alone keeps the second from being good.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from ceremony.pki.request_file import Imported
from ceremony.pki.request_set import Issued, judge_requests
from ceremony.script.model import Step
from tests.fakes.forgeries import Lie
from tests.fakes.made_requests import device_csr
from tests.fakes.record_anew import build_with
from tests.fakes.record_batch import serial_of
from tests.fakes.record_builder import BuiltRecord, RecordBuilder
from tests.fakes.record_renewal import SIGNING, import_again, new_key, new_request

FIRST: Final = (61, 62)
"""The devices that ask in the first set."""

OTHER: Final = 63
"""A device that asks in the second set alone."""

KEY_AGAIN: Final = device_csr(new_key(FIRST[0]), serial_of(OTHER))
SUBJECT_AGAIN: Final = device_csr(new_key(OTHER), serial_of(FIRST[0]))
"""A key, and a device, of the first set again: DER."""

ASKED: Final = tuple(map(new_request, FIRST))


def _issued() -> Issued:
    """Give the keys and subjects of the first set."""
    asked = [Imported("first", n, der) for n, der in enumerate(ASKED, 1)]
    judged = list(judge_requests(asked, SIGNING))
    return Issued(
        frozenset(bytes.fromhex(each.key_digest) for each in judged),
        frozenset(each.compared for each in judged),
    )


def build_two_sets(
    *asked: bytes, second: str = "requests", issued: Issued | None = None
) -> BuiltRecord:
    """Make the record up.

    Args:
        asked: What the second set asks for: DER.
        second: What it is called: ``requests``, or ``meter`` for a single request.
        issued: What it is held against; what the first set asks for by default.
    """
    before = _issued() if issued is None else issued
    again = f"{second}-again"
    takes: dict[str, Callable[[RecordBuilder, Step], bool]] = {
        "first-requests": partial(import_again, issued=Issued(), asked=ASKED),
        again: partial(import_again, issued=before, asked=asked),
    }
    kind = "requests" if second == "requests" else "request"
    told = "title: Of devices, profile: smki-device-ds"

    def instead(builder: RecordBuilder, step: Step) -> bool:
        take = takes.get(str(step.parameters.get("request")))
        return take is not None and take(builder, step)

    return build_with(
        [f"csr.import, with: {{request: {name}}}" for name in takes],
        {"first-requests": f"kind: requests, {told}", again: f"kind: {kind}, {told}"},
        instead,
    )


def build_refused_beside() -> BuiltRecord:
    """Make the honest record up: one of the second set's three is good."""
    return build_two_sets(KEY_AGAIN, SUBJECT_AGAIN, new_request(OTHER))


def _lie(rule: str, der: bytes, second: str = "requests") -> Lie:
    """Take in what the first set keeps from being good, as if it were not there."""
    return Lie(
        "12",
        rule,
        lambda: build_two_sets(der, second=second, issued=Issued()),
        "step 2.21",
    )


TWO_SETS_LIES: Final[Mapping[str, Lie]] = {
    "a-key-accepted-in-two-sets": _lie("PKI-CSR-08", KEY_AGAIN),
    "a-device-accepted-in-two-sets": _lie("PKI-CSR-09", SUBJECT_AGAIN),
    "a-key-of-a-set-accepted-in-a-single-request": _lie(
        "PKI-CSR-08", KEY_AGAIN, "meter"
    ),
    "a-device-of-a-set-accepted-in-a-single-request": _lie(
        "PKI-CSR-09", SUBJECT_AGAIN, "meter"
    ),
}
"""Every such lie, by a name that says what it is."""
