"""At the window too people are told before they do anything for nothing."""

from __future__ import annotations

from collections.abc import Callable

from ceremony.conduct.desk import Desk
from tests.ui.ceremony.test_late_answers import interrupted
from tests.ui.typist import Typist, wait_for
from tests.unit.conduct.ended_scenes import Later
from ui.conductor.resume_page import ResumePage
from ui.home.cards import ResumeCard


def enter_later(typist: Typist) -> None:
    """Open the first ceremony of Home, long after its certificates have ended."""

    def go_ahead(desk: Desk) -> None:
        desk._clock = Later()

    typist.window.bridge.perform(go_ahead)
    typist.wait_idle()
    card = typist.window.home.findChild(ResumeCard)
    assert card is not None
    card.go.click()
    wait_for(lambda: typist.window.room is not None)
    typist.wait_idle()


def test_whoever_resumes_reads_it_on_the_page_of_the_decision(
    open_window: Callable[[], Typist],
) -> None:
    typist = interrupted(open_window)
    enter_later(typist)
    wait_for(lambda: isinstance(typist.room.page.page, ResumePage))
    typist.wait_idle()
    page = typist.room.page.page
    assert isinstance(page, ResumePage)
    assert "[BINDING-TERM-01]" in page.banner.text
    assert page.banner.isVisible()


def test_whoever_enters_a_ceremony_that_was_never_begun_reads_it_there(
    open_window: Callable[[], Typist],
) -> None:
    first = open_window()
    first.start_demo()
    first.window.close()
    typist = open_window()
    enter_later(typist)
    banner = typist.room.page.ground.banner
    wait_for(lambda: "[BINDING-TERM-01]" in banner.text)
    assert banner.isVisible()
    assert "abandon the ceremony" in banner.text
