"""From the last step to the auditor's view, and one changed byte."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from tests.ui.typist import Typist, press_go, wait_for


def shown(typist: Typist) -> str:
    page = typist.window.evidence
    assert page is not None
    return "\n".join(
        label.text() for label in page.findChildren(QLabel) if label.isVisible()
    )


def test_the_sealed_pack_is_judged_under_the_sites_policy_and_a_changed_byte_fails(
    room: Typist,
) -> None:
    room.play()
    press_go()
    wait_for(lambda: room.window.evidence is not None)
    wait_for(lambda: "VERIFIED WITH REMARKS" in shown(room))
    assert "Completed as approved" in shown(room)
    assert "REHEARSAL" in shown(room).upper()

    page = room.window.evidence
    assert page is not None
    page.change_byte()
    wait_for(lambda: "NOT VERIFIED" in shown(room))
    page.show_real()
    wait_for(lambda: "NOT VERIFIED" not in shown(room))

    # The ceremony is still open behind the page; Home leaves it in order.
    room.window.show_room()
    assert room.window.whole.currentWidget() is room.room.page
    room.window.show_evidence()
    room.window.show_home()
    room.wait_idle()
    room.wait_idle()
    assert room.window.home.banner.isHidden()
    assert room.window.pages.currentWidget() is room.window.home
