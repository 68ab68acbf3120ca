"""``ceremony script``: is it sound, what ships, its schema, and its pages for a pen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ceremony.cli.console import (
    Exit,
    Format,
    finding_record,
    mark,
    render_finding,
    say,
    write_json,
)
from ceremony.cli.context import WorkspaceOption, workspace_at

if TYPE_CHECKING:
    from ceremony.check.findings import Finding
    from ceremony.script.model import Script

app: Final = typer.Typer(
    help="Check, show and print ceremony scripts.", no_args_is_help=True
)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The script.", readable=False)],
    *,
    site: Annotated[
        Path | None,
        typer.Option(
            "--site", help="A site, for what is in its journal already.", readable=False
        ),
    ] = None,
    rehearsal: Annotated[
        bool,
        typer.Option(
            "--rehearsal",
            help="As a rehearsal is opened; without it, as a live ceremony is.",
        ),
    ] = False,
    workspace: WorkspaceOption = None,
    form: Annotated[Format, typer.Option("--format", help="text or json.")] = (
        Format.TEXT
    ),
) -> None:
    """Find mistakes before people travel: each with its place, rule and remedy.

    With a site, what the script says exists already is looked for in the journal, and
    what would keep it from being opened there today is told: as a rehearsal, or as a
    live ceremony but for the authorisation to conduct that one needs. A script that
    the site's trust policy does not approve is warned of.
    """
    from ceremony.check import check_script
    from ceremony.cli.context import today
    from ceremony.script.decode import load_script

    script = load_script(file)
    findings = check_script(script, today())
    if site is not None and not any(str(f.severity) == "error" for f in findings):
        findings += _at_site(script, site, workspace, rehearsal=rehearsal)
    if form is Format.JSON:
        say(
            write_json(
                {
                    "script": script.digest,
                    "findings": [finding_record(finding) for finding in findings],
                }
            )
        )
    else:
        for finding in findings:
            say(render_finding(finding))
        steps = len(script.steps)
        word = mark("sound", good=True) if not findings else _count(len(findings))
        say(
            f"{script.title} {script.version}: {len(script.acts)} acts, {steps} steps, "
            f"{word}."
        )
    if any(str(finding.severity) == "error" for finding in findings):
        raise typer.Exit(Exit.REFUSED)


def _at_site(
    script: Script, site: Path, workspace: Path | None, *, rehearsal: bool
) -> tuple[Finding, ...]:
    from ceremony.cli.context import now
    from ceremony.conduct.preflight import (
        check_against_journal,
        lint_approved,
        lint_days,
        lint_mode,
    )
    from ceremony.conduct.site import load_site
    from ceremony.identifiers import Mode

    mode = Mode.REHEARSAL if rehearsal else Mode.LIVE
    at, at_time = load_site(site), now()
    found = check_against_journal(
        workspace_at(workspace),
        mode,
        script,
        serials={token.name: token.serial for token in at.binding.tokens},
        files=at.certificates,
        today=at_time.date(),
    )
    return (
        *lint_mode(script, mode, at, at_time),
        *lint_days(script, at_time.date()),
        *found,
        *lint_approved(script, at.trust_policy),
    )


def _count(number: int) -> str:
    return "1 finding" if number == 1 else f"{number} findings"


@app.command(name="list")
def list_() -> None:
    """List the scripts that ship with the tool."""
    from ceremony.cli.context import script_at
    from ceremony.library import list_scripts

    for name in list_scripts():
        script = script_at(name)
        say(f"{name:12} {script.title} {script.version}, {len(script.steps)} steps")


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A built-in script's name, or a file.")],
) -> None:
    """Print a script as it is."""
    from ceremony.cli.context import script_at

    say(script_at(name).raw.decode().rstrip("\n"))


@app.command(name="print")
def print_(
    name: Annotated[str, typer.Argument(help="A built-in script's name, or a file.")],
    *,
    out: Annotated[Path, typer.Option("-o", help="The PDF to write.", readable=False)],
) -> None:
    """Print a script's pages for a pen: steps, participants, deviations, custody."""
    from ceremony.cli.context import script_at, verify_free, verify_sound
    from ceremony.evidence.saving import save_new
    from ceremony.report.paper.render import render_paper
    from ceremony.report.paper.source import blank

    verify_free(out)
    script = script_at(name)
    verify_sound(script, "printed")
    pages = render_paper(blank(script))
    save_new(out, pages.pdf)
    say(f"{out.name}: {pages.page_count} pages, script {script.digest}")


@app.command()
def schema() -> None:
    """Print the JSON Schema with which an editor completes and checks scripts."""
    from ceremony.check.schema import script_schema

    say(write_json(script_schema()))
