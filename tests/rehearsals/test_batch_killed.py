"""A batch that is stopped and killed goes on with the first part without an outcome."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.batch_site import device_request, put_batch_site
from tests.rehearsals.stage import copy_site, run_ceremony, run_scene, shared

pytestmark = [
    pytest.mark.crash,
    pytest.mark.hsm,
    pytest.mark.slow,
    pytest.mark.no_cover,
]

CERTIFICATES = "device-certificates"
COUNT = 105
PARTS = [100, 5]


@dataclass(frozen=True)
class Lived:
    """How each life ended, what was written down on the way, and the pack's files."""

    ends: list[int]
    told: dict[str, Any]
    lines: list[str]
    files: Path

    def leaves(self, kind: str) -> list[dict[str, Any]]:
        text = (self.files / "events.jsonl").read_text()
        told = [json.loads(line) for line in text.splitlines()]
        return [leaf["data"] for leaf in told if leaf["type"] == kind]

    def parts(self, kind: str) -> list[dict[str, Any]]:
        return [leaf["part"] for leaf in self.leaves(kind) if "part" in leaf]


def live(site_base: Path, folder: Path, count: int) -> list[int]:
    """Live every life with so many requests; give how each ended."""
    workspace = folder / "workspace"
    requests = [device_request(number) for number in range(1, count + 1)]
    put_batch_site(copy_site(site_base, workspace), requests)
    ends: list[int] = run_scene("-m", "tests.crash.batch_child", workspace)
    pack = str(workspace / "evidence.pdf")
    ran = run_ceremony(["extract", pack, "-o", str(folder / "files")])
    assert ran.status == 0, ran.all
    return ends


@pytest.fixture(scope="module")
def lived(site_base: Path, run_id: str) -> Iterator[Lived]:
    def make(folder: Path) -> None:
        ends = live(site_base, folder, COUNT)
        (folder / "ends.json").write_text(json.dumps(ends))

    with shared("batch-killed", make, run_id) as folder:
        workspace = folder / "workspace"
        told = {
            name: value
            for file in ("refused.json", "stopped.json")
            for name, value in json.loads((workspace / file).read_text()).items()
        }
        yield Lived(
            json.loads((folder / "ends.json").read_text()),
            {**told, "decided": (workspace / "told").read_text()},
            json.loads((workspace / "lines.json").read_text()),
            folder / "files",
        )


def test_two_lives_were_killed_and_the_third_ended_in_a_sound_pack(
    lived: Lived,
) -> None:
    assert lived.ends == [-signal.SIGKILL, -signal.SIGKILL, 0]
    assert lived.lines[0] == "Record: VERIFIED WITH REMARKS, REHEARSAL"


def test_files_that_are_not_there_are_refused(lived: Lived) -> None:
    names = ("no file", "two files", "no folder", "all refused", "open", "half there")
    assert [lived.told[name] for name in names] == [
        "CONDUCT-IMPORT-01",
        "CONDUCT-IMPORT-01",
        "CONDUCT-IMPORT-01",
        "",
        "ENGINE-IMPORT-04",
        "CONDUCT-IMPORT-01",
    ]


def test_another_request_than_the_approved_one_leaves_its_step_open(
    lived: Lived,
) -> None:
    assert (lived.told["another meter"], lived.told["not taken"]) == (
        "",
        "ENGINE-IMPORT-04",
    )
    assert lived.told["why"].startswith(
        "Step 2.15 cannot close: no request was good. device-00001.csr: PKI-CSR-33 "
        "[this tool's own]: A request that is answered by itself asks for the name and"
    )
    refused, taken = (
        leaf
        for leaf in lived.leaves("requests.judged")
        if leaf["request"] == "meter-request"
    )
    assert [each["rule"] for each in refused["failures"]] == ["PKI-CSR-33"]
    assert (taken["good"], taken["refused"]) == (1, 0)


def test_people_stop_the_judgement_of_a_set_and_take_it_in_whole(lived: Lived) -> None:
    assert lived.told["judging stopped"] == "CONDUCT-IMPORT-04"
    assert "device-requests" not in lived.told["taken in"]
    assert lived.told["judging"] == [
        [0, COUNT, "JUDGE"],
        *([done, COUNT, "JUDGE"] for done in (0, 100, COUNT)),
    ]
    given = [
        leaf
        for leaf in lived.leaves("requests.given")
        if leaf["request"] == "device-requests"
    ]
    # Once for what was all refused, once for what was stopped, once for good.
    assert [each["file_count"] for each in given] == [1, COUNT, COUNT]
    assert given[1] == given[2]
    judged = lived.leaves("requests.judged")[-1]
    assert (judged["good"], judged["refused"]) == (COUNT, 0)


