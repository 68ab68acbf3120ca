"""Open a ceremony: everything it stands on becomes its first fact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from cryptography import x509

from ceremony import VERSION, canonical
from ceremony.check.findings import Finding
from ceremony.check.plan import read_plan
from ceremony.clock import Clock
from ceremony.conduct.brought import Brought, find_brought, verify_numbers
from ceremony.conduct.certified import certifications_of, verify_certified
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.devices import Devices
from ceremony.conduct.earlier import Found, find_earlier
from ceremony.conduct.environment import environment_json, tool_digest
from ceremony.conduct.evidence_bound import (
    evidence_rules,
    journal_origin,
    verify_people,
    warn_of_ended,
)
from ceremony.conduct.known import Known
from ceremony.conduct.listable import verify_days
from ceremony.conduct.log import Log
from ceremony.conduct.preflight import refused_beforehand, verify_room_policy
from ceremony.conduct.replaced import Journal
from ceremony.conduct.site import ROOM_POLICY, SITE_POLICY, TRUST_POLICY, Site
from ceremony.conduct.unknown_serial import (
    KnownNumbers,
    numbered_besides,
    revokes_by_number,
)
from ceremony.conduct.wiped import (
    lint_wiped,
    read_histories,
    verify_unwiped,
    wipes,
)
from ceremony.conduct.workspace import Plan, Workspace
from ceremony.engine.facts import BoundToken, Head, Input, Opened
from ceremony.errors import CeremonyError, InputError, RefusedError
from ceremony.hsm.token import is_software
from ceremony.identifiers import CeremonyId, Digest, Mode, RoleKind
from ceremony.journal.note import decode_vkey
from ceremony.journal.private import PrivateStore
from ceremony.journal.store import JournalStore
from ceremony.pack.answers import load_answers, verify_answers
from ceremony.pack.binding import (
    PersonBinding,
    encode_binding_json,
    verify_binding,
)
from ceremony.pack.record import person_file
from ceremony.pack.roster_file import RosterPerson
from ceremony.people.roster import Seat
from ceremony.pki.certificate import encode_certificate, spki_digest
from ceremony.script.model import Script
from ceremony.script.own_profile import profile_blobs
from ceremony.script.source_file import read_file


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be opened.

    Attributes:
        answers: The file with recorded answers; None where people type.
    """

    script: Script
    people: tuple[RosterPerson, ...]
    site: Site
    mode: Mode
    answers: Path | None = None


def open_ceremony(
    workspace: Workspace,
    wish: Wish,
    clock: Clock,
    ready: Callable[[Sequence[Finding]], None] = lambda _: None,
) -> CeremonyId:
    """Open a ceremony and give its id.

    Args:
        workspace: Where it is opened.
        wish: What is to be opened.
        clock: What time it is.
        ready: Takes what is warned of, once nothing refuses it, before it is recorded.

    Raises:
        InputError: A file is missing or names what the site does not have.
        RefusedError: A rule forbids it; nothing was opened.
        DeviceError: A token is not there.
    """
    _verify_wish(wish, clock.now().wall)
    workspace.create_journal(wish.mode, journal_origin(wish.site.binding, wish.mode))
    with (
        workspace.journal(wish.mode) as journal,
        workspace.private(wish.mode) as private,
        Devices(wish.site.binding) as devices,
    ):
        journal.verify()
        log = Log(journal, devices, clock)
        earlier = _earlier(wish, log, clock.now().wall.date())
        ceremony = next_id(journal, wish.mode, clock)
        conductor = Conductor(
            ceremony,
            wish.script,
            log=log,
            private=private,
            devices=devices,
            policy=wish.site.site_policy,
            clock=clock,
        )
        contents = _contents(wish)
        tokens = _tokens(wish, devices, clock.now().wall.date())
        seats = _seats(wish, private)
        opened = _opened(wish, tokens, journal, contents=contents, seats=seats)
        ready(_warned(workspace, wish, log, earlier, clock.now().wall))
        # The plan is kept first: what is in the journal can always be resumed.
        plan = Plan(ceremony, wish.mode, wish.site.folder.resolve(), wish.answers)
        workspace.keep_plan(plan)
        try:
            conductor.record_all(
                [
                    (opened, None, None, contents),
                    *((told.fact, None, None, told.contents) for told in earlier),
                ],
                in_step=False,
            )
        except CeremonyError:
            workspace.drop_plan(plan)
            raise
    return ceremony


