"""Key generation: profile and lint first, then the key, then its read-back."""

from __future__ import annotations

from ceremony.conduct.actions.device import operation, take
from ceremony.conduct.actions.lint import record_lint
from ceremony.conduct.actions.made import finish_made, key_intent
from ceremony.conduct.actions.order import order_for
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.conduct.ordering import pair_order, secret_order
from ceremony.engine.facts import Result
from ceremony.engine.steps.key import GenerateParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.hsm.errors import Act, device_acted
from ceremony.hsm.hosted_session import HostedSession
from ceremony.hsm.result import GeneratedKey, SecretKey
from ceremony.identifiers import OperationId, PersonId
from ceremony.pki.linted import lint_order
from ceremony.script.key_kind import KeyKind
from ceremony.script.model import Step, Thing, ThingKind


def generate(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Make a key in its token, after everything that can be checked before."""
    name = read_parameters(GenerateParameters, step.parameters).key
    thing = conductor.script.thing(name)
    actor = conductor.performer(step)
    intent = key_intent(conductor, step, name)
    if thing.profile:
        _lint(conductor, thing, actor)
    with (
        operation(conductor, intent, actor) as op,
        conductor.devices.session(thing.token, inputs.pins["pin"]) as session,
    ):
        made = _make(session, conductor.script.key_kind(name), name, op)
        # Where the look afterwards fails, the key exists all the same.
        with device_acted(Act.GENERATE):
            taken = take(conductor, thing.token, session)
        finish_made(conductor, op, actor, made=made, taken=taken, result=Result.DONE)


def _make(
    session: HostedSession, kind: KeyKind, name: str, op: OperationId
) -> GeneratedKey | SecretKey:
    if kind.algorithm.is_secret:
        return session.generate_secret_key(secret_order(kind, name, op))
    return session.generate_key_pair(pair_order(kind, name, op))


def _lint(conductor: Conductor, key: Thing, actor: PersonId) -> None:
    """Lint what the key's certificate will be, by a stand-in for its public key."""
    certificate = certificate_of(conductor, key)
    report = lint_order(order_for(conductor, certificate))
    record_lint(
        conductor, report, stage="before-key", subject=certificate.name, actor=actor
    )


def certificate_of(conductor: Conductor, key: Thing) -> Thing:
    """Find the certificate that a key is made for: the one of its profile and name."""
    return next(
        thing
        for thing in conductor.script.things
        if thing.kind is ThingKind.CERTIFICATE
        and (thing.profile, thing.given) == (key.profile, key.given)
    )
