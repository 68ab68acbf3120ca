"""The current step as a person at the laptop sees it, and what a device is told.

The review card of a device step is drawn from the very values that the action hands
to the device: the binding, the script and the site policy, never from a copy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ceremony.conduct.actions.made import demands_on
from ceremony.conduct.asked_view import set_asked, told_of_asked
from ceremony.conduct.batch_view import told_of_batch
from ceremony.conduct.certificate_view import told_of_certificate
from ceremony.conduct.certified import certified_words
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.crl_view import told_of_crl
from ceremony.conduct.issued import output_of
from ceremony.conduct.key_view import KEY_VERBS, Row, told_of_key
from ceremony.conduct.login_view import login_words
from ceremony.conduct.renewed_names import told_of_difference
from ceremony.conduct.renewed_view import told_of_renewed
from ceremony.conduct.request_view import told_of_request
from ceremony.conduct.views import project
from ceremony.conduct.wiped import keys_known, name_keys
from ceremony.engine.change import MAKES_KEY
from ceremony.engine.facts import KeyMade, Result
from ceremony.engine.state import State
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.device import token_of
from ceremony.engine.steps.kind import NeedKind
from ceremony.engine.steps.pin import WHOSE
from ceremony.engine.steps.zeroise import ending_words
from ceremony.engine.transcript import Entry
from ceremony.errors import RefusedError
from ceremony.identifiers import PersonId, Role, StepId
from ceremony.pack.binding import PinSource
from ceremony.pki.output import Output
from ceremony.script.model import Step

Names = Mapping[PersonId, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who is waited for.

    Attributes:
        title: By role, e.g. ``Internal witness``.
        name: The person; several by comma where several hold the role.
        marks: The initials that would be right, as the roster has them.
    """

    role: Role
    title: str
    name: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NeedView:
    """One thing that is asked for before the step can run.

    Attributes:
        offered: For a PIN: True where the site's file holds it, so that it need not
            be typed: a software token in a rehearsal.
        at_reader: For a PIN: True where it is entered at the token's own reader.
        who: Who answers, by title.
    """

    name: str
    kind: NeedKind
    prompt: str
    who: Asked
    choices: tuple[str, ...] = ()
    offered: bool = False
    at_reader: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One value that a device is told; ``mono`` for identifiers."""

    label: str
    value: str
    mono: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """What a device step will do, to be read before it does it.

    Attributes:
        told: What the device is told.
        attributes: Each attribute asked for, by name and value; empty where the step
            makes no key.
        before: What is in the token as the record has it, one line each.
        after: What is expected to be in it afterwards that was not before.
        wiped: True where what was in the token is gone afterwards.
        gone: What is expected to be gone from it afterwards.
        renewed: The certificate that is renewed or cross-signed; empty where none is.
        signed: What the certificate will hold that is signed, and of a batch whom each
            names; empty where none is signed.
        asked: True where requests from elsewhere are answered: names and keys are
            theirs, and not the script's.
    """

    told: tuple[Told, ...]
    attributes: tuple[tuple[str, str], ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    wiped: bool
    gone: tuple[str, ...] = ()
    renewed: tuple[Told, ...] = ()
    signed: tuple[Told, ...] = ()
    asked: bool = False


@dataclass(frozen=True, slots=True)
class StepView:
    """The current step.

    Attributes:
        number: From 1, of ``count``.
        by: Who performs it.
        initials: Who closes it, in order.
        carried_out: True where nothing is lacking but the initials.
        needs: What is to be gathered; empty once it is carried out.
        review: The card of a device step; None for any other.
        entries: How the step reads so far, in the words of the pages.
        rows: The right words of a read-back, four to a row: to compare, never to
            show where they are typed.
        output: What it has issued, with its files; None for any other step.
        failed: True where the device has failed in this step and may be asked again.
        stopped: Why the step cannot close as it is; empty where it can.
    """

    id: StepId
    verb: str
    number: int
    count: int
    act: str
    act_number: str
    title: str
    text: str
    say: str
    expect: str
    why: str
    irreversible: bool
    by: Asked
    initials: tuple[Asked, ...]
    carried_out: bool
    needs: tuple[NeedView, ...]
    review: Review | None
    entries: tuple[Entry, ...]
    rows: tuple[tuple[str, ...], ...]
    reader: str
    output: Output | None
    failed: bool
    stopped: str

    @property
    def has_acted(self) -> bool:
        """Tell whether a device has done what the step asks of it."""
        return self.carried_out and self.review is not None


def view_step(conductor: Conductor, names: Names) -> StepView | None:
    """Draw up the current step; None where every step is closed."""
    state, step = conductor.state, conductor.state.step
    if step is None:
        return None
    act = next(act for act in state.script.acts if step in act.steps)
    facts = tuple(known.fact for known in state.current)
    kind = KINDS[step.verb]
    carried_out = conductor.is_carried_out()
    # Of what was zeroised it would say the opposite: its keys are no longer there.
    ending = "" if carried_out else ending_words(step, state)
    return StepView(
        id=step.id,
        verb=step.verb,
        number=state.position + 1,
        count=len(state.script.steps),
        act=act.title,
        act_number=act.id,
        title=kind.title,
        text=step.text,
        say=step.say,
        expect=" ".join(filter(None, (step.expect, ending))),
        why=step.why or kind.summary,
        irreversible=step.irreversible,
        by=asked(state, step.by, names),
        initials=tuple(asked(state, role, names) for role in step.initials),
        carried_out=carried_out,
        needs=() if carried_out else _needs(conductor, names),
        review=review_of(conductor, step) if kind.device else None,
        entries=kind.entries(state, facts),
        rows=project(conductor.ceremony, state, conductor.clock).rows,
        reader=_reader(step, state),
        output=output_of(conductor, state.current),
        failed=any(getattr(fact, "result", None) is Result.FAILED for fact in facts),
        stopped=_stopped(step, state),
    )


def asked(state: State, role: Role, names: Names) -> Asked:
    """Name whoever holds a role: those in the room, else all of them."""
    holders = state.holders(role)
    inside = [seat for seat in holders if seat.person in state.in_room]
    people = inside or list(holders)
    return Asked(
        role=role,
        title=state.script.demand(role).title,
        name=", ".join(names.get(seat.person, "") for seat in people),
        marks=tuple(seat.initials for seat in people),
    )


def _needs(conductor: Conductor, names: Names) -> tuple[NeedView, ...]:
    return tuple(
        NeedView(
            name=need.name,
            kind=need.kind,
            prompt=need.prompt,
            who=asked(conductor.state, need.role, names),
            choices=need.choices,
            offered=need.kind is NeedKind.PIN and is_fixed(conductor, need.token),
            at_reader=need.kind is NeedKind.PIN and is_at_reader(conductor, need.token),
        )
        for need in conductor.needs()
    )


def is_fixed(conductor: Conductor, serial: str) -> bool:
    """Tell whether the site's file holds the PIN of a token."""
    return conductor.devices.binding.pin_source(serial) is PinSource.FIXED


