"""Who makes a CA anew under a name that it has already is told of the one before."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony import canonical
from ceremony.check.findings import Finding, FindingSeverity
from ceremony.check.plan import read_plan
from ceremony.conduct.preflight import check_against_journal
from ceremony.conduct.succeeding import warn_of_silent
from ceremony.conduct.workspace import Workspace
from ceremony.identifiers import Mode
from ceremony.journal.event import Draft
from ceremony.register.history import History
from ceremony.script.decode import decode_script
from ceremony.script.model import Script
from tests.fakes.record_renewal import build_before, second_script
from tests.fakes.record_succession import STEPS, named_otherwise
from tests.fakes.room_after import history_of

RULE = "CONDUCT-SUCCEED-01"
FIRST_KEY, LAST_KEY = "  issuing-dca: ", "  issuing-dca-certificate: "


def again() -> Script:
    """Give the first ceremony's script once more, which names nothing earlier."""
    return build_before().builder.script


def told(script: Script, history: History | None = None) -> list[Finding]:
    """Give the findings, by the journal of the first ceremony."""
    known = history_of(build_before().builder.facts) if history is None else history
    return list(warn_of_silent(read_plan(script), known))


def text_at(script: Script, finding: Finding) -> str:
    """Give the line of the script at which a finding points."""
    return script.raw.decode().splitlines()[finding.place.line - 1]


def test_each_ca_that_is_made_once_more_is_told_with_its_certificate_before() -> None:
    root, issuing = told(again())
    assert {root.rule, issuing.rule} == {RULE}
    assert {root.severity, issuing.severity} == {FindingSeverity.WARNING}
    assert text_at(again(), root).startswith("  root-dca-certificate: ")
    assert text_at(again(), issuing).startswith("  issuing-dca-certificate: ")
    (made,) = (
        each
        for each in build_before().builder.facts
        if each.event.data.get("thing") == "issuing-dca-certificate"
        and "certificate" in each.event.data
    )
    assert issuing.message == (
        f"Issuing DCA certificate is for CN=Z2, which has a certificate by "
        f"certificate.issue of ceremony {made.event.ceremony}, leaf {made.event.seq}, "
        "and the script names no earlier one."
    )


def test_what_no_ca_bears_yet_is_not_told() -> None:
    assert told(again(), History()) == []


def test_the_certificate_of_who_is_no_ca_is_not_told() -> None:
    """The meter is issued one in both, as are a batch of devices."""
    issued = {it.name for it in again().things} & {"meter-certificate"}
    assert issued
    assert all("meter" not in finding.message for finding in told(again()))


def test_a_script_that_names_an_earlier_certificate_or_key_is_not_told() -> None:
    raw = second_script(STEPS)
    assert told(decode_script(raw, "second.yaml")) == []
    lines = raw.decode().splitlines(keepends=True)
    for left_out in (FIRST_KEY, LAST_KEY):
        less = "".join(it for it in lines if not it.startswith(left_out))
        assert told(decode_script(less.encode(), "second.yaml")) == []
    neither = "".join(it for it in lines if not it.startswith((FIRST_KEY, LAST_KEY)))
    (finding,) = told(decode_script(neither.encode(), "second.yaml"))
    assert finding.message.startswith("Next certificate is for CN=Z2, ")


def test_another_cas_name_is_another_ca() -> None:
    raw = named_otherwise(second_script(STEPS))
    lines = raw.decode().splitlines(keepends=True)
    less = "".join(it for it in lines if not it.startswith((FIRST_KEY, LAST_KEY)))
    assert told(decode_script(less.encode(), "second.yaml")) == []


@pytest.mark.parametrize("mode", list(Mode))
def test_it_is_told_of_live_ceremonies_alone(tmp_path: Path, mode: Mode) -> None:
    """A rehearsal makes the same CAs as often as it is held."""
    workspace = Workspace(tmp_path)
    assert told_beforehand(workspace, mode) == []
    before = build_before()
    workspace.create_journal(mode, before.builder.site.origin)
    files = {canonical.digest(raw): raw for raw in before.files.values()}
    events = [recorded.event for recorded in before.builder.facts]
    drafts = [
        Draft(it.type, it.data, op=it.op, step=it.step, actor=it.actor, blobs=it.blobs)
        for it in events
    ]
    with workspace.journal(mode) as journal:
        at = events[0]
        journal.append(at.ceremony, at.script, drafts, files, at.t)
    expected = [RULE, RULE] if mode is Mode.LIVE else []
    assert told_beforehand(workspace, mode) == expected


def told_beforehand(workspace: Workspace, mode: Mode) -> list[str]:
    """Give the rule of each finding, as ``script check --site`` tells them."""
    script = again()
    findings = check_against_journal(workspace, mode, script, serials={}, files={})
    return [finding.rule for finding in findings]
