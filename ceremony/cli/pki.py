"""``ceremony pki``: certificate profiles, lint, and what a file holds."""

from __future__ import annotations

from typing import Final

import typer

from ceremony.cli import pki_inspect, pki_lint, pki_profile, pki_request

app: Final = typer.Typer(
    help="Look at certificates, requests and their profiles.", no_args_is_help=True
)
app.add_typer(pki_profile.app, name="profile")
app.add_typer(pki_request.app, name="request")
pki_lint.add(app)
pki_inspect.add(app)
