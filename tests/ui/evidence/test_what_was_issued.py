"""The tab of what a pack says was issued: compared, copied and saved from there."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from ceremony.pack.policy_file import encode_trust_policy
from tests.fakes.batch_output_lies import build_bound
from tests.fakes.issued_commands import says_ok
from tests.fakes.output_lies import OUTPUT_LIES, build_outputs
from tests.fakes.pack_maker import make_pack
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_large_batch import build_large_batch
from tests.ui.evidence.looking import Seen


def open_made(seen: Seen, built: BuiltRecord, folder: Path) -> None:
    """Seal a made-up record and open it under its own policy."""
    pack, policy = folder / "made.pdf", folder / "policy.toml"
    pack.write_bytes(make_pack(built))
    policy.write_bytes(encode_trust_policy(built.policy))
    seen.open(pack, policy)
    seen.turn_tab("Issued")


@pytest.mark.no_cover
def test_everything_issued_is_shown_copied_and_saved(
    seen: Seen, tmp_path: Path
) -> None:
    open_made(seen, build_outputs(), tmp_path)
    cards = seen.page.reading.issued.cards
    assert len(cards) == 5
    assert seen.clipped() == []
    assert seen.nameless() == []
    for card in cards:
        assert card.output.digest in seen.text
        folder = tmp_path / card.output.digest
        folder.mkdir()
        seen.page.saver.ask = lambda *_, folder=folder: folder
        card.save.click()
        seen.wait()
        for command in card.output.commands:
            assert says_ok(command, folder)
    assert "Saved to " in seen.text
    cards[0].save.click()
    seen.wait()
    seen.page.saver.ask = lambda *_: None
    cards[0].save.click()
    seen.wait()
    copy = next(b for b in seen.buttons if b.accessibleName() == "Copy: Command 1")
    copy.click()
    first = "\n".join(cards[0].output.commands[0])
    assert QGuiApplication.clipboard().text() == first


@pytest.mark.no_cover
def test_a_batch_is_saved_certificate_by_certificate(
    seen: Seen, tmp_path: Path
) -> None:
    open_made(seen, build_bound(), tmp_path)
    (card,) = seen.page.reading.issued.cards
    assert seen.clipped() == []
    assert seen.nameless() == []
    seen.page.saver.ask = lambda *_: tmp_path
    card.save.click()
    seen.wait()
    assert "part-N/POSITION in DER, PEM and text" in seen.text
    for command in card.output.commands:
        assert says_ok(command, tmp_path / "device-certificates")


def test_where_a_large_batch_is_saved_from_is_said(seen: Seen, tmp_path: Path) -> None:
    open_made(seen, build_large_batch(is_bound=True), tmp_path)
    (card,) = seen.page.reading.issued.cards
    assert card.save.isHidden()
    assert "The certificates are too many for a pack" in seen.text


def test_a_file_that_is_there_is_never_replaced(seen: Seen, tmp_path: Path) -> None:
    open_made(seen, build_outputs(), tmp_path)
    card = seen.page.reading.issued.cards[0]
    last = tmp_path / list(card.output.files)[-1]
    last.write_text("mine")
    seen.page.saver.ask = lambda *_: tmp_path
    card.save.click()
    seen.wait()
    assert f"There is already a file {last.name}" in seen.text
    assert last.read_text() == "mine"
    assert [name for name in card.output.files if (tmp_path / name).exists()] == [
        last.name
    ]


@pytest.mark.parametrize("name", ["good", "leaf-with-a-space"])
def test_why_nothing_is_shown_is_said(seen: Seen, packs: Path, name: str) -> None:
    seen.open_committed(packs, name)
    seen.turn_tab("Issued")
    assert seen.page.reading.issued.cards == []
    assert seen.page.reading.issued.reason in seen.text
    told = "an older one" if name == "good" else "Nothing is shown"
    assert told in seen.text


def test_nothing_of_a_chain_that_lies_is_offered(seen: Seen, tmp_path: Path) -> None:
    open_made(seen, OUTPUT_LIES["chain-under-another-root"].make(), tmp_path)
    assert seen.page.reading.issued.cards == []
    assert "Check 12: " in seen.text
