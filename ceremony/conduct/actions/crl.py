"""Revocation lists: linted first, then exactly those bytes are signed."""

from __future__ import annotations

from dataclasses import replace

from ceremony import canonical
from ceremony.conduct.actions.device import operation, outcome_of
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
from ceremony.identifiers import Mode, OperationId
from ceremony.pack.crl_leaf import crl_leaf
from ceremony.pki.certificate import name_text
from ceremony.pki.crl_linted import issue_crl, lint_crl
from ceremony.pki.crl_order import CrlOrder
from ceremony.pki.script_profile import crl_profile
from ceremony.register.projection import project
from ceremony.register.used_number import Issuer, last_number, listed_since
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
    _verify_last(conductor, wanted, name_text(order.issuer.subject))
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


def _verify_last(conductor: Conductor, wanted: CrlParameters, issuer: str) -> None:
    """Insist that the list is its issuer's next, by all that the site's journal knows.

    Raises:
        RefusedError: ``CONDUCT-CRL-01``: its number is not above every one;
            ``CONDUCT-CRL-05``: another ceremony has signed one since this one was
            opened. The device is not asked.
    """
    journal, opened = conductor.log.journal, conductor.state.opened
    events = (
        event for ceremony in journal.ceremonies() for event in journal.events(ceremony)
    )
    tables = project(sorted(events, key=lambda event: event.seq))
    who = Issuer(
        issuer,
        conductor.state.keys[wanted.key].public_key,
        live=opened is not None and opened.mode is Mode.LIVE,
    )
    last = last_number(tables, who)
    if wanted.number <= last:
        raise RefusedError(
            "CONDUCT-CRL-01",
            f"The list {wanted.crl} has the number {wanted.number}, and the journal "
            f"knows one of {issuer} with the number {last}.",
            meaning="Nothing was signed: whoever has the other list would not take "
            "this one for the newer.",
            remedy="Give a number above it in the script and have it approved again.",
        )
    begun = conductor.facts[0].event.seq
    other = listed_since(tables, who, conductor.ceremony, begun)
    if other:
        raise RefusedError(
            "CONDUCT-CRL-05",
            f"{other} has signed a list of {issuer} since this ceremony was opened: "
            f"the list {wanted.crl} knows nothing of what that one revokes.",
            meaning="Nothing was signed: this list would be taken for the newer, and "
            "what the other one revokes would be good again.",
            remedy="Abandon this ceremony. Have the script name what that list revokes "
            "and approved again, and open another.",
        )
