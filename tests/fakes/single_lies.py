"""Lies about one request that is answered by itself, and a record that tells the truth.

The first meter's request comes twice: what is given first is refused, and the second is
the one that the script has approved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ceremony import canonical
from ceremony.engine.facts import (
    RequestRefused,
    RequestsGiven,
    RequestsJudged,
    RuleCount,
)
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.request_file import Imported
from ceremony.pki.request_judgement import RequestFinding, RequestJudgement
from ceremony.pki.request_results import Tally, encode_results
from ceremony.pki.request_set import judge_requests
from ceremony.script.model import Step
from tests.fakes.batch_site import pem
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.made_requests import EUI, device_csr
from tests.fakes.made_up_site import SoftwareKey
from tests.fakes.record_batch import AGAIN, METER, build_batch
from tests.fakes.record_builder import BuiltRecord, RecordBuilder
from tests.fakes.record_devices import TIME, performer

TAKEN: Final = "2.15"
"""The step that takes the meter's request in."""

STATED: Final = "PKI-CSR-33"
PROFILE: Final = load_builtin_profile("smki-device-ds")
OTHER: Final = device_csr(SoftwareKey("meter"), "90b3d51f300000ff")
"""The meter's key asks for another meter: DER."""


def refused(der: bytes, rule: str) -> RequestJudgement:
    """Say of a request that is good by itself that it breaks a rule."""
    (alone,) = judge_requests([Imported("meter.csr", 1, der)], PROFILE)
    assert alone.is_good
    finding = RequestFinding(rule, "It is not what is stated.", "this tool's own")
    return replace(alone, findings=(finding,), values={})


def refuse_first(builder: RecordBuilder, step: Step, der: bytes, rule: str) -> None:
    """Record that a request was given for the meter's, and refused by a rule."""
    if step.id != TAKEN:
        return
    name = str(step.parameters["request"])
    profile, actor = builder.script.thing(name).profile, performer(builder, step)
    kept = pem(der).encode()
    given = RequestsGiven(name, profile, 1, len(kept), canonical.digest(kept))
    builder.record(given, actor=actor)
    results = b"".join(encode_results([refused(der, rule)], PROFILE, Tally()))
    judged = RequestsJudged(
        name,
        profile,
        0,
        1,
        canonical.digest(results),
        f"{builder.now().wall:{TIME}}",
        failures=(RuleCount(rule, 1),),
        first=(RequestRefused(1, "meter.csr", (rule,)),),
        refused_requests=canonical.digest(kept),
    )
    contents = {f"results-{name}.jsonl": results, f"refused-{name}.pem": kept}
    builder.record(judged, actor=actor, contents=contents)


def build_twice(der: bytes = OTHER, rule: str = STATED) -> BuiltRecord:
    """Make the record up in which a request is refused before the right one comes."""
    return build_batch(
        Forgery(before=lambda builder, step: refuse_first(builder, step, der, rule))
    )


def approved_for_another(raw: bytes) -> bytes:
    """Let the script approve another meter than the one that asks."""
    before = f"{{hardware-serial: {EUI}}}".encode()
    assert raw.count(before) == 1
    return raw.replace(before, b"{hardware-serial: 90b3d51f3000eeee}")


def answered_again(raw: bytes) -> bytes:
    """Let the script answer the meter's request once more."""
    lines = raw.splitlines(keepends=True)
    made, issue, end = (
        next(line for line in lines if told in line)
        for told in (b"  meter-certificate: ", b'"2.16"', b'"2.20"')
    )
    again, issue_again = (
        line.replace(b"meter-certificate", AGAIN.encode()) for line in (made, issue)
    )
    steps = issue_again.replace(b"2.16", b"2.20") + end.replace(b"2.20", b"2.21")
    return raw.replace(made, made + again).replace(end, steps)


SINGLE_LIES: Final[Mapping[str, Lie]] = {
    "a-good-request-refused-for-what-the-script-states": Lie(
        "12", "VERIFY-BATCH-30", lambda: build_twice(METER), f"step {TAKEN}"
    ),
    "another-meter-refused-for-its-path": Lie(
        "12",
        "VERIFY-BATCH-30",
        lambda: build_twice(rule="PKI-PATH-06"),
        f"step {TAKEN}",
    ),
    "a-request-taken-in-that-the-script-does-not-approve": Lie(
        "12",
        STATED,
        lambda: build_batch(Forgery(script=approved_for_another, stop_after=TAKEN)),
        f"step {TAKEN}",
    ),
    "a-request-answered-twice": Lie(
        "12",
        "ENGINE-ISSUE-05",
        lambda: build_batch(Forgery(script=answered_again)),
        "step 2.20",
    ),
}
"""Every such lie, by a name that says what it is."""
