"""A waiver that holds at the opening and no more when it comes to sign, on SoftHSM."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ceremony.clock import SystemClock
from tests.fakes.key_acts import put_script
from tests.rehearsals.made_act import BEGIN, write_act
from tests.rehearsals.stage import copy_site, folder_in_memory, run_scene
from tests.rehearsals.test_kinds_of_ca import issued, made_keys, pair, self_signed
from tests.rehearsals.test_own_profiles import LIST

pytestmark = [pytest.mark.hsm, pytest.mark.slow]

# It holds on the day of the opening and, at midnight, on the one after it.
LAST_DAY = SystemClock().now().wall.date() + timedelta(days=1)
WAIVED = f"""\
    owner: A. Able, security officer
    reason: The host of the isolated network has no domain.
    clause: Northmoor CPS, section 4.9.7
    expires: "{LAST_DAY}"
"""
WAIVERS = f"""\
waivers:
  - finding: pkix.invalid_uri_syntax
    certificate: below-cert
{WAIVED}\
  - finding: cabf.arl_invalid_validity_period
    crl: arl
{WAIVED}\
"""
PLACE = (
    "certificate.tbsCertificate.extensions.2.extnValue.cRLDistributionPoints.0."
    "distributionPoint.fullName.0.uniformResourceIdentifier"
)
THIS_UPDATE = "certificateList.tbsCertList.thisUpdate"
OWN = {"northmoor-list.yaml": LIST.replace(b"northmoor-root", b"root-ca-ec-p384")}
SCENE = """
import json, sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.actions import perform
from ceremony.conduct.demo import open_demo
from ceremony.conduct.rehearsal import gather
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import Intent, Linted
from ceremony.errors import RefusedError
from ceremony.pack.answers import load_answers

class On:
    def __init__(self, day):
        self.wall = datetime(day.year, day.month, day.day, tzinfo=UTC)

    def now(self):
        return replace(SystemClock().now(), wall=self.wall)

workspace, after = Workspace(Path(sys.argv[1])), On(date.fromisoformat(sys.argv[2]))
with enter(workspace, open_demo(workspace), SystemClock()) as at:
    answers = load_answers(at.site.folder / "answers.yaml")
    room = at.conductor
    told = {}

    def carry_out():
        perform(room, gather(room, answers.step(room.current().id), at.pins))

    def facts(kind):
        return [each.fact for each in room.facts if isinstance(each.fact, kind)]

    for verb in ("certificate.issue", "crl.issue"):
        while room.current().verb != verb:
            carry_out()
        step, asked = room.current().id, len(facts(Intent))
        told[verb] = ["no refusal", "", ""]
        kept, room.clock = room.clock, after
        try:
            carry_out()
        except RefusedError as error:
            told[verb] = [error.code, str(error), error.meaning]
            told[verb, "remedy"] = error.remedy
            told[verb, "place"] = f"step {step} at {room.current().place}"
        second = facts(Linted)[-1].second
        told[verb, "found"] = [[f.rule, f.waived] for f in second.findings]
        told[verb, "asked"] = len(facts(Intent)) - asked
        told[verb, "stands"] = room.current().id == step
        told[verb, "made"] = [*room.state.certificates, *room.state.crls]
        room.clock = kept
        if told[verb, "stands"]:
            carry_out()
        told[verb, "later"] = [*room.state.certificates, *room.state.crls]
print(json.dumps({" ".join(k) if k.__class__ is tuple else k: v
                  for k, v in told.items()}))
"""

REQUIREMENTS = "CA/Browser Forum TLS Baseline Requirements"


def told_waiver(finding: str, subject: str) -> str:
    """Give the sentence in which one of the two waivers is told."""
    return (
        f"Waiver: {finding} in {subject} is waived by A. Able, security officer until "
        f"{LAST_DAY}: The host of the isolated network has no domain [Northmoor CPS, "
        "section 4.9.7]."
    )


def put_waived_act(site: Path, made: Path) -> None:
    """Let a script whose certificate and list are waived be what a site approves.

    Args:
        site: A site of the demo.
        made: An empty folder.
    """
    values = "values: {organization: Northmoor, country: GB"
    root = f"profile: root-ca-ec-p384, common-name: Root, {values}}}"
    below = f"profile: issuing-ca-ec-p384, common-name: Below, {values}"
    things = [
        "root-hsm: {kind: token, title: Root token}",
        *pair("root", root, "P-384"),
        *pair("below", f"{below}, crl-urls: http://crl/root.crl}}", "P-384"),
        "below-request: {kind: request, title: Request}",
        "arl: {kind: crl, title: ARL, profile: northmoor-list}",
    ]
    act = [
        *BEGIN,
        *made_keys(["root", "below"]),
        self_signed("root"),
        *issued("root", "below"),
        "crl.issue, irreversible: true, with: {key: root, crl: arl, number: 1}",
    ]
    script, answers = write_act(made, things, act, profiles=OWN, section=WAIVERS)
    put_script(site, script, answers)
    for file, raw in OWN.items():
        (site / file).write_bytes(raw)


@pytest.fixture(scope="module")
def told(site_base: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    made = tmp_path_factory.mktemp("expired")
    with folder_in_memory("expired", made) as folder:
        workspace = folder / "workspace"
        site = copy_site(site_base, workspace)
        put_waived_act(site, made)
        day = LAST_DAY + timedelta(days=1)
        found: dict[str, Any] = run_scene("-c", SCENE, workspace, str(day))
    return found


@pytest.mark.parametrize(
    ("verb", "subject", "finding", "where"),
    [
        (
            "certificate.issue",
            "below-cert",
            "pkix.invalid_uri_syntax",
            f"[RFC 5280, section 4.2.1.6]: {PLACE}: Invalid URI syntax",
        ),
        (
            "crl.issue",
            "arl",
            "cabf.arl_invalid_validity_period",
            f"[{REQUIREMENTS}, section 7.2]: {THIS_UPDATE}: Validity",
        ),
    ],
)
def test_what_a_waiver_let_be_at_the_opening_is_not_signed_after_its_last_day(
    told: dict[str, Any], verb: str, subject: str, finding: str, where: str
) -> None:
    code, message, meaning = told[verb]
    assert code == "CONDUCT-LINT-01"
    assert message.startswith(
        f"The lint of {subject} found an error: {finding} {where}"
    )
    lapse = "Its waiver by A. Able, security officer has lapsed: its last day was "
    assert f" {lapse}{LAST_DAY}. " in message
    assert told[f"{verb} place"] in message
    assert message.endswith(f"the report is lint-{subject}-before-signing.json.")
    assert told[f"{verb} remedy"].startswith(
        "Correct what is found, or have the owner of the waiver decide again"
    )
    assert meaning == "No key was made and nothing was signed."
    assert [finding, ""] in told[f"{verb} found"]
    assert told[f"{verb} asked"] == 0
    assert told[f"{verb} stands"] is True
    assert subject not in told[f"{verb} made"]
    # The day alone kept it: while the waiver holds, the same step signs.
    assert subject in told[f"{verb} later"]
