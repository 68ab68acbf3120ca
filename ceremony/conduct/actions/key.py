"""Key generation: profile and lint first, then the key, then its read-back."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

from ceremony.conduct.actions.device import operation
from ceremony.conduct.actions.lint import record_lint
from ceremony.conduct.actions.made import finish_made, key_intent, look_at
from ceremony.conduct.actions.order import order_for
from ceremony.conduct.actions.request import request_order
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.conduct.ordering import pair_order, secret_order
from ceremony.engine.facts import Result
from ceremony.engine.made_for import certificates_for, requests_for
from ceremony.engine.steps.key import GenerateParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.engine.steps.lint import BEFORE_KEY
from ceremony.errors import DeviceError
from ceremony.hsm.errors import Act, device_acted
from ceremony.hsm.hosted_session import HostedSession
from ceremony.hsm.result import GeneratedKey, SecretKey
from ceremony.hsm.trust import NOT_OFFERED
from ceremony.identifiers import OperationId, PersonId
from ceremony.pki.linted import lint_order
from ceremony.pki.request_linted import lint_request_order
from ceremony.script.key_kind import KeyKind
from ceremony.script.model import Step, Thing
from ceremony.secret import Secret


def generate(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Make a key in its token, after everything that can be checked before."""
    name = read_parameters(GenerateParameters, step.parameters).key
    thing = conductor.script.thing(name)
    actor = conductor.performer(step)
    intent = key_intent(conductor, step, name)
    if thing.profile:
        _lint(conductor, thing, actor)
    kind, pin = conductor.script.key_kind(name), inputs.pins.get("pin")
    with operation(conductor, intent, actor) as op, ExitStack() as held:
        session = held.enter_context(conductor.devices.session(thing.token, pin))
        made = _make(session, kind, name, op)
        # Where what comes afterwards fails, the key exists all the same.
        with device_acted(Act.GENERATE):
            if kind.trusted:
                held.close()
                _trust(conductor, thing, inputs.pins["so_pin"], op)
                again = conductor.devices.session(thing.token, pin)
                session = held.enter_context(again)
                made = _read_again(session, made)
            looked = look_at(conductor, thing.token, session)
        finish_made(conductor, op, actor, made=made, looked=looked, result=Result.DONE)


def _trust(conductor: Conductor, key: Thing, pin: Secret, op: OperationId) -> None:
    """Let the security officer make a key trusted; what the token offers is read back.

    A session of the user has ended by then, for a token knows one of the two at a time.
    """
    try:
        conductor.devices.token(key.token).trust(pin, op)
    except DeviceError as error:
        # That it is not trusted the read-back shows; the site policy says what follows.
        if error.code != NOT_OFFERED:
            raise


def _read_again(
    session: HostedSession, made: GeneratedKey | SecretKey
) -> GeneratedKey | SecretKey:
    """Read a key as it is now, with what was remarked as it was made."""
    if isinstance(made, SecretKey):
        secret = session.read_secret_key(made.cka_id)
        return replace(secret, remarks=made.remarks)
    return replace(session.read_key(made.cka_id), remarks=made.remarks)


def _make(
    session: HostedSession, kind: KeyKind, name: str, op: OperationId
) -> GeneratedKey | SecretKey:
    if kind.algorithm.is_secret:
        return session.generate_secret_key(secret_order(kind, name, op))
    return session.generate_key_pair(pair_order(kind, name, op))


def _lint(conductor: Conductor, key: Thing, actor: PersonId) -> None:
    """Lint what the key is for, by a stand-in for its public key.

    That is its certificate, its requests, or both: one that is asked for here may be
    answered elsewhere.
    """
    for request in requests_for(conductor.script, key.name):
        asked = lint_request_order(request_order(conductor, key))
        record_lint(conductor, asked, stage=BEFORE_KEY, subject=request, actor=actor)
    for certificate in certificates_for(conductor.script, key)[:1]:
        report = lint_order(order_for(conductor, certificate))
        record_lint(
            conductor, report, stage=BEFORE_KEY, subject=certificate.name, actor=actor
        )
