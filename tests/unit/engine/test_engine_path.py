"""The path of a certificate: what it keeps from closing, and how it reads."""

from __future__ import annotations

from dataclasses import replace

from ceremony.engine.facts import Outcome, PathChecked, StepClosed
from ceremony.engine.fold import fold
from ceremony.engine.steps.path import path_lines
from ceremony.engine.transcript import Line, Mark
from ceremony.identifiers import Digest
from tests.fakes.walked_record import allowed, at, refusal

VALID = PathChecked("pyhanko-certvalidator", "0.33", (Digest("aa" * 32),) * 2)
FAULT = replace(VALID, rule="PKI-PATH-05", text="It is too long.")


def test_a_step_closes_only_where_the_path_is_valid() -> None:
    moment = at("2.12", StepClosed)
    for path, passes in ((None, True), (VALID, True), (FAULT, False)):
        made = at("2.12", Outcome)
        assert isinstance(made.command.fact, Outcome)
        told = fold(made.before, made.event, replace(made.command.fact, path=path))
        state = replace(moment.before, paths=told.paths)
        if passes:
            allowed(state, moment.command)
        else:
            assert refusal(state, moment.command) == "ENGINE-PATH-01"


def test_only_an_outcome_with_a_certificate_may_tell_of_a_path() -> None:
    moment = at("2.5", Outcome)
    assert isinstance(moment.command.fact, Outcome)
    told = replace(moment.command.fact, path=VALID)
    command = replace(moment.command, fact=told)
    assert refusal(moment.before, command) == "ENGINE-DEVICE-03"


def test_the_path_of_a_certificate_is_kept() -> None:
    moment = at("2.12", Outcome)
    assert isinstance(moment.command.fact, Outcome)
    told = replace(moment.command.fact, path=FAULT)
    assert fold(moment.before, moment.event, told).paths == {told.thing: FAULT}
    assert moment.after.paths == {}


def test_a_path_reads_as_valid_or_as_a_mark() -> None:
    assert path_lines(None) == ()
    told = "2 certificates up to the trust anchor, valid by RFC 5280"
    assert path_lines(VALID) == (Line("path", told, mark=Mark.PASS),)
    one = replace(VALID, certificates=VALID.certificates[:1])
    (line,) = path_lines(one)
    assert isinstance(line, Line)
    assert line.value.startswith("1 certificate up to")
    assert path_lines(FAULT) == (
        Line("path", "PKI-PATH-05: It is too long.", mark=Mark.FAIL),
        Line("", "NOT TO BE USED", strong=True),
    )
