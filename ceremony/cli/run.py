"""``ceremony open, run, resume, status, paper, abandon``: from the terminal."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from ceremony.cli.console import Format, render_finding, say, tell, write_json
from ceremony.cli.context import (
    WorkspaceOption,
    opened,
    script_at,
    verify_free,
    verify_sound,
    workspace_at,
)
from ceremony.identifiers import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ceremony.check.findings import Finding
    from ceremony.cli.projector import Screen
    from ceremony.conduct.room import Room
    from ceremony.conduct.views import StatusView
    from ceremony.pack.answers import RecoveryAnswers
    from ceremony.script.model import Script, Step

FormatOption = Annotated[Format, typer.Option("--format", help="text or json.")]
AnswersOption = Annotated[
    Path | None,
    typer.Option(
        "--answers", help="Recorded answers; rehearsals only.", readable=False
    ),
]
ProjectorOption = Annotated[
    Path | None,
    typer.Option(
        "--projector",
        help="A text file that shows the room what it sees: watch cat FILE.",
        readable=False,
    ),
]
CeremonyArgument = Annotated[str, typer.Argument(help="The ceremony's id.")]


def add(app: typer.Typer) -> None:
    """Give the commands to the application."""
    app.command(name="open")(open_)
    app.command()(run)
    app.command()(resume)
    app.command()(status)
    app.command()(paper)
    app.command()(abandon)


def open_(  # noqa: PLR0913  each is an option of the command
    script: Annotated[str, typer.Argument(help="A script file or built-in name.")],
    *,
    roster: Annotated[
        Path, typer.Option("--roster", help="Who holds which role.", readable=False)
    ],
    site: Annotated[
        Path, typer.Option("--site", help="The site's folder.", readable=False)
    ],
    rehearsal: Annotated[
        bool, typer.Option("--rehearsal", help="A rehearsal, not a live ceremony.")
    ] = False,
    answers: AnswersOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Open a ceremony and print its id; nothing is written to any token.

    What the script lets be or relies on, and what is warned of, is told first.
    """
    from ceremony.cli.granted_words import tell_granted
    from ceremony.clock import SystemClock
    from ceremony.conduct.opening import Wish, open_ceremony
    from ceremony.conduct.site import load_site
    from ceremony.pack.roster_file import load_roster

    plan = script_at(script)
    verify_sound(plan, "opened")
    wish = Wish(
        script=plan,
        people=load_roster(roster),
        site=load_site(site),
        mode=Mode.REHEARSAL if rehearsal else Mode.LIVE,
        answers=answers.resolve() if answers is not None else None,
    )
    at, clock = workspace_at(workspace), SystemClock()

    def ready(warned: Sequence[Finding]) -> None:
        for finding in warned:
            tell(render_finding(finding))
        tell_granted(plan)

    say(open_ceremony(at, wish, clock, ready=ready))


