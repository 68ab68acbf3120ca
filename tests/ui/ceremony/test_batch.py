"""Requests are imported and a set answered at the window, to a pack that verifies."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from ceremony.conduct.pace import Reached, Work
from tests.fakes.batch_site import device_request, put_batch_site, tampered
from tests.fakes.issued_commands import says_ok
from tests.rehearsals.opened import facts_of
from tests.rehearsals.stage import run_ceremony
from tests.ui.typist import Typist
from ui.conductor.flow import Gesture
from ui.room import Room

COUNT = 120


@pytest.fixture
def at_site(demo_site: Path, open_window: Callable[[], Typist]) -> Typist:
    """In the room of the script with a batch, before the first sign-in."""
    requests = [device_request(number) for number in range(1, COUNT + 1)]
    requests[6] = tampered(requests[6])
    put_batch_site(demo_site, requests)
    typist = open_window()
    typist.start_demo()
    return typist


@dataclass
class Seen:
    """What was to be seen while the ceremony was played.

    Attributes:
        reached: Value and end of the progress bar and its sentence, at each part.
        judged: The same, while requests are judged.
        banners: What the banner said before the batch was begun or gone on with.
        refusals: What it said before files were named.
        results: What the step said of the set that was imported.
        folder: Where the certificates were saved from the step that made them.
        named: What is typed as the set's place, one after the other.
    """

    typist: Typist
    named: list[str]
    reached: list[tuple[int, int, str]] = field(default_factory=list)
    judged: list[tuple[int, int, str]] = field(default_factory=list)
    banners: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    folder: Path = Path()

    def look(self, step: str, room: Room) -> None:
        gesture = room.director.ask.gesture
        if step == "2.18" and gesture is Gesture.FILL:
            self.refusals.append(room.page.step.banner.text)
            self.typist.told["file or the folder"] = self.named.pop(0)
        if step == "2.18" and gesture is Gesture.INITIALS:
            labels = room.page.step.findChildren(QLabel)
            self.results.append("\n".join(label.text() for label in labels))
        if step == "2.19" and gesture is Gesture.GO:
            self.banners.append(room.page.step.banner.text)
            assert not room.page.bar.stop.isVisible()
        if step == "2.19" and gesture is Gesture.INITIALS and not any(self.saved):
            assert room.page.step.issued is not None
            room.saver.ask = lambda *_: self.folder
            room.page.step.issued.save.click()
            self.typist.wait_idle()
            labels = room.page.step.issued.findChildren(QLabel)
            self.results.append("\n".join(label.text() for label in labels))

    @property
    def saved(self) -> list[Path]:
        """Give the files that were saved."""
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def stop_at_once(self, at: Reached) -> None:
        bar = self.typist.room.page.bar
        value, end = bar.reached.value(), bar.reached.maximum()
        said = "\n".join(label.text() for label in bar.findChildren(QLabel))
        judging = at.work is Work.JUDGE
        told = self.judged if judging else self.reached
        told.append((value, end, said))
        if at.done == 0 and len(self.judged) <= 1:
            assert bar.stop.text() == "Stop, and take in none"
        if at.done == 0 and (not judging or len(self.judged) == 1):
            assert bar.stop.isVisible()
            QTest.keyClick(bar.stop, Qt.Key.Key_Space)


def with_sums(folder: Path) -> Path:
    """Write down what the results file says of each file, for sha256sum."""
    lines = (folder / "issued-device-certificates.jsonl").read_text().splitlines()
    told = [json.loads(line) for line in lines[1:-1]]
    sums = (
        f"{each['certificate']}  part-{each['part']}/{each['position']}.der\n"
        for each in told
    )
    (folder / "sums").write_text("".join(sums))
    return folder


def assert_judged_at_last(seen: Seen) -> None:
    """Whatever is typed is refused in words; a judgement is stopped, and done anew."""
    assert seen.named == []
    begun, *unnamed, stopped = seen.refusals
    assert begun.strip() == ""
    assert ["CONDUCT-IMPORT-01" in each for each in unnamed] == [True] * 3
    assert "CONDUCT-IMPORT-04" in stopped
    assert [each[:2] for each in seen.judged] == [
        *((0, COUNT), (0, COUNT)),
        *((100, COUNT), (COUNT, COUNT)),
    ]
    assert "100 of 120 requests judged." in seen.judged[2][2]


def test_a_batch_is_stopped_between_two_parts_and_carried_to_its_end(
    at_site: Typist, folder: Path, tmp_path: Path
) -> None:
    workspace = folder / "workspace" / "demo"
    at_site.told["file with the request"] = str(workspace / "site/meter.csr")
    place = str(workspace / "site/devices")
    named = [f"{place}-typo", "~nobody-of-that-name/x", "x" * 300, place, place]
    seen = Seen(at_site, named, folder=tmp_path)
    at_site.window.bridge.reached.connect(seen.stop_at_once)
    at_site.before = seen.look
    at_site.play()
    at_site.window.close()

    assert_judged_at_last(seen)
    total = COUNT - 1
    assert [each[:2] for each in seen.reached] == [
        *((0, total), (100, total)),
        *((100, total), (total, total)),
    ]
    assert "100 of 119 certificates issued and recorded." in seen.reached[1][2]
    assert "stopped after 100 of 119 certificates" in "".join(seen.banners)
    assert "device-00007.csr" in seen.results[0]
    assert "PKI-REQUEST-02" in seen.results[0]
    parts = [
        fact["part"]["count"]
        for fact in facts_of(workspace, "hsm.outcome")
        if "part" in fact
    ]
    assert parts == [100, 19]
    assert "SHA-256 of the results file" in seen.results[-1]
    saved = tmp_path / "device-certificates"
    assert len(seen.saved) == 3 * total + 3
    # The seventh request is refused, so that the last is in the second part.
    assert (saved / f"part-2/{COUNT}.txt").is_file()
    assert says_ok(["sha256sum -c --quiet sums && echo OK"], with_sums(saved))
    told = run_ceremony(
        [
            *("verify", str(workspace / "packs/KC-2026-001-R1.pdf")),
            *("--trust", str(workspace / "site/trust-policy.toml")),
            *("--format", "json"),
        ]
    )
    assert told.status == 0, told.all
    assert json.loads(told.out)["record"] == "VERIFIED WITH REMARKS"
