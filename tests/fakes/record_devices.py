"""How the made-up ceremony's devices answer: intents, outcomes, inventories, lint."""

from __future__ import annotations

from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony import canonical
from ceremony.canonical import Json
from ceremony.engine.facts import (
    Asked,
    AttributeFound,
    CertificateMade,
    FoundObject,
    Intent,
    InventoryTaken,
    KeyMade,
    Outcome,
    RequestMade,
    Result,
)
from ceremony.identifiers import OperationId, PersonId
from ceremony.pack.inventory_file import ListedObject, encode_listing
from ceremony.pack.lint_leaf import lint_leaf
from ceremony.pki.certificate import encode_spki, fingerprint, key_identifier, name_text
from ceremony.pki.finding import LintReport
from ceremony.pki.linted import LintedTbs, issue, lint_order, lint_tbs
from ceremony.pki.naming import subject_name
from ceremony.pki.order import Order, serial_number
from ceremony.pki.output import certificate_output, request_output
from ceremony.pki.script_profile import certificate_profile
from ceremony.script.key_kind import demanded_of
from ceremony.script.model import Step, Thing, ThingKind
from ceremony.script.waiver import waivers_on
from tests.fakes.carried import carried_values
from tests.fakes.made_requests import plain_request
from tests.fakes.made_up_site import ATTRIBUTES, SoftwareKey
from tests.fakes.record_builder import START, RecordBuilder

TIME = "%Y-%m-%dT%H:%M:%SZ"

KINDS = ("private-key", "public-key")


def performer(builder: RecordBuilder, step: Step) -> PersonId:
    return builder.state.holders(step.by)[0].person


def begin(
    builder: RecordBuilder,
    step: Step,
    intent: Intent,
    contents: dict[str, bytes] | None = None,
) -> OperationId:
    """Record an intent, and give the operation's id."""
    op = OperationId(builder.random(16).hex())
    builder.record(intent, actor=performer(builder, step), op=op, contents=contents)
    builder.forgery.interrupted(builder, step, op)
    return op


def end(
    builder: RecordBuilder,
    step: Step,
    op: OperationId,
    outcome: Outcome,
    contents: dict[str, bytes],
) -> None:
    """Record an outcome and sign the journal as it is then."""
    actor = performer(builder, step)
    builder.record(outcome, actor=actor, op=op, contents=contents)
    builder.checkpoint()


def list_token(
    builder: RecordBuilder, token: str, op: str, gone: str = ""
) -> tuple[InventoryTaken, dict[str, bytes]]:
    """List a token: what the journal says is in it, and the key being made.

    Args:
        builder: The journal so far.
        token: The token's name.
        op: The operation that makes a key now; else empty.
        gone: The key that is destroyed now; else empty.
    """
    objects: list[tuple[str, str, str]] = []
    for name, cka_id in _made_in(builder, token).items():
        if name not in {*builder.state.destroyed, gone}:
            objects += [(kind, name, cka_id) for kind in _kinds(builder, name)]
    foreign = builder.state.foreign.get(token, ())
    objects += [(each.kind, each.label, each.cka_id) for each in foreign]
    before = builder.state.token(token).inventory
    if op:
        named = [getattr(known.fact, "thing", "") for known in builder.state.current]
        thing = named[-1] if named else "nobody's"
        objects += [(kind, thing, op) for kind in _kinds(builder, thing)]
    name = free_name(builder, f"inventory-{token}", ".json")
    raw = builder.forgery.inventory(name, encode_made_up_inventory(objects, builder))
    added = objects[before.count if before else 0 :]
    return (
        InventoryTaken(
            canonical.digest(raw),
            len(objects),
            tuple(FoundObject(*brief) for brief in added),
            builder.state.made[gone].objects if gone else (),
        ),
        {name: raw},
    )


def _made_in(builder: RecordBuilder, token: str) -> dict[str, str]:
    """Give label and id of every key in a token, in the order of their making."""
    made = {**builder.state.keys, **builder.state.secret_keys}
    named = (getattr(known.fact, "thing", "") for known in builder.facts)
    return {
        name: made[name].cka_id
        for name in (*named, *made)
        if name in made and builder.script.thing(name).token == token
    }


def _is_known(builder: RecordBuilder, name: str) -> bool:
    return any(thing.name == name for thing in builder.script.things)


def _kinds(builder: RecordBuilder, name: str) -> tuple[str, ...]:
    secret = (
        _is_known(builder, name) and builder.script.key_kind(name).algorithm.is_secret
    )
    return ("secret-key",) if secret else KINDS