def _verify_wish(wish: Wish, at: datetime) -> None:
    """Insist on what can be known of a wish before any token is looked at."""
    day = at.date()
    verify_binding(wish.site.binding, wish.mode)
    for verify in evidence_rules(wish.site.binding, wish.mode, at):
        verify()
    verify_people(wish.site.binding, {person.id for person in wish.people})
    verify_room_policy(wish.site.room_policy)
    verify_waivers(wish.script, day)
    verify_days(wish.script, day)
    if wish.answers is not None:
        verify_answers(load_answers(wish.answers), wish.script)


def verify_waivers(script: Script, day: date) -> None:
    """Insist that no waiver of the script has expired.

    Raises:
        RefusedError: ``CONDUCT-WAIVER-01``: one has.
    """
    for waiver in script.waivers:
        if not waiver.holds_on(day):
            raise RefusedError(
                "CONDUCT-WAIVER-01",
                f"{waiver.finding} in {waiver.subject} is waived no more. "
                f"{waiver.lapsed}",
                meaning="Nothing was opened, and no key was made.",
                remedy="Correct what is waived, or have its owner decide again and the "
                "script approved again.",
            )


def next_id(journal: JournalStore, mode: Mode, clock: Clock) -> CeremonyId:
    """Give the next free id of this journal, e.g. ``KC-2026-001-R1``."""
    number = len(journal.ceremonies()) + 1
    suffix = "-R1" if mode is Mode.REHEARSAL else ""
    return CeremonyId(f"KC-{clock.now().wall.year}-{number:03d}{suffix}")


def _contents(wish: Wish) -> dict[str, bytes]:
    """Gather everything the opening names by digest, under its flat name."""
    binding, raw = wish.site.binding, wish.site.raw
    ders = {
        "certificate-evidence-ca.pem": binding.evidence_ca,
        "certificate-seal.pem": binding.evidence.seal_certificate,
    } | {
        person_file(person.id): _bound(wish, person)[0].certificate
        for person in wish.people
    }
    return {
        "script.yaml": wish.script.raw,
        "binding.json": encode_binding_json(binding, {it.id for it in wish.people}),
        "site-policy.toml": raw[SITE_POLICY],
        "room-policy.toml": raw[ROOM_POLICY],
        "trust-policy.toml": raw[TRUST_POLICY],
        "environment.json": environment_json(binding),
        **profile_blobs(wish.script),
        **({} if wish.answers is None else {"answers.yaml": read_file(wish.answers)}),
    } | {
        name: encode_certificate(x509.load_der_x509_certificate(der))
        for name, der in ders.items()
    }


def _bound(wish: Wish, person: RosterPerson) -> tuple[PersonBinding, RoleKind]:
    """Find a person's token and the kind of their role.

    Raises:
        InputError: ``CONDUCT-ROSTER-01``: binding or script do not know them.
    """
    try:
        bound = wish.site.binding.person(person.id)
    except KeyError as error:
        raise InputError(
            "CONDUCT-ROSTER-01",
            f"{person.id} of the roster has no token in the site binding.",
            remedy="Bind a token for this person, or correct the roster.",
        ) from error
    try:
        return bound, wish.script.demand(person.role).kind
    except KeyError as error:
        raise InputError(
            "CONDUCT-ROSTER-01",
            f"{person.id} of the roster has the role {person.role!r}, which the script "
            f"{wish.script.id} does not name.",
            remedy="Correct the role in the roster, or open the script that has it.",
        ) from error


def _seats(wish: Wish, private: PrivateStore) -> tuple[Seat, ...]:
    """Seat everybody of the roster, with names as commitments."""
    seats = []
    for person in wish.people:
        bound, kind = _bound(wish, person)
        key = x509.load_der_x509_certificate(bound.certificate).public_key()
        name = private.commit(
            f"person/{person.id}",
            {"name": person.name, "organisation": person.organisation},
        )
        seats.append(
            Seat(
                person=person.id,
                role=person.role,
                kind=kind,
                name=name,
                initials=person.initials,
                certificate=canonical.digest(bound.certificate),
                key=spki_digest(key),
                token=bound.serial,
            )
        )
    return tuple(seats)


