"""What a record on paper is made of: how big it is, and the script it follows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from ceremony import canonical
from ceremony.engine import facts as told
from ceremony.errors import Place
from ceremony.identifiers import Digest, Mode, Role, RoleKind, StepId
from ceremony.script import model

ROLES: Final = (
    ("administrator", RoleKind.CONTROL, "Ceremony administrator"),
    ("security-officer", RoleKind.CONTROL, "Security officer"),
    ("internal-witness", RoleKind.WITNESS, "Internal witness"),
    ("auditor", RoleKind.EXTERNAL, "Auditor"),
    ("custodian", RoleKind.CONTROL, "Key custodian"),
)


def digest(text: str) -> Digest:
    """Give a digest that stands for something."""
    return Digest(hashlib.sha256(text.encode()).hexdigest())


@dataclass(frozen=True)
class Paper:
    """What the record shall hold.

    Attributes:
        people: Five or more; those beyond four are custodians.
        keys: How many keys, each with a certificate and a token.
        steps: How many plain steps besides those that make the keys.
        deviations: How many deviations, each at a step of its own.
        pace: Seconds between two leaves.
        change: Changes a fact before it is recorded.
        script: Changes the script before anything begins.
        names: Names by place in the roster; others are made up.
    """

    people: int = 7
    keys: int = 2
    steps: int = 6
    deviations: int = 0
    pace: int = 19
    mode: Mode = Mode.REHEARSAL
    paper: str = "A4"
    closed: bool = True
    change: Callable[[told.Fact], told.Fact] = lambda fact: fact
    script: Callable[[model.Script], model.Script] = lambda script: script
    names: tuple[str, ...] = ()
    extra: tuple[told.Fact, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)


def _step(number: str, verb: str, text: str, **parameters: str | int) -> model.Step:
    return model.Step(
        id=StepId(number),
        verb=verb,
        text=text,
        by=Role("administrator"),
        initials=(Role("internal-witness"),),
        meaning="",
        expect="",
        say="",
        why="",
        irreversible=verb.startswith(("key", "certificate")),
        parameters=dict(parameters),
        place=Place("paper.yaml"),
    )


def _acts(paper: Paper) -> tuple[model.Act, ...]:
    turns = [
        (ROLES[min(number, 4)][0], max(number - 3, 1)) for number in range(paper.people)
    ]
    opening = [
        _step(f"1.{at}", "sign-in", f"Person {at} signs in.", role=role, seat=seat)
        for at, (role, seat) in enumerate(turns, start=1)
    ]
    plain = [
        _step(f"2.{at}", "confirm", f"The witness looks at number {at} and confirms.")
        for at in range(1, paper.steps + 1)
    ]
    keys = []
    for at in range(1, paper.keys + 1):
        keys.append(
            _step(f"3.{2 * at - 1}", "key.generate", f"Make {at}.", key=f"key-{at}")
        )
        keys.append(
            _step(
                f"3.{2 * at}",
                "certificate.self-sign",
                f"Sign {at}.",
                key=f"key-{at}",
                certificate=f"key-{at}-certificate",
            )
        )
    closing = [
        _step(f"4.{at}", "sign-out", f"Person {at} signs out.", role=role, seat=seat)
        for at, (role, seat) in enumerate(turns, start=1)
    ]
    return tuple(
        model.Act(
            id=str(number),
            title=f"Act number {number}",
            reader=Role("administrator"),
            purpose="To have an act.",
            minutes=30,
            steps=tuple(steps),
        )
        for number, steps in enumerate((opening, plain, keys, closing), start=1)
        if steps
    )


def paper_script(paper: Paper) -> model.Script:
    """Make the script up."""
    things: list[model.Thing] = []
    for at in range(1, paper.keys + 1):
        name = f"key-{at}"
        things += [
            model.Thing(f"token-{name}", model.ThingKind.TOKEN, f"Token {at}"),
            model.Thing(
                name, model.ThingKind.KEY, f"Key {at} of many", f"token-{name}"
            ),
            model.Thing(
                f"{name}-certificate", model.ThingKind.CERTIFICATE, f"Certificate {at}"
            ),
        ]
    raw = b"script: paper\n"
    return model.Script(
        digest=canonical.digest(raw),
        raw=raw,
        id="paper",
        version="1.0",
        title="A ceremony on paper",
        purpose="To be printed.",
        policies=(model.PolicyReference("A policy", "1", "A minute", "unverified"),),
        modes=(paper.mode,),
        parameters={},
        roles=tuple(
            model.RoleDemand(
                Role(role), kind, title,
                max(paper.people - 4, 1) if role == "custodian" else 1,
                ("Does what is to be done.",), "Is there.", "Is gone.",
            )
            for role, kind, title in ROLES
        ),
        quorum=model.QuorumRule(Role("custodian"), 2, max(paper.people - 4, 1)),
        separate=((Role("administrator"), Role("security-officer")),),
        things=tuple(things),
        place="Room 1",
        entry_controls="A door.",
        hardware=("A laptop.",),
        evidence=("The journal.",),
        storage=("A safe.",),
        witness_route="auditor",
        on_abort="Everybody stops.",
        expected_items=(model.ExpectedItem("A report", Role("auditor"), 30),),
        report_signers=(Role("security-officer"), Role("auditor")),
        acts=_acts(paper),
    )  # fmt: skip
