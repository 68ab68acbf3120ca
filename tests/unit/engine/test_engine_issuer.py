"""An issuer's key is one that has issued something, or that is made for a CA."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ceremony.engine.facts import Fact, Outcome
from ceremony.engine.issuer import issuer_keys
from ceremony.engine.state import State
from ceremony.script.model import OwnProfile, Script
from tests.fakes.record_batch import build_batch
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_crl import build_crls
from tests.fakes.record_earlier import build_earlier

Build = Callable[[], BuiltRecord]


def told(build: Build) -> tuple[State, list[Fact]]:
    builder = build().builder
    return builder.state, [each.fact for each in builder.facts]


def with_profile(script: Script, profile: str) -> Script:
    """Give every key that has a profile another one."""
    return replace(
        script,
        things=tuple(
            replace(it, profile=profile) if it.profile else it for it in script.things
        ),
    )


def found(state: State, script: Script, facts: list[Fact]) -> set[str]:
    """Name the keys that are an issuer's."""
    keys = {key.hex() for key in issuer_keys(script, facts)}
    return {name for name, key in state.keys.items() if key.public_key in keys}


def before_signing(facts: list[Fact]) -> list[Fact]:
    signs = (
        place
        for place, fact in enumerate(facts)
        if isinstance(fact, Outcome) and (fact.certificate or fact.crl or fact.part)
    )
    return facts[: next(signs)]


@pytest.mark.parametrize("build", [build_batch, build_crls])
def test_who_has_signed_is_an_issuer_whatever_the_profile(build: Build) -> None:
    state, facts = told(build)
    script = with_profile(state.script, "smki-device-ds")
    assert found(state, script, before_signing(facts)) == set()
    signers = {made.issuer_thing for made in state.certificates.values()}
    assert found(state, script, facts) == signers != set()


@pytest.mark.parametrize("act", ["certificate", "part", "crl"])
def test_each_thing_that_is_signed_makes_an_issuer(act: str) -> None:
    state, facts = told(build_crls if act == "crl" else build_batch)
    script = with_profile(state.script, "smki-device-ds")
    signed = [fact for fact in facts if getattr(fact, act, None) is not None]
    made = [fact for fact in facts if getattr(fact, "key", None) is not None]
    assert found(state, script, made) == set()
    assert len(found(state, script, [*made, signed[-1]])) == 1


def test_a_key_that_is_made_for_a_ca_is_an_issuers_before_it_signs() -> None:
    state, facts = told(build_batch)
    assert found(state, state.script, before_signing(facts))


def test_an_earlier_key_and_a_copy_are_issuers_and_a_wrapping_key_is_none() -> None:
    state, facts = told(build_earlier)
    names = found(state, state.script, facts)
    assert names == {"root-oca", "root-copy", "issuing-oca"}
    assert "carrier" in state.keys


def test_a_profile_that_nobody_has_counts_as_a_cas() -> None:
    state, facts = told(build_batch)
    script = with_profile(state.script, "gone")
    own = OwnProfile("gone.yaml", state.script.digest)
    for each in (script, replace(script, profiles=(own,))):
        assert found(state, each, before_signing(facts))


def test_a_key_that_the_script_does_not_name_is_no_issuers() -> None:
    state, facts = told(build_batch)
    nothing = replace(state.script, things=())
    assert found(state, nothing, before_signing(facts)) == set()
