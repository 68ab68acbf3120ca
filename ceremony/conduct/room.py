"""Enter the room: a ceremony opened with its site, tokens, journal and PINs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ceremony import canonical
from ceremony.clock import Clock
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.devices import Devices
from ceremony.conduct.lint_beside import LintBeside
from ceremony.conduct.log import Log
from ceremony.conduct.pins import FixedPinSource, PinSource, ReaderPinSource
from ceremony.conduct.site import (
    BINDING,
    ROOM_POLICY,
    SITE_POLICY,
    TRUST_POLICY,
    Site,
    load_site,
)
from ceremony.conduct.workspace import Plan, Workspace
from ceremony.engine.fact_codec import decode_fact
from ceremony.engine.facts import Opened
from ceremony.errors import EvidenceError, RefusedError
from ceremony.identifiers import CeremonyId
from ceremony.journal.store import JournalStore
from ceremony.pack.binding import encode_binding_json
from ceremony.pack.record import SCRIPT
from ceremony.pki.linter import Linter
from ceremony.script.decode import decode_script
from ceremony.script.model import Script
from ceremony.script.own_profile import BLOB, bind_recorded


@dataclass(frozen=True, slots=True)
class Room:
    """An opened ceremony with everything around it."""

    workspace: Workspace
    plan: Plan
    site: Site
    conductor: Conductor
    pins: PinSource


@contextmanager
def enter(
    workspace: Workspace,
    ceremony: str,
    clock: Clock,
    typed_pins: PinSource | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> Iterator[Room]:
    """Open a ceremony of a workspace.

    The journal is verified, the evidence token opened and the journal compared with
    its anchor before anything else happens.

    Args:
        workspace: Where the ceremony was opened.
        ceremony: Its id.
        clock: What time it is.
        typed_pins: Where PINs come from that the site does not fix.
        told: Is told of each PIN that is to be entered at a reader.

    Raises:
        CeremonyError: Something is missing, locked or does not follow.
    """
    plan = workspace.plan(ceremony)
    site = load_site(plan.site)
    pins = typed_pins
    if site.pins is not None:
        pins = FixedPinSource(site.binding, site.pins, typed_pins)
    if pins is None:
        raise TypeError("a site without fixed PINs needs somebody who types them")
    pins = ReaderPinSource(site.binding, pins, told)
    with (
        workspace.journal(plan.mode) as journal,
        workspace.private(plan.mode) as private,
        Devices(site.binding) as devices,
        Linter(LintBeside) as linter,
    ):
        journal.verify()
        log = Log(journal, devices, clock)
        script = opened_script(journal, plan.ceremony)
        verify_same_site(site, opening_of(journal, plan.ceremony))
        with pins.evidence_pin() as pin:
            devices.open_evidence(pin)
        log.verify_anchor()
        conductor = Conductor(
            plan.ceremony,
            script,
            log=log,
            private=private,
            devices=devices,
            policy=site.site_policy,
            clock=clock,
            linter=linter,
        )
        yield Room(workspace, plan, site, conductor, pins)


def opening_of(journal: JournalStore, ceremony: CeremonyId) -> Opened:
    """Read the first fact of a ceremony.

    Raises:
        EvidenceError: ``CONDUCT-SCRIPT-01``: the journal holds no such ceremony.
    """
    for event in journal.events(ceremony):
        fact = decode_fact(event.type, event.data)
        if isinstance(fact, Opened):
            return fact
        break
    raise _nothing_of(ceremony)


def verify_same_site(site: Site, opened: Opened) -> None:
    """Insist that the site's files are those with which the ceremony was opened.

    Raises:
        RefusedError: ``CONDUCT-SITE-02``: one of them was changed since.
    """
    binding = encode_binding_json(site.binding, {it.person for it in opened.seats})
    now = {
        BINDING: (canonical.digest(binding), opened.binding),
        SITE_POLICY: (canonical.digest(site.raw[SITE_POLICY]), opened.site_policy),
        ROOM_POLICY: (canonical.digest(site.raw[ROOM_POLICY]), opened.room_policy),
        TRUST_POLICY: (canonical.digest(site.raw[TRUST_POLICY]), opened.trust_policy),
    }
    changed = [name for name, (found, known) in now.items() if found != known]
    if changed:
        raise RefusedError(
            "CONDUCT-SITE-02",
            f"{' and '.join(changed)} changed since the ceremony was opened.",
            meaning="No token was touched; what is recorded stands.",
            remedy="Put the files back as they were, or open a new ceremony.",
        )


def opened_script(journal: JournalStore, ceremony: CeremonyId) -> Script:
    """Read the script that a ceremony was opened with, from the journal itself.

    Its own profiles are those of the journal too, whatever lies beside it today.

    Raises:
        EvidenceError: ``CONDUCT-SCRIPT-01``: the journal holds no such ceremony.
    """
    for event in journal.events(ceremony):
        known = {blob.name: blob.sha256 for blob in event.blobs}
        if SCRIPT not in known:
            break
        script = decode_script(journal.blob(known[SCRIPT]), SCRIPT)
        names = [f"{BLOB}{own.file}" for own in script.profiles]
        return bind_recorded(
            script, {name: journal.blob(known[name]) for name in names if name in known}
        )
    raise _nothing_of(ceremony)


def _nothing_of(ceremony: CeremonyId) -> EvidenceError:
    return EvidenceError(
        "CONDUCT-SCRIPT-01",
        f"The journal holds nothing of {ceremony}.",
        meaning="The ceremony was never opened, or this is not its journal.",
        remedy="Name the workspace in which it was opened, or open it again.",
    )
