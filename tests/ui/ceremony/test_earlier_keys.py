"""A second ceremony with the first one's keys at the window, by keyboard only.

It is held up to the certificate that is renewed; to its end it is played elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QLabel

from ceremony.conduct.demo import set_up
from ceremony.conduct.workspace import Workspace
from tests.fakes.key_acts import put_script
from tests.fakes.trusted import let_keys_be_wrapped
from tests.rehearsals.made_act import SCENE, write_act
from tests.rehearsals.opened import leaves_of
from tests.rehearsals.stage import run_ceremony, run_scene
from tests.rehearsals.two_ceremonies import (
    first_act,
    first_things,
    make_foreign_root,
    second_act,
    second_things,
)
from tests.ui.typist import Typist
from ui.room import Room

LISTING, ASKING, RENEWING = "2.7", "2.9", "2.10"


def play_first(folder: Path) -> Path:
    """Play the first ceremony, and put the second one's script at the site."""
    workspace = folder / "workspace" / "demo"
    workspace.parent.mkdir(mode=0o700)
    set_up(Workspace(workspace), "demo", lambda _: None)
    let_keys_be_wrapped(workspace / "site")
    first = write_act(folder, first_things(), first_act(), name="first")
    put_script(workspace / "site", *first)
    run_scene("-c", SCENE, workspace)
    files = folder / "files"
    told = run_ceremony(["extract", str(workspace / "evidence.pdf"), "-o", str(files)])
    assert told.status == 0, told.all
    foreign = workspace / "site/certificates/foreign.pem"
    foreign.parent.mkdir()
    make_foreign_root(foreign)
    things = second_things(files, foreign)
    second = write_act(folder, things, second_act(), name="second")
    put_script(workspace / "site", *second)
    return workspace


def test_a_second_ceremony_is_held_by_keyboard_with_the_first_ones_keys(
    open_window: Callable[[], Typist], folder: Path
) -> None:
    workspace = play_first(folder)
    typist = open_window()
    typist.start_demo()
    shown: dict[str, list[str]] = {LISTING: [], ASKING: [], RENEWING: []}

    issued: dict[str, str] = {}

    def before(step: str, room: Room) -> None:
        card = room.page.step.issued
        if card is not None and card.isVisible():
            issued[step] = card.output.kind.value
        if step in shown:
            labels = room.page.findChildren(QLabel)
            shown[step].append(" ".join(label.text() for label in labels))

    typist.before = before
    typist.play(until="2.11")
    typist.window.close()

    # Whatever a step issues is shown to be compared and taken along.
    assert issued == {
        LISTING: "revocation list",
        ASKING: "request",
        RENEWING: "certificate",
    }
    assert any("renews" in told for told in shown[RENEWING])
    assert " Renews Issuing certificate Its serial " in shown[RENEWING][0]
    assert any("second lint" in told for told in shown[LISTING])
    card = "Asks for basic-constraints, key-usage Signature ecdsa-with-SHA384"
    assert any(card in told for told in shown[ASKING])
    assert any("14 rules before signing" in told for told in shown[ASKING])
    assert any("what was linted is what is signed" in told for told in shown[ASKING])
    leaves = leaves_of(workspace)
    (lint,) = [
        leaf["data"]
        for leaf in leaves
        if leaf["type"] == "lint.checked" and leaf["data"]["subject"] == "list"
    ]
    assert (lint["second"]["tool"], lint["second"]["findings"]) == ("pkilint", [])
    assert [leaf["type"] for leaf in leaves].count("earlier.found") == 11
    done = [
        leaf["data"]["verb"]
        for leaf in leaves
        if leaf["type"] == "hsm.outcome" and leaf["ceremony"] == "KC-2026-002-R1"
    ]
    assert done[2:] == [
        *("key.prove", "key.prove", "key.check-value", "crl.issue"),
        *("csr.create", "certificate.issue"),
    ]
