"""Paper takes over: what is left is printed, noted, and tells nothing too early."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ceremony.cli.context import script_at
from ceremony.digest_words import words
from tests.fakes.pdf_text import page_texts
from tests.rehearsals.stage import folder_in_memory, run_ceremony, run_scene

pytestmark = pytest.mark.hsm

PEOPLE = (
    ("Ceremony administrator", "David Okafor", "DO"),
    ("Security officer", "Margaret Thorne", "MT"),
    ("Key custodian 3", "Tomáš Novák", "TN"),
)


@dataclass(frozen=True)
class Scenes:
    """What the scenes told, and the folder with what they printed."""

    told: dict[str, Any]
    folder: Path

    def file(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def pages(self, name: str) -> tuple[str, ...]:
        """Give each page's text, every run of white space as one space."""
        return tuple(" ".join(page.split()) for page in page_texts(self.file(name)))


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with folder_in_memory("takeover", tmp_path_factory.mktemp("takeover")) as folder:
        told = run_scene("-m", "tests.unit.conduct.takeover_scenes", folder)
        yield Scenes(told, folder)


@pytest.fixture
def left(scenes: Scenes) -> dict[str, Any]:
    return dict(scenes.told["at 3.4"])


def steps_on(page: str) -> list[str]:
    return re.findall(r"dev\. (\d+\.\d+)", page)


def test_only_the_steps_that_are_left_are_printed(scenes: Scenes) -> None:
    found = [step for page in scenes.pages("left.pdf") for step in steps_on(page)]
    every: list[str] = [step.id for step in script_at("demo").steps]
    assert found == every[every.index("3.4") :]


def test_the_file_is_noted_in_the_exported_journal_by_name_and_digest(
    scenes: Scenes, left: dict[str, Any], tmp_path: Path
) -> None:
    out = tmp_path / "leaves.jsonl"
    workspace = scenes.folder / "0" / "workspace"
    told = run_ceremony(
        ["journal", "export", "-o", str(out), "--workspace", str(workspace)]
    )
    assert told.status == 0, told.all
    leaves = [json.loads(line) for line in out.read_bytes().splitlines()]
    digest = hashlib.sha256(scenes.file("left.pdf")).hexdigest()
    notes = [leaf["data"] for leaf in leaves if leaf["type"] == "note.recorded"]
    told = f"Moved to paper before step 3.4: left.pdf, SHA-256 {digest}."
    text = f"{told} {left['unseen']}"
    assert notes[0] == {"text": text, "left_after": left["size"] - 1}
    # A later program's note names the same leaf, and so does one after a look.
    assert {note["left_after"] for note in notes[:4]} == {left["size"] - 1}
    assert left["made"] == ["3.4", digest, len(scenes.pages("left.pdf"))]
    assert left["grew"] == 1


def test_paper_takes_over_without_a_look_and_says_so(
    scenes: Scenes, left: dict[str, Any]
) -> None:
    size = left["size"]
    unseen = (
        f"The ceremony was left after event {size - 1}, and nobody has looked into its "
        "tokens since: what is in them is not known."
    )
    assert left["unseen"] == unseen
    assert unseen in scenes.pages("left.pdf")[0]
    # The note is no part of what was left. Once people have looked it is not said.
    alone, half, seen = left["others"]
    assert (alone, seen) == (unseen, "")
    # A PIN that nobody gave is no look into its token.
    assert half.endswith(
        "nobody has looked into Issuing token since: what is in it is not known."
    )
    assert "nobody has looked" not in scenes.pages("seen.pdf")[0]
    assert "nobody has looked" not in scenes.pages("break.pdf")[0]


def test_paper_takes_over_before_two_people_have_decided(left: dict[str, Any]) -> None:
    assert left["undecided"]


def test_the_first_page_says_where_the_ceremony_stands(
    scenes: Scenes, left: dict[str, Any]
) -> None:
    first = scenes.pages("left.pdf")[0]
    root = left["root"]
    for told in (
        f"MOVED TO PAPER {left['ceremony']}",
        "REHEARSAL",
        "last closed step 3.3 The administrator generates the Root OCA key pair",
        "first on paper 3.4 The administrator lists all objects in the root token",
        "read it aloud before anything else",
        "in doubt or open D-01, minor: A telephone rang.",
        f"{left['size']} leaves",
        " ".join(root[at : at + 4] for at in range(0, 64, 4)),
    ):
        assert told in first, told
    for told in (
        "How paper hands back",
        "Resume the ceremony at the laptop",
        "Record a deviation that names these pages",
        "Keep the originals in ink as exhibits",
    ):
        assert told in " ".join(scenes.pages("left.pdf")[:2]), told
    for word in words(bytes.fromhex(root)):
        assert word in first


def test_the_head_on_the_first_page_is_a_signed_checkpoint(
    left: dict[str, Any],
) -> None:
    assert left["checkpoint"]


