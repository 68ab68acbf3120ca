"""What the review card says of the environment: there where the script says one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from ceremony.clock import Clock, SystemClock
from ceremony.conduct.batch_view import told_of_batch
from ceremony.conduct.certificate_view import told_of_certificate
from ceremony.engine.state import State
from ceremony.pack.record import read_record
from ceremony.report.paper.render import render_paper
from ceremony.report.paper.source import blank
from ceremony.script.decode import decode_script
from ceremony.script.model import Script
from tests.fakes.own_profiles import own_script, script_for
from tests.fakes.pdf_text import text_of
from tests.fakes.record_batch import build_batch


@dataclass(frozen=True)
class Held:
    """As much of a conductor as a card reads."""

    state: State
    script: Script
    clock: Clock = field(default_factory=SystemClock)


@pytest.mark.parametrize("environment", ["", "test"])
def test_the_card_of_a_certificate_tells_the_environment(environment: str) -> None:
    state = read_record(build_batch().files).state
    step = next(
        each for each in state.script.steps if each.verb == "certificate.self-sign"
    )
    thing = state.script.thing(str(step.parameters["certificate"]))
    held = Held(state, replace(state.script, environment=environment))
    told = [row[:2] for row in told_of_certificate(held, step)]  # type: ignore[arg-type]  # see Held
    assert told[-1] == (
        ("Environment", environment) if environment else ("Profile", thing.profile)
    )


@pytest.mark.parametrize("environment", ["", "production"])
def test_the_card_of_a_batch_tells_the_environment(environment: str) -> None:
    record = read_record(build_batch().files)
    script = record.state.script
    step = next(
        each
        for each in script.steps
        if each.parameters.get("certificate") in (record.state.parts)
    )
    held = Held(record.state, replace(script, environment=environment))
    told = {label: text for label, text, _ in told_of_batch(held, step)}  # type: ignore[arg-type]  # see Held
    assert told.get("Environment", "") == environment
    assert told["Profile"]


def test_the_script_on_paper_tells_the_environment() -> None:
    unsaid = own_script().replace("environment: test\n", "", 1)
    for text, is_told in ((script_for("production"), True), (unsaid, False)):
        paper = render_paper(blank(decode_script(text.encode(), "script.yaml")))
        told = "Certificate policies of the environment production."
        printed = " ".join(text_of(paper.pdf).split())
        assert (told in printed) is is_told
        assert ("Certificate policies of" in printed) is is_told
