"""What is read at the terminal of a step: the review before, what came of it after."""

from __future__ import annotations

from collections.abc import Sequence
from shutil import get_terminal_size
from textwrap import wrap
from typing import Final

from ceremony.cli.console import say
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.issued import output_of
from ceremony.conduct.renewed_view import TIED
from ceremony.conduct.step_view import Review, review_of
from ceremony.digest_words import rows
from ceremony.engine.steps import KINDS
from ceremony.engine.transcript import Line, Table
from ceremony.hexadecimal import grouped
from ceremony.pki.batch_output import BatchOutput
from ceremony.pki.output import Output
from ceremony.pki.shown_command import shown_lines
from ceremony.script.model import Step

WIDTH: Final = 79
LABEL: Final = 12
"""Characters of a label in the review, at least."""
_INSET: Final = "    "
"""What stands before a command."""


def show_review(conductor: Conductor, step: Step) -> None:
    """Show what a device step will do, to be read before it does it."""
    tell_review(review_of(conductor, step))


def tell_review(review: Review) -> None:
    """Tell what a device will be told, what is signed and renewed, and the objects.

    Args:
        review: What there is to read.
    """
    say("The device will be told:")
    lines = (*review.told, *review.signed, *review.renewed)
    width = max((LABEL, *(len(line.label) for line in lines)))
    for line in lines:
        _tell(line.label, grouped(line.value) if line.mono else line.value, width)
    if review.attributes:
        asked = "; ".join(f"{name}{TIED}{value}" for name, value in review.attributes)
        _tell("Asked for", asked, width)
    _tell("Objects", _objects(review), width)


def _tell(label: str, value: str, width: int) -> None:
    head = f"  {label:{width}} "
    lines = wrap(value, WIDTH, initial_indent=head, subsequent_indent=" " * len(head))
    say("\n".join(lines).replace(TIED, " "))


def _objects(review: Review) -> str:
    """Say what is in the token before, and what will be different afterwards."""
    before, changed = ", ".join(review.before), review.gone or review.after
    if not changed:
        return f"{before}; afterwards as before"
    told = " and ".join(changed)
    if review.wiped:
        return f"{before}; afterwards {told}: whatever was there is wiped"
    how = "destroyed, gone for good" if review.gone else "new"
    return f"{before}; afterwards {told} {how}"


def show_outcome(conductor: Conductor, step: Step) -> None:
    """Show what the record says of the step, in the words of the printed pages."""
    facts = tuple(recorded.fact for recorded in conductor.state.current)
    for entry in KINDS[step.verb].entries(conductor.state, facts):
        match entry:
            case Line(label, value, mono=mono, mark=mark):
                sign = f"{mark.value}: " if mark is not None else ""
                shown = grouped(value) if mono else value
                say(f"  {label + ': ' if label else ''}{sign}{shown}")
            case Table(heads, cells):
                _show_table((heads, *cells))
            case _:
                # Words were read aloud and typed; they need no third telling.
                pass
    output = output_of(conductor, conductor.state.current)
    if output is not None:
        tell_output(output)


def tell_output(output: Output) -> None:
    """Tell by what something issued is compared, and how it is checked elsewhere.

    Args:
        output: It. The commands are folded for the terminal, and each can be copied
            from there into a shell as it stands.
    """
    what = output.kind.digested.removesuffix(" (DER)")
    say(f"  words of the SHA-256 of the {what}:")
    for number, row in enumerate(rows(bytes.fromhex(output.digest)), start=1):
        say(f"    {number}  {'  '.join(f'{word:12}' for word in row).rstrip()}")
    say("  SHA-256 of the public key:")
    say(f"    {output.key}")
    say(f"  files: {output.told_files}")
    where = "beside the files"
    if isinstance(output, BatchOutput):
        where = f"in the folder {output.stem}"
    say(f"  Each of these commands says OK {where} that extract writes:")
    # A line as wide as the terminal is not told from one that goes on.
    width = min(get_terminal_size().columns - 1, WIDTH) - len(_INSET)
    for command in output.commands:
        for line in shown_lines(command, width):
            say(f"{_INSET}{line}")


def _show_table(table: Sequence[Sequence[str]]) -> None:
    """Show rows under each other, each column as wide as its longest cell."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (f"{cell:{wide}}" for cell, wide in zip(row, widths, strict=True))
        say("  " + "  ".join(cells).rstrip())
