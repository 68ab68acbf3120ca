"""A certificate of an earlier ceremony is renewed at the window, by keyboard only.

It is held up to the certificate that is renewed; to its end it is played elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QLabel

from tests.fakes.batch_site import device_request, put_batch_site
from tests.fakes.key_acts import put_script
from tests.fakes.renewal_script import renewal_script
from tests.rehearsals.made_act import SCENE
from tests.rehearsals.opened import facts_of
from tests.rehearsals.stage import run_ceremony, run_scene
from tests.rehearsals.test_renewal import digests, put_requests
from tests.ui.typist import Typist
from ui.room import Room

OTHER, METER, ANSWER = "2.4", "2.6", "2.7"


def play_first(site: Path, folder: Path) -> None:
    """Play the first ceremony, and put the second one's script at the site."""
    put_batch_site(site, [device_request(number) for number in range(1, 3)])
    run_scene("-c", SCENE, site.parent)
    pack, files = site.parent / "evidence.pdf", folder / "files"
    told = run_ceremony(["extract", str(pack), "-o", str(files)])
    assert told.status == 0, told.all
    for name, text in zip(
        ("script", "answers"), renewal_script(digests(files)), strict=True
    ):
        (folder / f"{name}.yaml").write_text(text)
    put_script(site, folder / "script.yaml", folder / "answers.yaml")
    put_requests(site)


def test_who_takes_a_request_in_sees_what_it_renews(
    demo_site: Path, open_window: Callable[[], Typist], folder: Path
) -> None:
    play_first(demo_site, folder)
    typist = open_window()
    typist.start_demo()
    typist.told["file or the folder"] = str(demo_site / "other-again")
    typist.told["file with the request"] = str(demo_site / "meter-again")
    shown: dict[str, str] = {METER: "", ANSWER: ""}

    def before(step: str, room: Room) -> None:
        if step in shown:
            labels = room.page.findChildren(QLabel)
            shown[step] += " ".join(label.text() for label in labels)

    typist.before = before
    typist.play(until="2.8")
    typist.window.close()

    assert "which renews Old certificate of the meter" in shown[METER]
    assert "Old certificate of the meter, serial " in shown[METER]
    assert "Old certificate of the meter, serial " in shown[ANSWER]
    # Before it is answered the room reads whom it names, and that nothing differs.
    assert "What will be signed Subject (empty) Alternative names " in shown[ANSWER]
    assert "Names as in the certificate that there is" in shown[ANSWER]
    judged = facts_of(demo_site.parent, "requests.judged")
    assert [each.get("renews") for each in judged[2:]] == [None, ["old-meter"]]
