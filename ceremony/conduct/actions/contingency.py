"""Wrap a public key, for a certificate to carry."""

from __future__ import annotations

from dataclasses import replace

from ceremony import canonical
from ceremony.conduct.actions.device import operation, outcome_of, take
from ceremony.conduct.actions.order import public_key_of
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.engine.facts import Intent, PublicKeyWrapped
from ceremony.engine.steps.contingency import METHOD, WrapPublicParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.errors import DeviceError
from ceremony.hsm.result import WrappedPublicKey
from ceremony.identifiers import Mode, OperationId
from ceremony.pki.contingency import WRAP_ALGORITHMS
from ceremony.script.model import Step


def wrap_public(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Have a token wrap the public key of a pair, as the record has it."""
    told = read_parameters(WrapPublicParameters, step.parameters)
    token = conductor.script.thing(told.key).token
    actor = conductor.performer(step)
    intent = Intent(
        step.verb,
        token,
        conductor.devices.bound(token).serial,
        thing=told.key,
        algorithm=METHOD,
        under=told.under,
    )
    with (
        operation(conductor, intent, actor) as op,
        conductor.devices.session(token, inputs.pins.get("pin")) as session,
    ):
        under = OperationId(conductor.state.secret_keys[told.under].cka_id)
        public_key = public_key_of(conductor, told.key)
        wrapped = session.wrap_public(under, public_key)
        opened = conductor.state.opened
        if opened is not None and opened.mode is Mode.LIVE:
            verify_nothing_filled(told.key, wrapped)
        taken = take(conductor, token, session)
        made = PublicKeyWrapped(
            told.under,
            WRAP_ALGORITHMS[conductor.script.key_kind(told.under).algorithm],
            wrapped.choice.used,
            canonical.digest(public_key),
            canonical.digest(wrapped.blob),
            len(wrapped.blob),
            wrapped.choice.passed_over,
            wrapped.filled,
        )
        conductor.finish(
            op,
            replace(outcome_of(intent, taken=taken), public_wrapped=made),
            actor,
            {
                **taken.contents,
                conductor.free_name(f"public-wrapped-{told.key}", ".bin"): wrapped.blob,
            },
        )


def verify_nothing_filled(name: str, wrapped: WrappedPublicKey) -> None:
    """Refuse what a token has filled up before it wrapped it.

    Raises:
        DeviceError: ``HSM-WRAP-25``.
    """
    if wrapped.filled:
        raise DeviceError(
            "HSM-WRAP-25",
            f"The token has put {wrapped.filled} bytes of zeros behind the public key "
            f"of {name} before it wrapped it.",
            remedy="Wrap it in a token that carries out AES-KWP as RFC 5649 says.",
            meaning="A device may not read what it unwraps; nothing was kept.",
        )
