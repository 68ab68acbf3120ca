"""``ceremony hsm``: modules, tokens, and whether they will do for a ceremony."""

from __future__ import annotations

from typing import Final

import typer

from ceremony.cli import hsm_doctor, hsm_list, hsm_prove, hsm_token

app: Final = typer.Typer(
    help="Look at modules and tokens, and prepare them.", no_args_is_help=True
)
hsm_list.add(app)
hsm_doctor.add(app)
hsm_token.add(app)
hsm_prove.add(app)
