"""Every command, in the words and with the statuses that people and scripts rely on."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from ceremony.clock import SystemClock
from ceremony.journal.note import decode_vkey, encode_vkey
from tests.cli.transcript import FOLDER, call_here, check_transcript
from tests.fakes.outside_tool import run_tool
from tests.rehearsals.stage import CHECKOUT, Rehearsal

FIRST = f"KC-{SystemClock().now().wall.year}-001-R1"
SCRIPT = CHECKOUT / "ceremony" / "library" / "demo" / "script.yaml"


@pytest.fixture(autouse=True)
def _width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("CEREMONY_WORKSPACE", raising=False)


def allowing_live(to: Path) -> Path:
    """The demo's script, as if it were approved for a live ceremony too."""
    told = SCRIPT.read_text()
    assert "modes: [rehearsal]" in told
    live = "modes: [rehearsal, live]\nenvironment: test"
    to.write_text(told.replace("modes: [rehearsal]", live))
    return to


def without_a_quorum(to: Path) -> Path:
    """A script whose quorum no roster can meet."""
    told = SCRIPT.read_text()
    assert "need: 2" in told
    to.write_text(told.replace("need: 2", "need: 9", 1))
    return to


def typed(site: Path, to: Path) -> Path:
    """The same site for a live journal: every PIN typed, the log key under its name."""
    to.mkdir()
    for path in site.iterdir():
        if path.is_file() and path.name != "pins.toml":
            (to / path.name).write_bytes(path.read_bytes())
    binding = (site / "binding.toml").read_text().replace('"fixed"', '"typed"')
    rehearsed = tomllib.loads(binding)["evidence"]["log-key"]
    live = replace(decode_vkey(rehearsed), name=tomllib.loads(binding)["origin"])
    assert binding.count(rehearsed) == 1
    (to / "binding.toml").write_text(binding.replace(rehearsed, encode_vkey(live)))
    return to


def test_the_command_says_how_it_is_called() -> None:
    check_transcript("help", {})


def test_scripts_are_listed_and_checked(tmp_path: Path) -> None:
    broken = tmp_path / "not-a-script.yaml"
    broken.write_text("id: demo\ntitle: &anchor Root\n")
    check_transcript(
        "scripts",
        {
            "folder": str(tmp_path),
            "site": str(SCRIPT.parent),
            "wrong_script": str(without_a_quorum(tmp_path / "wrong.yaml")),
            "not_a_script": str(broken),
        },
    )


def test_a_finished_demo_is_looked_at(demo: Rehearsal, tmp_path: Path) -> None:
    copy = demo.copy(tmp_path / "copy")
    check_transcript(
        "finished_demo",
        {"copy": str(copy), "folder": str(tmp_path), "ceremony": demo.ceremony},
    )
    leaves = (tmp_path / "leaves.jsonl").read_bytes().splitlines()
    assert [json.loads(leaf)["seq"] for leaf in leaves] == list(range(len(leaves)))


@pytest.mark.no_cover
def test_a_pack_is_verified_and_extracted(demo: Rehearsal, tmp_path: Path) -> None:
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(demo.pack.read_bytes() + b"% and something more\n")
    check_transcript(
        "verify",
        {
            "folder": str(tmp_path),
            "altered": str(altered),
            "ceremony": demo.ceremony,
            "pack": str(demo.pack),
            "policy": str(demo.policy),
            "proof": str(demo.proof),
        },
    )
    done = run_tool(["sha256sum", "-c", "MANIFEST.sha256"], tmp_path / "files")
    assert done.returncode == 0


@pytest.mark.no_cover
def test_a_rehearsal_by_separate_commands(
    demo: Rehearsal, workspace: Path, tmp_path: Path
) -> None:
    check_transcript(
        "by_hand",
        {
            "ceremony": FIRST,
            "folder": str(tmp_path),
            "workspace": str(workspace),
            "site": str(workspace / "site"),
            "other_pack": str(demo.pack),
        },
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "evidence.pdf",
        "evidence.proof",
    ]


