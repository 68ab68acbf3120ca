"""A made-up ceremony that wraps a contingency key and certifies the root with it.

The wrapped octets are real: AES-KWP by ``cryptography``, under a key that is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Final

from cryptography.hazmat.primitives import keywrap

from ceremony import canonical
from ceremony.engine.facts import (
    EarlierFound,
    Intent,
    Outcome,
    PublicKeyWrapped,
    Result,
)
from ceremony.script.decode import decode_script
from ceremony.script.model import Step
from tests.fakes.act_script import act_script
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import BuiltRecord, RecordBuilder, build_record
from tests.fakes.record_devices import begin, end, free_name, list_token
from tests.fakes.record_earlier import FIRST, Contents, keep_contents, search

AES_KEY: Final = bytes.fromhex("5840df6e29b02af1ab493b705bf16ea1")
ROOT: Final = (
    "profile: smki-root-oca-contingency, common-name: NC, "
    "values: {apex-contingency-key: contingency}"
)
PAIR: Final = "token: root-hsm, algorithm: P-256"
AES: Final = "token: root-hsm, algorithm: AES-128, use: wrap"
THINGS: Final = (
    "root-hsm: {kind: token, title: Token}",
    f"contingency: {{kind: key, title: Contingency key, {PAIR}}}",
    f"other: {{kind: key, title: Another key, {PAIR}}}",
    f"symmetric: {{kind: key, title: Symmetric key, {AES}}}",
    f"second: {{kind: key, title: Second key, {AES}}}",
    f"root-oca: {{kind: key, title: Root OCA key, token: root-hsm, {ROOT}}}",
    f"root-oca-certificate: {{kind: certificate, title: Root OCA, {ROOT}}}",
)
WRAPS: Final = "key.wrap-public, with: {key: contingency, under: symmetric}"
SIGNS: Final = (
    "certificate.self-sign, with: {key: root-oca, certificate: root-oca-certificate}"
)
ACT: Final = (
    "token.initialise, with: {token: root-hsm}",
    "token.inventory, with: {token: root-hsm}",
    "key.generate, with: {key: contingency}",
    "key.generate, with: {key: other}",
    "key.generate, with: {key: symmetric}",
    "key.generate, with: {key: second}",
    "key.generate, with: {key: root-oca}",
    WRAPS,
    SIGNS,
    "token.inventory, with: {token: root-hsm}",
)
"""Step 2.9 wraps and step 2.10 signs: a hold comes first."""


def contingency_script(act: tuple[str, ...] = ACT) -> bytes:
    """Give the script of the ceremony."""
    return act_script(list(THINGS), list(act), "contingency")[0].encode()


def build_contingency(
    forgery: Forgery | None = None, act: tuple[str, ...] = ACT
) -> BuiltRecord:
    """Make the ceremony up, honestly or with a forgery, approved as it is."""
    script = contingency_script(act)
    built = build_record(replace(forgery or Forgery(), script=lambda _: script))
    approved = (built.builder.script.digest,)
    return replace(built, policy=replace(built.policy, scripts=approved))


def wrap_public_key(builder: RecordBuilder, step: Step) -> None:
    """Wrap a pair's public key as a token does."""
    key, under = str(step.parameters["key"]), str(step.parameters["under"])
    token = builder.script.thing(key).token
    intent = Intent(
        step.verb, token, f"S-{token}", thing=key, algorithm="aes-kwp", under=under
    )
    op = begin(builder, step, intent)
    public_key = builder.files[f"public-key-{key}.der"]
    octets = keywrap.aes_key_wrap_with_padding(AES_KEY, public_key)
    blob = builder.forgery.blob(key, octets)
    taken, contents = list_token(builder, token, "")
    outcome = Outcome(
        step.verb,
        token,
        f"S-{token}",
        Result.DONE,
        thing=key,
        inventory=taken,
        public_wrapped=PublicKeyWrapped(
            under,
            "2.16.840.1.101.3.4.1.8",
            "CKM_AES_KEY_WRAP_KWP",
            canonical.digest(public_key),
            canonical.digest(blob),
            len(blob),
        ),
    )
    name = free_name(builder, f"public-wrapped-{key}", ".bin")
    end(builder, step, op, outcome, {**contents, name: blob})


@cache
def build_wrapped_before() -> BuiltRecord:
    """Make up the ceremony whose wrapping another one carries on."""
    return build_contingency(Forgery(ceremony=FIRST))


def later_script() -> bytes:
    """Give the script of a ceremony that makes the root alone, in another token."""
    state = build_wrapped_before().builder.state
    pair = f"public-key: {state.keys['contingency'].public_key}"
    things = [
        THINGS[0],
        f"{THINGS[1][:-1]}, {pair}}}",
        "second-hsm: {kind: token, title: Root token}",
        *(told.replace("token: root-hsm", "token: second-hsm") for told in THINGS[5:]),
    ]
    act = [
        "token.initialise, with: {token: second-hsm}",
        "token.inventory, with: {token: second-hsm}",
        "key.generate, with: {key: root-oca}",
        SIGNS,
        "token.inventory, with: {token: second-hsm}",
    ]
    return act_script(things, act, "later")[0].encode()


def build_carried_on(
    forgery: Forgery | None = None,
    contents: Contents = keep_contents,
    told: Callable[[EarlierFound], EarlierFound] = lambda fact: fact,
) -> BuiltRecord:
    """Make up the later ceremony, honestly or with a forgery, approved as it is.

    Args:
        forgery: What is changed; its ``before`` is not asked.
        contents: Changes the files that go with what is told of the first ceremony.
        told: Changes what is told of it.
    """
    first, script = build_wrapped_before(), later_script()
    found = search(decode_script(script, "later.yaml"), first)

    def before(builder: RecordBuilder, _: Step) -> None:
        if not builder.state.position:
            for each in found:
                files = contents(each.fact, dict(each.contents))
                builder.record(told(each.fact), contents=files, in_step=False)

    changed = replace(
        forgery or Forgery(),
        script=lambda _: script,
        before=before,
        foreign=tuple(first.builder.hashes),
    )
    built = build_record(changed)
    approved = (built.builder.script.digest,)
    return replace(built, policy=replace(built.policy, scripts=approved))
