"""The room simulated: who is in it, and where each token and bag is.

The script is carried out without devices, step by step, and whatever could not be
done in a real room is told: a person who acts before signing in, a token used while
it lies in a sealed bag, a bag sealed twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ceremony.check.findings import Finding, error, warning
from ceremony.check.plan import Plan
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.backup import (
    CheckValueParameters,
    UnwrapParameters,
    WrapParameters,
)
from ceremony.engine.steps.certificate import (
    CrossSignParameters,
    IssueParameters,
    SelfSignParameters,
)
from ceremony.engine.steps.check import CheckParameters
from ceremony.engine.steps.clock import ClockParameters
from ceremony.engine.steps.contingency import WrapPublicParameters
from ceremony.engine.steps.crl import CrlParameters
from ceremony.engine.steps.csr import RequestParameters
from ceremony.engine.steps.custody import CustodyParameters
from ceremony.engine.steps.destroy import DestroyParameters
from ceremony.engine.steps.hold import HoldParameters
from ceremony.engine.steps.key import GenerateParameters
from ceremony.engine.steps.login import LoginParameters, LogoutParameters
from ceremony.engine.steps.manual import ManualParameters
from ceremony.engine.steps.pin import ChangePinParameters
from ceremony.engine.steps.prove import ProveParameters
from ceremony.engine.steps.sign import SignParameters
from ceremony.engine.steps.token import InitialiseParameters, InventoryParameters
from ceremony.script.model import Step, ThingKind


@dataclass(slots=True)
class _Room:
    """The room after some of the steps.

    Attributes:
        present: How many people of each role are in the room.
        leaving: True once somebody has signed out.
        sealed: What each sealed bag holds.
        opened: Bags that were opened.
        stored: Bags and things that were placed where they are kept.
    """

    present: dict[str, int] = field(default_factory=dict)
    leaving: bool = False
    sealed: dict[str, frozenset[str]] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)
    stored: set[str] = field(default_factory=set)

    def bag_of(self, thing: str) -> str:
        """Name the sealed bag that holds a thing; empty where none does."""
        return next((bag for bag, held in self.sealed.items() if thing in held), "")


def lint_room(plan: Plan) -> Iterator[Finding]:
    """Carry the script out in thought and tell what cannot be done."""
    room = _room_at_start(plan)
    for step in plan.script.steps:
        told = plan.parameters(step)
        if isinstance(told, SignParameters):
            yield from _turn(plan, room, step, told)
            continue
        yield from _people(plan, room, step, told)
        yield from _devices(plan, room, step, told)
        if isinstance(told, CustodyParameters):
            yield from _custody(plan, room, step, told)
    yield from _at_end(plan, room)


def _room_at_start(plan: Plan) -> _Room:
    """Put into a sealed bag what the script first takes out of one."""
    room = _Room()
    seen: set[str] = set()
    for _, told in plan.steps_with(CustodyParameters):
        if told.action == "opened" and told.thing not in seen:
            room.sealed[told.thing] = frozenset(told.contents)
        seen.add(told.thing)
    return room


def _turn(
    plan: Plan, room: _Room, step: Step, told: SignParameters
) -> Iterator[Finding]:
    present = room.present.get(told.role, 0)
    if step.verb == "sign-in":
        if room.leaving:
            yield error(
                "SCRIPT-SIGN-04",
                plan.step_place(step),
                f"Step {step.id} lets somebody in after others have signed out.",
                "Let everybody sign in before the first sign-out.",
            )
        room.present[told.role] = present + 1
        return
    room.leaving = True
    room.present[told.role] = present - 1


def _people(plan: Plan, room: _Room, step: Step, told: object) -> Iterator[Finding]:
    if room.leaving:
        yield error(
            "SCRIPT-SIGN-05",
            plan.step_place(step),
            f"Step {step.id} comes after somebody has signed out.",
            "Let the sign-outs be the last steps of the script.",
        )
        return
    wanted: set[str] = {*plan.roles_of(step), *_roles_in(told)}
    if KINDS[step.verb].device or isinstance(told, ManualParameters):
        wanted.add(plan.script.quorum.role)
    for role in sorted(wanted):
        if room.present.get(role, 0) < plan.count_of(role):
            yield error(
                "SCRIPT-ROOM-01",
                plan.step_place(step),
                f"Step {step.id} needs the {role}, and not everybody who holds that "
                "role has signed in.",
                "Let them sign in before this step.",
            )


def _roles_in(told: object) -> tuple[str, ...]:
    roles: tuple[str, ...] = ()
    if isinstance(told, HoldParameters):
        roles = told.roles
    elif isinstance(told, ClockParameters):
        roles = told.readers
    elif isinstance(told, CheckParameters):
        roles = (told.reader, told.typist)
    elif isinstance(told, CustodyParameters):
        roles = (told.giver, told.taker)
    elif isinstance(told, ManualParameters):
        roles = (told.checker, *filter(None, [told.holders]))
    return roles


def _devices(plan: Plan, room: _Room, step: Step, told: object) -> Iterator[Finding]:
    token = _token_of(plan, told)
    bag = room.bag_of(token)
    if bag or token in room.stored:
        yield error(
            "SCRIPT-ROOM-02",
            plan.step_place(step),
            f"Step {step.id} uses {token}, which is {f'in {bag}' if bag else 'away'}.",
            "Take the token out before, or put it away after.",
        )
    if isinstance(told, ManualParameters):
        yield from _credentials(plan, room, step, told)


def _credentials(
    plan: Plan, room: _Room, step: Step, told: ManualParameters
) -> Iterator[Finding]:
    away = [
        name for name in told.credentials if room.bag_of(name) or name in room.stored
    ]
    if away and len(told.credentials) - len(away) < told.need:
        yield error(
            "SCRIPT-CARDS-03",
            plan.step_place(step, "with", "credentials"),
            f"In step {step.id} the device asks for {told.need} credentials, and "
            f"{', '.join(away)} cannot be presented: in a bag or away.",
            "Take them out before, or put them away after.",
        )


def _token_of(plan: Plan, told: object) -> str:
    match told:
        case (
            InitialiseParameters()
            | InventoryParameters()
            | ChangePinParameters()
            | LoginParameters()
            | LogoutParameters()
        ):
            return told.token
        case ManualParameters():
            return told.device
        case (
            GenerateParameters()
            | WrapParameters()
            | WrapPublicParameters()
            | UnwrapParameters()
            | CheckValueParameters()
            | ProveParameters()
            | DestroyParameters()
            | RequestParameters()
            | SelfSignParameters()
            | IssueParameters()
            | CrossSignParameters()
            | CrlParameters()
        ):
            return plan.script.thing(told.key).token
        case _:
            return ""


def _custody(
    plan: Plan, room: _Room, step: Step, told: CustodyParameters
) -> Iterator[Finding]:
    place = plan.step_place(step, "with")
    is_bag = plan.script.thing(told.thing).kind is ThingKind.BAG
    bag_act = told.action in ("sealed", "opened")
    if (bag_act and not is_bag) or is_bag != bool(told.contents):
        yield error(
            "SCRIPT-BAG-01",
            place,
            f"In step {step.id} a bag has no contents, or something that is no bag "
            "has contents, is sealed or is opened.",
            "Seal and open bags only, and name what each bag holds.",
        )
        return
    if told.action == "sealed":
        yield from _seal(plan, room, step, told)
    elif is_bag:
        yield from _move_bag(plan, room, step, told)
    elif room.bag_of(told.thing) or told.thing in room.stored:
        yield error(
            "SCRIPT-BAG-05",
            place,
            f"Step {step.id} hands over {told.thing}, which is in a bag or away.",
            "Hand it over before it is bagged.",
        )
    if told.action == "placed":
        room.stored.add(told.thing)


def _seal(
    plan: Plan, room: _Room, step: Step, told: CustodyParameters
) -> Iterator[Finding]:
    place = plan.step_place(step, "with", "thing")
    if told.thing in room.sealed or told.thing in room.opened:
        yield error(
            "SCRIPT-BAG-02",
            place,
            f"Step {step.id} seals {told.thing}, which has been sealed before.",
            "Use a new bag with a number of its own.",
        )
    for name in told.contents:
        if room.bag_of(name) or name in room.stored:
            yield error(
                "SCRIPT-BAG-03",
                plan.step_place(step, "with", "contents"),
                f"Step {step.id} puts {name} into {told.thing}, and it is in another "
                "bag or away.",
                "Take it out of the other bag first.",
            )
    room.sealed[told.thing] = frozenset(told.contents)


def _move_bag(
    plan: Plan, room: _Room, step: Step, told: CustodyParameters
) -> Iterator[Finding]:
    held = room.sealed.get(told.thing)
    if held is None or held != frozenset(told.contents) or told.thing in room.stored:
        yield error(
            "SCRIPT-BAG-04",
            plan.step_place(step, "with"),
            f"In step {step.id} {told.thing} is not a sealed bag in the room with "
            "these contents.",
            "Seal it before, and name the same contents.",
        )
    if told.action == "opened":
        room.opened.add(told.thing)
        room.sealed.pop(told.thing, None)


def _at_end(plan: Plan, room: _Room) -> Iterator[Finding]:
    for thing in plan.script.things:
        away = room.bag_of(thing.name) in room.stored or thing.name in room.stored
        if thing.kind is ThingKind.TOKEN and not away:
            yield warning(
                "SCRIPT-ROOM-03",
                plan.place("things", thing.name),
                f"The token {thing.name} is not stored when the script ends.",
                "Bag it, and place the bag where it is kept.",
            )
