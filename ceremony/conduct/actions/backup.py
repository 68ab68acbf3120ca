"""Wrap a key, restore it in another token, and show that both are equal."""

from __future__ import annotations

from dataclasses import replace

from ceremony import canonical
from ceremony.conduct.actions.device import operation, outcome_of, take
from ceremony.conduct.actions.made import Shown, finish_made, key_intent, look_at
from ceremony.conduct.actions.order import public_key_of
from ceremony.conduct.actions.prove import show_proof
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.conduct.ordering import CHECKS, METHODS, pair_order, secret_order
from ceremony.engine.backup import blob_for
from ceremony.engine.facts import (
    CheckValueFound,
    Intent,
    KeyRestored,
    KeyWrapped,
    Result,
)
from ceremony.engine.steps.backup import (
    CheckValueParameters,
    UnwrapParameters,
    WrapParameters,
)
from ceremony.engine.steps.kind import read_parameters
from ceremony.hsm.errors import Act, device_acted
from ceremony.hsm.hosted_session import HostedSession
from ceremony.hsm.result import GeneratedKey, SecretKey, WrappedKey
from ceremony.identifiers import OperationId
from ceremony.script.key_kind import WrapBy
from ceremony.script.model import Step


def wrap(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Have a key leave its token as ciphertext; a pair signs as it is wrapped."""
    told = read_parameters(WrapParameters, step.parameters)
    token = conductor.script.thing(told.key).token
    bound = conductor.devices.bound(token)
    actor = conductor.performer(step)
    intent = Intent(
        step.verb,
        token,
        bound.serial,
        thing=told.key,
        algorithm=told.method,
        under=told.under,
    )
    with (
        operation(conductor, intent, actor) as op,
        conductor.devices.session(token, inputs.pins.get("pin")) as session,
    ):
        wrapped = _wrap(conductor, session, told)
        shown = Shown()
        pair = conductor.state.keys.get(told.key)
        # Where what follows fails, the key was wrapped all the same.
        with device_acted(Act.WRAP):
            if pair is not None:
                shown = show_proof(
                    conductor, session, OperationId(pair.cka_id), pair.public_key
                )
            taken = take(conductor, token, session)
        conductor.finish(
            op,
            replace(
                outcome_of(intent, taken=taken),
                wrapped=_wrapped(told, wrapped),
                proof=shown.proof,
            ),
            actor,
            {
                **taken.contents,
                **shown.contents,
                conductor.free_name(f"wrapped-{told.key}", ".bin"): wrapped.blob,
            },
        )


def _wrap(
    conductor: Conductor, session: HostedSession, told: WrapParameters
) -> WrappedKey:
    script, method = conductor.script, METHODS[WrapBy(told.method)]
    key = cka_id_of(conductor, told.key)
    if script.thing(told.under).token != script.thing(told.key).token:
        public_key = public_key_of(conductor, told.under)
        return session.wrap_for(public_key, key, method)
    return session.wrap(cka_id_of(conductor, told.under), key, method)


def _wrapped(told: WrapParameters, wrapped: WrappedKey) -> KeyWrapped:
    choice = wrapped.choice
    return KeyWrapped(
        under=told.under,
        method=told.method,
        mechanism=choice.used if choice is not None else "absent",
        blob=canonical.digest(wrapped.blob),
        size=len(wrapped.blob),
        passed_over=tuple(choice.passed_over) if choice is not None else (),
    )


def unwrap(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Restore a copy in its token from the blob that the journal holds."""
    told = read_parameters(UnwrapParameters, step.parameters)
    token = conductor.script.thing(told.key).token
    actor = conductor.performer(step)
    intent = unwrap_intent(conductor, step)
    with (
        operation(conductor, intent, actor) as op,
        conductor.devices.session(token, inputs.pins.get("pin")) as session,
    ):
        made = _restore(conductor, session, intent, op)
        # Where the look afterwards fails, the copy exists all the same.
        with device_acted(Act.UNWRAP):
            shown = show_restored(conductor, session, made)
            looked = look_at(conductor, token, session)
        finish_made(
            conductor,
            op,
            actor,
            made=made,
            looked=looked,
            result=Result.DONE,
            shown=shown,
        )


def unwrap_intent(conductor: Conductor, step: Step) -> Intent:
    """Say what a device will be asked to restore, and from which blob.

    A blob that is not there is refused by the rules.
    """
    told = read_parameters(UnwrapParameters, step.parameters)
    wrapped = blob_for(conductor.state, told.key, told.under)
    asked = key_intent(conductor, step, told.key)
    return Intent(
        asked.verb,
        asked.token,
        asked.serial,
        thing=asked.thing,
        label=asked.label,
        algorithm=wrapped.method if wrapped is not None else "",
        attributes=asked.attributes,
        under=told.under,
        blob=wrapped.blob if wrapped is not None else None,
    )


def _restore(
    conductor: Conductor, session: HostedSession, intent: Intent, op: OperationId
) -> GeneratedKey | SecretKey:
    name, kind = intent.thing, conductor.script.key_kind(intent.thing)
    under = cka_id_of(conductor, intent.under)
    blob = b"" if intent.blob is None else conductor.log.journal.blob(intent.blob)
    wrapped = WrappedKey(blob, METHODS[WrapBy(intent.algorithm)])
    if kind.algorithm.is_secret:
        return session.unwrap_secret_key(under, wrapped, secret_order(kind, name, op))
    public_key = public_key_of(conductor, kind.copy_of)
    order = pair_order(kind, name, op)
    return session.unwrap_key_pair(under, wrapped, order, public_key)


def show_restored(
    conductor: Conductor, session: HostedSession, made: GeneratedKey | SecretKey
) -> Shown:
    """Tell what a key was restored from, and let a pair prove that it is the one.

    Args:
        conductor: The ceremony, the restoring in doubt.
        session: The copy's token.
        made: The copy, as it was read back.
    """
    pending = conductor.state.pending
    if pending is None or pending.intent.blob is None:
        return Shown()
    intent = pending.intent
    restored = KeyRestored(
        original=conductor.script.thing(intent.thing).copy_of,
        under=intent.under,
        method=intent.algorithm,
        blob=pending.intent.blob,
    )
    if isinstance(made, SecretKey):
        return Shown(restored)
    public_key = canonical.digest(made.public_key_der)
    shown = show_proof(conductor, session, made.cka_id, public_key)
    return Shown(restored, shown.proof, shown.contents)


def find_check_value(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Find a secret key's check value by the method that the script names."""
    name = read_parameters(CheckValueParameters, step.parameters).key
    token = conductor.script.thing(name).token
    bound = conductor.devices.bound(token)
    actor = conductor.performer(step)
    method = conductor.script.key_kind(name).check_value
    intent = Intent(step.verb, token, bound.serial, thing=name, algorithm=method)
    with (
        operation(conductor, intent, actor) as op,
        conductor.devices.session(token, inputs.pins.get("pin")) as session,
    ):
        found = session.check_value(cka_id_of(conductor, name), CHECKS[method])
        taken = take(conductor, token, session)
        conductor.finish(
            op,
            replace(
                outcome_of(intent, taken=taken),
                check_value=CheckValueFound(method, found.value, found.told_by),
            ),
            actor,
            taken.contents,
        )


def cka_id_of(conductor: Conductor, name: str) -> OperationId:
    """Give the id of a key that the ceremony made or restored; empty where none."""
    made = conductor.state.made.get(name)
    return OperationId(made.cka_id if made is not None else "")
