"""What is written down where a key is wrapped, restored or checked."""

from __future__ import annotations

from typing import Final

from ceremony.engine.steps.backup import (
    CheckValueParameters,
    UnwrapParameters,
    WrapParameters,
)
from ceremony.engine.steps.contingency import METHOD, WrapPublicParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.report.block import labelled
from ceremony.report.paper.field import (
    ID_ROWS,
    WIDTH,
    Fields,
    cell_row,
    digest_cells,
    label,
    one_of,
    ticked,
)
from ceremony.report.paper.source import PaperScript
from ceremony.report.style import BODY_STRONG
from ceremony.report.text import Run, paragraph
from ceremony.script.key_kind import CheckMethod
from ceremony.script.model import Step

_LABEL: Final = 46.0


def wrap(step: Step, paper: PaperScript) -> Fields:
    """Give a square for the wrapping, and cells for what came of it."""
    told = read_parameters(WrapParameters, step.parameters)
    key, under = paper.script.thing(told.key), paper.script.thing(told.under)
    return Fields(
        (
            *paragraph(f"{key.title}, under the {under.title}", BODY_STRONG, WIDTH),
            *labelled("method", (Run(told.method, BODY_STRONG),), _LABEL, WIDTH),
            *ticked("wrapped", WIDTH),
        ),
        digest_cells("SHA-256 of the wrapped key"),
    )


def wrap_public(step: Step, paper: PaperScript) -> Fields:
    """Give a square for the wrapping, and cells for what came of it."""
    told = read_parameters(WrapPublicParameters, step.parameters)
    key, under = paper.script.thing(told.key), paper.script.thing(told.under)
    what = f"The public key of {key.title}, under the {under.title}"
    return Fields(
        (
            *paragraph(what, BODY_STRONG, WIDTH),
            *labelled("method", (Run(METHOD, BODY_STRONG),), _LABEL, WIDTH),
            *ticked("wrapped, and unwrapped again", WIDTH),
        ),
        digest_cells("SHA-256 of the wrapped public key"),
    )


def unwrap(step: Step, paper: PaperScript) -> Fields:
    """Give cells for the copy's id and for what it is restored from."""
    told = read_parameters(UnwrapParameters, step.parameters)
    key, under = paper.script.thing(told.key), paper.script.thing(told.under)
    return Fields(
        (
            *paragraph(f"{key.title}, by the {under.title}", BODY_STRONG, WIDTH),
            *label("CKA_ID, hexadecimal, as the device tells it", WIDTH),
            *(cell_row(16) for _ in range(ID_ROWS)),
            *one_of(("restored", "not restored: stop"), WIDTH),
        ),
        digest_cells("SHA-256 of the wrapped key"),
    )


def check_value(step: Step, paper: PaperScript) -> Fields:
    """Give cells for a check value; a copy's is compared with its original's."""
    told = read_parameters(CheckValueParameters, step.parameters)
    method = paper.script.key_kind(told.key).check_value
    original = paper.script.thing(told.key).copy_of
    equal = one_of(("equal to the original's", "another one: stop"), WIDTH)
    return Fields(
        (
            *paragraph(paper.script.thing(told.key).title, BODY_STRONG, WIDTH),
            *label(f"check value by {method}, hexadecimal", WIDTH),
            cell_row(6 if method is CheckMethod.ZEROS else 10),
            *(equal if original else ticked("found", WIDTH)),
        )
    )
