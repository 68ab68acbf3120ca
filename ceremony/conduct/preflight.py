"""What a script says exists already, held against the site's journal beforehand.

The same search is made when the ceremony is opened, and the same rules are asked in the
room; here it is told before people travel. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import partial

from ceremony.check.findings import Finding, error, warning
from ceremony.check.plan import Plan, read_plan
from ceremony.conduct.brought import find_brought, verify_numbers
from ceremony.conduct.crossable import refused_crossings
from ceremony.conduct.earlier import find_earlier
from ceremony.conduct.evidence_bound import (
    evidence_rules,
    verify_person,
    warn_of_ended,
)
from ceremony.conduct.expired import refused_expired
from ceremony.conduct.known import Known
from ceremony.conduct.listable import (
    Where,
    refused_contents,
    refused_days,
    refused_lists,
    warn_of_corrections,
    warn_of_early_days,
)
from ceremony.conduct.renewable import refused_renewals, replaced_renewals
from ceremony.conduct.replaced import Journal
from ceremony.conduct.revoked_issuer import refused_issuers
from ceremony.conduct.site import BINDING, ROOM_POLICY, TRUST_POLICY, Site
from ceremony.conduct.succeeding import warn_of_silent
from ceremony.conduct.unknown_serial import KnownNumbers, numbered_besides
from ceremony.conduct.wiped import lint_wiped, read_histories, wipes
from ceremony.conduct.workspace import Workspace
from ceremony.engine.opening import (
    verify_allowed,
    verify_bound,
    verify_environment,
    verify_founded,
)
from ceremony.errors import InputError, Place, RefusedError
from ceremony.identifiers import Digest, Mode
from ceremony.journal.store import JournalStore
from ceremony.pack.binding import SiteBinding, verify_binding
from ceremony.pack.policy import TrustPolicy
from ceremony.pack.room_policy import RoomPolicy, load_room_preset
from ceremony.register.history import History, read_history
from ceremony.script.model import Script, Step


def check_against_journal(  # noqa: PLR0913  each is another part of what is known
    workspace: Workspace,
    mode: Mode,
    script: Script,
    *,
    serials: Mapping[str, str],
    files: Mapping[str, bytes],
    today: date,
) -> tuple[Finding, ...]:
    """Tell what of a sound script does not fit to what the site's journal has.

    Args:
        workspace: Where the journal is.
        mode: Whose journal is asked.
        script: The script; its own check found no error.
        serials: The serial of each token that the site binds, by name.
        files: What the site has of other CAs, by file name.
        today: The day, UTC.

    Raises:
        EvidenceError: The journal does not follow from itself.
        StorageError: It cannot be read.
    """
    plan = read_plan(script)
    is_later = any(thing.is_earlier for thing in script.things)
    path = workspace.journal_path(mode)
    if not path.exists():
        lives = read_histories(workspace, mode, History()) if wipes(plan) else {}
        return (
            *_without_journal(plan, mode, files, today),
            *lint_wiped(plan, serials, (), lives),
        )
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
        kept = Journal(history, journal.blob)
        known = Known(script, found, brought, kept, mode, today)
        numbers = KnownNumbers(kept, mode, partial(numbered_besides, journal))
        every = read_histories(workspace, mode, history) if wipes(plan) else {}
        return (
            *lint_refused(plan, known),
            *warn_of_corrections(plan, found),
            *warn_of_early_days(plan, found),
            *numbers.warn_of_unknown(plan, found, brought),
            *lint_wiped(plan, serials, found, every),
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
    yield from _warn_of_people(site.binding)
    yield from warn_of_ended(site.binding, at)


def _warn_of_people(binding: SiteBinding) -> Iterator[Finding]:
    """Tell whose evidence keeps each ceremony from being opened that seats them.

    Who has a seat only a roster says, and it is known at the opening.
    """
    for person in binding.people:
        try:
            verify_person(binding, person)
        except (InputError, RefusedError) as refusal:
            yield warning(
                refusal.code,
                Place(BINDING),
                f"{refusal} No ceremony is opened with {person.id} on its roster.",
                refusal.remedy,
            )


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


def lint_refused(plan: Plan, known: Known) -> Iterator[Finding]:
    """Tell what the room would refuse, each with its place in the script."""
    for step, where, refusal in refused_beforehand(known):
        place = plan.step_place(step, "with", *where)
        yield error(refusal.code, place, str(refusal), refusal.remedy)


def refused_beforehand(
    known: Known,
) -> Iterator[tuple[Step, Where, RefusedError]]:
    """Find what the room would refuse, by what is known before it is entered.

    Args:
        known: What is known.

    Yields:
        The step, where in its parameters the fault is, and why it is refused:
        ``CONDUCT-CRL-03``, ``CONDUCT-CROSS-01``, ``CONDUCT-EARLIER-09``,
        ``CONDUCT-ISSUER-01``, ``CONDUCT-RENEW-01`` or ``-02``, ``ENGINE-CRL-01``,
        ``ENGINE-EARLIER-03``, ``ENGINE-ISSUE-04``, ``ENGINE-RENEW-02`` or ``-03``.

    Raises:
        CeremonyError: What the journal or a file keeps cannot be read.
    """
    script, found, mode = known.script, known.found, known.mode
    history = known.journal.history
    # Whether a list keeps all is known only once each one before it goes along.
    for step, refusal in refused_lists(script, found, history, mode):
        yield step, ("key",), refusal
    yield from refused_contents(script, found)
    for parameter, refused in (
        ("key", refused_issuers(known)),
        ("key", refused_expired(known)),
        ("renews", refused_renewals(script, found, history, mode)),
        ("renews", replaced_renewals(script, found, known.journal)),
        ("certificate", refused_crossings(script, found, known.brought)),
    ):
        for step, refusal in refused:
            yield step, (parameter,), refusal


def _without_journal(
    plan: Plan, mode: Mode, files: Mapping[str, bytes], today: date
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
    nothing = Journal(History(), _kept_by_none)
    known = Known(plan.script, (), brought, nothing, mode, today)
    yield from lint_refused(plan, known)


def _kept_by_none(digest: Digest) -> bytes:
    raise KeyError(digest)
