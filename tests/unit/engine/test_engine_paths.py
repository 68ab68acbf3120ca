"""The certificates above one: by the key that signed, or by the issuer's name."""

from __future__ import annotations

from dataclasses import replace

from ceremony.engine.revocation import path_of_key
from ceremony.engine.state import State
from tests.fakes.walked_record import walked

ISSUING, ROOT = "issuing-oca-certificate", "root-oca-certificate"


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
