"""The register follows from the journal: thrown away and made again, it is the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509

from ceremony import canonical
from ceremony.engine.fact_codec import encode_fact
from ceremony.engine.facts import (
    CeremonyAbandoned,
    Outcome,
    ReportSigned,
    Result,
)
from ceremony.errors import InputError, StorageError
from ceremony.identifiers import Digest
from ceremony.journal.private import PrivateStore
from ceremony.people.attestation import Meaning
from ceremony.register.projection import project
from ceremony.register.store import Register, rebuild
from ceremony.register.table import TABLES, Row
from ceremony.register.used_number import Issuer, last_number
from tests.fakes.forgery import Forgery
from tests.fakes.key_acts import build_key_acts
from tests.fakes.record_backup import build_backup
from tests.fakes.record_batch import build_batch
from tests.fakes.record_builder import build_record
from tests.fakes.record_crl import build_crls
from tests.fakes.record_earlier import FIRST, build_earlier, build_first
from tests.fakes.small_journal import OTHER, SmallJournal, write_journal


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallJournal]:
    with write_journal(tmp_path, build_record()) as small:
        yield small


@pytest.fixture
def register(small: SmallJournal, tmp_path: Path) -> Iterator[Register]:
    with rebuild(small.journal, small.private, tmp_path / "register.sqlite") as made:
        yield made


def _all(register: Register) -> dict[str, object]:
    return {name: register.rows(name) for name in TABLES}


def test_thrown_away_and_made_again_it_has_the_same_rows(
    small: SmallJournal, register: Register, tmp_path: Path
) -> None:
    before = _all(register)
    register.close()
    (tmp_path / "register.sqlite").unlink()
    with rebuild(small.journal, small.private, tmp_path / "register.sqlite") as again:
        assert _all(again) == before
    # The small ceremony signs no revocation list.
    assert [name for name, rows in before.items() if not rows] == [
        "batches",
        "crls",
        "revoked",
    ]


def test_made_again_over_the_old_one_it_has_the_same_rows(
    small: SmallJournal, register: Register, tmp_path: Path
) -> None:
    before = _all(register)
    with rebuild(small.journal, small.private, tmp_path / "register.sqlite") as again:
        assert _all(again) == before


def test_people_are_told_by_name_as_far_as_openings_are_at_hand(
    small: SmallJournal, register: Register, tmp_path: Path
) -> None:
    told = {row["person"]: row["name"] for row in register.rows("people")}
    assert told["a-01"] == "Ada Example"
    assert len(told) == 7
    with (
        PrivateStore.create(tmp_path / "empty.sqlite") as empty,
        rebuild(small.journal, empty, tmp_path / "other.sqlite") as nameless,
    ):
        assert {row["name"] for row in nameless.rows("people")} == {""}


def test_no_name_is_in_the_register_s_file(register: Register, tmp_path: Path) -> None:
    register.close()
    raw = (tmp_path / "register.sqlite").read_bytes()
    assert b"a-01" in raw
    assert b"Ada" not in raw


def test_keys_and_certificates_are_told_with_their_makers(register: Register) -> None:
    keys = {row["thing"]: row for row in register.rows("keys")}
    assert set(keys) == {"root-oca", "issuing-oca"}
    assert {row["algorithm"] for row in keys.values()} == {"P-256"}
    certificates = {row["thing"]: row for row in register.rows("certificates")}
    assert set(certificates) == {
        "root-oca-certificate",
        "issuing-oca-certificate",
    }
    root = certificates["root-oca-certificate"]
    assert root["public_key"] == keys["root-oca"]["public_key"]


def test_tokens_stand_once_for_each_serial(register: Register) -> None:
    serials = [row["serial"] for row in register.rows("tokens")]
    assert serials
    assert serials == sorted(set(serials))  # type: ignore[type-var]  texts


def test_each_person_attests_at_sign_in_and_sign_out(register: Register) -> None:
    turns = [row["turn"] for row in register.rows("attestations")]
    assert turns.count("sign-in") == 7
    assert turns.count("sign-out") == 7


def test_a_ceremony_s_phase_follows_it(small: SmallJournal, tmp_path: Path) -> None:
    def told() -> dict[str, object]:
        path = tmp_path / "phases.sqlite"
        with rebuild(small.journal, small.private, path) as register:
            rows = register.rows("ceremonies")
        return next(row for row in rows if row["ceremony"] == small.ceremony)

    assert (told()["phase"], told()["mode"]) == ("closed", "rehearsal")
    small.seal(b"a sealed pack")
    digest = small.built.builder.facts[0].event.script
    small.append(ReportSigned("report-1", Meaning.REPORTS_CORRECTLY, digest, digest))
    row = told()
    assert row["phase"] == "sealed"
    assert row["report_signature_count"] == 1
    # printf 'a sealed pack' | sha256sum
    assert row["pack"] == (
        "3f0621b29dcc2d5126ad49ebb2fdf4470b01df4871536775553facb7b209ab07"
    )


def test_an_abandoned_ceremony_is_told_as_such(tmp_path: Path) -> None:
    unfinished = build_record(Forgery(stop_after="1.1"))
    with write_journal(tmp_path, unfinished) as small:
        with rebuild(small.journal, small.private, tmp_path / "a.sqlite") as register:
            phases = {
                row["ceremony"]: row["phase"] for row in register.rows("ceremonies")
            }
        assert phases == {small.ceremony: "running", OTHER: "running"}
        small.append(CeremonyAbandoned("fire alarm"))
        with rebuild(small.journal, small.private, tmp_path / "a.sqlite") as register:
            phases = {
                row["ceremony"]: row["phase"] for row in register.rows("ceremonies")
            }
        assert phases[small.ceremony] == "abandoned"


def test_a_failed_rebuild_leaves_the_old_rows(register: Register) -> None:
    before = _all(register)
    rows = project([])
    rows["tokens"] = [dict.fromkeys(TABLES["tokens"].columns, "not a number")]
    with pytest.raises(StorageError) as caught:
        register.replace(rows)
    assert caught.value.code == "REGISTER-DISK-01"
    assert _all(register) == before


def test_a_table_that_is_not_there_is_refused(register: Register) -> None:
    with pytest.raises(InputError) as caught:
        register.rows("people; drop table people")
    assert caught.value.code == "REGISTER-TABLE-01"


def test_a_register_that_was_never_built_says_so(
    small: SmallJournal, tmp_path: Path
) -> None:
    with (
        Register(tmp_path / "none.sqlite", small.private) as register,
        pytest.raises(StorageError) as caught,
    ):
        register.rows("keys")
    assert caught.value.code == "REGISTER-DISK-01"


def test_a_file_that_is_no_register_says_so(
    small: SmallJournal, tmp_path: Path
) -> None:
    (tmp_path / "junk.sqlite").write_bytes(b"junk" * 1000)
    with pytest.raises(StorageError) as caught:
        rebuild(small.journal, small.private, tmp_path / "junk.sqlite")
    assert caught.value.code == "REGISTER-DISK-01"


def test_the_tables_are_strict(register: Register, tmp_path: Path) -> None:
    register.close()
    connection = sqlite3.connect(tmp_path / "register.sqlite")
    strict = connection.execute("SELECT name, strict FROM pragma_table_list").fetchall()
    connection.close()
    assert {name for name, flag in strict if flag} == set(TABLES)


def test_a_destroyed_key_is_told_with_the_time_of_its_end() -> None:
    facts = build_key_acts().builder.facts
    (key,) = project(known.event for known in facts)["keys"]
    ended = next(
        known.event.t.wall
        for known in facts
        if known.event.type == "hsm.outcome"
        and known.event.data["verb"] == "key.destroy"
    )
    assert key["destroyed_at"] == f"{ended:%Y-%m-%dT%H:%M:%S.%f}Z"
    before = [known for known in facts if known.event.t.wall < ended]
    (key,) = project(known.event for known in before)["keys"]
    assert key["destroyed_at"] == ""


def test_a_key_whose_destruction_is_in_doubt_for_good_is_told_apart() -> None:
    facts = build_key_acts().builder.facts
    events = [known.event for known in facts]
    at = next(
        at
        for at, known in enumerate(facts)
        if isinstance(known.fact, Outcome) and known.fact.verb == "key.destroy"
    )
    told = facts[at].fact
    assert isinstance(told, Outcome)
    left = replace(told, result=Result.UNRESOLVED)
    events[at] = replace(events[at], data=encode_fact(left))
    (key,) = project(events)["keys"]
    ended = f"{events[at].t.wall:%Y-%m-%dT%H:%M:%S.%f}Z"
    assert (key["destroyed_at"], key["unresolved_at"]) == ("", ended)


def test_a_batch_is_told_with_its_count_and_the_digest_of_its_results() -> None:
    builder = build_batch().builder
    (row,) = project([each.event for each in builder.facts])["batches"]
    (part,) = builder.state.parts["device-certificates"]
    assert row == {
        "ceremony": "KC-2026-001-R1",
        "thing": "device-certificates",
        "issuer": "CN=Z2",
        "issuer_thing": "issuing-dca",
        "issued": part.issued,
        "received_at": part.received_at,
        "answered_at": part.answered_at,
        "certificate_count": 5,
        "part_count": 1,
        "seq": row["seq"],
    }


def test_a_revocation_list_is_told_with_its_number_and_issuer() -> None:
    built = build_crls()
    tables = project(known.event for known in built.builder.facts)
    first, second = tables["crls"]
    assert (first["thing"], first["number"], first["revoked_count"]) == (
        "first-arl",
        1,
        0,
    )
    assert (second["number"], second["revoked_count"]) == (2, 2)
    assert second["issuer"] == "OU=00, CN=NA"
    root = next(row for row in tables["keys"] if row["thing"] == "root-oca")
    assert second["issuer_key"] == root["public_key"]
    assert second["digest"] == built.builder.state.crls["second-arl"].digest


def issuer_of(name: str, key: str, *, live: bool) -> Issuer:
    return Issuer(name, Digest(key), live=live)


def test_an_issuer_is_known_again_by_its_key_and_live_by_its_name() -> None:
    tables: dict[str, list[Row]] = {
        "ceremonies": [
            {"ceremony": "KC-2025-001", "mode": "live"},
            {"ceremony": "KC-2025-001-R1", "mode": "rehearsal"},
        ],
        "crls": [
            {
                "ceremony": "KC-2025-001",
                "issuer": "CN=A",
                "issuer_key": "1",
                "number": 7,
            },
            {
                "ceremony": "KC-2025-001",
                "issuer": "CN=A",
                "issuer_key": "1",
                "number": 6,
            },
            {
                "ceremony": "KC-2025-001-R1",
                "issuer": "CN=A",
                "issuer_key": "2",
                "number": 9,
            },
        ],
    }
    assert last_number(tables, issuer_of("CN=A", "3", live=True)) == 7
    assert last_number(tables, issuer_of("CN=A", "3", live=False)) == 0
    assert last_number(tables, issuer_of("CN=B", "3", live=True)) == 0
    assert last_number(tables, issuer_of("CN=B", "1", live=False)) == 7
    assert last_number(tables, issuer_of("CN=B", "2", live=True)) == 9


def test_a_secret_key_is_a_key_without_a_public_one() -> None:
    events = [known.event for known in build_backup().builder.facts]
    rows = {row["thing"]: row for row in project(events)["keys"]}
    assert list(rows) == ["kek", "kek-copy", "signer", "signer-copy", "transport"]
    assert (rows["kek"]["public_key"], rows["kek"]["short_id"]) == ("", "")
    assert rows["kek"]["algorithm"] == "AES-256"
    assert rows["signer"]["public_key"] == rows["signer-copy"]["public_key"] != ""


def test_a_key_that_a_later_ceremony_destroys_is_gone_under_its_first_name() -> None:
    first, second = build_first().builder, build_earlier().builder
    events = [known.event for known in (*first.facts, *second.facts)]
    rows = project(events)["keys"]
    gone = {(row["ceremony"], row["thing"]) for row in rows if row["destroyed_at"]}
    assert gone == {(FIRST, "root-oca")}
    # What is told of an earlier key makes no row of its own.
    made = [row["thing"] for row in rows if row["ceremony"] != FIRST]
    assert made == ["root-copy"]


def test_the_key_identifier_of_a_certificate_is_the_one_that_it_carries(
    register: Register,
) -> None:
    files = build_record().files
    for row in register.rows("certificates"):
        raw = files[f"certificate-{row['thing']}.pem"]
        extensions = x509.load_pem_x509_certificate(raw).extensions
        carried = extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        assert row["key_identifier"] == carried.value.digest.hex()


def test_it_is_read_from_the_certificates_own_file() -> None:
    built = build_record()
    files = {canonical.digest(raw): name for name, raw in built.files.items()}

    def carried(digest: Digest | None) -> str:
        return files[digest] if digest is not None else "no file"

    events = [known.event for known in built.builder.facts]
    rows = project(events, carried=carried)["certificates"]
    assert rows
    for row in rows:
        assert row["key_identifier"] == f"certificate-{row['thing']}.pem"
    bare = [replace(event, blobs=()) for event in events]
    for told, rows in (
        ("no file", project(bare, carried=carried)["certificates"]),
        ("", project(events)["certificates"]),
    ):
        assert {row["key_identifier"] for row in rows} == {told}
