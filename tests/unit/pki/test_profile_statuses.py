"""How well each fact of a profile that ships is known, held against what is known.

The tables say what was read, was observed or is demanded, and where, and what was only
recalled or inferred. They were written from those sources and not from the profiles.
Whatever they do not confirm ships as unverified.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest

from ceremony.pki.builtin import builtin_profiles, load_builtin_profile
from ceremony.pki.crl_profile_file import builtin_crl_profiles, load_builtin_crl_profile
from ceremony.pki.fact import Fact, Status

READ, OBSERVED = Status.READ, Status.OBSERVED
STANDARD, CHOSEN = Status.STANDARD, Status.CHOSEN

GBCS: Final = r"smki-(?!iki|oca).*"
"""GBCS, section 12, is about every certificate of the SMKI but those of the IKI."""
SEEN: Final = r"smki-(?!iki|oca|root|issuing|device).*"
"""Organisation certificates of every role were seen, all alike."""
BOTH_SEEN: Final = "smki-(organisation|supplier|network-operator|access-control-broker)"
SIGNS: Final = "smki-(recovery|transitional-cos|wan-provider|xml-sign|dsp-xml-sign)-ds"
OWN: Final = r"(root-ca|issuing-ca)-.*|ocsp-responder|evidence-.*|code-signing"
SIGNING: Final = "evidence-(signer|cosigner|seal)"
PURPOSE: Final = "ocsp-responder|evidence-timestamp|code-signing"
AUTHORITY: Final = r"(root-ca|issuing-ca)-.*|evidence-(ca|seal|signer|cosigner)"
WEB: Final = "web-(root|subordinate|cross-certificate)"
BELOW: Final = "web-(subordinate|cross-certificate)"
ABSENT: Final = (
    "path-length extended-key-usage crl-distribution-points ocsp-responders "
    "issuer-certificates"
)

CONFIRMED: Final = (
    # GBCS v0.8.1, section 12, common rules: P-256, ECDSA with SHA-256, method (2).
    (READ, GBCS, "key signature key-identifier"),
    # The same: an authorityKeyIdentifier, except in what is self-signed, and there only
    # where the remote party role is root.
    (READ, "smki-root-oca.*", "authority-key-identifier"),
    # SEC, section L10.30 (e), and RFC 5934: where the key is, and how it is encoded.
    (READ, "smki-root-oca-contingency", "apex-contingency-key"),
    # GBCS v0.8.1, section 12, Device Certificates.
    (READ, "smki-device-.*", "subject validity key-usage subject-alternative-name"),
    (OBSERVED, "smki-device-.*", f"serial-octets policies {ABSENT}"),
    # The Issuing OCA "Z1": what its issuer is called. No Root OCA itself was seen.
    (OBSERVED, "smki-root-oca.*", "subject"),
    (OBSERVED, "smki-issuing-oca", "subject validity serial-octets key-usage policies"),
    (OBSERVED, "smki-issuing-oca", f"subject-alternative-name {ABSENT}"),
    # The issuers of Device certificates, "E357" and "0001": what they are called.
    (OBSERVED, "smki-issuing-dca", "subject"),
    (
        OBSERVED,
        SEEN,
        f"subject serial-octets policies subject-alternative-name {ABSENT}",
    ),
    # The two that sign XML have a test's term.
    (OBSERVED, r"(?!.*xml-sign)" + SEEN, "validity"),
    # Of a load controller only the role's code was seen.
    (OBSERVED, f"{BOTH_SEEN}-(ds|ka)|{SIGNS}", "key-usage"),
    # SEC Appendix M v8.0, Appendix G: of a client's request, and so of its key.
    (READ, "smki-iki-client", "key key-usage"),
    # RFC 5280, sections 4.2.1.3, 4.2.1.9 and 4.2.1.12; RFC 3161; RFC 6960.
    (STANDARD, f"(?!{SIGNING})({OWN})", "key-usage"),
    (STANDARD, PURPOSE, "path-length extended-key-usage"),
    (STANDARD, "ocsp-responder", "ocsp-no-check"),
    # What RFC 5280 leaves to whoever issues.
    (CHOSEN, SIGNING, "key-usage"),
    (CHOSEN, AUTHORITY, "path-length"),
    (CHOSEN, OWN, "subject signature serial-octets key-identifier"),
    (CHOSEN, f"(?!code-signing)({OWN})", "validity"),
    # C2SP tlog-cosignature v1.0.0: cosignature/v1 is Ed25519's.
    (STANDARD, "evidence-cosigner", "key"),
    (CHOSEN, f"(?!code-signing|evidence-cosigner)({OWN})", "key"),
    (CHOSEN, "issuing-ca-.*", "ocsp-responders issuer-certificates"),
    (CHOSEN, "issuing-ca-.*|code-signing", "crl-distribution-points"),
    # CA/Browser Forum TLS BR, sections 6.1.5, 7.1.2 and 7.1.3: what shall be, and what
    # may or should.
    (STANDARD, WEB, "subject signature key-usage"),
    (STANDARD, "web-root", "path-length"),
    (STANDARD, BELOW, "extended-key-usage crl-distribution-points"),
    (CHOSEN, WEB, "key validity serial-octets key-identifier"),
    (CHOSEN, BELOW, "path-length policies issuer-certificates"),
    # RFC 5280, section 5, and the standards of each signature; GBCS for the SMKI's.
    (CHOSEN, "generic-(arl|crl)", "next-update key-identifier scope reasons"),
    (STANDARD, "(generic|smki-oca)-(arl|crl)", "signatures number-octets"),
    (READ, "smki-oca-(arl|crl)", "key-identifier"),
    # CA/Browser Forum TLS BR, sections 7.1.3.2, 7.2 and 7.2.2: what shall be, and what
    # may be: a term up to the longest, and that a list is about CAs alone.
    (STANDARD, "web-(arl|crl)", "signatures number-octets reasons"),
    (CHOSEN, "web-(arl|crl)", "next-update key-identifier"),
    (CHOSEN, "web-arl", "scope"),
    (STANDARD, "web-crl", "scope"),
)
"""Status, profiles, and what of them is known that well."""

LEFT_OUT: Final = (
    "subject-alternative-name extended-key-usage crl-distribution-points "
    "ocsp-responders issuer-certificates"
)
IKI: Final = (
    "path-length subject signature validity serial-octets key-identifier policies "
    f"{LEFT_OUT}"
)
ROOT_OCA: Final = f"path-length validity serial-octets key-usage policies {LEFT_OUT}"
RECALLED: Final = {
    # Annex B of the Organisation Certificate Policy: no pathLen, 50 years, anyPolicy,
    # 16 octets, and no extension besides. GBCS says of keyUsage that it is critical,
    # and RFC 5759, section 4.5.1, leaves two bits of it open.
    "smki-root-oca": ROOT_OCA,
    "smki-root-oca-contingency": ROOT_OCA,
    # No Root DCA was seen, nor anything that one has signed.
    "smki-root-dca": (
        "path-length subject validity serial-octets key-usage policies "
        f"authority-key-identifier {LEFT_OUT}"
    ),
    # No Issuing DCA was seen. That it has a subjectAltName is in the direction of 8
    # March 2016, paragraph 6; what is in it is not.
    "smki-issuing-dca": (
        "path-length validity serial-octets key-usage policies " + LEFT_OUT
    ),
    "smki-load-controller-ds": "key-usage",
    "smki-load-controller-ka": "key-usage",
    "smki-xml-sign-ds": "validity",
    "smki-dsp-xml-sign-ds": "validity",
    # Of these roles only certificates for signing were seen.
    "smki-recovery-ka": "key-usage",
    "smki-transitional-cos-ka": "key-usage",
    "smki-wan-provider-ka": "key-usage",
    "smki-xml-sign-ka": "key-usage validity",
    "smki-dsp-xml-sign-ka": "key-usage validity",
    # Tiers, terms and file signing of the IKI are not known; nothing issued was seen.
    "smki-iki-ca": f"key key-usage {IKI}",
    "smki-iki-client": IKI,
    "smki-iki-file-signing": f"key key-usage {IKI}",
    # The Code Signing Requirements were not at hand.
    "code-signing": "key validity",
    # Nothing of the SMKI's lists could be read.
    "smki-oca-arl": "next-update scope reasons",
    "smki-oca-crl": "next-update scope reasons",
}
"""What was only recalled or inferred, by profile."""

EVERY: Final = (*builtin_profiles(), *builtin_crl_profiles())


def facts_of(name: str) -> tuple[Fact, ...]:
    if name in builtin_crl_profiles():
        return load_builtin_crl_profile(name).facts
    return load_builtin_profile(name).facts


def known(name: str) -> Iterator[tuple[str, Status]]:
    """Give what the table confirms of a profile."""
    for status, profiles, facts in CONFIRMED:
        if re.fullmatch(profiles, name):
            yield from ((each, status) for each in facts.split())


@pytest.mark.parametrize("name", EVERY)
def test_a_fact_ships_as_well_known_as_it_is(name: str) -> None:
    told = dict(known(name))
    shipped = {fact.name: fact.status for fact in facts_of(name)}
    assert shipped == {each: told.get(each, Status.UNVERIFIED) for each in shipped}
    assert set(told) <= set(shipped)


@pytest.mark.parametrize("name", EVERY)
def test_what_could_not_be_confirmed_ships_as_unverified(name: str) -> None:
    unverified = {
        fact.name for fact in facts_of(name) if fact.status is Status.UNVERIFIED
    }
    assert unverified >= set(RECALLED.get(name, "").split())


@pytest.mark.parametrize("name", EVERY)
def test_no_fact_is_known_in_two_ways(name: str) -> None:
    told = [each for each, _ in known(name)]
    assert sorted(told) == sorted(set(told))
    assert not set(told) & set(RECALLED.get(name, "").split())


def test_the_table_tells_of_what_ships_alone() -> None:
    assert set(RECALLED) <= set(EVERY)
    for _, profiles, _ in CONFIRMED:
        assert any(re.fullmatch(profiles, name) for name in EVERY)
