"""What is written down where people act at a device by hand."""

from __future__ import annotations

from typing import Final

from ceremony.engine.steps.kind import read_parameters
from ceremony.engine.steps.manual import ManualParameters
from ceremony.report.block import labelled
from ceremony.report.paper.field import (
    WIDTH,
    Fields,
    cell_row,
    digest_cells,
    label,
    ticked,
)
from ceremony.report.paper.source import PaperScript
from ceremony.report.style import BODY_STRONG
from ceremony.report.text import paragraph
from ceremony.script.model import Step

_LABEL: Final = 46.0


def manual(step: Step, paper: PaperScript) -> Fields:
    """Give cells for what is read, for who presented each card, and for the file."""
    wanted = read_parameters(ManualParameters, step.parameters)
    lines = [*paragraph(paper.script.thing(wanted.device).title, BODY_STRONG, WIDTH)]
    for name, expected in zip(wanted.readings, wanted.expected, strict=False):
        lines += label(f"{name}, expected: {expected}", WIDTH)
        lines.append(cell_row(16))
    for name in wanted.credentials:
        lines += label(f"{paper.script.thing(name).title}, presented by", WIDTH)
        lines.append(cell_row(16))
    if wanted.credentials:
        told = f"{wanted.need} of {len(wanted.credentials)}"
        lines += labelled("device's quorum", told, _LABEL, WIDTH)
    if wanted.zeroises:
        lines += ticked("zeroised: no key is left in it", WIDTH)
    lines += labelled("checked by", paper.title(wanted.checker), _LABEL, WIDTH)
    lines += label(f"file: {wanted.exhibit}", WIDTH)
    lines.append(cell_row(16))
    return Fields(tuple(lines), digest_cells("SHA-256 of the file"))