def test_the_time_of_receipt_is_when_all_requests_were_judged(lived: Lived) -> None:
    [judged_at] = lived.told["judged at"]
    assert lived.leaves("requests.judged")[-1]["received_at"] >= judged_at


def test_nothing_is_signed_whose_path_would_not_be_valid(lived: Lived) -> None:
    assert lived.told["no root"].startswith("PKI-PATH-")
    singles = [
        leaf
        for leaf in lived.leaves("hsm.intent")
        if leaf["verb"] == "certificate.issue" and "part" not in leaf
    ]
    # The root's for the issuing CA, and the one for the meter: none for the refusal.
    assert len(singles) == 2


def test_no_part_is_signed_whose_paths_would_not_be_valid(lived: Lived) -> None:
    assert lived.told["no root of a set"].startswith("PKI-PATH-")
    # What was signed of the first part was signed in the two lives after the refusal.
    assert [each["number"] for each in lived.parts("hsm.intent")] == [1, 1, 2, 2]


def test_each_part_is_under_a_checkpoint_of_its_own(lived: Lived) -> None:
    text = (lived.files / "events.jsonl").read_text()
    leaves = [json.loads(line) for line in text.splitlines()]
    ends = [
        leaf["seq"] + 1
        for leaf in leaves
        if leaf["type"] == "hsm.outcome" and leaf["data"].get("thing") == CERTIFICATES
    ]
    assert len(ends) == len(lived.parts("hsm.intent"))
    sizes = [
        int(path.read_text().splitlines()[1])
        for path in lived.files.glob("checkpoint*")
        if path.suffix == ""
    ]
    assert set(ends) <= set(sizes)


def test_a_certificate_takes_no_number_that_one_of_the_site_has(lived: Lived) -> None:
    assert lived.told["another number"] is True


def test_requests_that_were_not_judged_are_not_answered(lived: Lived) -> None:
    assert lived.told["other requests"] == "CONDUCT-BATCH-02"


def test_people_stop_between_two_parts(lived: Lived) -> None:
    assert lived.told["stopped"] == "CONDUCT-BATCH-01"
    assert lived.told["reached"] == [[0, COUNT], [100, COUNT]]


def test_each_part_has_one_outcome_that_is_done(lived: Lived) -> None:
    made = lived.parts("hsm.outcome")
    assert [each["count"] for each in made] == PARTS
    assert [each["number"] for each in made] == [1, 2]
    assert [each["number"] for each in lived.parts("hsm.intent")] == [1, 1, 2, 2]


def test_a_part_in_doubt_counts_as_failed_by_two_peoples_decision(
    lived: Lived,
) -> None:
    failed = [
        leaf
        for leaf in lived.leaves("hsm.outcome")
        if leaf["result"] == "failed" and leaf["thing"] == CERTIFICATES
    ]
    assert [len(leaf["decided_by"]) for leaf in failed] == [2, 2]
    assert lived.told["decided"].startswith("Part 2 counts as failed: its 5 certif")


def test_no_serial_number_is_named_twice(lived: Lived) -> None:
    named = [
        line
        for path in sorted(lived.files.glob("serials-*.txt"))
        for line in path.read_text().splitlines()
    ]
    assert len(named) == COUNT + 100 + 5
    assert len(set(named)) == len(named)
    text = (lived.files / "issued-device-certificates.jsonl").read_text()
    issued = [json.loads(line) for line in text.splitlines()[1:-1]]
    assert [each["position"] for each in issued] == list(range(1, COUNT + 1))
    assert {each["serial"] for each in issued} < set(named)


@pytest.mark.soak
@pytest.mark.parametrize(("count", "embedded"), [(1000, 10), (1101, 0)])
def test_a_large_set_is_killed_in_the_middle_and_its_pack_verifies(
    site_base: Path, tmp_path: Path, count: int, embedded: int
) -> None:
    ends = live(site_base, tmp_path, count)
    assert ends == [-signal.SIGKILL, -signal.SIGKILL, 0]
    lines = json.loads((tmp_path / "workspace/lines.json").read_text())
    assert lines[0] == "Record: VERIFIED WITH REMARKS, REHEARSAL"
    issued = (tmp_path / "files/issued-device-certificates.jsonl").read_text()
    assert len(issued.splitlines()) == count + 2
    parts = list((tmp_path / "files").glob("certificates-*.pem"))
    assert len(parts) == embedded
