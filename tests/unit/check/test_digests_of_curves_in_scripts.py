"""By the Baseline Requirements a script signs with the digest of the curve."""

from __future__ import annotations

import pytest

from ceremony.check.rules import check_script
from ceremony.script.decode import decode_script
from ceremony.script.own_profile import bind_profiles
from tests.fakes.act_script import act_script, own_section

FORM = "format: key-ceremony.certificate-profile/1\ntitle: Ours\n"
ROOT = "common-name: Root, values: {organization: Example, country: GB}"
LOWER = (
    "common-name: Lower, values: {organization: Example, country: GB, crl-urls: "
    "http://pki.example.org/r.crl, issuer-urls: http://pki.example.org/r.cer}"
)
SELF_SIGNED = "{key: root, certificate: root-certificate}"
ANSWERED = "{key: root, request: lower-request, certificate: lower-certificate}"
STEPS = [
    f"certificate.self-sign, irreversible: true, with: {SELF_SIGNED}",
    "csr.create, with: {key: lower, request: lower-request}",
    f"certificate.issue, irreversible: true, with: {ANSWERED}",
]


def fact(name: str, value: str) -> str:
    return f"  {name}: {{value: {value}, status: chosen, source: ours}}\n"


def told(*facts: str, of: str) -> list[str]:
    """Say what cannot be made where a root and a CA below differ so from what ships.

    Args:
        facts: What the site's own profile states.
        of: ``web-root`` or ``web-subordinate``, on which it is based.
    """
    text = f"{FORM}name: ours\nbased-on: {of}\nfacts:\n{''.join(facts)}"
    own = {"ours.yaml": text.encode()}
    root, lower = (
        "ours" if each == of else each for each in ("web-root", "web-subordinate")
    )
    things = [
        "root-hsm: {kind: token, title: Token}",
        "lower-request: {kind: request, title: Its request}",
    ]
    for name, profile, subject in (("root", root, ROOT), ("lower", lower, LOWER)):
        made = f"profile: {profile}, {subject}"
        things += [
            f"{name}: {{kind: key, title: Its key, token: root-hsm, {made}}}",
            f"{name}-certificate: {{kind: certificate, title: Its own, {made}}}",
        ]
    script, _ = act_script(things, STEPS, sections=[own_section(own)])
    bound = bind_profiles(decode_script(script.encode(), "s.yaml"), own.__getitem__)
    return [it.message for it in check_script(bound) if it.rule == "SCRIPT-PROFILE-03"]


@pytest.mark.parametrize("of", ["web-root", "web-subordinate"])
def test_another_digest_is_found_before_there_is_a_key(of: str) -> None:
    assert told(fact("validity", "11 years"), of=of) == []
    (message,) = told(fact("signature", "ecdsa-with-sha256"), of=of)
    assert "cannot be made: PKI-SIGALG-02: " in message
    assert message.endswith(
        "the key that signs is an EC key on P-384, the signature ecdsa-with-SHA256."
    )