def test_the_participants_are_those_of_the_record(scenes: Scenes) -> None:
    (people,) = (page for page in scenes.pages("left.pdf")[:3] if "SAMPLE" in page)
    for title, name, mark in PEOPLE:
        assert name in people
        assert f"as {mark}" in people
        assert any(
            f"Attestation: {title}" in page and name in page
            for page in scenes.pages("left.pdf")
        )
    assert people.count("in the room") == 7


def test_only_the_turns_that_are_left_have_an_attestation(scenes: Scenes) -> None:
    pages = [page for page in scenes.pages("left.pdf") if "Attestation: " in page]
    assert len(pages) == 7
    assert all("Sign out, step 6." in page for page in pages)
    assert not any("Sign in" in page for page in pages)


def test_a_new_key_s_attributes_are_those_that_the_site_asks_for(
    scenes: Scenes,
) -> None:
    (page,) = [page for page in scenes.pages("left.pdf") if "4.3" in steps_on(page)]
    assert "SENSITIVE true" in page
    assert "NEVER_EXTRACTABLE true" in page
    assert "EXTRACTABLE false" in page


def test_nothing_that_is_still_to_be_read_back_is_printed(
    scenes: Scenes, left: dict[str, Any]
) -> None:
    rest = scenes.pages("left.pdf")[1:]
    public_key, cka_id, *unread = left["unread"]
    for page in rest:
        plain = page.replace(" ", "")
        assert public_key[:16] not in plain
        assert cka_id not in plain
        # A single word may stand in a sentence; two in their order do by no chance.
        assert not any(f"{one} {two}" in page for one, two in pairwise(unread))


def test_no_pin_of_the_site_is_printed(scenes: Scenes) -> None:
    site = scenes.folder / "0" / "workspace" / "site"
    pins = re.findall(r'= "(\d{6,})"', (site / "pins.toml").read_text())
    assert len(pins) > 5
    for page in scenes.pages("left.pdf"):
        assert not set(pins) & set(re.findall(r"\d+", page))


def test_an_existing_file_is_refused_and_nothing_is_noted(
    scenes: Scenes, left: dict[str, Any]
) -> None:
    assert left["again"] == "EVIDENCE-EXISTS-01"
    assert left["unprintable"] == "FILE-TEXT-03"
    assert left["grew no more"] == 1
    assert [path.name for path in scenes.folder.glob("left*")] == ["left.pdf"]


def test_an_operation_in_doubt_is_told_before_anything_is_done_again(
    scenes: Scenes,
) -> None:
    first = scenes.pages("doubt.pdf")[0]
    assert scenes.told["in doubt"]["step"] == "3.3"
    assert "Whether key.generate in step 3.3 has acted is not known." in first


def test_nobody_ends_a_ceremony_over_one_token_before_the_others_were_tried(
    scenes: Scenes,
) -> None:
    told = scenes.told["in doubt"]
    assert told["courses"] == ["look-again", "unresolved"]
    # Another token is there, and nobody gave its PIN.
    assert told["not tried"] == "CONDUCT-LOOK-01"
    # At a terminal they are told, look anew, and the decision waits.
    assert told["typed"] == ["", 1]
    # A resumption that fails at one token tells what it saw in the others.
    assert told["resumed"] == "HSM-PIN-01"
    assert (told["looked"], told["seen"]) == ("tokens.inspected", ["issuing-hsm"])
    assert (told["left"], told["phase"]) == ("", "abandoned")


def test_a_break_that_is_on_is_told_and_an_abandoned_ceremony_is_refused(
    scenes: Scenes,
) -> None:
    told = scenes.told["at a break"]
    first = scenes.pages("break.pdf")[0]
    assert told["step"] == "1.9"
    assert "A break is on. 30 minutes planned" in first
    assert told["abandoned"] == "ENGINE-PHASE-01"
    assert (told["grew"], told["file"]) == (0, False)


def test_after_the_first_sign_out_nothing_is_printed_noted_or_signed(
    scenes: Scenes,
) -> None:
    told = scenes.told["farewell"]
    assert told["step"][0] == told["step"][1]
    assert told["refused"] == "CONDUCT-FAREWELL-01"
    assert (told["grew"], told["checkpoints"], told["file"]) == (0, 0, False)


def test_a_step_that_lacks_only_its_initials_is_told_so(scenes: Scenes) -> None:
    told = scenes.told["half done"]
    first = scenes.pages("half.pdf")[0]
    assert told["step"] == "3.2"
    assert "Step 3.2 was carried out and lacks its initials." in first
    assert "Silence" not in first


def test_a_closed_ceremony_is_refused_with_nothing_written(scenes: Scenes) -> None:
    assert scenes.told["closed"] == {
        "refused": "ENGINE-PHASE-01",
        "grew": 0,
        "file": False,
    }
