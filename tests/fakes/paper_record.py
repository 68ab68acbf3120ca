"""A record of any size, for the pages alone: its signatures prove nothing.

:func:`paper_record` folds facts straight from values, so that a test can ask for
twelve people, six keys and two hundred steps, or put a hostile text wherever a person
could have typed one. What the pages print must come from these facts.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from ceremony import canonical
from ceremony.clock import Instant
from ceremony.engine import facts as told
from ceremony.engine.fact_codec import encode_fact
from ceremony.engine.fold import fold
from ceremony.engine.state import Recorded, State
from ceremony.identifiers import (
    CeremonyId,
    OperationId,
    Origin,
    PersonId,
    Role,
)
from ceremony.journal.checkpoint import Checkpoint, encode_checkpoint
from ceremony.journal.event import Actor, Blob, Event, StepRef
from ceremony.pack.record import Record
from ceremony.people.attestation import (
    Envelope,
    Level,
    Meaning,
    Statement,
    encode_envelope,
    encode_statement,
    presented_digest,
)
from ceremony.people.roster import Seat
from ceremony.script import model
from tests.fakes.paper_script import ROLES, Paper, digest, paper_script

START: Final = datetime(2026, 11, 19, 9, 58, tzinfo=UTC)
ORIGIN: Final = Origin("paper.example/rehearsal")


def paper_record(paper: Paper | None = None) -> Record:
    """Make the record up."""
    return _Writer(paper or Paper()).write()


class _Writer:
    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.script = paper.script(paper_script(paper))
        self.state = State(self.script)
        self.facts: list[Recorded] = []
        self.files: dict[str, bytes] = dict(paper.files)
        self.seats = _seats(paper)

    def add(
        self,
        fact: told.Fact,
        *,
        actor: PersonId | None = None,
        op: OperationId | None = None,
        blob: tuple[str, bytes] | None = None,
        in_step: bool = True,
    ) -> None:
        fact = self.paper.change(fact)
        blobs: tuple[Blob, ...] = ()
        if blob is not None:
            name, raw = blob
            self.files[name] = raw
            blobs = (Blob(name, canonical.digest(raw), len(raw)),)
        step = self.state.step if in_step else None
        number = len(self.facts)
        passed = timedelta(seconds=self.paper.pace * number)
        event = Event(
            log=ORIGIN,
            ceremony=CeremonyId("KC-2026-014-R1"),
            seq=number,
            cseq=number,
            prev=digest(f"leaf {number}"),
            script=self.script.digest,
            t=Instant(START + passed, number, "boot"),
            type=fact.type,
            data=encode_fact(fact),
            op=op,
            step=StepRef(step.id, digest(step.text)) if step else None,
            actor=self._actor(actor),
            blobs=blobs,
        )
        self.state = fold(self.state, event, fact)
        self.facts.append(Recorded(event, fact))

    def _actor(self, person: PersonId | None) -> Actor | None:
        seat = next((seat for seat in self.seats if seat.person == person), None)
        return Actor(seat.person, seat.role) if seat else None

    def head(self) -> told.Head:
        return told.Head(len(self.facts), digest(f"root {len(self.facts)}"))

    def write(self) -> Record:
        self.add(_opened(self.paper, self.script, self.seats), in_step=False)
        opening = self.head()
        for seat in self.seats:
            self._attest(seat, "sign-in", opening)
        while (step := self.state.step) is not None and step.verb != "sign-out":
            self._step(step)
        for fact in self.paper.extra:
            self.add(fact)
        closing = self.head()
        for seat in self.seats:
            self._attest(seat, "sign-out", closing)
        if self.paper.closed:
            checks = tuple(
                told.CheckResult(str(number), "passed") for number in range(2, 13)
            )
            verified = told.RecordVerified(
                "VERIFIED WITH REMARKS", checks, ("Levels were waived.",), closing
            )
            self.add(verified, in_step=False)
            closed = told.CeremonyClosed(1, "full", self.paper.paper)
            self.add(closed, in_step=False)
        note = encode_checkpoint(
            Checkpoint(ORIGIN, len(self.facts), digest("the final root"))
        )
        self.files["checkpoint"] = note + "\n— paper.example AAAAAAAA\n".encode()
        names = {
            seat.person: self.paper.names[number]
            if number < len(self.paper.names)
            else f"Person {number + 1} Example"
            for number, seat in enumerate(self.seats)
        }
        organisations = {seat.person: "Example Ltd" for seat in self.seats}
        return Record(self.files, tuple(self.facts), self.state, names, organisations)

    def _attest(self, seat: Seat, turn: str, head: told.Head) -> None:
        step = self.state.step
        assert step is not None
        text = f"I was present. {turn} of {seat.person}."
        number = sum(name.startswith("attestation") for name in self.files) + 1
        meaning = Meaning.PERFORMED if turn == "sign-out" else Meaning.OBSERVED
        statement = Statement(
            log=ORIGIN,
            ceremony=CeremonyId("KC-2026-014-R1"),
            step=step.id,
            person=seat.person,
            role=seat.role,
            meaning=meaning,
            text=text,
            size=head.size,
            root=head.root,
            nonce=digest(f"{turn}{seat.person}")[:32],
            clock_reading="10:01",
        )
        envelope = Envelope(encode_statement(statement), seat.key, b"signature")
        self.add(
            told.Attested(
                turn=turn,
                meaning=meaning,
                level=Level.A1,
                statement=presented_digest(text),
                head=head,
                nonce=statement.nonce,
                clock_reading="10:01",
                key=seat.key,
                waived=True,
            ),
            actor=seat.person,
            blob=(f"attestation-{number:04d}.dsse.json", encode_envelope(envelope)),
        )
        self.add(told.StepClosed((), told.Input.TYPED))

    def _step(self, step: model.Step) -> None:
        if step.verb == "key.generate":
            self._key(str(step.parameters["key"]))
        elif step.verb == "certificate.self-sign":
            self._certificate(str(step.parameters["certificate"]))
        number = int(step.id.split(".")[1])
        if step.verb == "confirm" and number <= self.paper.deviations:
            self._deviation(number)
        witness = self.seats[2]
        initial = told.Initial(witness.person, witness.role, witness.initials)
        self.add(told.StepClosed((initial,), told.Input.TYPED), actor=witness.person)

    def _deviation(self, number: int) -> None:
        severity = list(told.Severity)[number % 3]
        name = f"D-{number:02d}"
        self.add(
            told.DeviationRecorded(
                name, severity, "reported", f"Expected {number}.", f"Found {number}."
            )
        )
        by = tuple(
            told.Initial(seat.person, seat.role, seat.initials)
            for seat in self.seats[1:3]
        )
        self.add(told.DeviationClosed(name, f"Decided {number}.", by))

    def _key(self, name: str) -> None:
        token = f"token-{name}"
        op = OperationId(digest(name)[:32])
        intent = told.Intent(
            "key.generate", token, f"S-{name}", name, name, "P-256",
            (told.Asked("CKA_SENSITIVE", "true"),),
        )  # fmt: skip
        self.add(intent, op=op)
        made = told.KeyMade(
            label=name,
            cka_id=op,
            algorithm="P-256",
            size=256,
            mechanism="CKM_EC_KEY_PAIR_GEN",
            public_key=digest(f"spki {name}"),
            key_identifier=digest(f"ski {name}")[:16],
            attributes=(
                told.AttributeFound("CKA_SENSITIVE", "true", "true", passed=True),
                told.AttributeFound(
                    "CKF_HW_SLOT", "true", "false", passed=False, waived=True
                ),
            ),
        )
        taken = told.InventoryTaken(
            digest("inventory"),
            2,
            added=(told.FoundObject("private-key", name, op),),
        )
        self.add(
            told.Outcome(
                "key.generate", token, f"S-{name}", told.Result.DONE, name, taken, made
            ),
            op=op,
        )

    def _certificate(self, name: str) -> None:
        key = name.removesuffix("-certificate")
        tbs = digest(f"tbs {name}")
        op = OperationId(digest(f"issue {name}")[:32])
        self.add(told.Linted("before-signing", "profile", key, 19, (), tbs))
        self.add(
            told.Intent("certificate.self-sign", f"token-{key}", "S", name, tbs=tbs),
            op=op,
        )
        made = told.CertificateMade(
            digest=digest(name),
            tbs=tbs,
            serial=digest(f"serial {name}")[:32],
            subject=f"CN={key}",
            issuer=f"CN={key}",
            issuer_thing=key,
            not_before="2026-11-19T00:00:00Z",
            not_after="2076-11-18T23:59:59Z",
            public_key=digest(f"spki {key}"),
            key_identifier=digest(f"ski {key}")[:16],
        )
        outcome = told.Outcome(
            "certificate.self-sign", f"token-{key}", "S", told.Result.DONE, name,
            certificate=made,
        )  # fmt: skip
        self.add(outcome, op=op)


def _seats(paper: Paper) -> tuple[Seat, ...]:
    return tuple(
        Seat(
            person=PersonId(f"p-{number:02d}"),
            role=Role(ROLES[min(number, 4)][0]),
            kind=ROLES[min(number, 4)][1],
            name=digest(f"name {number}"),
            initials=f"P{number}",
            certificate=digest(f"certificate {number}"),
            key=digest(f"key {number}"),
            token=f"T{number}",
        )
        for number in range(paper.people)
    )


def _opened(paper: Paper, script: model.Script, seats: tuple[Seat, ...]) -> told.Opened:
    return told.Opened(
        mode=paper.mode,
        title=script.title,
        purpose=script.purpose,
        place=script.place,
        script_id=script.id,
        script_version=script.version,
        binding=digest("binding"),
        site_policy=digest("site policy"),
        room_policy=digest("room policy"),
        trust_policy=digest("trust policy"),
        environment=digest("environment"),
        log_key=digest("log key"),
        seal_certificate=digest("seal"),
        evidence_ca=digest("ca"),
        seats=seats,
        tokens=tuple(
            told.BoundToken(
                thing.name, f"S-{thing.name}", thing.title, digest("module"),
                software=True, vendor="SoftHSM project", model="SoftHSM v2",
                firmware="2.6",
            )
            for thing in script.things
            if thing.kind is model.ThingKind.TOKEN
        ),
        tool_version="0",
        tool_digest=digest("tool"),
        input=told.Input.TYPED,
    )  # fmt: skip
