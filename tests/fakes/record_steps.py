"""How the made-up ceremony's steps go: the facts that each verb leaves behind."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony import canonical
from ceremony.canonical import Json
from ceremony.engine.facts import (
    Asked,
    Attested,
    AttributeFound,
    BoundToken,
    CertificateMade,
    ClockRead,
    ClockReference,
    CustodyRecorded,
    FoundObject,
    Head,
    HoldAnswer,
    HoldAnswered,
    Initial,
    Input,
    Intent,
    InventoryTaken,
    KeyMade,
    Linted,
    LintFinding,
    Opened,
    Outcome,
    RequestMade,
    Result,
    StepClosed,
    ValueChecked,
    ValueRecorded,
)
from ceremony.engine.statement import sign_in_text, sign_out_text
from ceremony.engine.steps.check import right_words, value_of
from ceremony.engine.steps.hold import people_of
from ceremony.engine.steps.sign import seat_of
from ceremony.identifiers import Mode, OperationId, PersonId, Role, RoleKind
from ceremony.pack.inventory_file import ListedObject, encode_listing
from ceremony.pack.policy_file import encode_trust_policy
from ceremony.people.attestation import (
    Envelope,
    Level,
    Meaning,
    Statement,
    encode_envelope,
    encode_statement,
    pre_authentication_encoding,
    presented_digest,
)
from ceremony.pki.certificate import encode_spki, fingerprint, key_identifier, name_text
from ceremony.pki.finding import LintReport
from ceremony.pki.linted import LintedTbs, issue, lint_order, lint_tbs
from ceremony.pki.order import Order, serial_number, subject_name
from ceremony.pki.profile import load_builtin_profile
from ceremony.pki.request import make_request
from ceremony.script.model import Step, Thing, ThingKind
from tests.fakes.made_up_site import ATTRIBUTES, SoftwareKey, site_policy_toml
from tests.fakes.record_builder import START, RecordBuilder

MODULE = canonical.digest(b"a made-up module")
TIME = "%Y-%m-%dT%H:%M:%SZ"


def open_ceremony(builder: RecordBuilder) -> None:
    """Record the opening with everything that it stands on."""
    site, script = builder.site, builder.script
    policy = encode_trust_policy(site.policy(script.digest))
    contents = {
        "script.yaml": builder.raw_script,
        "binding.json": canonical.encode(
            {"origin": site.origin, "evidence": {"log_key": site.log_vkey}}
        ),
        "site-policy.toml": site_policy_toml(),
        "room-policy.toml": b'name = "small"\n',
        "trust-policy.toml": policy,
        "environment.json": canonical.encode({"system": "made up"}),
        "certificate-evidence-ca.pem": site.ca.public_bytes(Encoding.PEM),
        "certificate-seal.pem": site.seal.public_bytes(Encoding.PEM),
    }
    for person in site.people:
        pem = person.certificate.public_bytes(Encoding.PEM)
        contents[f"certificate-person-{person.id}.pem"] = pem
    digests = {name: canonical.digest(content) for name, content in contents.items()}
    tokens = [t.name for t in script.things if t.kind is ThingKind.TOKEN]
    opened = Opened(
        mode=Mode.REHEARSAL,
        title=script.title,
        purpose=script.purpose,
        place=script.place,
        script_id=script.id,
        script_version=script.version,
        binding=digests["binding.json"],
        site_policy=digests["site-policy.toml"],
        room_policy=digests["room-policy.toml"],
        trust_policy=digests["trust-policy.toml"],
        environment=digests["environment.json"],
        log_key=canonical.digest(encode_spki(site.log_key.public_key())),
        seal_certificate=fingerprint(site.seal),
        evidence_ca=fingerprint(site.ca),
        seats=tuple(person.seat for person in site.people),
        tokens=tuple(
            BoundToken(
                name,
                f"S-{name}",
                name,
                MODULE,
                software=True,
                vendor="SoftHSM project",
                model="SoftHSM v2",
                firmware="2.6",
            )
            for name in tokens
        ),
        tool_version="0",
        tool_digest=canonical.digest(b"a made-up tool"),
        input=Input.TYPED,
        previous=builder.head(),
    )
    builder.record(opened, contents=contents, in_step=False)
    builder.checkpoint()


def carry_out(builder: RecordBuilder) -> bool:
    """Carry out the steps; tell whether all of them were."""
    while (step := builder.state.step) is not None:
        builder.forgery.before(builder, step)
        if builder.state.abandoned is not None:
            return False
        ACTIONS.get(step.verb, _nothing)(builder, step)
        roles = [(role, builder.state.holders(role)[0]) for role in step.initials]
        initials = tuple(Initial(s.person, role, s.initials) for role, s in roles)
        closer = initials[0].person if initials else None
        before = builder.state.position
        builder.record(StepClosed(initials, Input.TYPED), actor=closer)
        if builder.state.position == before:
            # The closing was left out: the liar goes on with the next step.
            builder.state = replace(
                builder.state, position=builder.state.position + 1, current=()
            )
        if step.id == builder.forgery.stop_after:
            return False
    return True


def _nothing(builder: RecordBuilder, step: Step) -> None:
    """Leave the initials as the only record."""


def _performer(builder: RecordBuilder, step: Step) -> PersonId:
    return builder.state.holders(step.by)[0].person


def _sign(builder: RecordBuilder, step: Step) -> None:
    state = builder.state
    seat = seat_of(step, state)
    person = builder.site.person(seat.person)
    ceremony = builder.forgery.ceremony
    if step.verb == "sign-in":
        text = sign_in_text(state, ceremony, seat.person)
        head = state.opening or builder.checkpoint()
    else:
        acted = seat.kind is RoleKind.CONTROL
        text = sign_out_text(state, builder.facts, seat.person, acted=acted)
        head = state.closing or builder.checkpoint()
    statement = Statement(
        log=builder.site.origin,
        ceremony=ceremony,
        step=step.id,
        person=seat.person,
        role=Role(seat.role),
        meaning=Meaning(step.meaning),
        text=text,
        size=head.size,
        root=head.root,
        nonce=builder.forgery.nonce or builder.random(16).hex(),
        clock_reading=builder.now().wall.strftime("%H:%M"),
    )
    payload = encode_statement(statement)
    signature = person.sign(pre_authentication_encoding(payload))
    envelope = encode_envelope(Envelope(payload, seat.key, signature))
    number = 1 + sum(isinstance(known.fact, Attested) for known in builder.facts)
    name = f"attestation-{number:04d}.dsse.json"
    minimum = builder.site.policy(builder.script.digest).minimum_level(seat.role)
    builder.record(
        Attested(
            turn=step.verb,
            meaning=statement.meaning,
            level=Level.A1,
            statement=presented_digest(text),
            head=Head(statement.size, statement.root),
            nonce=statement.nonce,
            clock_reading=statement.clock_reading,
            key=seat.key,
            waived=minimum > Level.A1,
        ),
        actor=seat.person,
        contents={
            name: builder.forgery.envelope(f"{seat.person} {step.verb}", envelope)
        },
    )
    if person.cosigner and builder.forgery.cosigns(step.verb, person):
        builder.cosign(head, person)


def _check(builder: RecordBuilder, step: Step) -> None:
    state = builder.state
    words = right_words(step, state)
    builder.record(
        ValueChecked(
            subject=str(step.parameters.get("subject", "")),
            what=str(step.parameters["what"]),
            source="projector",
            value=value_of(step, state),
            typed=words,
            reader=PersonId("c-01"),
            typist=PersonId("w-01"),
            attempts=(1,) * (len(words) // 4),
            equal=True,
        ),
        actor=_performer(builder, step),
    )


def _clock(builder: RecordBuilder, step: Step) -> None:
    now = builder.now().wall
    names = ("radio clock", "watch")
    readers = (PersonId("s-01"), PersonId("x-01"))
    builder.record(
        ClockRead(
            tuple(
                ClockReference(name, reader, now.strftime(TIME), 0)
                for name, reader in zip(names, readers, strict=True)
            ),
            60_000,
        ),
        actor=_performer(builder, step),
    )


def _record(builder: RecordBuilder, step: Step) -> None:
    value = ValueRecorded("recording reference", "REC-1")
    builder.record(value, actor=_performer(builder, step))


def _hold(builder: RecordBuilder, step: Step) -> None:
    answers = tuple(
        HoldAnswer(person, builder.state.seat(person).role, "ready")
        for person in people_of(step, builder.state)
    )
    builder.record(HoldAnswered(answers), actor=_performer(builder, step))
    builder.checkpoint()


def _custody(builder: RecordBuilder, step: Step) -> None:
    builder.record(
        CustodyRecorded(
            thing="bag-out",
            action="sealed",
            bag="B-0042",
            contents=("root-hsm", "issuing-hsm"),
            giver=PersonId("a-01"),
            taker=PersonId("s-01"),
            storage=str(step.parameters["storage"]),
        ),
        actor=_performer(builder, step),
    )


def _intent(builder: RecordBuilder, step: Step, intent: Intent) -> OperationId:
    op = OperationId(builder.random(16).hex())
    builder.record(intent, actor=_performer(builder, step), op=op)
    builder.forgery.interrupted(builder, step, op)
    return op


def _outcome(
    builder: RecordBuilder,
    step: Step,
    op: OperationId,
    outcome: Outcome,
    contents: dict[str, bytes],
) -> None:
    actor = _performer(builder, step)
    builder.record(outcome, actor=actor, op=op, contents=contents)
    builder.checkpoint()


def list_token(
    builder: RecordBuilder, token: str, op: str
) -> tuple[InventoryTaken, dict[str, bytes]]:
    """List a token: what the journal says is in it, and the key being made."""
    objects: list[tuple[str, str, str]] = []
    for name, key in builder.state.keys.items():
        if builder.script.thing(name).token == token:
            objects += [(kind, name, key.cka_id) for kind in KINDS]
    before = builder.state.token(token).inventory
    if op:
        named = [getattr(known.fact, "thing", "") for known in builder.state.current]
        thing = named[-1] if named else "nobody's"
        objects += [(kind, thing, op) for kind in KINDS]
    name = free_name(builder, f"inventory-{token}", ".json")
    raw = builder.forgery.inventory(name, encode_made_up_inventory(objects))
    added = objects[before.count if before else 0 :]
    return (
        InventoryTaken(
            canonical.digest(raw),
            len(objects),
            tuple(FoundObject(*brief) for brief in added),
        ),
        {name: raw},
    )


KINDS = ("private-key", "public-key")


def encode_made_up_inventory(objects: list[tuple[str, str, str]]) -> bytes:
    """Write an inventory in which every private key is as the site demands."""
    attributes = sorted(
        (name, value) for name, value in ATTRIBUTES.items() if name.startswith("CKA_")
    )
    return encode_listing(
        tuple(
            ListedObject(
                FoundObject(*brief),
                tuple(attributes) if brief[0] == "private-key" else (),
            )
            for brief in objects
        )
    )


def free_name(builder: RecordBuilder, stem: str, ending: str) -> str:
    """Give a flat name that no file has yet, as the conductor does."""
    name, number = f"{stem}{ending}", 2
    while name in builder.files:
        name, number = f"{stem}-{number}{ending}", number + 1
    return name


def _token(builder: RecordBuilder, step: Step) -> None:
    token = str(step.parameters["token"])
    label = token if step.verb == "token.initialise" else ""
    op = _intent(builder, step, Intent(step.verb, token, f"S-{token}", label=label))
    taken, contents = list_token(builder, token, "")
    outcome = Outcome(step.verb, token, f"S-{token}", Result.DONE, inventory=taken)
    _outcome(builder, step, op, outcome, contents)


def _lint(
    builder: RecordBuilder, step: Step, report: LintReport, stage: str, subject: str
) -> None:
    name = free_name(builder, f"lint-{subject}-{stage}", ".json")
    builder.record(
        Linted(
            stage=stage,
            profile=report.profile,
            subject=subject,
            rule_count=report.rule_count,
            findings=tuple(
                LintFinding(found.rule, found.severity.value, found.message)
                for found in report.findings
            ),
            tbs=report.tbs_digest,
        ),
        actor=_performer(builder, step),
        contents={name: canonical.encode(cast("Json", report.as_record()))},
    )


def _order(builder: RecordBuilder, thing: Thing) -> Order:
    profile = load_builtin_profile(thing.profile)
    return Order(
        profile=profile,
        common_name=thing.common_name,
        issuer=None if profile.is_self_signed else root_certificate(builder),
        not_before=START.date(),
        serial=serial_number(builder.random(16)),
    )


def root_certificate(builder: RecordBuilder) -> x509.Certificate:
    """Give the certificate that the Root OCA made for itself."""
    raw = builder.files["certificate-root-oca-certificate.pem"]
    return x509.load_pem_x509_certificate(raw)


def _generate(builder: RecordBuilder, step: Step) -> None:
    name = str(step.parameters["key"])
    thing = builder.script.thing(name)
    certificate = builder.script.thing(f"{name}-certificate")
    report = lint_order(_order(builder, certificate))
    _lint(builder, step, report, "before-key", certificate.name)
    asked = tuple(Asked(key, value) for key, value in ATTRIBUTES.items())
    serial = f"S-{thing.token}"
    op = _intent(
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
            for key, value in ATTRIBUTES.items()
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
    _outcome(builder, step, op, outcome, {**contents, f"public-key-{name}.der": spki})


def _request(builder: RecordBuilder, step: Step) -> None:
    key, request = str(step.parameters["key"]), str(step.parameters["request"])
    thing = builder.script.thing(key)
    op = _intent(
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
    subject = subject_name(load_builtin_profile(thing.profile), thing.common_name)
    der = make_request(subject, SoftwareKey(key))
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
    _outcome(builder, step, op, outcome, {f"request-{request}.csr": der})


def _issue(builder: RecordBuilder, step: Step) -> None:
    signer_name, name = str(step.parameters["key"]), str(step.parameters["certificate"])
    thing = builder.script.thing(name)
    token = builder.script.thing(signer_name).token
    subject_key = SoftwareKey(name.removesuffix("-certificate")).public_key()
    linted = lint_tbs(_order(builder, thing), subject_key)
    if not isinstance(linted, LintedTbs):
        raise TypeError("the made-up order is not sound")
    _lint(builder, step, linted.report, "before-signing", name)
    op = _intent(
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
    _outcome(builder, step, op, outcome, {f"certificate-{name}.pem": pem})


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


ACTIONS = {
    "sign-in": _sign,
    "sign-out": _sign,
    "check": _check,
    "clock": _clock,
    "record": _record,
    "hold": _hold,
    "custody": _custody,
    "token.initialise": _token,
    "token.inventory": _token,
    "key.generate": _generate,
    "csr.create": _request,
    "certificate.self-sign": _issue,
    "certificate.issue": _issue,
}