def run(
    ceremony: CeremonyArgument,
    *,
    answers: AnswersOption = None,
    projector: ProjectorOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Carry out the script, step by step, to the closing of the ceremony."""
    from ceremony.cli.projector import projected
    from ceremony.conduct.recovery import verify_fresh

    with projected(projector) as screen, opened(workspace, ceremony) as at:
        verify_fresh(at.conductor)
        _go_on(at, answers, screen)


def resume(
    ceremony: CeremonyArgument,
    *,
    answers: AnswersOption = None,
    projector: ProjectorOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Go on after the program or the machine ended: inspect, decide, continue."""
    from ceremony.cli.decide import take_up
    from ceremony.cli.projector import projected
    from ceremony.conduct.recovery import needs_decision

    with projected(projector) as screen, opened(workspace, ceremony) as at:
        path = answers or at.plan.answers
        if needs_decision(at.conductor):
            recorded = None if path is None else _recovery(path, at.conductor.script)
            take_up(at.conductor, at.pins, recorded)
        _go_on(at, answers, screen)


def _recovery(answers: Path, script: Script) -> RecoveryAnswers:
    from ceremony.pack.answers import load_answers, verify_answers

    told = load_answers(answers)
    verify_answers(told, script)
    return told.recovery


def _go_on(at: Room, answers: Path | None, screen: Screen) -> None:
    from ceremony.cli.granted_words import tell_granted
    from ceremony.cli.pace import paced
    from ceremony.cli.turn import settle_held, take_turns
    from ceremony.conduct.closing import close_ceremony
    from ceremony.conduct.lasting import verify_evidence_lasts
    from ceremony.conduct.left import is_fresh
    from ceremony.conduct.rehearsal import play
    from ceremony.conduct.views import progress_line
    from ceremony.engine.state import Phase
    from ceremony.pack.answers import load_answers

    conductor = at.conductor
    verify_evidence_lasts(conductor.state, at.site.binding, conductor.clock)
    if is_fresh(conductor.facts):
        tell_granted(conductor.script)
    path = answers or at.plan.answers
    if conductor.state.phase is Phase.RUNNING:
        # Recorded answers decide about nobody's dissent: people are asked first.
        settle_held(conductor, at.pins, screen)
    if path is not None and conductor.state.phase is Phase.RUNNING:

        def progress(step: Step) -> None:
            screen.show(conductor)
            tell(progress_line(conductor.script, step))

        with paced(conductor):
            play(conductor, load_answers(path), at.pins, progress)
    if conductor.state.phase is Phase.RUNNING:
        take_turns(conductor, at.pins, screen)
    if conductor.state.phase is Phase.RUNNING:
        tell("Closing: the record is verified and its final checkpoint signed.")
        close_ceremony(conductor, at.site.trust_policy)
    say(f"{conductor.ceremony} is {conductor.state.phase.value}.")


def status(
    ceremony: Annotated[str, typer.Argument(help="A ceremony; all if left out.")] = "",
    *,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Say where a ceremony stands, or list all of them."""
    from ceremony.conduct.room import opened_script
    from ceremony.conduct.views import status as view_of
    from ceremony.pack.replay import replay

    place = workspace_at(workspace)
    plans = [place.plan(ceremony)] if ceremony else place.plans()
    views: list[StatusView] = []
    for plan in plans:
        with place.journal(plan.mode) as journal:
            script = opened_script(journal, plan.ceremony)
            facts, state = replay(script, journal.events(plan.ceremony))
            del facts
            views.append(view_of(plan.ceremony, state))
    if form is Format.JSON:
        say(write_json([asdict(view) for view in views]))
        return
    for view in views:
        say(_render_status(view))
    if not views:
        say("No ceremony has been opened in this workspace.")


def _render_status(view: StatusView) -> str:
    from ceremony.engine.state import Phase

    going_on = view.phase == Phase.RUNNING.value
    told: list[tuple[str, str]] = [
        ("mode", view.mode),
        ("phase", view.phase),
        ("steps closed", f"{view.closed_steps} of {view.step_count}"),
        ("next step", view.step if going_on else ""),
        ("waiting for", view.waiting_for if going_on else ""),
        *(("certified", text) for text in view.certified),
        ("in doubt", view.in_doubt),
        *(("login", text) for text in (view.logins if going_on else ())),
        ("break", view.on_break),
        ("in the room", "; ".join(view.in_room) if going_on else ""),
        *(("deviation", text) for text in view.deviations),
        *(("dissent", text) for text in view.dissents),
    ]
    lines = [f"{view.ceremony}  {view.title}"]
    for name, text in told:
        if text:
            head = f"  {name:14} "
            lines += wrap(
                text, 79, initial_indent=head, subsequent_indent=" " * len(head)
            )
    return "\n".join(lines)


def paper(
    ceremony: CeremonyArgument,
    *,
    out: Annotated[Path, typer.Option("-o", help="The PDF to write.", readable=False)],
    workspace: WorkspaceOption = None,
) -> None:
    """Print what is left of a ceremony, to go on with a pen; the journal notes it."""
    from ceremony.conduct.recovery import needs_decision
    from ceremony.conduct.takeover import move_to_paper

    verify_free(out)
    with opened(workspace, ceremony) as at:
        made = move_to_paper(at.conductor, out, left=needs_decision(at.conductor))
    say(f"{out.name}: {made.page_count} pages, from step {made.step} on.")
    say(f"SHA-256 {made.digest}")
    if made.unseen:
        say(made.unseen)


def abandon(
    ceremony: CeremonyArgument,
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why it is given up.")],
    workspace: WorkspaceOption = None,
) -> None:
    """Give a ceremony up, with its reason in the journal.

    One that was left is given up only after a look into each of its tokens.
    """
    from ceremony.cli.decide import look
    from ceremony.conduct.incident import abandon as give_up
    from ceremony.conduct.inspection import verify_looked
    from ceremony.conduct.recovery import needs_decision

    with opened(workspace, ceremony) as at:
        if needs_decision(at.conductor):
            verify_looked(look(at.conductor, at.pins))
        give_up(at.conductor, reason)
        say(f"{ceremony} is abandoned.")