def _tokens(wish: Wish, devices: Devices, day: date) -> tuple[BoundToken, ...]:
    """Look at each token, once all are there at what each is certified for.

    Raises:
        DeviceError: A token is not there.
        RefusedError: As :func:`verify_certified`.
    """
    tokens: list[BoundToken] = []
    for bound in wish.site.binding.tokens:
        facts = devices.token(bound.name).facts
        tokens.append(
            BoundToken(
                name=bound.name,
                serial=bound.serial,
                label=bound.label,
                module=wish.site.binding.module(bound.module).sha256,
                software=is_software(facts),
                vendor=facts.manufacturer,
                model=facts.model,
                firmware=facts.firmware_version,
                certifications=certifications_of(wish.site.hardware, bound.serial),
            )
        )
    for token in tokens:
        verify_certified(token, day, wish.site.valid_days)
    return tuple(tokens)


def _earlier(wish: Wish, log: Log, day: date) -> tuple[Found | Brought, ...]:
    """Find what the script says exists already; the journal is read only then.

    Raises:
        InputError: Something is not found, or is another than the script has.
        RefusedError: The room would refuse what is to be done with it, once people have
            travelled and keys are made; as :func:`refused_beforehand`.
    """
    if not any(thing.is_earlier for thing in wish.script.things):
        return ()
    bound = _bound_serials(wish)
    found = find_earlier(wish.script, bound, log.history, log.journal.blob)
    brought = tuple(find_brought(wish.script, wish.site.certificates))
    verify_numbers(wish.script, brought, found)
    journal = Journal(log.history, log.journal.blob)
    known = Known(wish.script, found, brought, journal, wish.mode, day)
    for _, _, refusal in refused_beforehand(known):
        raise refusal
    return (*found, *brought)


def _warned(
    workspace: Workspace,
    wish: Wish,
    log: Log,
    earlier: Sequence[Found | Brought],
    at: datetime,
) -> tuple[Finding, ...]:
    """Give what keeps nothing from being opened and is to be known before it is.

    The journal is read only where a token is initialised, or a list revokes by number.

    Args:
        workspace: Where it is opened.
        wish: What is to be opened.
        log: Whose journal is asked.
        earlier: What the script says exists already.
        at: The time, UTC.

    Raises:
        RefusedError: ``CONDUCT-WIPE-01``: a live key would be wiped.
        EvidenceError: The live journal does not follow from itself.
        StorageError: It cannot be read.
    """
    plan = read_plan(wish.script)
    found = [each for each in earlier if isinstance(each, Found)]
    brought = [each for each in earlier if isinstance(each, Brought)]
    seated = {person.id for person in wish.people}
    told = [*warn_of_ended(wish.site.binding, at, seated)]
    if wipes(plan):
        known = read_histories(workspace, wish.mode, log.history)
        told += lint_wiped(plan, _bound_serials(wish), found, known)
        verify_unwiped(told)
    if revokes_by_number(plan):
        numbers = KnownNumbers(
            Journal(log.history, log.journal.blob),
            wish.mode,
            partial(numbered_besides, log.journal),
        )
        told += numbers.warn_of_unknown(plan, found, brought)
    return tuple(told)


def _bound_serials(wish: Wish) -> dict[str, str]:
    """Give the serial of each token that the site binds, by name."""
    return {token.name: token.serial for token in wish.site.binding.tokens}


def _previous(journal: JournalStore) -> Head | None:
    notes: Sequence[object] = journal.notes()
    if not notes:
        return None
    size = max(note.size for note in journal.notes())
    return Head(size, journal.root(size))


def _opened(
    wish: Wish,
    tokens: tuple[BoundToken, ...],
    journal: JournalStore,
    *,
    contents: dict[str, bytes],
    seats: tuple[Seat, ...],
) -> Opened:
    binding = wish.site.binding

    def digest_of(name: str) -> Digest:
        return canonical.digest(contents[name])

    return Opened(
        mode=wish.mode,
        title=wish.script.title,
        purpose=wish.script.purpose,
        place=wish.script.place,
        script_id=wish.script.id,
        script_version=wish.script.version,
        binding=digest_of("binding.json"),
        site_policy=digest_of("site-policy.toml"),
        room_policy=digest_of("room-policy.toml"),
        trust_policy=digest_of("trust-policy.toml"),
        environment=digest_of("environment.json"),
        log_key=spki_digest(decode_vkey(binding.evidence.log_key).public_key),
        seal_certificate=canonical.digest(binding.evidence.seal_certificate),
        evidence_ca=canonical.digest(binding.evidence_ca),
        seats=seats,
        tokens=tokens,
        tool_version=VERSION,
        tool_digest=tool_digest(),
        input=Input.TYPED if wish.answers is None else Input.RECORDED,
        previous=_previous(journal),
        answers=digest_of("answers.yaml") if "answers.yaml" in contents else None,
        valid_days=wish.site.valid_days,
    )
