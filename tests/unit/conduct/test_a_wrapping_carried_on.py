"""A root ceremony carries on what an earlier ceremony wrapped, or is not opened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.check.rules import check_script
from ceremony.engine.command import Command
from ceremony.engine.earlier import verify_earlier
from ceremony.engine.facts import EarlierFound
from ceremony.errors import InputError, RefusedError
from ceremony.pki.certificate import decode_certificate
from ceremony.pki.der import read_apex_key
from ceremony.pki.extension import APEX_KEY
from ceremony.script.decode import decode_script
from tests.fakes.forgery import Forgery
from tests.fakes.record_contingency import (
    ACT,
    FIRST,
    WRAPS,
    build_carried_on,
    build_contingency,
    build_wrapped_before,
    later_script,
)
from tests.fakes.record_earlier import search


def test_the_root_of_a_later_ceremony_carries_what_was_wrapped_before() -> None:
    built = build_carried_on()
    name = "certificate-root-oca-certificate.pem"
    certificate = decode_certificate(built.files[name], name)
    (carried,) = (
        read_apex_key(each.value.public_bytes())
        for each in certificate.extensions
        if each.oid.dotted_string == APEX_KEY
    )
    octets = build_wrapped_before().files["public-wrapped-contingency.bin"]
    assert carried == ("2.16.840.1.101.3.4.1.8", octets)


def test_the_script_alone_is_sound_and_the_journal_is_asked() -> None:
    script = decode_script(later_script(), "later.yaml")
    told = {found.rule for found in check_script(script)}
    assert not any(rule.startswith("SCRIPT-CONTINGENCY") for rule in told)
    act = tuple(step for step in ACT if step not in (WRAPS, ACT[8]))
    never = build_contingency(Forgery(ceremony=FIRST), act)
    with pytest.raises(InputError, match="has no wrapping of its public key") as caught:
        search(script, never)
    assert caught.value.code == "CONDUCT-CONTINGENCY-01"
    assert caught.value.place is not None


def test_a_wrapping_of_another_pair_is_not_taken_for_it() -> None:
    honest = build_carried_on().builder
    other = build_wrapped_before().builder.state.keys["other"]
    (told,) = (
        known.fact
        for known in honest.facts
        if isinstance(known.fact, EarlierFound)
        and known.fact.outcome.public_wrapped is not None
    )
    wrapped = told.outcome.public_wrapped
    assert wrapped is not None
    forged = replace(wrapped, public_key=other.public_key)
    lie = replace(told, outcome=replace(told.outcome, public_wrapped=forged))
    opened = replace(honest.state, position=0, current=())
    command = Command(lie, actor=None, step=None)
    with pytest.raises(RefusedError) as caught:
        verify_earlier(opened, command, lie)
    assert caught.value.code == "ENGINE-EARLIER-01"
    verify_earlier(opened, replace(command, fact=told), told)
