"""What the review card says that a certificate will hold, and whom a set names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.conduct.asked_view import MOST, MOST_NAMES, set_asked, told_of_asked
from ceremony.conduct.certificate_view import told_of_certificate
from ceremony.script.model import Thing, ThingKind
from tests.fakes.card_room import (
    HARDWARE,
    as_issuing,
    in_words,
    issue,
    put_set,
    room,
    step,
)
from tests.fakes.made_requests import EUI
from tests.fakes.record_batch import GOOD, build_batch, serial_of
from tests.fakes.record_builder import build_record


def test_the_card_of_a_certificate_tells_all_that_can_be_known_before() -> None:
    at = room(build_record())
    parameters = {"key": "root-oca", "certificate": "root-oca-certificate"}
    rows = told_of_certificate(at, step(at, "certificate.self-sign", **parameters))
    name = at.script.thing("root-oca-certificate").common_name
    assert rows == [
        ("Subject", f"OU=00, CN={name}", True),
        ("Valid", "from 2026-02-03, if signed today, until 2076-02-02", False),
        ("Key usage", "key-cert-sign, crl-sign", False),
        ("CA", "yes, without a limit of the path length", False),
        ("Profile", "smki-root-oca", True),
    ]
    assert told_of_certificate(at, step(at, "key.prove", key="root-oca")) == []


def test_alternative_names_and_other_values_stand_on_the_card() -> None:
    at = room(build_batch())
    listed = (
        ("alternative-names", "dns:a.example email:b@c.example"),
        ("crl-urls", "http://crl.example/a.crl"),
    )
    name = "issuing-dca-certificate"
    as_issuing(at, name, values=listed)
    told = in_words(told_of_certificate(at, issue(at, "issuing-request", name)))
    assert told["Subject"] == "CN=Z2"
    assert told["Alternative names"] == "DNS: a.example, email: b@c.example"
    assert told["Crl urls"] == "http://crl.example/a.crl"
    assert told["CA"] == "yes, with path length 0"


@pytest.mark.parametrize(
    ("profile", "told"),
    [
        ("smki-device-ds", {"Valid": "from 2026-02-03, if signed today, with no end"}),
        ("code-signing", {"Extended key usage": "code-signing", "CA": "no"}),
    ],
)
def test_a_card_tells_of_no_end_and_of_extended_usages(
    profile: str, told: dict[str, str]
) -> None:
    at = room(build_batch())
    batch = Thing("batch", ThingKind.CERTIFICATES, "Batch", profile=profile)
    at.script = replace(at.script, things=(*at.script.things, batch))
    rows = in_words(told_of_certificate(at, issue(at, "none", "batch")))
    # Of a batch each has a subject of its own.
    assert "Subject" not in rows
    assert told.items() <= rows.items()


def test_the_card_of_a_set_names_every_good_request() -> None:
    at = room(build_batch())
    at.state = replace(at.state, parts={})
    answer = issue(at, "device-requests", "device-certificates")
    assert told_of_asked(at, answer) == [
        (f"Request {number}", f"(empty); {HARDWARE} {serial_of(number)}", True)
        for number in GOOD
    ]
    assert set_asked(at, answer) is at.state.sets["device-requests"]
    assert set_asked(at, replace(answer, verb="key.prove")) is None
    assert told_of_asked(at, replace(answer, verb="key.prove")) == []
    meter = issue(at, "meter-request", "meter-certificate")
    assert set_asked(at, meter) is None
    assert told_of_asked(at, meter) == []


def test_what_has_a_certificate_already_is_not_named_again() -> None:
    at = room(build_batch())
    (part,) = at.state.parts["device-certificates"]
    at.state = replace(
        at.state, parts={"device-certificates": (replace(part, count=3),)}
    )
    answer = issue(at, "device-requests", "device-certificates")
    assert [row[0] for row in told_of_asked(at, answer)] == ["Request 5", "Request 7"]
    at.state = replace(at.state, parts={"device-certificates": (part,)})
    assert told_of_asked(at, answer) == []


@pytest.mark.parametrize("more", [0, 3])
def test_of_a_large_set_the_first_are_named_and_the_file_with_all(more: int) -> None:
    at = room(build_batch())
    names = [f"dns:n{number}.example" for number in range(MOST_NAMES + 2)]
    asked = [
        {"common-name": f"C{number}", "alternative-names": " ".join(names)}
        for number in range(1, MOST + more + 1)
    ]
    as_issuing(at, "device-requests", "device-certificates")
    put_set(at, "device-requests", asked)
    rows = told_of_asked(at, issue(at, "device-requests", "device-certificates"))
    told = in_words(rows)
    shown = ", ".join(f"DNS: n{number}.example" for number in range(MOST_NAMES))
    assert told["Request 1"] == f"CN=C1; {shown}, and 2 more"
    file = "results-device-requests-2.jsonl"
    assert [label for label in told if label.startswith("Request")] == [
        f"Request {number}" for number in range(1, MOST + 1)
    ]
    assert told.get("And more") == (
        f"{more} others; {file} names every one" if more else None
    )


def test_the_certificate_of_a_device_tells_its_alternative_name() -> None:
    at = room(build_batch())
    told = told_of_certificate(at, issue(at, "meter-request", "meter-certificate"))
    assert in_words(told)["Alternative names"] == f"{HARDWARE} {EUI}"


def test_a_set_is_read_anew_only_where_something_else_is_answered() -> None:
    at = room(build_batch())
    at.state = replace(at.state, parts={})
    answer = issue(at, "device-requests", "device-certificates")
    first = told_of_asked(at, answer)
    log, at.log = at.log, None
    assert told_of_asked(at, answer) == first
    at.log = log
    asked = [{"common-name": "C1", "alternative-names": "dns:a.example"}]
    as_issuing(at, "device-requests", "device-certificates")
    put_set(at, "device-requests", asked)
    other = [("Request 1", "CN=C1; DNS: a.example", True)]
    assert told_of_asked(at, answer) == other
