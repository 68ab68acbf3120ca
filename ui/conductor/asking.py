"""How the waiting bar asks: whom it waits for, what is said, which gesture helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ceremony.conduct.room_view import RoomView
from ceremony.conduct.step_view import StepView
from ceremony.digest_words import ROW
from ceremony.identifiers import Role
from ui.conductor.fields import FieldsCard
from ui.conductor.flow import Ask, Gesture
from ui.conductor.page import ConductorPage
from ui.conductor.review import ReviewCard
from ui.conductor.word_grid import WordGrid
from ui.messages import conductor as words
from ui.messages.speech import say
from ui.widgets.glyph import Sign

Show = Callable[[RoomView, Ask], None]

SHORT: Final = 72
"""Up to how many characters are said again in the bar."""


class Asking:
    """Draws the bar of one page."""

    def __init__(self, page: ConductorPage) -> None:
        self._page = page
        self._bar = page.bar
        self._pack = ""
        self._shows: dict[Gesture, Show] = {
            Gesture.INITIALS: self._ask_initials,
            Gesture.READY: self._ask_initials,
            Gesture.ROLL_CALL: self._ask_initials,
            Gesture.GO: self._ask_go,
            Gesture.FILL: self._ask_fields,
            Gesture.WORDS: self._ask_words,
            Gesture.CLOSE_STEP: self._ask_close,
            Gesture.TURN: self._ask_turn,
            Gesture.BREAK: self._ask_break,
            Gesture.DISSENT: self._ask_dissent,
            Gesture.REOPEN: self._ask_reopen,
            Gesture.HOME: self._ask_home,
        }

    def show_ask(
        self, view: RoomView, ask: Ask, ready: Mapping[Role, str], pack: str
    ) -> None:
        """Show what is waited for.

        Args:
            view: The room as it is.
            ask: The gesture and the person.
            ready: Who has read the review of the step, by role.
            pack: Where the pack is or will be.
        """
        self._pack = pack
        card = self._page.step.card
        if isinstance(card, ReviewCard):
            card.show_ready(ready, ask.who)
        with self._page.laid_out_once():
            self._bar.hide_initials()
            self._bar.hide_act()
            self._shows.get(ask.gesture, self._ask_end)(view, ask)

    def _wait(self, ask: Ask, sentence: str, told: str, **facts: object) -> None:
        title, name = (ask.who.title, ask.who.name) if ask.who is not None else ("", "")
        self._bar.show_waiting(say(sentence, title=title, name=name, **facts), told)

    def _ask_initials(self, view: RoomView, ask: Ask) -> None:
        step = view.step
        if step is None or ask.who is None:
            return
        self._wait(ask, words.WAITING_FOR, _said(step, ask.gesture))
        self._bar.ask_initials(ask.who.title)
        if ask.gesture is Gesture.READY:
            self._bar.show_act(step.title, why_not=say(words.OPENS_AFTER))

    def _ask_go(self, view: RoomView, ask: Ask) -> None:
        step = view.step
        if step is None:
            return
        self._wait(ask, words.WAITING_GO, say(words.SAY_GO))
        label = (
            say(words.TRY_AGAIN, operation=step.title) if step.failed else step.title
        )
        self._bar.show_act(label)
        card = self._page.step.card
        if isinstance(card, ReviewCard) and card.pins and card.needs_pin:
            self._page.step.show_entry(next(iter(card.pins.values())))
        else:
            self._bar.act.setFocus()

    def _ask_fields(self, _: RoomView, ask: Ask) -> None:
        self._wait(ask, words.WAITING_FOR, say(words.SAY_FIELDS))
        self._bar.show_act(say(words.RECORD))
        card = self._page.step.card
        if isinstance(card, FieldsCard):
            card.take_focus()

    def _ask_words(self, view: RoomView, ask: Ask) -> None:
        card = self._page.step.card
        if isinstance(card, WordGrid):
            self.show_word(view, ask, card.read_back.row * ROW + 1)
            card.take_focus()

    def show_word(self, view: RoomView, ask: Ask, number: int) -> None:
        """Say which word of a read-back is typed next."""
        reader = view.step.reader if view.step is not None else ""
        told = say(words.READER_READS, reader=reader)
        self._wait(ask, words.WAITING_WORD, told, number=number)
        row = (number - 1) // ROW + 1
        self._bar.show_act(say(words.TYPE_AGAIN, row=row), keys=False)

    def _ask_close(self, _: RoomView, ask: Ask) -> None:
        self._wait(ask, words.WAITING_FOR, say(words.SAY_CLOSE))
        self._show_act(words.CLOSE_STEP)

    def _ask_turn(self, view: RoomView, _: Ask) -> None:
        turn = view.turn
        if turn is not None:
            who = say(words.WAITING_TURN, title=turn.title, name=turn.name)
            self._bar.show_waiting(who, say(words.SAY_TURN))
            self._show_act(words.BEGIN_TURN)

    def _ask_break(self, view: RoomView, _: Ask) -> None:
        pause = view.pause
        if pause is not None:
            self._bar.show_waiting(
                say(words.BREAK_ON, time=pause.begun_at, minutes=pause.minutes),
                say(words.BREAK_STAY, people=", ".join(pause.staying)),
                Sign.WAITING,
            )
            self._show_act(words.BREAK_END)

    def _ask_dissent(self, view: RoomView, _: Ask) -> None:
        known = view.dissent
        if known is not None:
            who = say(words.DISSENT_HOLDS, title=known.title, name=known.name)
            self._bar.show_waiting(who, known.reason, Sign.ATTENTION)
            self._show_act(words.DISSENT_DECIDE)

    def _ask_reopen(self, _: RoomView, __: Ask) -> None:
        self._bar.show_waiting(
            say(words.JOURNAL_SHUT), say(words.JOURNAL_SHUT_SAY), Sign.ATTENTION
        )
        self._show_act(words.REOPEN)

    def _ask_home(self, _: RoomView, __: Ask) -> None:
        self._bar.show_waiting(
            say(words.NOT_OPENED), say(words.NOT_OPENED_SAY), Sign.ATTENTION
        )
        self._show_act(words.GO_HOME)

    def _ask_end(self, view: RoomView, ask: Ask) -> None:
        labels = {
            Gesture.CLOSE_CEREMONY: words.CLOSE,
            Gesture.SEAL: words.SEAL,
            Gesture.SIGN_REPORT: words.BEGIN_TURN,
        }
        self._page.end.show_end(view, ask.gesture, self._pack)
        signs = ask.gesture is Gesture.SIGN_REPORT
        lead = view.waiting_signers[0] if signs else view.people[0]
        sentence = words.WAITING_TURN if signs else words.WAITING_FOR
        self._bar.show_waiting(
            say(sentence, title=lead.title, name=lead.name),
            say(words.SAY_TURN) if signs else "",
        )
        self._show_act(labels.get(ask.gesture, words.OPEN_EVIDENCE))

    def _show_act(self, label: str) -> None:
        self._bar.show_act(say(label))
        self._bar.act.setFocus()


def _said(step: StepView, gesture: Gesture) -> str:
    """Give what is said before initials are given."""
    if gesture is Gesture.READY:
        return say(words.SAY_READY)
    if gesture is Gesture.ROLL_CALL:
        return say(words.SAY_HOLD)
    # What is longer stands above in large type; the bar keeps its height.
    short = 0 < len(step.say) <= SHORT
    return say(words.SAY, text=step.say) if short else say(words.SAY_DONE)
