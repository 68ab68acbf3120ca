"""Requests: linted first, then exactly those bytes are signed."""

from __future__ import annotations

from dataclasses import replace

from cryptography import x509

from ceremony import canonical
from ceremony.conduct.actions.device import operation, outcome_of
from ceremony.conduct.actions.lint import record_before_signing
from ceremony.conduct.actions.order import key_named, values_for
from ceremony.conduct.actions.output import request_blobs
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.engine.facts import Intent
from ceremony.engine.steps.csr import RequestParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.identifiers import OperationId
from ceremony.pack.request_leaf import request_leaf
from ceremony.pki.request_form import request_signature
from ceremony.pki.request_linted import lint_request, sign_request
from ceremony.pki.request_order import RequestOrder
from ceremony.pki.script_profile import certificate_profile
from ceremony.script.model import Step, Thing


def create(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Let a key sign a request for its own certificate."""
    wanted = read_parameters(RequestParameters, step.parameters)
    key = conductor.script.thing(wanted.key)
    actor = conductor.performer(step)
    bound = conductor.devices.bound(key.token)
    order = request_order(conductor, key)
    linted = record_before_signing(
        conductor,
        lint_request(order, key_named(conductor, wanted.key)),
        subject=wanted.request,
        actor=actor,
    )
    intent = Intent(
        step.verb,
        key.token,
        bound.serial,
        thing=wanted.request,
        algorithm=request_signature(order.profile).called,
        tbs=canonical.digest(linted.tbs),
    )
    made = conductor.state.keys[wanted.key]
    with (
        operation(conductor, intent, actor) as op,
        conductor.devices.session(key.token, inputs.pins.get("pin")) as session,
    ):
        signer = session.private_key(OperationId(made.cka_id))
        request = sign_request(linted, signer)
        conductor.finish(
            op,
            replace(outcome_of(intent), request=request_leaf(request)),
            actor,
            request_blobs(
                conductor, wanted.request, x509.load_der_x509_csr(request.der)
            ),
        )


def request_order(conductor: Conductor, key: Thing) -> RequestOrder:
    """Give what the request for a key's certificate asks for."""
    profile = certificate_profile(conductor.script, key.profile)
    return RequestOrder(profile, values_for(conductor, key))
