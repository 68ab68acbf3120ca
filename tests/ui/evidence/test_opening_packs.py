"""Packs are opened and checked, and the page says in words what came of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from ceremony.verify.pack import verify_pack
from ceremony.verify.verdict_codec import encode_verdict
from tests.fakes.file_asker import AnsweringAsker
from tests.ui.evidence.looking import POLICY, Seen
from ui.evidence.opening import SAMPLE

EXPECTED = json.loads(
    (Path(__file__).parents[2] / "vectors/packs/expected.json").read_text()
)
BAD = (
    "value-rewritten-later",
    "bytes-after-the-end",
    "leaf-with-a-space",
    "manifest-misses-a-change",
    "pages-of-another-record",
    "step-left-out",
)


def test_the_empty_page_asks_for_a_pack(seen: Seen) -> None:
    assert "Drop an evidence pack here." in seen.text
    assert "Nothing leaves this computer." in seen.text
    assert "Open a pack..." in seen.text
    assert "Open the sample pack" in seen.text


def test_the_sample_pack_verifies_with_its_own_files() -> None:
    verdict = verify_pack(
        SAMPLE / "evidence.pdf",
        policy=SAMPLE / POLICY,
        proof=SAMPLE / "evidence.proof",
    )
    assert verdict.record_line == "Record: VERIFIED WITH REMARKS, REHEARSAL"
    assert len(verdict.story.deviations) == 1


def test_the_sample_pack_is_shown_with_its_deviation_first(seen: Seen) -> None:
    seen.press("Open the sample pack")
    text = seen.text
    for told in (
        "VERIFIED WITH REMARKS",
        "16 passed\n1 not checked",
        "Completed with deviations",
        "0 note, 1 minor, 0 major\nRehearsal, keys in software",
        "D-01",
        "Step 5.4. Decided: Void the smudged bag",
        "Minor",
    ):
        assert told in text
    assert text.index("Deviations first") < text.index("Remarks")
    assert text.index("Remarks") < text.index("The checks, what did not pass first")
    assert seen.page.reading.record.tag.isVisible()
    assert seen.page.reading.record.tag.accessibleName() == "REHEARSAL"


def test_while_a_pack_is_checked_the_page_says_so(seen: Seen, packs: Path) -> None:
    seen.page.open_pack(packs / "good.pdf", policy=packs / POLICY)
    assert "Checking good.pdf" in seen.text
    seen.wait()
    assert "Checking" not in seen.text
    assert "Opened from disk, checked offline in" in seen.text


def test_a_good_pack_shows_both_lines_its_pages_and_its_signatures(
    seen: Seen, packs: Path
) -> None:
    seen.open_committed(packs, "good")
    assert seen.page.reading.record.accessibleName() == (
        "Record: VERIFIED WITH REMARKS, REHEARSAL"
    )
    assert seen.page.reading.ceremony.accessibleName() == (
        "Ceremony: completed as approved; REHEARSAL; keys in software"
    )
    assert "Page 1 of 20" in seen.text
    assert "Signatures are not drawn here. Check 13a: 3 signatures verify" in seen.text


def test_without_a_trust_policy_nobody_can_tell_and_the_page_says_why(
    seen: Seen, packs: Path, asker: AnsweringAsker
) -> None:
    seen.open(packs / "good.pdf")
    assert "CANNOT TELL" in seen.text
    assert "Nobody told this computer whose keys to trust." in seen.text
    assert "Companion file: good.proof, from beside the pack" in seen.text
    asker.answers.append(packs / POLICY)
    seen.press("Choose a trust policy...")
    assert "VERIFIED WITH REMARKS" in seen.text


def test_a_trust_policy_beside_the_pack_is_offered_and_never_taken_by_itself(
    seen: Seen, packs: Path
) -> None:
    seen.open(packs / "good.pdf")
    assert "CANNOT TELL" in seen.text
    seen.press("Use trust-policy.toml from beside the pack")
    assert "VERIFIED WITH REMARKS" in seen.text
    assert "Trust policy: trust-policy.toml, from beside the pack" in seen.text
    assert "should reach you by another way than the pack" in seen.text


def test_another_companion_file_can_be_chosen(
    seen: Seen, packs: Path, asker: AnsweringAsker
) -> None:
    seen.open(packs / "good.pdf", packs / POLICY)
    assert "16 passed" in seen.text
    asker.answers.append(packs / "proof-of-another-seal.proof")
    seen.press("Choose the companion file...")
    assert "NOT VERIFIED" in seen.text
    assert seen.checks[0] == "13b"


@pytest.mark.parametrize("name", BAD)
def test_a_bad_pack_shows_its_failing_check_first_with_reason_and_rule(
    seen: Seen, packs: Path, name: str
) -> None:
    seen.open_committed(packs, name)
    assert "NOT VERIFIED" in seen.text
    first = seen.checks[0]
    line = seen.line(first)
    # Made up after sealing, a pack may break its companion's proof as well.
    assert EXPECTED[name]["check"] in {first, seen.checks[1]}
    assert ": failed." in line.accessibleName()
    assert EXPECTED[name]["rule"] in seen.text


def test_a_pack_beyond_the_limits_is_told_of_and_not_drawn(
    seen: Seen, packs: Path
) -> None:
    seen.open_committed(packs, "bomb")
    pages = seen.page.reading.pages
    assert pages.count == 0
    assert "No pages are shown" in seen.text
    assert "it decodes to more than" in pages.reason
    assert seen.checks[0] == "1"


def test_another_pack_that_is_asked_for_meanwhile_is_the_one_shown(
    seen: Seen, packs: Path
) -> None:
    seen.page.open_pack(packs / "good.pdf", policy=packs / POLICY)
    seen.page.open_pack(packs / "bomb.pdf", policy=packs / POLICY)
    seen.wait()
    assert "bomb.pdf" in seen.text
    assert "good.pdf" not in seen.text


def test_checking_again_reads_the_file_again(
    seen: Seen, packs: Path, tmp_path: Path
) -> None:
    pack = tmp_path / "pack.pdf"
    pack.write_bytes((packs / "good.pdf").read_bytes())
    seen.open(pack, packs / POLICY, packs / "good.proof")
    assert "VERIFIED WITH REMARKS" in seen.text
    assert "Trust policy: trust-policy.toml. Companion file: good.proof." in seen.text
    pack.write_bytes((packs / "bytes-after-the-end.pdf").read_bytes())
    seen.press("Check again")
    assert "NOT VERIFIED" in seen.text


def test_a_pack_is_opened_by_dropping_it(seen: Seen, packs: Path) -> None:
    _drop(seen, [QUrl.fromLocalFile(str(packs / "good.pdf"))])
    seen.wait()
    assert "good.pdf" in seen.text
    assert "CANNOT TELL" in seen.text


@pytest.mark.parametrize(
    "urls", [["https://example.org/pack.pdf"], ["file:///a.pdf", "file:///b.pdf"]]
)
def test_what_is_no_single_file_on_this_computer_is_not_opened(
    seen: Seen, urls: list[str]
) -> None:
    _drop(seen, [QUrl(each) for each in urls])
    assert "One pack at a time, as a file on this computer." in seen.text


def _drop(seen: Seen, urls: list[QUrl]) -> None:
    data = QMimeData()
    data.setUrls(urls)
    told = (
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    entered = QDragEnterEvent(QPointF(seen.page.rect().center()), *told)
    seen.page.dragEnterEvent(entered)
    assert entered.isAccepted()
    assert "Let go to check this file." in seen.text
    seen.page.dropEvent(QDropEvent(QPointF(seen.page.rect().center()), *told))


def test_the_report_is_saved_as_json_and_text_and_never_twice(
    seen: Seen, packs: Path, tmp_path: Path, asker: AnsweringAsker
) -> None:
    seen.open_committed(packs, "good")
    asker.answers += [tmp_path / "mine.json"] * 2
    seen.press("Save report...")
    assert "Saved:" in seen.text
    saved = json.loads((tmp_path / "mine.json").read_text())
    real = verify_pack(packs / "good.pdf", packs / POLICY, packs / "good.proof")
    assert saved == encode_verdict(real)
    assert "Record: VERIFIED WITH REMARKS, REHEARSAL" in (
        tmp_path / "mine.txt"
    ).read_text("utf-8")
    (tmp_path / "mine.json").write_text("kept")
    seen.press("Save report...")
    assert "UI-REPORT-01" in seen.text
    assert (tmp_path / "mine.json").read_text() == "kept"


def test_a_report_where_only_the_text_is_there_writes_nothing(
    seen: Seen, packs: Path, tmp_path: Path, asker: AnsweringAsker
) -> None:
    seen.open_committed(packs, "good")
    (tmp_path / "mine.txt").write_text("kept")
    asker.answers.append(tmp_path / "mine.json")
    seen.press("Save report...")
    assert "There is already a file mine.txt" in seen.text
    assert not (tmp_path / "mine.json").exists()


def test_a_report_is_not_saved_where_nobody_names_a_file(
    seen: Seen, packs: Path, asker: AnsweringAsker
) -> None:
    seen.open_committed(packs, "good")
    seen.press("Save report...")
    assert asker.asked == ["Save report... good-verdict.json"]
    assert "Saved:" not in seen.text
