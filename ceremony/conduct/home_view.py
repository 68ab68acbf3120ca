"""What Home shows: the ceremonies of a laptop, what is open, and what falls due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ceremony.clock import Clock
from ceremony.conduct.granted import Granted, granted
from ceremony.conduct.left import is_fresh
from ceremony.conduct.room import opened_script
from ceremony.conduct.site import TRUST_POLICY, load_site
from ceremony.conduct.views import StatusView
from ceremony.conduct.views import status as view_status
from ceremony.conduct.workspace import Plan, Workspace
from ceremony.engine.expected import owed
from ceremony.engine.facts import CeremonyAbandoned, CeremonyClosed
from ceremony.engine.state import Phase, Recorded, State
from ceremony.errors import CeremonyError
from ceremony.pack.binding import PinSource
from ceremony.pack.replay import replay


@dataclass(frozen=True, slots=True)
class CeremonyCard:
    """One ceremony of this laptop.

    Attributes:
        workspace: Where its journal stands.
        step_number: The open step, from 1; 0 where every step is closed.
        last_at: When its last event was recorded, ``YYYY-MM-DD HH:MM:SS``, UTC.
        last_seq: The sequence number of that event.
        same_start: True where this computer has not been started anew since.
        fresh: True where nothing was carried out yet.
        granted: What its script lets be or relies on, where nothing was carried out.
        unsigned: How many report signatures are still to come.
        pack: The sealed pack, where it stands in its place; else None.
        policy: The trust policy of the site that the ceremony was opened at.
        asks_pin: True where somebody has to type the evidence token's PIN.
        pin_at_reader: True where it is entered at the token's own reader.
    """

    status: StatusView
    workspace: Path
    step_number: int
    last_at: str
    last_seq: int
    same_start: bool
    fresh: bool
    granted: tuple[Granted, ...]
    unsigned: int
    pack: Path | None
    policy: Path
    asks_pin: bool
    pin_at_reader: bool

    @property
    def is_open(self) -> bool:
        """Tell whether something of it is left to do at this laptop."""
        ended = self.status.phase == Phase.SEALED.value
        return self.unsigned > 0 if ended else True


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that is still to come after a ceremony."""

    what: str
    who: str
    ceremony: str
    due: date


@dataclass(frozen=True, slots=True)
class HomeView:
    """Everything that Home draws.

    Attributes:
        ceremonies: Every ceremony, those that are open first, the newest first.
        duties: What falls due, by date.
        locked: Why a workspace could not be read; empty where all could.
        today: The day it was drawn up.
    """

    ceremonies: tuple[CeremonyCard, ...]
    duties: tuple[Duty, ...]
    locked: tuple[CeremonyError, ...]
    today: date

    @property
    def open(self) -> tuple[CeremonyCard, ...]:
        """Give those that are open."""
        return tuple(card for card in self.ceremonies if card.is_open)


def view_home(workspaces: Sequence[Workspace], clock: Clock) -> HomeView:
    """Look through workspaces; one that another process holds is told of."""
    cards: list[CeremonyCard] = []
    duties: list[Duty] = []
    locked: list[CeremonyError] = []
    for workspace in workspaces:
        try:
            for plan in workspace.plans():
                card, due = _look(workspace, plan, clock)
                cards.append(card)
                duties += due
        except CeremonyError as error:
            # Its frames would keep the journal open that could not be read.
            locked.append(error.with_traceback(None))
    cards.sort(key=lambda card: card.last_at, reverse=True)
    cards.sort(key=lambda card: not card.is_open)
    return HomeView(
        tuple(cards),
        tuple(sorted(duties, key=lambda duty: duty.due)),
        tuple(locked),
        clock.now().wall.date(),
    )


def _look(
    workspace: Workspace, plan: Plan, clock: Clock
) -> tuple[CeremonyCard, tuple[Duty, ...]]:
    with workspace.journal(plan.mode) as journal:
        script = opened_script(journal, plan.ceremony)
        facts, state = replay(script, journal.events(plan.ceremony))
    last, fresh = facts[-1].event, is_fresh(facts)
    pack = workspace.pack_path(plan.ceremony)
    evidence_pin = load_site(plan.site).binding.evidence.pin
    card = CeremonyCard(
        status=view_status(plan.ceremony, state),
        workspace=workspace.folder,
        step_number=0 if state.step is None else state.position + 1,
        last_at=f"{last.t.wall:%Y-%m-%d %H:%M:%S}",
        last_seq=last.seq,
        same_start=last.t.boot == clock.now().boot,
        fresh=fresh,
        granted=granted(state.script, clock.now().wall.date()) if fresh else (),
        unsigned=len(state.script.report_signers) - len(state.signed),
        pack=pack if pack.is_file() else None,
        policy=plan.site / TRUST_POLICY,
        asks_pin=evidence_pin is PinSource.TYPED,
        pin_at_reader=evidence_pin is PinSource.PINPAD,
    )
    return card, tuple(_duties(state, facts))


def _duties(state: State, facts: Sequence[Recorded]) -> Iterator[Duty]:
    """List what is expected after the ceremony was closed or given up."""
    for known in facts:
        if isinstance(known.fact, CeremonyClosed | CeremonyAbandoned):
            day = known.event.t.wall.date()
            for each in owed(state, facts):
                yield Duty(
                    each.item.what,
                    state.title(each.owners[0])
                    if len(each.owners) == 1
                    else state.script.demand(each.item.role).title,
                    known.event.ceremony,
                    day + timedelta(days=each.item.within_days),
                )
