"""What keeps a whole part, or a certificate, from being signed, on SoftHSM."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.act_script import REQUESTS
from tests.fakes.key_acts import put_script
from tests.rehearsals.made_act import BEGIN, write_act
from tests.rehearsals.stage import copy_site, folder_in_memory, run_scene
from tests.rehearsals.test_batch_paths import OWN, batch_act, batch_things, request_for

pytestmark = [pytest.mark.hsm, pytest.mark.slow]

WAIVERS = """\
waivers:
  - finding: pkix.invalid_uri_syntax
    certificate: root-cert
    owner: A. Able, security officer
    reason: The host of the isolated network has no domain.
    clause: RFC 5280, section 4.2.1.6
    expires: "2090-12-31"
"""
SCENE = """
import json, sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.actions import perform
from ceremony.conduct.actions.lint import record_lint
from ceremony.conduct.actions.order import order_for
from ceremony.conduct.demo import open_demo
from ceremony.conduct.rehearsal import gather
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from ceremony.errors import RefusedError
from ceremony.pack.answers import load_answers
from ceremony.pki.finding import Finding, LintReport, Severity

def stuck(count, left=[100]):
    left[0] -= 1
    if not left[0]:
        raise RuntimeError("numbers are drawn without end")
    return bytes([1] * count)

class Until:
    def __init__(self, *day):
        self.wall = datetime(*day, 23, 59, tzinfo=UTC)

    def now(self):
        return replace(SystemClock().now(), wall=self.wall)

workspace = Workspace(Path(sys.argv[1]))
with enter(workspace, open_demo(workspace), SystemClock()) as at:
    answers = load_answers(at.site.folder / "answers.yaml")
    room = at.conductor
    told = {}

    def carry_out():
        perform(room, gather(room, answers.step(room.current().id), at.pins))

    def refused(name, act):
        try:
            act()
        except RefusedError as error:
            told[name] = [error.code, error.meaning]

    while room.current().verb != "certificate.issue":
        carry_out()
    told["good"] = room.state.sets["asked"].good
    before, room.random = room.random, stuck
    refused("serial", carry_out)
    room.random = before
    kept, room.clock = room.clock, Until(2090, 12, 31)
    refused("outlives", carry_out)
    room.clock = kept
    found = (Finding("PKI-SKI-01", Severity.ERROR, "It is wrong."),)
    report = LintReport("northmoor-server", 19, found, None)
    told_of = {"stage": "before-signing", "actor": room.performer(room.current())}
    refused("lint", lambda: record_lint(room, report, subject="servers", **told_of))
    root = room.script.thing("root-cert")
    for name, day in (("last", (2090, 12, 31)), ("after", (2091, 1, 1))):
        room.clock = Until(*day)
        told[name] = [each.finding for each in order_for(room, root).waivers]
    told["parts"] = list(room.state.parts)
    told["intents"] = sum(
        getattr(each.fact, "part", None) is not None for each in room.facts
    )
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(site_base: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    made = tmp_path_factory.mktemp("before-signing")
    act = [*BEGIN, *batch_act()]
    things = ["root-hsm: {kind: token, title: Root token}", *batch_things()]
    script, answers = write_act(made, things, act, profiles=OWN, section=WAIVERS)
    with folder_in_memory("before-signing", made) as folder:
        workspace = folder / "workspace"
        site = copy_site(site_base, workspace)
        put_script(site, script, answers)
        for file, raw in OWN.items():
            (site / file).write_bytes(raw)
        (site / REQUESTS).mkdir()
        for number, host in ((1, "a"), (2, "b")):
            path = site / REQUESTS / f"request-{number}.csr"
            path.write_bytes(request_for(number, f"{host}.northmoor.example"))
        found: dict[str, Any] = run_scene("-c", SCENE, workspace, measured=True)
    return found


def test_a_generator_that_is_stuck_ends_the_step_and_not_the_day(
    told: dict[str, Any],
) -> None:
    assert told["good"] == 2
    assert told["serial"][0] == "CONDUCT-EARLIER-07"


def test_certificates_that_outlive_their_issuer_by_now_are_found_before_any_is_signed(
    told: dict[str, Any],
) -> None:
    assert told["outlives"][0] == "CONDUCT-LINT-01"
    assert told["parts"] == []
    assert told["intents"] == 0


def test_a_lint_that_stops_a_part_says_that_earlier_parts_stand(
    told: dict[str, Any],
) -> None:
    code, meaning = told["lint"]
    assert code == "CONDUCT-LINT-01"
    assert "earlier parts issued stands" in meaning


def test_a_waiver_that_expires_after_the_opening_is_none_for_the_lint(
    told: dict[str, Any],
) -> None:
    assert told["last"] == ["pkix.invalid_uri_syntax"]
    assert told["after"] == []
