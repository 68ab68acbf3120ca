"""How the made-up ceremony's steps go: the facts that each verb leaves behind."""

from __future__ import annotations

from dataclasses import replace

from cryptography.hazmat.primitives.serialization import Encoding

from ceremony import canonical
from ceremony.engine.facts import (
    Attested,
    BoundToken,
    ClockRead,
    ClockReference,
    CustodyRecorded,
    DeviceHandled,
    DeviceQuorum,
    DeviceReading,
    Head,
    HoldAnswer,
    HoldAnswered,
    Initial,
    Input,
    Opened,
    Presented,
    Seen,
    StepClosed,
    ValueChecked,
    ValueRecorded,
    Zeroised,
)
from ceremony.engine.statement import sign_in_text, sign_out_text
from ceremony.engine.steps.check import right_words, value_of
from ceremony.engine.steps.custody import CustodyParameters
from ceremony.engine.steps.device import serial_of
from ceremony.engine.steps.hold import people_of
from ceremony.engine.steps.kind import read_parameters
from ceremony.engine.steps.manual import ManualParameters, listed_before
from ceremony.engine.steps.sign import seat_of
from ceremony.engine.zeroise import keys_in
from ceremony.identifiers import Mode, PersonId, Role, RoleKind
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
from ceremony.pki.certificate import encode_spki, fingerprint
from ceremony.script.model import Step, ThingKind
from tests.fakes.made_up_site import site_policy_toml
from tests.fakes.record_backup import (
    find_check_value,
    make_key,
    restore_key,
    wrap_key,
)
from tests.fakes.record_batch import answer, import_requests
from tests.fakes.record_builder import RecordBuilder
from tests.fakes.record_contingency import wrap_public_key
from tests.fakes.record_crl import issue_list
from tests.fakes.record_devices import (
    TIME,
    issue_certificate,
    log_in_or_out,
    performer,
    work_on_token,
)
from tests.fakes.record_key_acts import change_pin, destroy_key, prove_key
from tests.fakes.record_request import ask, lint_before_key
from tests.fakes.record_turns import Signing, sign_in_ink

MODULE = canonical.digest(b"a made-up module")


def open_ceremony(builder: RecordBuilder) -> None:
    """Record the opening with everything that it stands on."""
    site, script = builder.site, builder.script
    policy = encode_trust_policy(site.policy(script.digest))
    contents = {
        "script.yaml": builder.raw_script,
        "binding.json": b"{}",  # The builder gives it the one that fits.
        "site-policy.toml": builder.forgery.site_policy(site_policy_toml()),
        "room-policy.toml": b'name = "small"\n',
        "trust-policy.toml": policy,
        "environment.json": canonical.encode({"system": "made up"}),
        "certificate-evidence-ca.pem": site.ca.public_bytes(Encoding.PEM),
        "certificate-seal.pem": site.seal.public_bytes(Encoding.PEM),
        **builder.forgery.embedded(dict(builder.forgery.profiles)),
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
    known = state.dissent
    if known is not None:
        text += f" I do not agree: {known.recorded.reason}."
    meaning = Meaning("did-not-agree" if known is not None else step.meaning)
    watch = builder.forgery.watch or builder.now().wall.strftime("%H:%M")
    if builder.forgery.on_paper(f"{seat.person} {step.verb}"):
        sign_in_ink(builder, step, Signing(seat.person, text, meaning, head, watch))
        return
    statement = Statement(
        log=builder.site.origin,
        ceremony=ceremony,
        step=step.id,
        person=seat.person,
        role=Role(seat.role),
        meaning=meaning,
        text=text,
        size=head.size,
        root=head.root,
        nonce=builder.forgery.nonce or builder.random(16).hex(),
        clock_reading=watch,
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
        actor=performer(builder, step),
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
        actor=performer(builder, step),
    )


def _record(builder: RecordBuilder, step: Step) -> None:
    value = ValueRecorded("recording reference", "REC-1")
    builder.record(value, actor=performer(builder, step))


def _hold(builder: RecordBuilder, step: Step) -> None:
    answers = tuple(
        HoldAnswer(person, builder.state.seat(person).role, "ready")
        for person in people_of(step, builder.state)
    )
    builder.record(HoldAnswered(answers), actor=performer(builder, step))
    builder.checkpoint()


def _custody(builder: RecordBuilder, step: Step) -> None:
    told = read_parameters(CustodyParameters, step.parameters)
    builder.record(
        CustodyRecorded(
            thing=told.thing,
            action=told.action,
            bag="B-0042",
            contents=told.contents,
            giver=builder.state.holders(Role(told.giver))[0].person,
            taker=builder.state.holders(Role(told.taker))[0].person,
            storage=told.storage,
        ),
        actor=performer(builder, step),
    )


def _act_by_hand(builder: RecordBuilder, step: Step) -> None:
    told = read_parameters(ManualParameters, step.parameters)
    builder.record(
        DeviceHandled(
            device=told.device,
            performer=performer(builder, step),
            checker=builder.state.holders(Role(told.checker))[0].person,
            readings=tuple(
                DeviceReading(name, expected, expected, agrees=True)
                for name, expected in zip(told.readings, told.expected, strict=True)
            ),
            exhibit="console.jpg",
            exhibit_digest=canonical.digest(b"a made-up photograph"),
            before=listed_before(step, builder.state),
            quorum=_presented(builder, told),
            zeroised=_zeroised(builder, told),
        ),
        actor=performer(builder, step),
    )


def _zeroised(builder: RecordBuilder, told: ManualParameters) -> Zeroised | None:
    """Let the token that a step zeroises be found as one that was made blank."""
    if not told.zeroises:
        return None
    keys = keys_in(builder.state, told.device)
    serial = serial_of(builder.state, told.device)
    return Zeroised(serial, Seen.BLANK, keys)


def _presented(builder: RecordBuilder, told: ManualParameters) -> DeviceQuorum | None:
    """Let the first holders present as many credentials as are needed."""
    if not told.credentials:
        return None
    holders = builder.state.holders(Role(told.holders))
    pairs = zip(told.credentials[: told.need], holders, strict=False)
    presented = tuple(Presented(name, seat.person) for name, seat in pairs)
    return DeviceQuorum(told.need, len(told.credentials), presented)


def _make_key(builder: RecordBuilder, step: Step) -> None:
    lint_before_key(builder, step)
    make_key(builder, step)


ACTIONS = {
    "sign-in": _sign,
    "sign-out": _sign,
    "check": _check,
    "clock": _clock,
    "record": _record,
    "hold": _hold,
    "custody": _custody,
    "device.manual": _act_by_hand,
    "token.initialise": work_on_token,
    "token.inventory": work_on_token,
    "token.login": log_in_or_out,
    "token.logout": log_in_or_out,
    "key.generate": _make_key,
    "key.wrap": wrap_key,
    "key.wrap-public": wrap_public_key,
    "key.unwrap": restore_key,
    "key.check-value": find_check_value,
    "token.change-pin": change_pin,
    "key.prove": prove_key,
    "key.destroy": destroy_key,
    "csr.create": ask,
    "csr.import": import_requests,
    "certificate.self-sign": issue_certificate,
    "certificate.issue": answer,
    "certificate.cross-sign": issue_certificate,
    "crl.issue": issue_list,
}
