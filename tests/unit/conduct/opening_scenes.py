"""What the opening makes of a site: refusals, and a hardware list in a real room."""

from __future__ import annotations

import json
from dataclasses import replace

from ceremony.clock import SystemClock
from ceremony.conduct import step_view
from ceremony.conduct.opening import Wish, open_ceremony
from ceremony.conduct.preflight import verify_room_policy
from ceremony.conduct.room import Room
from ceremony.conduct.site import load_site
from ceremony.conduct.token_view import view_tokens
from ceremony.conduct.views import status
from ceremony.conduct.workspace import Workspace
from ceremony.engine.fact_codec import encode_fact
from ceremony.engine.facts import Outcome
from ceremony.hardware.certification import CertificateStatus
from ceremony.identifiers import CeremonyId, Mode, PersonId
from ceremony.journal.event import Draft
from ceremony.pack.hardware_file import HardwareList
from ceremony.pack.room_policy import load_room_preset
from ceremony.pack.roster_file import load_roster
from ceremony.script.decode import load_script
from tests.fakes.certified import RECORD, VALID_DAYS
from tests.fakes.record_builder import build_record


def a_person_without_a_token(at: Room) -> None:
    site = load_site(at.site.folder)
    people = load_roster(at.site.folder / "roster.toml")
    stranger = replace(people[0], id=PersonId("z-09"))
    script = load_script(at.site.folder / "script.yaml")
    wish = Wish(script, (stranger, *people[1:]), site, Mode.REHEARSAL)
    open_ceremony(Workspace(at.workspace.folder / "other"), wish, SystemClock())


def a_room_policy_of_another_kind(_: Room) -> None:
    verify_room_policy(load_room_preset("standard"))
    verify_room_policy(load_room_preset("strict"))


def a_certificate_that_is_revoked(at: Room) -> None:
    site = load_site(at.site.folder)
    bound = site.binding.tokens[0]
    revoked = replace(RECORD, serial=bound.serial, status=CertificateStatus.REVOKED)
    people = load_roster(at.site.folder / "roster.toml")
    script = load_script(at.site.folder / "script.yaml")
    listed = replace(site, hardware=HardwareList(VALID_DAYS, (revoked,)))
    wish = Wish(script, people, listed, Mode.REHEARSAL)
    open_ceremony(Workspace(at.workspace.folder / "other"), wish, SystemClock())


def a_live_key_that_a_rehearsal_would_wipe(at: Room) -> None:
    site = load_site(at.site.folder)
    people = load_roster(at.site.folder / "roster.toml")
    script = load_script(at.site.folder / "script.yaml")
    serial = site.binding.token("root-hsm").serial
    made = next(
        known.fact
        for known in build_record().builder.facts
        if isinstance(known.fact, Outcome) and known.fact.key is not None
    )
    told = Draft(made.type, encode_fact(replace(made, serial=serial)))
    other, clock = Workspace(at.workspace.folder / "live"), SystemClock()
    other.create_journal(Mode.LIVE, site.binding.origin)
    with other.journal(Mode.LIVE) as live:
        live.append(CeremonyId("KC-2026-001"), script.digest, [told], {}, clock.now())
    open_ceremony(other, Wish(script, people, site, Mode.REHEARSAL), clock)


def list_hardware(workspace: Workspace) -> None:
    """Write a hardware list with one certificate, of the root token."""
    site = workspace.folder / "site"
    bound = load_site(site).binding.token("root-hsm")
    told = {
        "serial": bound.serial,
        "standard": RECORD.standard,
        "level": RECORD.level,
        "certificate": RECORD.certificate,
        "status": RECORD.status.value,
        "looked-up": SystemClock().now().wall.date().isoformat(),
        "firmware-reported": RECORD.firmware_reported,
        "firmware-by-token": RECORD.firmware_by_token,
        "approved-mode": RECORD.approved_mode.value,
        "approved-mode-read": RECORD.approved_mode_read,
        "source": RECORD.source,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in told.items()]
    versions = json.dumps(list(RECORD.firmware_certified))
    (site / "hardware.toml").write_text(
        f"valid-days = {VALID_DAYS}\n[[certification]]\n"
        f"firmware-certified = {versions}\n" + "\n".join(lines) + "\n"
    )


def certificates_shown(at: Room) -> dict[str, object]:
    """Tell what journal, token sheet and review card say of certificates."""
    opened = at.conductor.state.opened
    assert opened is not None
    step = next(s for s in at.conductor.script.steps if s.verb == "token.initialise")
    return {
        "days": opened.valid_days,
        "journal": [
            [token.name, each.certificate, each.firmware_by_token]
            for token in opened.tokens
            for each in token.certifications
        ],
        "sheet": [list(token.certified) for token in view_tokens(at.conductor)],
        "card": [
            each.value
            for each in step_view.review_of(at.conductor, step).told
            if each.label == "Certified"
        ],
        "status": list(status(at.conductor.ceremony, at.conductor.state).certified),
    }
