"""The certificates above one: by the key that signed, or by the issuer's name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.engine.facts import EarlierFound, Outcome
from ceremony.engine.revocation import path_of_key
from ceremony.engine.state import State
from ceremony.identifiers import CeremonyId, Digest
from tests.fakes.walked_record import walked

ISSUING, ROOT = "issuing-oca-certificate", "root-oca-certificate"
TWIN = "twin-certificate"


def with_issuing(**told: str) -> State:
    """The demo's last state, with another account of the issuing CA's certificate."""
    state = walked()[-1].after
    made = replace(state.certificates[ISSUING], **told)
    return replace(state, certificates={**state.certificates, ISSUING: made})


def test_a_path_follows_the_keys_that_signed() -> None:
    assert path_of_key(with_issuing(), "issuing-oca") == (ISSUING, ROOT)


def test_where_the_issuers_key_is_none_of_the_script_its_name_leads_on() -> None:
    # So a certificate of an earlier ceremony is told, where only its issuer's
    # certificate stands in the script.
    assert path_of_key(with_issuing(issuer_thing=""), "issuing-oca") == (ISSUING, ROOT)


def test_a_path_ends_where_the_ceremony_knows_no_issuer() -> None:
    alone = with_issuing(issuer_thing="", issuer="CN=Nobody")
    assert path_of_key(alone, "issuing-oca") == (ISSUING,)


def with_twin(key: str, *, crossed: bool = False) -> State:
    """The same with a root of the same name as the last certificate.

    Args:
        key: Which root's key has signed the issuing CA's certificate.
        crossed: Whether another CA has certified the twin.
    """
    state = with_issuing(issuer_thing="")
    root, issuing = state.certificates[ROOT], state.certificates[ISSUING]
    twin = replace(
        root,
        public_key=Digest("ee" * 32),
        digest=Digest("dd" * 32),
        issuer_thing="",
    )
    signer = {ROOT: root, TWIN: twin}.get(key)
    told = EarlierFound(
        ISSUING,
        CeremonyId("KC-2025-001-R1"),
        7,
        Digest("cc" * 32),
        replace(walked_outcome(), certificate=issuing),
        issuer_key=signer.public_key if signer else None,
    )
    script = state.script
    if crossed:
        step = next(it for it in script.steps if it.verb == "certificate.self-sign")
        cross = {"certificate": TWIN, "of": ROOT, "key": "issuing-oca"}
        other = replace(step, verb="certificate.cross-sign", parameters=cross)
        act = replace(script.acts[0], steps=(*script.acts[0].steps, other))
        script = replace(script, acts=(act, *script.acts[1:]))
    known = {**state.certificates, TWIN: twin}
    return replace(state, script=script, certificates=known, earlier=(told,))


def walked_outcome() -> Outcome:
    return next(
        each.command.fact
        for each in walked()
        if isinstance(each.command.fact, Outcome) and each.command.fact.certificate
    )


@pytest.mark.parametrize("signer", [ROOT, TWIN])
def test_of_two_roots_of_one_name_the_one_whose_key_has_signed_is_above(
    signer: str,
) -> None:
    assert path_of_key(with_twin(signer), "issuing-oca") == (ISSUING, signer)


def test_where_no_key_is_told_the_last_of_one_name_is_above() -> None:
    assert path_of_key(with_twin(""), "issuing-oca") == (ISSUING, TWIN)


def test_a_cas_own_certificate_comes_before_another_cas_for_it() -> None:
    assert path_of_key(with_twin("", crossed=True), "issuing-oca") == (ISSUING, ROOT)