@pytest.mark.no_cover
def test_openings_that_are_refused(workspace: Path, tmp_path: Path) -> None:
    site = workspace / "site"
    check_transcript(
        "refused_openings",
        {
            "ceremony": FIRST,
            "folder": str(tmp_path),
            "workspace": str(workspace),
            "site": str(site),
            "live_script": str(allowing_live(tmp_path / "live.yaml")),
            "typed_site": str(typed(site, tmp_path / "typed")),
            "wrong_script": str(without_a_quorum(tmp_path / "wrong.yaml")),
        },
    )
    assert not (workspace / "ceremonies").exists() or not any(
        (workspace / "ceremonies").iterdir()
    )


def test_a_ceremony_that_goes_on_on_paper_and_is_given_up(
    workspace: Path, tmp_path: Path
) -> None:
    places = {"workspace": str(workspace), "site": str(workspace / "site")}
    check_transcript(
        "abandoned", {"ceremony": FIRST, "folder": str(tmp_path), **places}
    )
    assert [path.name for path in tmp_path.iterdir()] == ["left.pdf"]


@pytest.mark.no_cover
def test_tokens_are_listed(workspace: Path, demo: Rehearsal, tmp_path: Path) -> None:
    site = workspace / "site"
    binding = (site / "binding.toml").read_text()
    serial = binding.split("[evidence]")[1].split('serial = "')[1].split('"')[0]
    check_transcript(
        "tokens",
        {
            "site": str(site),
            "serial": serial,
            "folder": str(tmp_path),
            "pack": str(demo.pack),
        },
    )


def test_every_transcript_is_run() -> None:
    told = Path(__file__).read_text()
    for path in FOLDER.glob("*.txt"):
        assert f'"{path.stem}"' in told


def test_a_shown_script_is_the_script_byte_for_byte() -> None:
    told = call_here(["script", "show", "demo"])
    assert told.status == 0
    assert told.out.encode() == SCRIPT.read_bytes()


def test_the_schema_is_one_json_document_for_editors() -> None:
    told = call_here(["script", "schema"])
    schema = json.loads(told.out)
    assert told.err == ""
    assert schema["$schema"].startswith("http://json-schema.org/draft-07/schema")
    assert "acts" in schema["properties"]


def test_a_verdict_in_json_is_one_document_and_nothing_else(demo: Rehearsal) -> None:
    told = call_here(
        ["verify", str(demo.pack), "--trust", str(demo.policy), "--format", "json"]
    )
    verdict = json.loads(told.out)
    assert told.status == 0
    assert told.out.count("\n") == 1
    assert told.err == ""
    assert verdict


def test_every_pack_of_a_folder_is_verified_and_the_worst_word_counts(
    demo: Rehearsal, tmp_path: Path
) -> None:
    folder = tmp_path / "packs"
    folder.mkdir()
    good = demo.pack.read_bytes()
    (folder / "a-good.pdf").write_bytes(good)
    (folder / "a-good.proof").write_bytes(demo.pack.with_suffix(".proof").read_bytes())
    call = ["verify", str(folder), "--trust", str(demo.policy), "--format", "json"]

    alone = call_here(call)
    (folder / "b-bad.pdf").write_bytes(good + b"\n")
    both = call_here(call)
    in_words = call_here(call[:4])

    assert alone.status == 0
    verdict = json.loads(alone.out)["a-good.pdf"]
    status = {check["number"]: check["status"] for check in verdict["checks"]}
    assert status["13b"] == "passed"
    assert both.status == 1
    words = {name: told["record"] for name, told in json.loads(both.out).items()}
    assert words == {
        "a-good.pdf": "VERIFIED WITH REMARKS",
        "b-bad.pdf": "NOT VERIFIED",
    }
    assert in_words.out.index("== a-good.pdf") < in_words.out.index("== b-bad.pdf")


def test_a_folder_without_a_pack_is_unusable(tmp_path: Path) -> None:
    told = call_here(["verify", str(tmp_path)])

    assert told.status == 2
    assert "[CLI-FOLDER-01]" in told.err
