"""A PIN of a token is changed: typed twice, compared in memory, told to the token.

Invariants:
    * The new PIN is compared as secrets are: no text of it is ever made.
    * Before the two are equal the token is asked for nothing.
    * Where PINs are entered at the reader, it alone can compare them, and it does.
"""

from __future__ import annotations

from ceremony.conduct.actions.device import Taken, operation, outcome_of, take
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.engine.facts import Intent
from ceremony.engine.steps.kind import read_parameters
from ceremony.engine.steps.pin import AGAIN, NEW, OFFICER, OLD, ChangePinParameters
from ceremony.errors import InputError
from ceremony.hsm.errors import Act, device_acted
from ceremony.script.model import Step
from ceremony.secret import Secret


def change_pin(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Change a PIN, then show that the token opens with the new one.

    After a change of the security officer's PIN nothing is listed: a list needs the
    user PIN, which nobody was asked for.

    Raises:
        InputError: ``CONDUCT-PIN-03``, ``CONDUCT-PIN-04``: the new PIN is not usable.
        DeviceError: The token refused.
    """
    wanted = read_parameters(ChangePinParameters, step.parameters)
    old, new = inputs.pins[OLD[wanted.user]], inputs.pins[NEW[wanted.user]]
    _verify_new(old, new, inputs.pins[AGAIN[wanted.user]])
    bound = conductor.devices.bound(wanted.token)
    actor = conductor.performer(step)
    token = conductor.devices.token(wanted.token)
    intent = Intent(step.verb, wanted.token, bound.serial, user=wanted.user)
    with operation(conductor, intent, actor) as op:
        taken: Taken | None = None
        if wanted.user == OFFICER:
            token.change_so_pin(old, new)
        else:
            token.change_pin(old, new)
            with (
                device_acted(Act.CHANGE_PIN),
                conductor.devices.session(wanted.token, new) as session,
            ):
                taken = take(conductor, wanted.token, session)
        conductor.finish(
            op,
            outcome_of(intent, taken=taken),
            actor,
            taken.contents if taken is not None else None,
        )


def _verify_new(old: Secret, new: Secret, again: Secret) -> None:
    """Insist on a PIN that was typed twice alike, and is another than the old one."""
    if new.is_at_reader:
        return
    if new != again:
        raise InputError(
            "CONDUCT-PIN-03",
            "The new PIN was not typed the same twice.",
            remedy="Type the old PIN, and the new one twice, again.",
        )
    if new == old:
        raise InputError(
            "CONDUCT-PIN-04",
            "The new PIN is the old one.",
            remedy="Choose another PIN.",
        )
