"""Whence ``ceremony hsm`` has the PIN of a token: its own keypad, else the terminal.

A token says itself whether it has a keypad (CKF_PROTECTED_AUTHENTICATION_PATH); where
it has one, nothing is typed here.

Source: PKCS#11 v2.40, sections 3.2 (CK_TOKEN_INFO) and 5.6 (C_Login, C_SetPIN).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ceremony.cli.console import tell

if TYPE_CHECKING:
    from ceremony.hsm.token import TokenFacts
    from ceremony.secret import Secret


def present_pin(facts: TokenFacts, which: str) -> Secret:
    """Give a PIN that holds: typed, or entered at the token's keypad.

    Args:
        facts: What the token says of itself.
        which: What the PIN is called, e.g. ``User PIN of ROOT``.

    Raises:
        InputError: ``CLI-PIN-01``: it is to be typed, and nobody is at a terminal.
    """
    from ceremony.cli.prompt import read_pin

    return _at_reader(which) if facts.protected_path else read_pin(which)


def new_pin(facts: TokenFacts, which: str) -> Secret:
    """Give a PIN that is to be set: typed twice, or entered at the token's keypad.

    Raises:
        InputError: As :func:`present_pin`; ``CLI-PIN-02``: nothing was typed, or two
            different things.
    """
    from ceremony.cli.prompt import read_new_pin

    return _at_reader(which) if facts.protected_path else read_new_pin(which)


def _at_reader(which: str) -> Secret:
    from ceremony.conduct.pins import reader_sentence
    from ceremony.secret import entered_at_reader

    tell(reader_sentence(which))
    return entered_at_reader()
