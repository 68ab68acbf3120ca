"""Which certificate is taken to stand above one whose key is not made yet.

Two roots may: the one that the profile names, and one that takes its place and is valid
for less time than what is to be issued.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from ceremony.conduct.actions.order import likely_issuer, order_for
from ceremony.pki.certificate import fingerprint, name_text
from ceremony.pki.linted import lint_order
from ceremony.pki.script_profile import certificate_profile
from ceremony.script.model import Step
from tests.fakes.act_script import act_script, own_section
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import START, BuiltRecord, build_record
from tests.fakes.room_after import room_after
from tests.fakes.unmeasured import unmeasured

SHORT = b"""format: key-ceremony.certificate-profile/1
name: our-short-root
title: Ours
based-on: smki-root-oca
facts:
  validity: {value: 5 years, status: chosen, source: made up}
"""
OWN = {"our-short-root.yaml": SHORT}
ROOTS = ("named-certificate", "short-certificate")
"""In the order in which they are made."""
SIGNS = "irreversible: true, with: {key: "


def pair(name: str, profile: str) -> list[str]:
    told = f"profile: {profile}, common-name: {name}"
    return [
        f"{name}: {{kind: key, title: Key, token: root-hsm, {told}}}",
        f"{name}-certificate: {{kind: certificate, title: Its own, {told}}}",
    ]


THINGS = [
    "root-hsm: {kind: token, title: Token}",
    *pair("short", "our-short-root"),
    # One that the same key may get later.
    pair("named", "smki-root-oca")[1].replace("named-", "later-", 1),
    *pair("named", "smki-root-oca"),
    *pair("issuing", "smki-issuing-oca"),
    "request: {kind: request, title: Request}",
]
ACT = [
    "token.initialise, irreversible: true, with: {token: root-hsm}",
    f"key.generate, {SIGNS}named}}",
    f"certificate.self-sign, {SIGNS}named, certificate: named-certificate}}",
    f"key.generate, {SIGNS}short}}",
    f"certificate.self-sign, {SIGNS}short, certificate: short-certificate}}",
    f"key.generate, {SIGNS}issuing}}",
    "csr.create, with: {key: issuing, request: request}",
    (
        f"certificate.issue, {SIGNS}named, request: request, "
        "certificate: issuing-certificate}"
    ),
]


@pytest.fixture(scope="module")
def built() -> BuiltRecord:
    text, _ = act_script(THINGS, ACT, sections=[own_section(OWN)])
    kept = {f"profile-{file}": raw for file, raw in OWN.items()}
    forgery = Forgery(profiles=kept, script=lambda _: text.encode())
    return unmeasured(lambda: build_record(forgery))


def room_with(built: BuiltRecord, signer: str, *, made: bool) -> Any:
    """Give the room, where a key signs the certificate below both roots.

    Args:
        built: The ceremony.
        signer: The key; empty where no step of the script signs it.
        made: Whether both roots have their certificates.
    """

    def by_signer(step: Step) -> Step:
        return replace(step, parameters={**step.parameters, "key": signer})

    room = room_after(built, built)
    acts = tuple(
        replace(
            act,
            steps=tuple(
                by_signer(it) if it.verb == "certificate.issue" else it
                for it in act.steps
                if signer or it.verb != "certificate.issue"
            ),
        )
        for act in room.script.acts
    )
    script = replace(room.script, acts=acts)
    known = room.state.certificates
    roots = {name: known[name] for name in ROOTS} if made else {}
    now = SimpleNamespace(wall=START)
    return SimpleNamespace(
        script=script,
        state=replace(room.state, script=script, certificates=roots),
        facts=room.facts,
        log=room.log,
        clock=SimpleNamespace(now=lambda: now),
        random=lambda octets: bytes([1]) * octets,
    )


@pytest.mark.parametrize("made", [True, False])
@pytest.mark.parametrize(
    ("signer", "rules"), [("named", []), ("", []), ("short", ["PKI-VALIDITY-02"])]
)
def test_it_is_the_one_of_the_key_that_signs_else_of_the_profile_that_is_named(
    built: BuiltRecord, signer: str, rules: list[str], *, made: bool
) -> None:
    room = room_with(built, signer, made=made)
    order = order_for(room, room.script.thing("issuing-certificate"))
    assert order.issuer is not None
    assert f"CN={signer or 'named'}" in name_text(order.issuer.subject)
    digest = built.builder.state.certificates[f"{signer or 'named'}-certificate"].digest
    assert (fingerprint(order.issuer) == digest) == made
    # The key would not be made where the one that lasts for less time was taken.
    assert [it.rule for it in lint_order(order).stopping] == rules


@pytest.mark.parametrize("made", [True, False])
def test_one_that_takes_its_place_is_taken_where_there_is_no_other(
    built: BuiltRecord, *, made: bool
) -> None:
    room = room_with(built, "", made=made)
    things = tuple(it for it in room.script.things if it.profile != "smki-root-oca")
    room.script = replace(room.script, things=things)
    room.state.certificates.pop(ROOTS[0], None)
    profile = certificate_profile(room.script, "smki-issuing-oca")
    assert "CN=short" in name_text(likely_issuer(room, profile).subject)
