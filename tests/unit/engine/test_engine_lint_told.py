"""A lint that is told in a step is of what the step makes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.engine.facts import Intent, Linted
from ceremony.engine.made_for import certificates_for, requests_for
from tests.fakes.walked_record import allowed, at, refusal

OTHER = "issuing-oca-certificate"


@pytest.mark.parametrize("step", ["2.5", "2.7"])
@pytest.mark.parametrize(
    "changes",
    [
        {"subject": OTHER},
        {"subject": "nobody"},
        {"stage": "after-signing"},
        {"profile": "smki-root-dca"},
    ],
    ids=str,
)
def test_a_lint_of_something_else_is_not_told(
    step: str, changes: dict[str, str]
) -> None:
    moment = at(step, Linted)
    allowed(moment.before, moment.command)
    fact = moment.command.fact
    assert isinstance(fact, Linted)
    told = replace(moment.command, fact=replace(fact, **changes))
    assert refusal(moment.before, told) == "ENGINE-LINT-02"


@pytest.mark.parametrize("step", ["2.5", "2.7"])
def test_a_lint_of_something_else_does_not_count(step: str) -> None:
    moment = at(step, Intent)
    told = moment.before.current[0]
    assert isinstance(told.fact, Linted)
    other = replace(told, fact=replace(told.fact, subject=OTHER))
    assert refusal(replace(moment.before, current=(other,)), moment.command) == (
        "ENGINE-LINT-01"
    )
    allowed(moment.before, moment.command)


def test_a_key_is_made_for_a_new_certificate_before_an_old_one_of_its_name() -> None:
    script = at("2.5", Linted).before.script
    key, own = script.thing("root-oca"), script.thing("root-oca-certificate")
    old = replace(own, name="old-root", sha256="5d" * 32)
    both = replace(script, things=(old, *script.things))
    assert [each.name for each in certificates_for(both, key)] == [own.name, "old-root"]
    assert certificates_for(script, replace(key, common_name="Z9")) == ()
    assert requests_for(script, "issuing-oca") == ("issuing-oca-request",)
    assert requests_for(script, "root-oca") == ()
