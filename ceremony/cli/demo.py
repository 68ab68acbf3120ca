"""``ceremony demo``: a whole rehearsal on fresh software tokens, to the verdict."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from ceremony.cli.console import say, tell
from ceremony.cli.context import verify_free


def add(app: typer.Typer) -> None:
    """Give the command to the application."""
    app.command()(demo)


def demo(
    *,
    script: Annotated[
        str, typer.Option("--script", help="A built-in script.")
    ] = "demo",
    workspace: Annotated[
        Path,
        typer.Option(
            "--workspace", help="A new folder for tokens and journal.", readable=False
        ),
    ] = Path("demo-workspace"),
    out: Annotated[
        Path, typer.Option("--out", help="The pack to write.", readable=False)
    ] = Path("evidence.pdf"),
) -> None:
    """Rehearse a built-in ceremony on fresh SoftHSM tokens, seal it, verify it."""
    from ceremony.cli.verdict import render_colour
    from ceremony.conduct.demo import run_demo
    from ceremony.verify.outcome import exit_status
    from ceremony.verify.pack import verify_pack

    policy, proof = out.parent / "trust-policy.toml", out.with_suffix(".proof")
    verify_free(out, proof, policy)
    run_demo(workspace.absolute(), out.absolute(), script=script, told=tell)
    shutil.copyfile(workspace / "site" / "trust-policy.toml", policy)
    tell("Verifying the pack as an auditor would, from the file alone.")
    verdict = verify_pack(out, policy=policy, proof=proof)
    say(render_colour(verdict))
    say("")
    say(f"The pack:          {out}")
    say(f"Its companion:     {proof}")
    say(f"The trust policy:  {policy}")
    raise typer.Exit(exit_status(verdict))
