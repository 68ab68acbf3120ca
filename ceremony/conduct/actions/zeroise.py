"""A look at a token that people have zeroised by hand, through a module loaded anew.

No PIN is asked for: a token that was zeroised has none, or one that its maker's tool
has set. What a login alone shows is for the list that the script takes next.
"""

from __future__ import annotations

from ceremony.conduct.conductor import Conductor
from ceremony.engine.facts import Seen, Zeroised
from ceremony.engine.zeroise import keys_in
from ceremony.hsm.hosted import HostedModule
from ceremony.hsm.token import TokenFacts
from ceremony.pack.binding import TokenBinding


def look_at_zeroised(conductor: Conductor, token: str) -> Zeroised:
    """Look at what a token shows to somebody who has not logged in.

    Raises:
        DeviceError: The module cannot be loaded, or the token fails.
    """
    bound = conductor.devices.bound(token)
    with conductor.devices.anew(token) as module:
        seen, shown = look(module, bound)
    return Zeroised(bound.serial, seen, keys_in(conductor.state, token), shown)


def look(module: HostedModule, bound: TokenBinding) -> tuple[Seen, int]:
    """Tell what a module shows of a token, and how many objects without a login.

    Raises:
        DeviceError: The token fails.
    """
    facts = _find(module, bound)
    if facts is None:
        return Seen.ABSENT, 0
    if not facts.initialised:
        return Seen.BLANK, 0
    with module.token(facts.serial, facts.label).session(
        None, writable=False
    ) as session:
        shown = len(session.inventory())
    return Seen.USER_PIN if facts.user_pin_set else Seen.NO_USER_PIN, shown


def _find(module: HostedModule, bound: TokenBinding) -> TokenFacts | None:
    """Find the token by its serial; by its label too where several have that serial.

    Its label alone tells nothing: a token that was zeroised may have lost it.
    """
    alike = [each for each in module.tokens() if each.serial == bound.serial]
    if len(alike) > 1:
        alike = [each for each in alike if each.label == bound.label]
    return alike[0] if alike else None