def is_at_reader(conductor: Conductor, serial: str) -> bool:
    """Tell whether the PIN of a token is entered at its own reader."""
    return conductor.devices.binding.pin_source(serial) is PinSource.PINPAD


def _reader(step: Step, state: State) -> str:
    """Name the role that reads aloud."""
    return state.script.demand(Role(str(step.parameters.get("reader", step.by)))).title


def _stopped(step: Step, state: State) -> str:
    """Say why a step that has recorded something cannot close as it is."""
    if not state.current or state.pending is not None:
        return ""
    try:
        KINDS[step.verb].complete(step, state)
    except RefusedError as error:
        return str(error)
    return ""


def review_of(conductor: Conductor, step: Step) -> Review:
    """Draw up what a device step will do, to be read before it does it."""
    token = token_of(step, conductor.script)
    bound = conductor.devices.bound(token)
    known = conductor.state.token(token).inventory
    opened = conductor.state.opened
    facts = next(
        each
        for each in (opened.tokens if opened is not None else ())
        if each.name == token
    )
    certified = certified_words(conductor.state, token)
    told = [
        Told("Token", bound.label, mono=True),
        Told("Serial", bound.serial, mono=True),
        Told("Device", f"{facts.vendor} {facts.model}, firmware {facts.firmware}"),
        *(Told("Certified", words) for words in certified),
        *(Told("Login", words) for words in login_words(conductor.state, token)),
        *_made(conductor, step),
        *_wiped(conductor, step, bound.serial),
    ]
    count = 0 if known is None else known.count
    return Review(
        told=tuple(told),
        attributes=tuple(demands_on(conductor, str(step.parameters["key"])).items())
        if step.verb in MAKES_KEY
        else (),
        before=_before(count, listed=known is not None),
        after=_after(conductor, step),
        wiped=_wipes(step),
        gone=_gone(conductor, step),
        renewed=_told(conductor, step, told_of_renewed, told_of_difference),
        signed=_told(conductor, step, told_of_asked, told_of_certificate),
        asked=set_asked(conductor, step) is not None,
    )


