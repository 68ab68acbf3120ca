"""What a script says exists already, held against the site's journal beforehand.

The same search is made when the ceremony is opened, and the same rules are asked in the
room; here it is told before people travel. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from itertools import chain

from ceremony.check.findings import Finding, error, warning
from ceremony.check.plan import Plan, read_plan
from ceremony.conduct.brought import Brought, find_brought, verify_numbers
from ceremony.conduct.crossable import refused_crossings
from ceremony.conduct.earlier import Found, find_earlier
from ceremony.conduct.evidence_bound import evidence_rules
from ceremony.conduct.listable import followed_keys, refused_days, refused_lists
from ceremony.conduct.renewable import (
    refused_renewals,
    replaced_renewals,
    state_told,
)
from ceremony.conduct.replaced import Journal
from ceremony.conduct.revoked_issuer import refused_issuers
from ceremony.conduct.site import BINDING, ROOM_POLICY, TRUST_POLICY, Site
from ceremony.conduct.succeeding import warn_of_silent
from ceremony.conduct.unknown_serial import KnownNumbers, numbered_besides
from ceremony.conduct.wiped import lint_wiped, wipes
from ceremony.conduct.workspace import Workspace
from ceremony.engine.kept import (
    corrections,
    last_lists,
    signer_text,
    verify_kept,
)
from ceremony.engine.listed import verify_listed
from ceremony.engine.opening import (
    verify_allowed,
    verify_bound,
    verify_environment,
    verify_founded,
)
from ceremony.engine.revocation import certificate_of_key, read_revoked
from ceremony.engine.state import State
from ceremony.engine.steps.crl import CrlParameters
from ceremony.errors import InputError, Place, RefusedError
from ceremony.identifiers import Mode
from ceremony.journal.store import JournalStore
from ceremony.pack.binding import verify_binding
from ceremony.pack.policy import TrustPolicy
from ceremony.pack.room_policy import RoomPolicy, load_room_preset
from ceremony.register.history import read_history
from ceremony.script.model import Script, Step


def check_against_journal(
    workspace: Workspace,
    mode: Mode,
    script: Script,
    *,
    serials: Mapping[str, str],
    files: Mapping[str, bytes],
) -> tuple[Finding, ...]:
    """Tell what of a sound script does not fit to what the site's journal has.

    Args:
        workspace: Where the journal is.
        mode: Whose journal is asked.
        script: The script; its own check found no error.
        serials: The serial of each token that the site binds, by name.
        files: What the site has of other CAs, by file name.

    Raises:
        EvidenceError: The journal does not follow from itself.
        StorageError: It cannot be read.
    """
    plan = read_plan(script)
    is_later = any(thing.is_earlier for thing in script.things)
    path = workspace.journal_path(mode)
    if not path.exists():
        return tuple(_without_journal(plan, mode, files))
    if not (is_later or wipes(plan)) and mode is Mode.REHEARSAL:
        return ()
    with JournalStore.open(path, read_only=True) as journal:
        try:
            history = read_history(journal)
            found = find_earlier(script, serials, history, journal.blob)
            brought = tuple(find_brought(script, files))
            verify_numbers(script, brought, found)
        except InputError as fault:
            place = fault.place or plan.place("things")
            return (error(fault.code, place, str(fault), fault.remedy),)
        known = Journal(history, journal.blob)
        numbers = KnownNumbers(known, mode, partial(numbered_besides, journal))
        return (
            *lint_lists(plan, state_told(script, found)),
            *lint_refused(plan, found, known, mode),
            *lint_crossings(plan, found, brought),
            *numbers.warn_of_unknown(plan, found, brought),
            *lint_wiped(plan, serials, found, history, mode),
            *(warn_of_silent(plan, history) if mode is Mode.LIVE else ()),
        )


def lint_mode(
    script: Script, mode: Mode, site: Site, at: datetime
) -> Iterator[Finding]:
    """Tell what keeps a sound script from being opened in a mode, at any site or here.

    That a live ceremony needs an authorisation to conduct is no fault of either.

    Args:
        script: The script.
        mode: The mode.
        site: Where it is to be opened.
        at: The time, UTC: the certificates of evidence have to hold.
    """
    plan, live = read_plan(script), mode is Mode.LIVE
    bound = {token.name for token in site.binding.tokens}
    asked: tuple[tuple[Place, Callable[[], None], bool], ...] = (
        (plan.place("modes"), lambda: verify_allowed(script, mode), True),
        (plan.place("things"), lambda: verify_founded(script), live),
        (plan.place("things"), lambda: verify_environment(script), live),
        (plan.place("things"), lambda: verify_bound(script, bound), True),
        (Place(BINDING), lambda: verify_binding(site.binding, mode), True),
        *(
            (Place(BINDING), verify, True)
            for verify in evidence_rules(site.binding, mode, at)
        ),
        (Place(ROOM_POLICY), lambda: verify_room_policy(site.room_policy), True),
    )
    for place, verify, is_asked in asked:
        try:
            if is_asked:
                verify()
        except (InputError, RefusedError) as refusal:
            yield error(refusal.code, place, str(refusal), refusal.remedy)


def lint_approved(script: Script, policy: TrustPolicy) -> Iterator[Finding]:
    """Tell where a site's trust policy approves scripts, and not this one.

    It keeps no ceremony from being opened: the policy may be given out later, with the
    script in it. By the one at hand its pack would be NOT VERIFIED.

    Args:
        script: The script.
        policy: The site's own.

    Yields:
        ``CONDUCT-TRUST-01``, a warning, once at most.
    """
    if policy.scripts and script.digest not in policy.scripts:
        yield warning(
            "CONDUCT-TRUST-01",
            Place(TRUST_POLICY),
            f"The site's trust policy does not approve the script {script.digest}; a "
            "pack of it is NOT VERIFIED by that policy (VERIFY-SCRIPT-02).",
            "Have the script approved, and its digest added to the policy's scripts, "
            "before the ceremony is opened.",
        )


def verify_room_policy(policy: RoomPolicy) -> None:
    """Insist on the room policy that this version carries out.

    Raises:
        InputError: ``CONDUCT-ROOM-01``: a knob stands otherwise, and nothing would
            come of it.
    """
    standard = load_room_preset("standard")
    other = sorted(
        knob for knob, value in standard.knobs.items() if policy.knobs[knob] != value
    )
    if policy.cosign_at != standard.cosign_at:
        other.append("cosign-at")
    if other:
        raise InputError(
            "CONDUCT-ROOM-01",
            f"The room policy sets {', '.join(other)} otherwise than the preset "
            "standard, which is the one that this version carries out.",
            remedy="Use the preset standard.",
            place=Place(ROOM_POLICY),
        )


def lint_days(script: Script, today: date) -> Iterator[Finding]:
    """Tell which entries of its lists a sound script has begin on a day to come.

    They keep it from being opened today, whatever the journal has.
    """
    plan = read_plan(script)
    for step, number, refusal in refused_days(script, today):
        place = plan.step_place(step, "with", "revoked", number)
        yield error(refusal.code, place, str(refusal), refusal.remedy)


def lint_refused(
    plan: Plan, found: Iterable[Found], journal: Journal, mode: Mode
) -> Iterator[Finding]:
    """Tell what the room would refuse, each with its place in the script."""
    told = refused_beforehand(plan.script, found, journal, mode)
    for step, parameter, refusal in told:
        place = plan.step_place(step, "with", parameter)
        yield error(refusal.code, place, str(refusal), refusal.remedy)


def lint_crossings(
    plan: Plan, found: Iterable[Found], brought: Iterable[Brought]
) -> Iterator[Finding]:
    """Tell what the room would refuse to cross-sign, by the certificates at hand."""
    for step, refusal in refused_crossings(plan.script, found, brought):
        place = plan.step_place(step, "with", "certificate")
        yield error(refusal.code, place, str(refusal), refusal.remedy)


def refused_beforehand(
    script: Script, found: Iterable[Found], journal: Journal, mode: Mode
) -> Iterator[tuple[Step, str, RefusedError]]:
    """Find what the room would refuse, by what the site's journal has already.

    Args:
        script: The script.
        found: What it says exists already.
        journal: The site's, of that mode.
        mode: Whose journal that is.

    Yields:
        The step, the parameter of it that is at fault, and why it is refused:
        ``CONDUCT-CRL-03``, ``ENGINE-ISSUE-04``, ``ENGINE-RENEW-02`` or ``-03``,
        ``CONDUCT-RENEW-01`` or ``-02``.

    Raises:
        CeremonyError: What the journal keeps cannot be read.
    """
    found = tuple(found)
    for step, refusal in refused_lists(script, found, journal.history, mode):
        yield step, "key", refusal
    for step, refusal in refused_issuers(script, found, journal.history):
        yield step, "key", refusal
    for step, refusal in chain(
        refused_renewals(script, found, journal.history, mode),
        replaced_renewals(script, found, journal),
    ):
        yield step, "renews", refusal


def _without_journal(
    plan: Plan, mode: Mode, files: Mapping[str, bytes]
) -> Iterator[Finding]:
    # What another CA has made stands in no journal.
    if any(it.is_earlier and not it.is_brought for it in plan.script.things):
        yield error(
            "CONDUCT-EARLIER-08",
            plan.place("things"),
            "The script works with what earlier ceremonies made, and the workspace has "
            f"no {mode.value} journal.",
            "Name the workspace of the site, and --rehearsal for what rehearsals made.",
        )
        return
    try:
        brought = tuple(find_brought(plan.script, files))
        verify_numbers(plan.script, brought, ())
    except InputError as fault:
        place = fault.place or plan.place("things")
        yield error(fault.code, place, str(fault), fault.remedy)
        return
    yield from lint_crossings(plan, (), brought)


def lint_lists(plan: Plan, state: State) -> Iterator[Finding]:
    """Hold the first list of each key against the last one of earlier ceremonies."""
    seen: set[str] = set()
    for step, told in plan.steps_with(CrlParameters):
        yield from _lint_named(plan, state, step, told)
        if told.key not in seen:
            seen.add(told.key)
            yield from _lint_list(plan, state, step, told)


def _lint_named(
    plan: Plan, state: State, step: Step, told: CrlParameters
) -> Iterator[Finding]:
    """Tell what a list revokes by name which is not its issuer's, by the journal.

    Of a key that gets its certificate only in the ceremony the room tells.
    """
    if not certificate_of_key(state, told.key):
        return
    for number, item in enumerate(told.revoked):
        if read_revoked(item).certificate not in state.certificates:
            continue
        try:
            verify_listed(step, state, told.key, [item])
        except RefusedError as refusal:
            place = plan.step_place(step, "with", "revoked", number)
            yield error(refusal.code, place, str(refusal), refusal.remedy)


def _lint_list(
    plan: Plan, state: State, step: Step, told: CrlParameters
) -> Iterator[Finding]:
    before = last_lists(state, followed_keys(state, told.key))
    last = max(before, key=lambda crl: crl.number, default=None)
    if last is not None and told.number <= last.number:
        yield error(
            "CONDUCT-EARLIER-09",
            plan.step_place(step, "with", "number"),
            f"Step {step.id} gives the number {told.number}, and the last list of "
            f"{signer_text(state, told.key, last)} in the journal has {last.number}.",
            "Give a number above it.",
        )
    known = [
        item
        for item in told.revoked
        if read_revoked(item).certificate in ("", *state.certificates)
    ]
    try:
        verify_kept(state, step, told.key, known, before=before)
    except RefusedError as refusal:
        place = plan.step_place(step, "with")
        yield error(refusal.code, place, str(refusal), refusal.remedy)
        return
    for number, item in enumerate(told.revoked):
        what, now = item.split(" ", 1)
        for each in corrections(state, [item], before=before):
            yield warning(
                "CONDUCT-CRL-07",
                plan.step_place(step, "with", "revoked", number),
                f"Step {step.id} changes what the journal has of {what}: from "
                f"{each.told} to {now}.",
                "See that this is meant: from then on the list says so.",
            )
