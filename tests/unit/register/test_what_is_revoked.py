"""The register tells which certificates are revoked, those of batches among them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from ceremony.engine.fact_codec import encode_fact
from ceremony.engine.facts import Outcome
from ceremony.journal.event import Event
from ceremony.pki.issued_results import decode_issued
from ceremony.register.projection import project
from ceremony.register.store import rebuild
from ceremony.register.table import Row
from tests.fakes.record_anew import build_anew_at_once
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_crl import build_crls
from tests.fakes.small_journal import write_journal

ISSUED = "issued-device-certificates.jsonl"


def events_of(built: BuiltRecord) -> list[Event]:
    return [recorded.event for recorded in built.builder.facts]


def told(row: Row) -> tuple[object, ...]:
    named = ("thing", "position", "serial", "certificate", "reason")
    return tuple(row[name] for name in named)


def test_a_single_certificate_and_one_of_a_batch_are_told(tmp_path: Path) -> None:
    built = build_anew_at_once()
    state = built.builder.state
    with (
        write_journal(tmp_path, built) as small,
        rebuild(small.journal, small.private, tmp_path / "register.sqlite") as register,
    ):
        rows = register.rows("revoked")
    single = state.certificates["meter-certificate"]
    first, *_ = decode_issued(built.files[ISSUED], ISSUED).answered
    assert sorted(map(told, rows)) == [
        ("device-certificates", 1, first.serial, first.certificate, "superseded"),
        ("meter-certificate", 0, single.serial, single.digest, "superseded"),
    ]
    key = hashlib.sha256(built.files["public-key-issuing-dca.der"]).hexdigest()
    for row in rows:
        assert (row["issuer_key"], row["crl"], row["day"]) == (
            key,
            "first-list",
            "2026-11-25",
        )
        assert (row["ceremony"], row["issuer"]) == ("KC-2026-001-R1", "CN=Z2")


def test_the_last_list_of_a_key_is_told_and_serial_numbers_that_nobody_knows() -> None:
    built = build_crls()
    events = events_of(built)
    rows = project(events)["revoked"]
    last = built.builder.state.crls["second-arl"]
    assert [row["serial"] for row in rows] == sorted(it.serial for it in last.revoked)
    assert {row["crl"] for row in rows} == {"second-arl"}
    known = {
        made.serial: name for name, made in built.builder.state.certificates.items()
    }
    assert {row["serial"]: row["thing"] for row in rows} == {
        it.serial: known.get(it.serial, "") for it in last.revoked
    }
    # The order of the leaves does not tell which list is the last.
    assert project(events[::-1])["revoked"] == rows


def test_a_batch_without_results_at_hand_is_not_told() -> None:
    rows = project(events_of(build_anew_at_once()))["revoked"]
    assert sorted(str(row["thing"]) for row in rows) == ["", "meter-certificate"]


def test_a_batch_that_is_not_whole_is_not_told() -> None:
    changed = []
    for recorded in build_anew_at_once().builder.facts:
        event, fact = recorded.event, recorded.fact
        if isinstance(fact, Outcome) and fact.part is not None:
            fact = replace(fact, part=replace(fact.part, issued=None))
            event = replace(event, data=encode_fact(fact))
        changed.append(event)
    rows = project(changed, lambda _: decode_issued(b"", "nothing"))["revoked"]
    assert sorted(str(row["thing"]) for row in rows) == ["", "meter-certificate"]
