"""Certificates: linted first, then exactly those bytes are signed."""

from __future__ import annotations

from dataclasses import replace

from ceremony import canonical
from ceremony.conduct.actions.asked import asked_of
from ceremony.conduct.actions.batch import issue_batch
from ceremony.conduct.actions.cross import key_to_cross
from ceremony.conduct.actions.device import operation, outcome_of
from ceremony.conduct.actions.lint import record_before_signing
from ceremony.conduct.actions.order import (
    certificate_named,
    certificate_of_issuer,
    key_named,
    order_for,
)
from ceremony.conduct.actions.output import certificate_blobs, certificates_of
from ceremony.conduct.actions.path import verify_path
from ceremony.conduct.actions.renewed import verify_still_answerable
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.conduct.revoked_issuer import verify_stands_since
from ceremony.engine.batch import is_set
from ceremony.engine.facts import Intent
from ceremony.engine.steps.certificate import (
    CrossSignParameters,
    IssueParameters,
    SelfSignParameters,
)
from ceremony.engine.steps.kind import read_parameters
from ceremony.identifiers import OperationId
from ceremony.pack.certificate_leaf import certificate_leaf
from ceremony.pack.path_leaf import path_leaf
from ceremony.pki.issuer_subject import (
    issuer_subjects,
    verify_asked_subjects,
    verify_subject,
)
from ceremony.pki.linted import issue as issue_linted
from ceremony.pki.linted import lint_tbs
from ceremony.pki.naming import subject_name
from ceremony.pki.order import Order
from ceremony.pki.request import verify_request, verify_request_subject
from ceremony.pki.request_form import allowed_signatures
from ceremony.pki.request_judgement import verify_asked_values
from ceremony.pki.script_profile import certificate_profile
from ceremony.pki.signature import VerifyingKey
from ceremony.script.model import Step


def self_sign(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Let a key sign the certificate for itself."""
    wanted = read_parameters(SelfSignParameters, step.parameters)
    order = order_for(conductor, conductor.script.thing(wanted.certificate))
    _issue(
        conductor,
        step,
        inputs,
        order=order,
        subject_key=key_named(conductor, wanted.key),
    )


def issue(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Answer a request, or a set of them, with what another key signs.

    Raises:
        RefusedError: ``ENGINE-ISSUE-04``: another ceremony has revoked the issuer since
            this one was opened; ``CONDUCT-RENEW-02``, ``-03`` or ``CONDUCT-IMPORT-03``:
            another has certified its subject, or a list has revoked what it renews,
            since the request was taken in; ``PKI-SUBJECT-01``: it asks for the name of
            the CA that answers it, or of one above.
    """
    wanted = read_parameters(IssueParameters, step.parameters)
    _verify_issuer(conductor, step, wanted.key)
    verify_still_answerable(conductor, step, wanted.request)
    issuers = issuer_subjects(certificates_of(conductor, wanted.key))
    if is_set(conductor.script, wanted.request):
        # What an earlier version of this tool has judged it did not ask about.
        verify_asked_subjects(asked_of(conductor, wanted.request), issuers)
        issue_batch(conductor, step, wanted, inputs)
        return
    thing = conductor.script.thing(wanted.certificate)
    profile = certificate_profile(conductor.script, thing.profile)
    asked = conductor.log.journal.blob(conductor.state.requests[wanted.request].digest)
    is_imported = bool(conductor.script.thing(wanted.request).profile)
    allowed = allowed_signatures(profile) if is_imported else ()
    request = verify_request(asked, profile.key, allowed)
    subject = subject_name(profile, thing.given)
    verify_request_subject(request, subject)
    verify_subject(subject, issuers)
    if is_imported:
        verify_asked_values(asked, profile, thing.given)
    order = order_for(conductor, thing, certificate_of_issuer(conductor, wanted.key))
    _issue(conductor, step, inputs, order=order, subject_key=request.public_key)


def cross_sign(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Certify the key and name of a CA that has a certificate already.

    Raises:
        RefusedError: ``ENGINE-ISSUE-04``, as of :func:`issue`.
    """
    wanted = read_parameters(CrossSignParameters, step.parameters)
    _verify_issuer(conductor, step, wanted.key)
    thing = conductor.script.thing(wanted.certificate)
    order = order_for(conductor, thing, certificate_of_issuer(conductor, wanted.key))
    subject_key = key_to_cross(certificate_named(conductor, wanted.of), order)
    _issue(conductor, step, inputs, order=order, subject_key=subject_key)


def _verify_issuer(conductor: Conductor, step: Step, key: str) -> None:
    """Insist that nobody has revoked an issuer since the ceremony was opened.

    What this ceremony knows itself the engine asks.
    """
    begun = conductor.facts[0].event.seq
    since = (
        act
        for act in conductor.log.history.acts
        if act.event.seq > begun and act.event.ceremony != conductor.ceremony
    )
    verify_stands_since(step, conductor.state, key, since)


def _issue(
    conductor: Conductor,
    step: Step,
    inputs: Inputs,
    *,
    order: Order,
    subject_key: VerifyingKey,
) -> None:
    issuer_name = str(step.parameters["key"])
    name = str(step.parameters["certificate"])
    token = conductor.script.thing(issuer_name).token
    actor = conductor.performer(step)
    bound = conductor.devices.bound(token)
    above = () if order.issuer is None else certificates_of(conductor, issuer_name)
    linted = record_before_signing(
        conductor, lint_tbs(order, subject_key), subject=name, actor=actor
    )
    verify_path(linted, above)
    intent = Intent(
        step.verb,
        token,
        bound.serial,
        thing=name,
        algorithm=order.profile.signature.called,
        tbs=canonical.digest(linted.tbs),
    )
    with (
        operation(conductor, intent, actor) as op,
        conductor.devices.session(token, inputs.pins.get("pin")) as session,
    ):
        certificate = issue_linted(
            linted,
            session.private_key(OperationId(conductor.state.keys[issuer_name].cka_id)),
            key_named(conductor, issuer_name),
        )
        path = path_leaf((certificate, *above))
        made = certificate_leaf(certificate, issuer_name)
        conductor.finish(
            op,
            replace(outcome_of(intent), certificate=made, path=path),
            actor,
            certificate_blobs(conductor, name, certificate, above),
        )
