"""What an act in doubt has left: looked at in the token, and brought to an end.

Two people have decided by then; ``conduct.recovery`` records what comes of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

from ceremony.conduct.actions.destroy import entries_of
from ceremony.conduct.actions.device import Taken, take
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.doubt import listing_before, unexplained
from ceremony.conduct.pins import PinSource
from ceremony.engine.facts import (
    PartAsked,
    Result,
)
from ceremony.engine.login import LOGOUT
from ceremony.engine.state import Pending
from ceremony.engine.steps.device import officer_need
from ceremony.engine.steps.kind import Need, NeedKind
from ceremony.engine.steps.pin import NEW, OFFICER, USER, WHOSE, new_need
from ceremony.engine.zeroise import may_be_wiped
from ceremony.errors import DeviceError
from ceremony.hsm.hosted_session import HostedSession
from ceremony.identifiers import Role

NOT_READY: Final = (
    "CONDUCT-LABEL-01",
    "HSM-PIN-01",
    "HSM-PIN-02",
    "HSM-PIN-03",
    "HSM-PIN-05",
    "HSM-PIN-06",
)
"""How a token shows that its initialisation did not come to its end.

A PIN that was locked or has expired before it, or that is to be changed first after it,
says no more of the token than one that is refused: to initialise it anew is the cure.
"""

REFUSED: Final = "HSM-PIN-01"
"""How a token says that a PIN is not its own."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How an act in doubt ended.

    Attributes:
        taken: The token's inventory afterwards; None where it was not taken.
        words: What was decided, for people and the record.
    """

    result: Result
    taken: Taken | None
    words: str


def settle(conductor: Conductor, pins: PinSource, pending: Pending) -> Settled:
    """Bring an act in doubt to its end, by what is in its token.

    What leaves nothing in a token, such as a signature, counts as failed: its result
    was lost, and it is made anew by people.

    Raises:
        DeviceError: The token cannot be looked into; the act stays in doubt.
    """
    verb, token = pending.intent.verb, pending.intent.token
    if verb == "token.change-pin":
        return _settle_pin(conductor, pins, pending)
    if verb == LOGOUT:
        # The module's process has ended, and with it every login in it.
        return Settled(Result.ADOPTED, None, f"The login at {token} has ended.")
    with opened_token(conductor, pins, token) as session:
        if verb == "key.destroy":
            return _settle_destroy(conductor, session, pending)
        words = f"{verb} counts as failed: its result was lost. It is carried out anew."
        part = pending.intent.part
        if part is not None:
            words = lost_part(part)
        return Settled(Result.FAILED, take(conductor, token, session), words)


def is_half_initialised(conductor: Conductor, name: str, error: DeviceError) -> bool:
    """Tell whether a token is not ready because its initialisation was cut off."""
    return may_be_wiped(conductor.state, name) and error.code in NOT_READY


def lost_part(part: PartAsked) -> str:
    """Say what is decided about a part of a batch whose outcome is not known."""
    return (
        f"Part {part.number} counts as failed: its {part.count} certificates may have "
        "been signed, and none was given out. Their serial numbers are not used again; "
        "the part is done anew."
    )


def _settle_destroy(
    conductor: Conductor, session: HostedSession, pending: Pending
) -> Settled:
    """Bring the destruction of a key to its end, where it had begun.

    A key of which one object is left is of no use to anybody, and its end was
    approved: what is left goes too. A whole one stays; the step is carried out anew.
    """
    token, name = pending.intent.token, pending.intent.thing
    key = conductor.state.made[name]
    inventory = session.inventory()
    came = unexplained(inventory.entries, listing_before(conductor, pending))
    # An object that came meanwhile may look like one of the key's, and is foreign.
    left = tuple((Counter(entries_of(key, inventory)) - Counter(came)).elements())
    if len(left) >= len(key.objects):
        words = f"Nothing of {name} was destroyed; the step is carried out anew."
        return Settled(Result.FAILED, take(conductor, token, session), words)
    for entry in left:
        session.destroy(entry)
    words = f"{name} is destroyed."
    if left:
        words = f"{len(left)} object of {name} was left and is destroyed too."
    return Settled(Result.ADOPTED, take(conductor, token, session), words)


@contextmanager
def opened_token(
    conductor: Conductor, pins: PinSource, name: str
) -> Iterator[HostedSession]:
    """Log in to a token of the script with the user PIN that holds.

    Raises:
        DeviceError: The token is not there, or refuses every PIN that may hold.
    """
    with ExitStack() as stack:
        yield _open(stack, conductor, pins, name)[0]


def _settle_pin(conductor: Conductor, pins: PinSource, pending: Pending) -> Settled:
    """Find out which PIN holds, the new one or the old one.

    Raises:
        DeviceError: The token takes neither; the change stays in doubt.
    """
    intent = pending.intent
    taken: Taken | None = None
    if intent.user == OFFICER:
        changed = _is_officer_changed(conductor, pins, intent.token)
    else:
        with ExitStack() as stack:
            session, need = _open(stack, conductor, pins, intent.token)
            changed = need.name == NEW[USER]
            taken = take(conductor, intent.token, session)
    told = f"{WHOSE[intent.user]} of {conductor.script.thing(intent.token).title}"
    told = told[:1].upper() + told[1:]
    if changed:
        return Settled(Result.ADOPTED, taken, f"{told} is changed; the new one holds.")
    words = f"{told} was not changed; the step is carried out anew."
    return Settled(Result.FAILED, taken, words)


def _open(
    stack: ExitStack, conductor: Conductor, pins: PinSource, name: str
) -> tuple[HostedSession, Need]:
    """Log in until the stack is left; give the need whose PIN the token took.

    Where the change of the PIN is in doubt, the new one is tried first and then the
    old one: no more than one try is lost before the token is open again.
    """
    *doubtful, known = _user_needs(conductor, name)
    for need in doubtful:
        pin = stack.enter_context(pins.pin(need))
        try:
            return stack.enter_context(conductor.devices.session(name, pin)), need
        except DeviceError as error:
            _pass_over(error)
    pin = stack.enter_context(pins.pin(known))
    return stack.enter_context(conductor.devices.session(name, pin)), known


def _user_needs(conductor: Conductor, name: str) -> tuple[Need, ...]:
    """Give the needs of the user PINs that may hold, the likelier one first."""
    state, serial = conductor.state, conductor.devices.bound(name).serial
    prompt, renewed = f"The PIN of {serial}", USER in state.token(name).renewed
    known = Need("pin", NeedKind.PIN, prompt, Role(""), (), serial, renewed)
    intent = state.pending.intent if state.pending is not None else None
    if intent is not None and (intent.token, intent.user) == (name, USER):
        return (new_need(conductor.current(), state, NEW[USER]), known)
    return (known,)


def _is_officer_changed(conductor: Conductor, pins: PinSource, name: str) -> bool:
    """Tell which security officer's PIN holds: each is set to itself once.

    PKCS#11 lets a security officer do nothing else that changes nothing.
    """
    step, state = conductor.current(), conductor.state
    token = conductor.devices.token(name)
    with pins.pin(new_need(step, state, NEW[OFFICER])) as new:
        try:
            token.change_so_pin(new, new)
        except DeviceError as error:
            _pass_over(error)
        else:
            return True
    with pins.pin(officer_need(step, state, name)) as old:
        token.change_so_pin(old, old)
    return False


def _pass_over(error: DeviceError) -> None:
    """Pass over a PIN that is not the token's, and over no other failure."""
    if error.code != REFUSED:
        raise error
