"""Who makes a CA anew under a name that it has already is told of the one before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ceremony import canonical
from ceremony.check.findings import Finding, FindingSeverity
from ceremony.check.plan import read_plan
from ceremony.conduct.preflight import check_against_journal
from ceremony.conduct.succeeding import warn_of_silent
from ceremony.conduct.workspace import Workspace
from ceremony.engine.revocation import CROSS_SIGN
from ceremony.identifiers import Mode
from ceremony.journal.event import Draft
from ceremony.register.history import History
from ceremony.script.decode import decode_script
from ceremony.script.model import Script
from tests.fakes.record_builder import START
from tests.fakes.record_renewal import build_before, second_script
from tests.fakes.record_succession import STEPS, named_otherwise
from tests.fakes.room_after import history_of

RULE = "CONDUCT-SUCCEED-01"
FIRST_KEY, LAST_KEY = "  issuing-dca: ", "  issuing-dca-certificate: "


def again() -> Script:
    """Give the first ceremony's script once more, which names nothing earlier."""
    return build_before().builder.script


def silent(change: Callable[[str], str] = lambda text: text) -> Script:
    """Give the script of the next key, which names nothing of the key before.

    Args:
        change: Changes it.
    """
    lines = second_script(STEPS).decode().splitlines(keepends=True)
    less = "".join(it for it in lines if not it.startswith((FIRST_KEY, LAST_KEY)))
    return decode_script(change(less).encode(), "second.yaml")


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
    (finding,) = told(silent())
    assert finding.message.startswith("Next certificate is for CN=Z2, ")


def test_a_certificate_by_which_another_ca_is_crossed_is_no_cas_own() -> None:
    """Neither one that is made, nor one that the site has made before."""
    crossing = silent(
        lambda text: text.replace(
            "certificate.issue, irreversible: true, with: {key: root-dca, ",
            f"{CROSS_SIGN}, irreversible: true, with: {{key: root-dca, ",
        )
    )
    assert [it.verb for it in crossing.steps].count(CROSS_SIGN) == 1
    assert told(crossing) == []

    history = history_of(build_before().builder.facts)
    history.acts = [
        replace(act, outcome=replace(act.outcome, verb=CROSS_SIGN))
        if act.outcome.thing == "issuing-dca-certificate"
        else act
        for act in history.acts
    ]
    assert told(silent(), history) == []


def test_a_certificate_of_another_ca_that_was_brought_is_not_told() -> None:
    other = "  other: {kind: certificate, title: Theirs, sha256: " + "ab" * 32 + "}\n"
    brought = silent(lambda text: text.replace("things:\n", f"things:\n{other}", 1))
    assert any(thing.is_brought for thing in brought.things)
    (finding,) = told(brought)
    assert finding.message.startswith("Next certificate is for CN=Z2, ")


def test_another_cas_name_is_another_ca() -> None:
    assert told(silent(lambda text: named_otherwise(text.encode()).decode())) == []


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
    findings = check_against_journal(
        workspace, mode, script, serials={}, files={}, today=START.date()
    )
    return [finding.rule for finding in findings]
