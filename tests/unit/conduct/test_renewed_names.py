"""What the review card says that a renewal names other than the certificate before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace

from ceremony import canonical
from ceremony.conduct.asked_view import MOST
from ceremony.conduct.key_view import Row
from ceremony.conduct.renewed_names import told_of_difference
from tests.fakes.card_room import (
    as_issuing,
    in_words,
    issue,
    put_set,
    results_of,
    room,
    step,
)
from tests.fakes.record_batch import build_batch
from tests.fakes.record_renewal import build_before, build_renewal


def test_a_renewal_of_the_same_names_says_so() -> None:
    at = room(build_renewal(), build_before())
    assert told_of_difference(at, issue(at, "meter-request", "old-meter")) == [
        ("Names", "as in the certificate that there is", False)
    ]
    assert told_of_difference(at, issue(at, "device-requests", "old-devices")) == [
        ("Names", "as in the certificate that there is, of each of 2", False)
    ]
    assert told_of_difference(at, issue(at, "other-requests", "old-devices")) == []


def test_a_renewal_by_key_and_name_tells_other_alternative_names() -> None:
    at = room(build_renewal(), build_before())
    root = {"key": "root-dca", "certificate": "root-dca-certificate"}
    again = step(at, "certificate.self-sign", **root)
    assert in_words(told_of_difference(at, again)) == {
        "Names": "as in the certificate that there is"
    }
    told = (("alternative-names", "dns:new.example"),)
    as_issuing(at, "root-dca-certificate", values=told, common_name="Z1")
    assert told_of_difference(at, again) == [
        ("Names differ", "new: DNS: new.example", True)
    ]


def compared(before: Sequence[str], now: Sequence[str]) -> list[Row]:
    """Tell how the names of a set differ from those of the batch that it renews.

    Args:
        before: Alternative names of each request of the earlier set.
        now: Likewise of the later one; their subjects differ by letter case alone.
    """
    at = room(build_renewal(), build_before())
    as_issuing(at, "device-requests", "old-devices")
    fact = next(fact for fact in at.state.earlier if fact.thing == "old-devices")
    part = fact.outcome.part
    assert part is not None
    outcome = replace(fact.outcome, part=replace(part, first=1, count=len(before)))
    old = canonical.digest(" ".join((*before, "/", *now)).encode())
    found = replace(fact, outcome=outcome, leaf=old)
    at.state = replace(
        at.state,
        earlier=tuple(found if it is fact else it for it in at.state.earlier),
    )
    raw = results_of(
        [
            {"common-name": f"c{number}", "alternative-names": names}
            for number, names in enumerate(before, 1)
        ]
    )
    blob = SimpleNamespace(name="results-earlier-old-devices.jsonl", sha256="old")
    event = SimpleNamespace(blobs=(blob,))
    put_set(
        at,
        "device-requests",
        [
            {"common-name": f"{'C' if number == 1 else 'c'}{number}"}
            | ({"alternative-names": names} if names else {})
            for number, names in enumerate(now, 1)
        ],
    )
    known = at.log.journal.blob
    at.log.journal.blob = lambda digest: raw if digest == "old" else known(digest)
    at.facts = (
        *(
            each
            for each in at.facts
            if all(it.name != blob.name for it in each.event.blobs)
        ),
        SimpleNamespace(fact=None, event=event),
    )
    return told_of_difference(at, issue(at, "device-requests", "old-devices"))


def test_a_set_that_renews_tells_each_request_whose_names_are_others() -> None:
    rows = compared(
        ["dns:s1.example", "dns:s2.example", "dns:s3.example dns:both.example"],
        ["dns:s1.example", "dns:s2.example", "dns:bank.example dns:both.example"],
    )
    assert rows == [
        ("Names differ", "in 2 of 3", False),
        ("Request 1", "subject before: CN=c1", True),
        ("Request 3", "new: DNS: bank.example; no longer: DNS: s3.example", True),
    ]


def test_of_many_differences_the_first_are_told_and_how_many_more() -> None:
    count = MOST + 4
    rows = compared(["dns:old.example"] * count, ["dns:new.example"] * count)
    assert rows[0] == ("Names differ", f"in {count} of {count}", False)
    assert [row[0] for row in rows[1:-1]] == [
        f"Request {number}" for number in range(1, MOST + 1)
    ]
    assert rows[-1] == ("And more", "4 others that differ", False)


def test_what_a_request_renews_that_nobody_knows_is_told_as_unknown() -> None:
    rows = compared(["dns:s1.example"], ["dns:s1.example", "dns:s2.example"])
    assert rows[-1] == ("Request 2", "which certificate it renews is not known", True)


def test_a_request_that_renews_nothing_tells_no_difference() -> None:
    at = room(build_batch())
    answer = issue(at, "meter-request", "meter-certificate")
    assert told_of_difference(at, answer) == []
