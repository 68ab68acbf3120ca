"""A login at a token that is kept for several steps, made anew, and ended."""

from __future__ import annotations

from ceremony.conduct.actions.device import operation, outcome_of
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.engine.facts import Intent
from ceremony.engine.login import LOGIN, LOGOUT
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.device import token_of
from ceremony.script.model import Step
from ceremony.secret import Secret


def log_in(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Log in to a token and stay so until the logout step."""
    _log_in(conductor, step, inputs.pins["pin"])


def log_in_anew(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Make a login anew that something has ended, before the step uses its token.

    Raises:
        DeviceError: The token is not there or refuses the PIN.
    """
    if not KINDS[step.verb].device or step.verb in (LOGIN, LOGOUT):
        return
    if conductor.state.token(token_of(step, conductor.script)).login_ended:
        # From here on the step finds the login kept, and needs its PIN no more.
        _log_in(conductor, step, inputs.pins["pin"])


def _log_in(conductor: Conductor, step: Step, pin: Secret) -> None:
    name = token_of(step, conductor.script)
    intent = Intent(LOGIN, name, conductor.devices.bound(name).serial)
    actor = conductor.performer(step)
    with operation(conductor, intent, actor) as op:
        conductor.devices.log_in(name, pin)
        conductor.finish(op, outcome_of(intent), actor)


def log_out(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Log out of a token; where the login has ended by itself, that is recorded."""
    name = token_of(step, conductor.script)
    intent = Intent(LOGOUT, name, conductor.devices.bound(name).serial)
    actor = conductor.performer(step)
    with operation(conductor, intent, actor) as op:
        conductor.devices.log_out(name)
        conductor.finish(op, outcome_of(intent), actor)
