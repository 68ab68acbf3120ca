"""Who takes the profile with the contingency key and wraps none is told what to do."""

from __future__ import annotations

from pathlib import Path

from ceremony.check.rules import check_script
from ceremony.script.decode import load_script

VECTORS = Path(__file__).parents[2] / "vectors" / "scripts"


def test_the_remedy_names_the_step_that_wraps() -> None:
    path = VECTORS / "SCRIPT-PROFILE-03-no-contingency-key.yaml"
    findings = check_script(load_script(path))
    assert {finding.rule for finding in findings} == {"SCRIPT-PROFILE-03"}
    for finding in findings:
        assert finding.remedy.startswith("Give apex-contingency-key under values: ")
        assert "key.wrap-public" in finding.remedy


def test_another_value_is_asked_for_by_its_own_name() -> None:
    path = VECTORS / "SCRIPT-PROFILE-03-no-common-name.yaml"
    (first, *_) = check_script(load_script(path))
    assert first.remedy == "Give common-name, as common-name or under values."
