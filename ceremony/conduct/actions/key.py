"""Key generation: profile and lint first, then the key, then its read-back."""

from __future__ import annotations

from typing import Final

from ceremony import canonical
from ceremony.conduct.actions.device import Taken, operation, take
from ceremony.conduct.actions.lint import record_lint
from ceremony.conduct.actions.order import order_for
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.conduct.listing import as_text
from ceremony.engine.facts import (
    Asked,
    AttributeFound,
    Intent,
    KeyMade,
    Outcome,
    Result,
)
from ceremony.engine.steps.key import GenerateParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.hsm.attributes import AttributePolicy, AttributeRule, check_attributes
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.hsm.result import GeneratedKey
from ceremony.identifiers import Mode, OperationId, PersonId
from ceremony.pki.certificate import key_identifier
from ceremony.pki.linted import lint_order
from ceremony.script.model import Step, Thing, ThingKind

ALGORITHM: Final = "P-256"
BITS: Final = 256
KEY_ALGORITHM: Final = KeyAlgorithm.EC_P256
"""The profiles that ship are for P-256."""


def generate(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Make a key pair in its token, after everything that can be checked before."""
    name = read_parameters(GenerateParameters, step.parameters).key
    thing = conductor.script.thing(name)
    actor = conductor.performer(step)
    certificate = certificate_of(conductor, thing)
    report = lint_order(order_for(conductor, certificate))
    record_lint(
        conductor, report, stage="before-key", subject=certificate.name, actor=actor
    )
    bound = conductor.devices.bound(thing.token)
    intent = Intent(
        step.verb,
        thing.token,
        bound.serial,
        thing=name,
        label=name,
        algorithm=ALGORITHM,
        attributes=tuple(
            Asked(demand.name, demand.expected)
            for demand in conductor.policy.attributes
        ),
    )
    with (
        operation(conductor, intent, actor) as op,
        conductor.devices.session(thing.token, inputs.pins["pin"]) as session,
    ):
        key = session.generate_key_pair(KeyOrder(name, op, KEY_ALGORITHM))
        taken = take(conductor, thing.token, session)
        finish_key(
            conductor,
            op,
            actor,
            made=key_made(conductor, intent, op, key),
            public_key=key.public_key_der,
            taken=taken,
            result=Result.DONE,
        )


def certificate_of(conductor: Conductor, key: Thing) -> Thing:
    """Find the certificate that a key is made for: the one of its profile and name."""
    return next(
        thing
        for thing in conductor.script.things
        if thing.kind is ThingKind.CERTIFICATE
        and (thing.profile, thing.common_name) == (key.profile, key.common_name)
    )


def key_made(
    conductor: Conductor, intent: Intent, op: OperationId, key: GeneratedKey
) -> KeyMade:
    """Tell of a key as its token gave it back, with the policy's verdicts."""
    spki = key.public_key_der
    facts = conductor.devices.token(intent.token).facts
    demands = conductor.policy.attributes
    policy = AttributePolicy(
        tuple(
            AttributeRule(
                each.name,
                _expected(each.expected),
                each.absent,
                each.reported_wrongly,
            )
            for each in demands
        ),
        frozenset(
            each.name
            for each in demands
            if each.waivable and _may_waive(conductor, intent.token)
        ),
        conductor.policy.apart,
    )
    verdicts = check_attributes(
        policy, (*key.private_attributes, *facts.found), key.public_attributes
    )
    return KeyMade(
        label=intent.label,
        cka_id=op,
        algorithm=ALGORITHM,
        size=BITS,
        mechanism=key.mechanism,
        public_key=canonical.digest(spki),
        key_identifier=key_identifier(spki).hex(),
        attributes=tuple(
            AttributeFound(
                verdict.name,
                as_text(verdict.expected),
                as_text(verdict.found),
                passed=verdict.passed,
                waived=verdict.waived,
                stance=verdict.stance,
            )
            for verdict in verdicts
        ),
    )


def _expected(text: str) -> bool | str:
    return text == "true" if text in ("true", "false") else text


def _may_waive(conductor: Conductor, token: str) -> bool:
    """Tell whether a waivable attribute may fail: on software, in a rehearsal."""
    opened = conductor.state.opened
    return (
        opened is not None
        and opened.mode is Mode.REHEARSAL
        and any(bound.name == token and bound.software for bound in opened.tokens)
    )


def finish_key(  # noqa: PLR0913  everything that one outcome tells
    conductor: Conductor,
    op: OperationId,
    actor: PersonId,
    *,
    made: KeyMade,
    public_key: bytes,
    taken: Taken,
    result: Result,
    decided_by: tuple[PersonId, ...] = (),
) -> None:
    """Make the outcome of a generation durable, with public key and inventory."""
    pending = conductor.state.pending
    if pending is None:
        return
    intent = pending.intent
    conductor.finish(
        op,
        Outcome(
            intent.verb,
            intent.token,
            intent.serial,
            result,
            thing=intent.thing,
            inventory=taken.brief,
            key=made,
            decided_by=decided_by,
        ),
        actor,
        {
            **taken.contents,
            conductor.free_name(f"public-key-{intent.thing}", ".der"): public_key,
        },
    )