def encode_made_up_inventory(
    objects: list[tuple[str, str, str]], builder: RecordBuilder | None = None
) -> bytes:
    """Write an inventory in which every key is as the site demands of its kind."""
    listed = []
    for kind, name, cka_id in objects:
        found: dict[str, str] = {}
        if kind != "public-key":
            found = dict(ATTRIBUTES)
            if builder is not None and _is_known(builder, name):
                found = demanded_of(builder.script.key_kind(name), ATTRIBUTES)
                if builder.script.thing(name).is_earlier:
                    made = builder.state.made[name].attributes
                    found = {each.name: each.found for each in made}
        told = sorted(each for each in found.items() if each[0].startswith("CKA_"))
        listed.append(ListedObject(FoundObject(kind, name, cka_id), tuple(told)))
    return encode_listing(tuple(listed))


def free_name(builder: RecordBuilder, stem: str, ending: str) -> str:
    """Give a flat name that no file has yet, as the conductor does."""
    name, number = f"{stem}{ending}", 2
    while name in builder.files:
        name, number = f"{stem}-{number}{ending}", number + 1
    return name


def work_on_token(builder: RecordBuilder, step: Step) -> None:
    token = str(step.parameters["token"])
    label = token if step.verb == "token.initialise" else ""
    op = begin(builder, step, Intent(step.verb, token, f"S-{token}", label=label))
    taken, contents = list_token(builder, token, "")
    outcome = Outcome(step.verb, token, f"S-{token}", Result.DONE, inventory=taken)
    end(builder, step, op, outcome, contents)


def log_in_or_out(builder: RecordBuilder, step: Step, verb: str = "") -> None:
    """Log in to the token that a step names, or out; ``verb`` where the step is other.

    Nothing is listed: neither changes what is in a token.
    """
    told = step.parameters
    token = str(told.get("token") or builder.script.thing(str(told["key"])).token)
    intent = Intent(verb or step.verb, token, f"S-{token}")
    op = begin(builder, step, intent)
    end(builder, step, op, Outcome(intent.verb, token, intent.serial, Result.DONE), {})


def record_lint(
    builder: RecordBuilder, step: Step, report: LintReport, stage: str, subject: str
) -> None:
    name = free_name(builder, f"lint-{subject}-{stage}", ".json")
    report = builder.forgery.lint(f"{subject} {stage}", report)
    builder.record(
        lint_leaf(report, stage, subject),
        actor=performer(builder, step),
        contents={name: canonical.encode(cast("Json", report.as_record()))},
    )


def _order(builder: RecordBuilder, thing: Thing, signer: str = "") -> Order:
    due = certificate_profile(builder.script, thing.profile)
    profile = builder.forgery.profile(due)
    above = signer or _root(builder)
    return Order(
        profile=profile,
        values=carried_values(builder, thing.given),
        issuer=None if profile.is_self_signed else certificate_of_key(builder, above),
        not_before=builder.forgery.first_day(thing.name, START.date()),
        serial=builder.forgery.serial(thing.name, serial_number(builder.random(16))),
        waivers=waivers_on(builder.script.waivers, thing.name, START.date()),
    )


def _root(builder: RecordBuilder) -> str:
    """Name the root's key: the first whose profile is one that signs itself."""
    return next(
        thing.name
        for thing in builder.script.things
        if thing.kind is ThingKind.KEY
        and thing.profile
        and certificate_profile(builder.script, thing.profile).is_self_signed
    )


def root_certificate(builder: RecordBuilder) -> x509.Certificate:
    """Give the certificate that the root's key made for itself."""
    return certificate_of_key(builder, _root(builder))


def certificate_of_key(builder: RecordBuilder, key: str) -> x509.Certificate:
    """Give the certificate that was made for a key."""
    raw = builder.files[f"certificate-{key}-certificate.pem"]
    return x509.load_pem_x509_certificate(raw)


