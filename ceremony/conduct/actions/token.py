"""Token initialisation and the whole-token inventory."""

from __future__ import annotations

from ceremony.conduct.actions.device import Taken, operation, outcome_of, take
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.engine.facts import Intent
from ceremony.engine.steps.kind import read_parameters
from ceremony.engine.steps.token import InitialiseParameters, InventoryParameters
from ceremony.hsm.errors import Act, device_acted
from ceremony.identifiers import OperationId, PersonId
from ceremony.script.model import Step


def initialise(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Wipe a token, give it its label and PINs, and list what is in it."""
    name = read_parameters(InitialiseParameters, step.parameters).token
    bound = conductor.devices.bound(name)
    actor = conductor.performer(step)
    token = conductor.devices.token(name)
    intent = Intent(step.verb, name, bound.serial, label=bound.label)
    with operation(conductor, intent, actor) as op:
        token.initialise(inputs.pins["so_pin"], bound.label, inputs.pins["pin"])
        # Where the look afterwards fails, the token is erased all the same.
        with (
            device_acted(Act.INITIALISE),
            conductor.devices.session(name, inputs.pins["pin"]) as session,
        ):
            taken = take(conductor, name, session)
        _finish(conductor, op, intent, actor, taken)


def take_inventory(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """List every object in a token."""
    name = read_parameters(InventoryParameters, step.parameters).token
    bound = conductor.devices.bound(name)
    actor = conductor.performer(step)
    intent = Intent(step.verb, name, bound.serial)
    with operation(conductor, intent, actor) as op:
        with conductor.devices.session(name, inputs.pins.get("pin")) as session:
            taken = take(conductor, name, session)
        _finish(conductor, op, intent, actor, taken)


def _finish(
    conductor: Conductor,
    op: OperationId,
    intent: Intent,
    actor: PersonId,
    taken: Taken,
) -> None:
    """Record that the token did it, and what is in it now."""
    conductor.finish(op, outcome_of(intent, taken=taken), actor, taken.contents)
