"""What a pack embeds, collected from a real journal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ceremony import canonical
from ceremony.engine.facts import Noted
from ceremony.errors import EvidenceError
from ceremony.evidence.checkpoints import write_proof
from ceremony.evidence.records import collect_files
from ceremony.identifiers import CeremonyId
from ceremony.journal.checkpoint import read_checkpoint, verify_checkpoint
from ceremony.journal.codec import decode_event
from ceremony.journal.event import Blob
from ceremony.journal.proof import decode_proof, verify_proof
from ceremony.pack.attachments import verify_names
from ceremony.pack.leaf_hashes import decode_leaf_hashes
from ceremony.pack.manifest import lint_manifest
from ceremony.pack.record import decode_events, read_record
from tests.fakes.forgery import Forgery
from tests.fakes.outside_tool import run_tool
from tests.fakes.record_builder import FOREIGN, build_record
from tests.fakes.small_journal import OTHER, SmallJournal, write_journal


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallJournal]:
    with write_journal(tmp_path, build_record()) as small:
        yield small


def _collect(small: SmallJournal, previous_size: int = 0) -> dict[str, bytes]:
    return collect_files(small.journal, small.private, small.ceremony, previous_size)


def test_every_file_of_the_record_is_collected(small: SmallJournal) -> None:
    files = _collect(small)
    proofs = {name for name in small.built.files if name.startswith("proof-")}
    assert set(small.built.files) - proofs <= set(files)
    assert lint_manifest(files) == ()
    verify_names(files)
    assert list(files) == sorted(files)


def test_the_record_reads_as_the_ceremony_that_was_held(small: SmallJournal) -> None:
    record = read_record(_collect(small))
    assert record.ceremony == small.ceremony
    assert len(record.facts) == len(small.built.builder.facts)
    assert record.names["a-01"] == "Ada Example"  # type: ignore[index]  an id


def test_the_events_are_the_leaves_of_the_journal(small: SmallJournal) -> None:
    lines = _collect(small)["events.jsonl"].splitlines()
    assert lines == list(small.journal.leaves(small.ceremony))


def test_every_blob_has_the_bytes_that_its_leaf_names(small: SmallJournal) -> None:
    files = _collect(small)
    blobs = [
        blob for event in decode_events(files["events.jsonl"]) for blob in event.blobs
    ]
    assert len(blobs) > 20
    for blob in blobs:
        assert canonical.digest(files[blob.name]) == blob.sha256
        assert len(files[blob.name]) == blob.size


def test_what_comes_after_the_final_checkpoint_changes_nothing(
    small: SmallJournal,
) -> None:
    before = _collect(small)
    small.seal(b"a sealed pack")
    assert _collect(small) == before
    small.checkpoint()
    assert _collect(small) == before


def test_the_newest_checkpoint_stands_in_before_the_end(tmp_path: Path) -> None:
    unfinished = build_record(Forgery(stop_after="1.1"))
    with write_journal(tmp_path, unfinished) as small:
        small.append(Noted("not yet under a checkpoint"))
        files = _collect(small)
        final = read_checkpoint(files["checkpoint"])
        assert final.size == small.journal.size - 1
        assert len(decode_events(files["events.jsonl"])) == final.size - FOREIGN


@pytest.mark.parametrize("previous_size", [0, 3, FOREIGN])
def test_both_roots_follow_from_the_leaf_hashes(
    small: SmallJournal, previous_size: int
) -> None:
    files = _collect(small, previous_size)
    told = decode_leaf_hashes(files["leaf-hashes.txt"])
    earlier, later = told.roots()
    assert told.start == previous_size
    assert later.hex() == read_checkpoint(files["checkpoint"]).root
    if previous_size:
        assert earlier.hex() == small.journal.root(previous_size)


def test_earlier_checkpoints_stand_with_all_their_lines(small: SmallJournal) -> None:
    files = _collect(small)
    earlier = {name for name in files if name.startswith("checkpoint-")}
    known = {
        f"checkpoint-{size:04}"
        for size in small.built.builder.notes
        if size < small.built.builder.final
    }
    assert earlier == known
    vkey = small.built.site.log_vkey
    for name in earlier:
        size = int(name.removeprefix("checkpoint-"))
        assert verify_checkpoint(files[name], vkey).size == size
    cosigned = [name for name in earlier if files[name].count("\u2014".encode()) == 2]
    assert cosigned


def test_each_key_and_certificate_has_its_proof(small: SmallJournal) -> None:
    files = _collect(small)
    proofs = {name for name in files if name.startswith("proof-")}
    assert proofs == {
        "proof-key-root-oca.tlog-proof",
        "proof-key-issuing-oca.tlog-proof",
        "proof-certificate-root-oca-certificate.tlog-proof",
        "proof-certificate-issuing-oca-certificate.tlog-proof",
    }
    leaves = files["events.jsonl"].splitlines()
    for name in proofs:
        proof = decode_proof(files[name])
        leaf = leaves[proof.index - FOREIGN]
        assert decode_event(leaf).type == "hsm.outcome"
        head = verify_proof(
            proof, leaf, small.journal.origin, small.built.site.log_vkey
        )
        assert head.size == small.built.builder.final


def test_sha256sum_accepts_the_collected_files(
    small: SmallJournal, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name, content in _collect(small).items():
        (folder / name).write_bytes(content)
    command = ["sha256sum", "--check", "--strict", "--quiet", "MANIFEST.sha256"]
    done = run_tool(command, folder)
    assert done.returncode == 0


def test_a_ceremony_that_is_not_there_has_no_pack(small: SmallJournal) -> None:
    unknown = CeremonyId("KC-2026-999-R1")
    with pytest.raises(EvidenceError) as caught:
        collect_files(small.journal, small.private, unknown)
    assert caught.value.code == "EVIDENCE-RECORD-01"


def test_a_ceremony_that_was_never_opened_has_no_pack(small: SmallJournal) -> None:
    with pytest.raises(EvidenceError) as caught:
        collect_files(small.journal, small.private, OTHER)
    assert caught.value.code == "PACK-RECORD-01"


def test_two_things_under_one_name_are_refused(tmp_path: Path) -> None:
    built = build_record(Forgery(stop_after="1.1"))
    with write_journal(tmp_path, built) as small:
        opened = built.builder.facts[0]
        built.files["room-policy.toml"] = b"other"
        other = Blob("room-policy.toml", canonical.digest(b"other"), 5)
        event = replace(opened.event, blobs=(other,))
        small.append(Noted("x"), like=replace(opened, event=event))
        small.checkpoint()
        with pytest.raises(EvidenceError) as caught:
            _collect(small)
    assert caught.value.code == "EVIDENCE-NAME-01"


def test_the_companion_file_proves_the_journal_s_record_of_the_seal(
    small: SmallJournal,
) -> None:
    small.seal(b"a sealed pack")
    small.checkpoint()
    proof = decode_proof(write_proof(small.journal, small.ceremony))
    vkey = small.built.site.log_vkey
    verify_proof(proof, proof.extra, small.journal.origin, vkey)
    sealed = decode_event(proof.extra)
    assert sealed.type == "pack.sealed"
    assert sealed.data["revision"] == (
        # printf 'a sealed pack' | sha256sum
        "3f0621b29dcc2d5126ad49ebb2fdf4470b01df4871536775553facb7b209ab07"
    )


def test_there_is_no_companion_file_before_the_checkpoint(small: SmallJournal) -> None:
    with pytest.raises(EvidenceError) as caught:
        write_proof(small.journal, small.ceremony)
    assert caught.value.code == "EVIDENCE-PROOF-01"
    small.seal(b"a sealed pack")
    with pytest.raises(EvidenceError) as caught:
        write_proof(small.journal, small.ceremony)
    assert caught.value.code == "EVIDENCE-PROOF-01"