def _told(
    conductor: Conductor,
    step: Step,
    *tell: Callable[[Conductor, Step], list[Row]],
) -> tuple[Told, ...]:
    return tuple(Told(*row) for each in tell for row in each(conductor, step))


def _wiped(conductor: Conductor, step: Step, serial: str) -> list[Told]:
    """Name the keys that an initialisation ends, as far as the journal knows them."""
    known = keys_known(serial, conductor.log.history) if _wipes(step) else {}
    return [Told("Wipes", name_keys(known.values()))] if known else []


def _wipes(step: Step) -> bool:
    return step.verb == "token.initialise"


def _made(conductor: Conductor, step: Step) -> list[Told]:
    """Tell what the step makes, by label, algorithm and profile."""
    rows = _rows(conductor, step)
    if rows:
        return [Told(*each) for each in rows]
    script = conductor.script
    if step.verb == "key.prove":
        return [
            Told("Key", script.thing(str(step.parameters["key"])).title),
            Told("Signs", "a challenge that follows from the journal"),
        ]
    if step.verb == "key.destroy":
        return _end(conductor, str(step.parameters["key"]))
    told = [
        Told(label, script.thing(str(step.parameters[name])).title)
        for name, label in (
            ("key", "Signed by"),
            ("request", "Request"),
            ("certificate", "Certificate"),
        )
        if name in step.parameters
    ]
    if step.verb == "token.change-pin":
        told.append(Told("Changes", WHOSE[str(step.parameters["user"])]))
    expected = step.parameters.get("expect-objects")
    if isinstance(expected, int) and expected >= 0:
        told.append(Told("Expected", _objects(expected)))
    return told


def _rows(conductor: Conductor, step: Step) -> list[Row]:
    """Tell of a key, a request, a list or a batch; others are told elsewhere."""
    if step.verb == "crl.issue":
        return told_of_crl(conductor.state, step)
    if step.verb == "csr.create":
        return told_of_request(conductor.script, step)
    told = told_of_key if step.verb in KEY_VERBS else told_of_batch
    return told(conductor, step)


def _end(conductor: Conductor, name: str) -> list[Told]:
    """Tell which key exists no more afterwards, by all that tells it apart."""
    told = [Told("Destroys", conductor.script.thing(name).title)]
    key = conductor.state.made.get(name)
    if key is not None:
        told += [
            Told("Key label", key.label, mono=True),
            Told("CKA_ID", key.cka_id, mono=True),
        ]
    if isinstance(key, KeyMade):
        told.append(Told("Short id", key.key_identifier, mono=True))
    return told


def _before(count: int, *, listed: bool) -> tuple[str, ...]:
    return (_objects(count),) if listed else ("not listed yet",)


def _after(conductor: Conductor, step: Step) -> tuple[str, ...]:
    match step.verb:
        case "key.generate" | "key.unwrap":
            return _objects_of(conductor, step)
        case "token.initialise":
            return (_objects(0),)
        case _:
            return ()


def _gone(conductor: Conductor, step: Step) -> tuple[str, ...]:
    return _objects_of(conductor, step) if step.verb == "key.destroy" else ()


def _objects_of(conductor: Conductor, step: Step) -> tuple[str, ...]:
    """Name the objects that a step's key is in its token."""
    kind = conductor.script.key_kind(str(step.parameters["key"]))
    secret = kind.algorithm.is_secret
    return ("secret key",) if secret else ("private key", "public key")


def _objects(count: int) -> str:
    return f"{count} object{'' if count == 1 else 's'}" if count else "no object"
