"""What a script asks of its tokens, read off the demo's script by eye."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony import library
from ceremony.conduct.needs import token_needs, wanted_by_site, wanted_of_module
from ceremony.hsm.mechanism import SignatureScheme
from ceremony.hsm.order import KeyAlgorithm
from ceremony.hsm.survey import LibraryFacts, ModuleSurvey
from ceremony.journal.note import make_vkey
from ceremony.script.decode import decode_script
from tests.unit.conduct.test_doctor_on_tokens import TOKEN, with_facts
from tests.unit.pack.test_site_binding import certificate, sound

SCRIPTS = Path(__file__).parents[2] / "vectors/scripts"
PAIR, ECDSA = KeyAlgorithm.EC_P256, SignatureScheme.ECDSA
SCRIPT = decode_script(library.load_file("demo", "script.yaml"), "script.yaml")


def test_each_token_is_asked_for_what_its_steps_do() -> None:
    needs = token_needs(SCRIPT)

    assert set(needs) == {"root-hsm", "issuing-hsm"}
    steps = {step.id: step for step in SCRIPT.steps}
    for token, need in needs.items():
        assert steps[need.initialised_in].verb == "token.initialise"
        assert steps[need.initialised_in].parameters["token"] == token
        assert [steps[each].verb for each in need.operations[PAIR]] == ["key.generate"]
        assert set(need.operations) == {PAIR, ECDSA}
    root = [steps[each].verb for each in needs["root-hsm"].operations[ECDSA]]
    issuing = needs["issuing-hsm"].operations[ECDSA]
    assert root == ["certificate.self-sign", "certificate.issue"]
    assert [steps[each].verb for each in issuing] == ["csr.create"]


@pytest.mark.parametrize(
    ("profile", "scheme"),
    [
        ("issuing-ca-rsa-4096-pss", SignatureScheme.RSA_PSS_SHA256),
        ("issuing-ca-rsa-4096", SignatureScheme.RSA_PKCS1_SHA256),
        # An unsound script, which is no matter here.
        ("issuing-ca-ec-p384", SignatureScheme.RSA_PKCS1_SHA256),
        ("of-nobody", SignatureScheme.RSA_PKCS1_SHA256),
    ],
)
def test_an_rsa_key_is_asked_for_the_padding_of_its_profile(
    profile: str, scheme: SignatureScheme
) -> None:
    text = (SCRIPTS / "sound-with-request.yaml").read_text()
    for name in ("smki-root-oca", "smki-issuing-oca"):
        text = text.replace(f"profile: {name}", f"profile: {profile}")
    text = text.replace("hsm, profile", "hsm, algorithm: RSA-4096, profile")
    script = decode_script(text.encode(), "script.yaml")
    operations = token_needs(script)["hsm"].operations
    verbs = [step.verb for step in script.steps if step.id in operations[scheme]]
    assert verbs == ["certificate.self-sign", "csr.create", "certificate.issue"]


@pytest.mark.parametrize(
    ("profile", "lists", "scheme"),
    [
        ("root-ca-rsa-4096-pss", "generic-arl", SignatureScheme.RSA_PSS_SHA256),
        ("root-ca-rsa-4096", "generic-arl", SignatureScheme.RSA_PKCS1_SHA256),
        # Unsound scripts, which are no matter here.
        ("root-ca-rsa-4096-pss", "smki-oca-arl", SignatureScheme.RSA_PKCS1_SHA256),
        ("root-ca-rsa-4096-pss", "of-nobody", SignatureScheme.RSA_PKCS1_SHA256),
    ],
)
def test_an_rsa_key_is_asked_to_sign_lists_as_its_certificate_is(
    profile: str, lists: str, scheme: SignatureScheme
) -> None:
    text = (SCRIPTS / "sound-with-crl.yaml").read_text()
    text = text.replace("profile: smki-root-oca", f"profile: {profile}")
    text = text.replace("profile: smki-oca-arl", f"profile: {lists}")
    text = text.replace("hsm, profile", "hsm, algorithm: RSA-4096, profile")
    script = decode_script(text.encode(), "script.yaml")
    operations = token_needs(script)["root-hsm"].operations
    verbs = [step.verb for step in script.steps if step.id in operations[scheme]]
    assert "crl.issue" in verbs


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
    assert all(each in wanted.operations[ECDSA] for each in signing)
    assert len(signing) == 3
    assert wanted.serial == TOKEN.facts.serial


def test_a_binding_asks_each_token_for_what_its_own_keys_sign_by() -> None:
    def enrolled(name: str, key: CertificatePublicKeyTypes) -> bytes:
        return certificate(name, key).public_bytes(Encoding.DER)

    binding = sound()
    log = ed25519.Ed25519PrivateKey.generate().public_key()
    small = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    first, second = binding.people
    evidence = replace(binding.evidence, log_key=make_vkey("example.org/log", log))
    people = (
        replace(first, certificate=enrolled("c-01", small.public_key())),
        replace(second, certificate=enrolled("c-02", log)),
    )
    wanted = {
        token.name: token.operations
        for token in wanted_by_site(
            replace(binding, evidence=evidence, people=people), {}
        )
    }

    assert wanted == {
        "hsm": {},
        "evidence": {
            SignatureScheme.ED25519_PURE: "log key",
            SignatureScheme.ECDSA: "seal key",
        },
        "of c-01": {SignatureScheme.RSA_PKCS1_SHA256: "turns"},
        "of c-02": {SignatureScheme.ED25519_PURE: "turns"},
    }


def test_one_scheme_of_two_keys_is_asked_for_once() -> None:
    binding = sound()
    log = ec.generate_private_key(ec.SECP256R1()).public_key()
    evidence = replace(binding.evidence, log_key=make_vkey("example.org/log", log))
    wanted = wanted_by_site(replace(binding, evidence=evidence), {})

    (found,) = [token for token in wanted if token.name == "evidence"]
    assert found.operations == {SignatureScheme.ECDSA: "log key, seal key"}
