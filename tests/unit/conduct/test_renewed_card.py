"""What the review card says of a certificate that is renewed or cross-signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest

from ceremony.conduct.key_view import Row
from ceremony.conduct.renewed_view import TIED, told_of_renewed
from ceremony.digest_words import rows
from ceremony.engine.facts import RequestMade
from ceremony.engine.state import State
from ceremony.hexadecimal import serial_text
from ceremony.identifiers import Digest
from ceremony.pack.record import read_record
from ceremony.script.model import Script
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_earlier import build_earlier
from tests.fakes.record_renewal import build_renewal
from tests.fakes.record_replaced import build_replaced


@dataclass(frozen=True)
class Held:
    """As much of a conductor as a card reads."""

    state: State
    script: Script


@cache
def state_of(build: Callable[[], BuiltRecord]) -> State:
    return read_record(build().files).state


def told(state: State, verb: str, **parameters: str) -> list[Row]:
    step = replace(state.script.steps[0], verb=verb, parameters=parameters)
    return told_of_renewed(Held(state, state.script), step)  # type: ignore[arg-type]  # see Held


def whole(state: State, verb: str, name: str) -> list[Row]:
    """Give all that tells a certificate apart, in the order of the card."""
    made = state.certificates[name]
    words = ", ".join(
        TIED.join((f"{number}", *row))
        for number, row in enumerate(rows(bytes.fromhex(made.digest)), start=1)
    )
    return [
        (verb, state.script.thing(name).title, False),
        ("Its serial", serial_text(made.serial), True),
        ("Its subject", made.subject, True),
        ("Its issuer", made.issuer, True),
        ("Its SHA-256", made.digest, True),
        ("In words", words, False),
    ]


CROSS = {"key": "root-oca", "of": "old-certificate", "certificate": "cross-certificate"}
OWN = {
    "key": "root-oca",
    "request": "issuing-request",
    "certificate": "issuing-oca-certificate",
}


def test_a_cross_signature_tells_whose_certificate_is_crossed() -> None:
    state = state_of(build_earlier)
    expected = whole(state, "Cross-signs", "old-certificate")
    assert told(state, "certificate.cross-sign", **CROSS) == expected
    without = replace(state, certificates={})
    assert told(without, "certificate.cross-sign", **CROSS) == []


def test_a_new_certificate_of_a_key_and_name_tells_the_one_that_it_renews() -> None:
    state = state_of(build_earlier)
    expected = whole(state, "Renews", "old-certificate")
    assert told(state, "certificate.issue", **OWN) == expected
    asked = state.requests["issuing-request"]
    other = replace(asked, public_key=Digest("0" * 64))
    anew = replace(state, requests={"issuing-request": other})
    assert told(anew, "certificate.issue", **OWN) == []
    assert told(replace(state, earlier=()), "certificate.issue", **OWN) == []


def test_a_root_that_signs_itself_again_tells_its_certificate_before() -> None:
    state = state_of(build_renewal)
    root = {"key": "root-dca", "certificate": "root-dca-certificate"}
    expected = whole(state, "Renews", "root-dca-certificate")
    assert told(state, "certificate.self-sign", **root) == expected
    assert told(replace(state, keys={}), "certificate.self-sign", **root) == []


@pytest.mark.parametrize(
    ("build", "named", "verb"),
    [
        (build_renewal, ("old-meter",), "Renews"),
        (build_replaced, ("old-meter", "newer-meter"), "Renews one of"),
    ],
)
def test_a_request_from_elsewhere_tells_what_the_script_lets_it_renew(
    build: Callable[[], BuiltRecord], named: tuple[str, ...], verb: str
) -> None:
    state = state_of(build)
    answer: dict[str, Any] = {
        "key": "issuing-dca",
        "request": "meter-request",
        "certificate": "old-meter",
    }
    expected = [row for name in named for row in whole(state, verb, name)]
    assert told(state, "certificate.issue", **answer) == expected
    # Its key is new; one that was certified before is told once all the same.
    old = state.certificates["old-meter"]
    asked = RequestMade(old.digest, old.subject, old.public_key)
    again = replace(state, requests={"meter-request": asked})
    assert told(again, "certificate.issue", **answer) == expected


def test_a_set_that_renews_tells_the_batch_and_how_many_it_has() -> None:
    state = state_of(build_renewal)
    answer = {
        "key": "issuing-dca",
        "request": "device-requests",
        "certificate": "old-devices",
    }
    title = state.script.thing("old-devices").title
    assert told(state, "certificate.issue", **answer) == [
        ("Renews", f"certificates of {title}, which has 5", False)
    ]


def test_no_other_step_renews_anything() -> None:
    state = state_of(build_earlier)
    assert told(state, "key.prove", key="root-oca") == []
