"""What a script asks of its tokens, read off the demo's script by eye."""

from __future__ import annotations

from ceremony import library
from ceremony.conduct.needs import token_needs, wanted_of_module
from ceremony.hsm.survey import LibraryFacts, ModuleSurvey
from ceremony.script.decode import decode_script
from tests.unit.conduct.test_doctor_on_tokens import TOKEN, with_facts

SCRIPT = decode_script(library.load_file("demo", "script.yaml"), "script.yaml")


def test_each_token_is_asked_for_what_its_steps_do() -> None:
    needs = token_needs(SCRIPT)

    assert set(needs) == {"root-hsm", "issuing-hsm"}
    steps = {step.id: step for step in SCRIPT.steps}
    for token, need in needs.items():
        assert steps[need.initialised_in].verb == "token.initialise"
        assert steps[need.initialised_in].parameters["token"] == token
        assert [
            steps[each].verb for each in need.mechanisms["CKM_EC_KEY_PAIR_GEN"]
        ] == ["key.generate"]
        assert {"CKM_EC_KEY_PAIR_GEN", "CKM_ECDSA"} == set(need.mechanisms)
    root = [steps[each].verb for each in needs["root-hsm"].mechanisms["CKM_ECDSA"]]
    issuing = needs["issuing-hsm"].mechanisms["CKM_ECDSA"]
    assert root == ["certificate.self-sign", "certificate.issue"]
    assert [steps[each].verb for each in issuing] == ["csr.create"]


def test_a_module_alone_is_asked_for_everything_with_every_step() -> None:
    survey = ModuleSurvey(
        LibraryFacts("", "", "1.0", "2.40"),
        (),
        (TOKEN, with_facts(serial="", initialised=False)),
    )
    (wanted,) = wanted_of_module("m", survey, token_needs(SCRIPT))

    signing = [
        step.id
        for step in SCRIPT.steps
        if step.verb in {"csr.create", "certificate.self-sign", "certificate.issue"}
    ]
    assert all(each in wanted.mechanisms["CKM_ECDSA"] for each in signing)
    assert len(signing) == 3
    assert wanted.serial == TOKEN.facts.serial