def generate_key(builder: RecordBuilder, step: Step) -> None:
    name = str(step.parameters["key"])
    thing = builder.script.thing(name)
    certificate = builder.script.thing(f"{name}-certificate")
    report = lint_order(_order(builder, certificate))
    record_lint(builder, step, report, "before-key", certificate.name)
    demands = demanded_of(builder.script.key_kind(name), ATTRIBUTES)
    asked = tuple(Asked(key, value) for key, value in demands.items())
    serial = f"S-{thing.token}"
    op = begin(
        builder,
        step,
        Intent(
            step.verb,
            thing.token,
            serial,
            thing=name,
            label=name,
            algorithm="P-256",
            attributes=asked,
        ),
    )
    spki = encode_spki(SoftwareKey(name).public_key())
    taken, contents = list_token(builder, thing.token, op)
    made = KeyMade(
        label=name,
        cka_id=op,
        algorithm="P-256",
        size=256,
        mechanism="CKM_EC_KEY_PAIR_GEN",
        public_key=canonical.digest(spki),
        key_identifier=key_identifier(spki).hex(),
        attributes=tuple(
            AttributeFound(
                key,
                value,
                "false" if key == "CKF_HW_SLOT" else value,
                passed=key != "CKF_HW_SLOT",
                waived=key == "CKF_HW_SLOT",
            )
            for key, value in demands.items()
        ),
    )
    outcome = Outcome(
        step.verb,
        thing.token,
        serial,
        Result.DONE,
        thing=name,
        inventory=taken,
        key=made,
    )
    end(builder, step, op, outcome, {**contents, f"public-key-{name}.der": spki})


def make_a_request(builder: RecordBuilder, step: Step) -> None:
    key, request = str(step.parameters["key"]), str(step.parameters["request"])
    thing = builder.script.thing(key)
    op = begin(
        builder,
        step,
        Intent(
            step.verb,
            thing.token,
            f"S-{thing.token}",
            thing=request,
            algorithm="P-256",
        ),
    )
    profile = certificate_profile(builder.script, thing.profile)
    subject = subject_name(profile, thing.given)
    der = plain_request(subject, SoftwareKey(key))
    outcome = Outcome(
        step.verb,
        thing.token,
        f"S-{thing.token}",
        Result.DONE,
        thing=request,
        request=RequestMade(
            canonical.digest(der),
            name_text(subject),
            canonical.digest(encode_spki(SoftwareKey(key).public_key())),
        ),
    )
    output = request_output(request, x509.load_der_x509_csr(der))
    more = builder.forgery.output(output)
    end(builder, step, op, outcome, {f"request-{request}.csr": der, **more})


def issue_certificate(builder: RecordBuilder, step: Step, holder: str = "") -> None:
    """Certify a holder's key; by default the one that the certificate is called for."""
    signer_name, name = str(step.parameters["key"]), str(step.parameters["certificate"])
    thing = builder.script.thing(name)
    token = builder.script.thing(signer_name).token
    subject_key = SoftwareKey(holder or name.removesuffix("-certificate")).public_key()
    if "of" in step.parameters:
        subject_key = SoftwareKey(crossed_key(builder, step)).public_key()
    linted = lint_tbs(_order(builder, thing, signer_name), subject_key)
    if not isinstance(linted, LintedTbs):
        raise TypeError("the made-up order is not sound")
    record_lint(builder, step, linted.report, "before-signing", name)
    op = begin(
        builder,
        step,
        Intent(
            step.verb,
            token,
            f"S-{token}",
            thing=name,
            algorithm="ecdsa-with-SHA256",
            tbs=canonical.digest(linted.tbs),
        ),
    )
    signer = SoftwareKey(signer_name)
    issued = issue(linted, signer, signer.public_key())
    der = builder.forgery.certificate(name, issued.public_bytes(Encoding.DER))
    certificate = x509.load_der_x509_certificate(der)
    outcome = Outcome(
        step.verb,
        token,
        f"S-{token}",
        Result.DONE,
        thing=name,
        certificate=_made(certificate, signer_name, subject_key),
    )
    pem = certificate.public_bytes(Encoding.PEM)
    above = (
        []
        if signer_name == name.removesuffix("-certificate")
        else [root_certificate(builder)]
    )
    more = builder.forgery.output(certificate_output(name, certificate, above))
    end(builder, step, op, outcome, {f"certificate-{name}.pem": pem, **more})


def crossed_key(builder: RecordBuilder, step: Step) -> str:
    """Name the key of the certificate that a step cross-signs."""
    of = builder.state.certificates[str(step.parameters["of"])].public_key
    keys = builder.state.keys.items()
    return next(name for name, key in keys if key.public_key == of)


def _made(
    certificate: x509.Certificate, issuer: str, key: ec.EllipticCurvePublicKey
) -> CertificateMade:
    spki = encode_spki(key)
    return CertificateMade(
        digest=fingerprint(certificate),
        tbs=canonical.digest(certificate.tbs_certificate_bytes),
        serial=f"{certificate.serial_number:032x}",
        subject=name_text(certificate.subject),
        issuer=name_text(certificate.issuer),
        issuer_thing=issuer,
        not_before=certificate.not_valid_before_utc.strftime(TIME),
        not_after=certificate.not_valid_after_utc.strftime(TIME),
        public_key=canonical.digest(spki),
        key_identifier=key_identifier(spki).hex(),
    )
