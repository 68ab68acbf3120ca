"""What each kind of step does to a device, a person's token or the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ceremony.conduct.actions import (
    backup,
    certificate,
    contingency,
    crl,
    destroy,
    imported,
    key,
    login,
    pin,
    prove,
    request,
    room,
    sign,
    token,
)
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.script.model import Step

Action = Callable[[Conductor, Step, Inputs], None]

ACTIONS: Final[Mapping[str, Action]] = {
    "sign-in": sign.sign_in,
    "sign-out": sign.sign_out,
    "say": room.nothing,
    "confirm": room.nothing,
    "act-end": room.nothing,
    "record": room.record_value,
    "clock": room.read_clock,
    "hold": room.hold,
    "check": room.check_value,
    "custody": room.record_custody,
    "device.manual": room.record_manual,
    "token.initialise": token.initialise,
    "token.inventory": token.take_inventory,
    "token.change-pin": pin.change_pin,
    "token.login": login.log_in,
    "token.logout": login.log_out,
    "key.generate": key.generate,
    "key.wrap": backup.wrap,
    "key.wrap-public": contingency.wrap_public,
    "key.unwrap": backup.unwrap,
    "key.check-value": backup.find_check_value,
    "key.prove": prove.prove,
    "key.destroy": destroy.destroy,
    "csr.create": request.create,
    "csr.import": imported.import_requests,
    "certificate.self-sign": certificate.self_sign,
    "certificate.issue": certificate.issue,
    "certificate.cross-sign": certificate.cross_sign,
    "crl.issue": crl.issue,
}
"""One action for every verb of ``engine.steps.KINDS``; a test compares the two."""


def perform(conductor: Conductor, inputs: Inputs) -> None:
    """Carry out the current step and close it with its initials; forget the PINs.

    What was recorded before an interruption is not done a second time.

    Raises:
        CeremonyError: What went wrong; what is recorded stands.
    """
    act(conductor, inputs)
    conductor.close_step(inputs)


def act(conductor: Conductor, inputs: Inputs) -> None:
    """Carry out the current step and leave it open for its initials; forget the PINs.

    Raises:
        CeremonyError: What went wrong; what is recorded stands.
    """
    try:
        step = conductor.current()
        if not conductor.is_carried_out():
            login.log_in_anew(conductor, step, inputs)
            ACTIONS[step.verb](conductor, step, inputs)
    finally:
        inputs.wipe()
