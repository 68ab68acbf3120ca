"""Revocation lists: linted first, then exactly those bytes are signed."""

from __future__ import annotations

from dataclasses import replace

from ceremony import canonical
from ceremony.conduct.actions.device import operation, outcome_of
from ceremony.conduct.actions.last_list import verify_last
from ceremony.conduct.actions.lint import record_before_signing
from ceremony.conduct.actions.order import certificate_named, key_named
from ceremony.conduct.actions.output import certificates_of, crl_blobs
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.engine.facts import Intent
from ceremony.engine.revocation import certificate_of_key, revocations
from ceremony.engine.steps.crl import CrlParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.errors import RefusedError
from ceremony.identifiers import OperationId
from ceremony.pack.crl_leaf import crl_leaf
from ceremony.pki.certificate import name_text
from ceremony.pki.crl_linted import issue_crl, lint_crl
from ceremony.pki.crl_order import CrlOrder
from ceremony.pki.script_profile import crl_profile
from ceremony.script.model import Step
from ceremony.script.waiver import waivers_on


def issue(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Let a CA's key sign the list of what it has revoked."""
    wanted = read_parameters(CrlParameters, step.parameters)
    key = conductor.script.thing(wanted.key)
    actor = conductor.performer(step)
    bound = conductor.devices.bound(key.token)
    public_key = key_named(conductor, wanted.key)
    order = _order(conductor, wanted)
    verify_last(conductor, wanted, name_text(order.issuer.subject))
    linted = record_before_signing(
        conductor, lint_crl(order), subject=wanted.crl, actor=actor
    )
    issuers = certificates_of(conductor, wanted.key)
    intent = Intent(
        step.verb,
        key.token,
        bound.serial,
        thing=wanted.crl,
        algorithm=order.signature.called,
        tbs=canonical.digest(linted.tbs),
    )
    made = conductor.state.keys[wanted.key]
    with (
        operation(conductor, intent, actor) as op,
        conductor.devices.session(key.token, inputs.pins.get("pin")) as session,
    ):
        crl = issue_crl(
            linted, session.private_key(OperationId(made.cka_id)), public_key
        )
        conductor.finish(
            op,
            replace(outcome_of(intent), crl=crl_leaf(crl, wanted.key, made.public_key)),
            actor,
            crl_blobs(conductor, wanted.crl, crl, issuers),
        )


def _order(conductor: Conductor, wanted: CrlParameters) -> CrlOrder:
    """Give the order for the list of a step.

    Raises:
        RefusedError: ``CONDUCT-CRL-02``: its key or what it revokes has no certificate.
    """
    state, today = conductor.state, conductor.clock.now().wall.date()
    name = certificate_of_key(state, wanted.key)
    try:
        revoked = revocations(wanted.revoked, state, today)
        issuer = certificate_named(conductor, name)
    except KeyError as missing:
        raise RefusedError(
            "CONDUCT-CRL-02",
            f"The list {wanted.crl} cannot be made: a certificate that it needs does "
            "not exist yet.",
            meaning="Nothing was signed.",
            remedy="Carry out the steps that make the certificates first.",
        ) from missing
    thing = conductor.script.thing(wanted.crl)
    return CrlOrder(
        profile=crl_profile(conductor.script, thing.profile),
        issuer=issuer,
        number=wanted.number,
        this_update=today,
        revoked=revoked,
        waivers=waivers_on(conductor.script.waivers, wanted.crl, today),
    )
