"""A profile of revocation lists in words: who signs, and what each fact says."""

from __future__ import annotations

from ceremony.pki.crl_profile import ANY_CA, CrlProfile, Scope
from ceremony.pki.fact import Fact
from ceremony.pki.profile_words import METHODS

_SCOPES = {
    Scope.ANY: "every certificate of its issuer",
    Scope.AUTHORITIES: "its issuer's authority certificates alone; critical",
}


def describe_list_issuer(profile: CrlProfile) -> str:
    """Say who signs such lists."""
    by_any = profile.signed_by == ANY_CA
    return "any CA" if by_any else f"a CA of the profile {profile.signed_by}"


def describe_list_fact(profile: CrlProfile, fact: Fact) -> tuple[str, ...]:
    """Say what a fact of a profile means, in one or more lines of any length."""
    method = METHODS[profile.key_identifier]
    words = {
        "signatures": tuple(each.called for each in profile.signatures),
        "next-update": (f"{profile.days} day{'' if profile.days == 1 else 's'} later",),
        "number-octets": (f"at most {profile.number_octets}",),
        "key-identifier": (
            f"the issuer's own; where its certificate has none, {method}",
        ),
        "scope": (_SCOPES[profile.scope],),
        "reasons": (", ".join(profile.reasons),),
    }
    return words[fact.name]
