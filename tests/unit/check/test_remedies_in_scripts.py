"""What a finding tells an author to do is true of the script that it is about."""

from __future__ import annotations

from pathlib import Path

from ceremony.check.findings import Finding
from ceremony.check.rules import check_script
from ceremony.script.decode import decode_script

VECTORS = Path(__file__).parents[2] / "vectors" / "scripts"


def _findings(name: str, *change: str) -> tuple[Finding, ...]:
    text = (VECTORS / f"{name}.yaml").read_text()
    if change:
        assert change[0] in text
        text = text.replace(*change)
    return check_script(decode_script(text.encode(), "script.yaml"))


def test_a_contingency_key_of_a_profile_without_one_is_told_by_its_own_name() -> None:
    found = _findings(
        "sound-with-contingency",
        "profile: smki-root-oca-contingency",
        "profile: smki-root-oca",
    )
    told = [each for each in found if each.rule == "SCRIPT-PROFILE-03"]
    assert told
    for finding in told:
        assert "gives apex-contingency-key, for which the profile" in finding.message
        assert "apex-wrap-algorithm" not in finding.message
        assert finding.remedy == (
            "Take it out, or name a profile that has apex-contingency-key."
        )


def test_a_token_that_holds_a_key_is_initialised_again_only_once_zeroised() -> None:
    (finding,) = _findings("SCRIPT-KEY-05-a-token-wiped-twice")
    assert finding.remedy == (
        "Initialise a token before it holds a key, and again only once it was zeroised."
    )


def test_what_the_lint_only_warns_of_is_told_before_it_is_signed() -> None:
    (finding,) = _findings("SCRIPT-PROFILE-07-lists-by-https")
    assert "in the certificate sub-cert of step " in finding.message
    assert "PKI-URL-01 [RFC 5280, section 8]: " in finding.message
    assert "'https://crl.example.org/root.crl' does not." in finding.message
    assert not _findings("SCRIPT-PROFILE-07-lists-by-https", "https://", "http://")
