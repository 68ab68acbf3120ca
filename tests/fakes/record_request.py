"""How the made-up ceremony's keys ask for their certificates: linted, or as before."""

from __future__ import annotations

from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony import canonical
from ceremony.engine.facts import Intent, Outcome, RequestMade, Result
from ceremony.pki.certificate import encode_spki, name_text
from ceremony.pki.output import request_output
from ceremony.pki.request_linted import (
    LintedRequest,
    lint_request,
    lint_request_order,
    sign_request,
)
from ceremony.pki.request_order import RequestOrder
from ceremony.pki.script_profile import certificate_profile
from ceremony.script.model import Step
from tests.fakes.forgery import Forgery
from tests.fakes.made_up_site import SoftwareKey
from tests.fakes.record_batch import build_batch
from tests.fakes.record_builder import BuiltRecord, RecordBuilder
from tests.fakes.record_devices import begin, end, make_a_request, record_lint


def keep(order: RequestOrder) -> RequestOrder:
    """Leave what is asked for as it is, and lint it."""
    return order


def build_requests(**changes: Any) -> BuiltRecord:
    """Make the record whose requests were linted before they were signed."""
    return build_batch(Forgery(**{"request_order": keep, **changes}))


def ask(builder: RecordBuilder, step: Step) -> None:
    """Let a key ask, in the form that the forgery says."""
    if builder.forgery.request_order is None:
        make_a_request(builder, step)
    else:
        _ask_linted(builder, step)


def lint_before_key(builder: RecordBuilder, step: Step) -> None:
    """Record the lint of every request that the key which is made will sign."""
    key = step.parameters["key"]
    if builder.forgery.request_order is None:
        return
    for each in builder.script.steps:
        if each.verb == "csr.create" and each.parameters["key"] == key:
            report = lint_request_order(_order(builder, str(key)))
            name = str(each.parameters["request"])
            record_lint(builder, step, report, "before-key", name)


def _order(builder: RecordBuilder, key: str) -> RequestOrder:
    thing = builder.script.thing(key)
    order = RequestOrder(
        certificate_profile(builder.script, thing.profile), thing.given
    )
    change = builder.forgery.request_order
    return change(order) if change is not None else order


def _ask_linted(builder: RecordBuilder, step: Step) -> None:
    key, name = str(step.parameters["key"]), str(step.parameters["request"])
    token, signer = builder.script.thing(key).token, SoftwareKey(key)
    linted = lint_request(_order(builder, key), signer.public_key())
    if not isinstance(linted, LintedRequest):
        raise TypeError("the made-up order is not sound")
    record_lint(builder, step, linted.report, "before-signing", name)
    intent = Intent(
        step.verb,
        token,
        f"S-{token}",
        thing=name,
        algorithm="ecdsa-with-SHA256",
        tbs=canonical.digest(linted.tbs),
    )
    op = begin(builder, step, intent)
    der = builder.forgery.request(name, sign_request(linted, signer).der)
    request = x509.load_der_x509_csr(der)
    made = RequestMade(
        canonical.digest(der),
        name_text(request.subject),
        canonical.digest(encode_spki(signer.public_key())),
        canonical.digest(request.tbs_certrequest_bytes),
    )
    outcome = Outcome(
        step.verb, token, f"S-{token}", Result.DONE, thing=name, request=made
    )
    more = builder.forgery.output(request_output(name, request))
    blob = request.public_bytes(Encoding.DER)
    end(builder, step, op, outcome, {f"request-{name}.csr": blob, **more})
