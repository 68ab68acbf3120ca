"""What a person sees before signing: the very text, and what it is bound to."""

from __future__ import annotations

from ceremony.cli.console import say
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.turn import turn_head
from ceremony.digest_words import words
from ceremony.engine.steps.sign import SIGN_IN, SIGN_OUT, seat_of
from ceremony.people.attestation import presented_digest

DIGEST_WORDS = 8
ROOT_WORDS = 4


def is_turn(conductor: Conductor) -> bool:
    """Tell whether the current step is a person's turn to sign."""
    return conductor.current().verb in (SIGN_IN, SIGN_OUT)


def show_statement(conductor: Conductor, *, on_paper: bool = False) -> None:
    """Show the statement as it is signed, its digest, the checkpoint and the token.

    The statement stands in one line, letter for letter; the terminal may break it.

    Args:
        conductor: The ceremony, at a person's turn.
        on_paper: True for the text of a sheet, which no token signs.
    """
    seat = seat_of(conductor.current(), conductor.state)
    text = conductor.statement(on_paper=on_paper)
    state = conductor.state
    head = turn_head(conductor)
    digest = words(bytes.fromhex(presented_digest(text)))[:DIGEST_WORDS]
    root = words(bytes.fromhex(head.root))[:ROOT_WORDS]
    say("")
    say(f"{state.title(seat.person)}, this is what you are about to sign:")
    say("")
    say(f"  {text}")
    say("")
    say(f"  Its digest:   {' '.join(digest)}")
    say(f"  The meaning:  {conductor.meaning()}")
    say(f"  Checkpoint:   size {head.size}, {' '.join(root)}")
    say("  In ink:       level A0" if on_paper else f"  Your token:   {seat.token}")
    say("")
