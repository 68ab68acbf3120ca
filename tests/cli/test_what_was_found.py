"""What the terminal says of a token before anybody decides about it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.cli.decide import tell_finding
from ceremony.conduct.inspection import TokenFinding

KEY = ("private-key root", "public-key root")
PLAIN = TokenFinding("Root token", "0001", KEY, found=KEY)


@pytest.mark.parametrize(
    ("finding", "told"),
    [
        (PLAIN, ["  Root token, 0001: 2 objects, 2 expected."]),
        (
            replace(PLAIN, found=KEY[:1], missing=KEY[1:]),
            [
                "  Root token, 0001: 1 object, 2 expected.",
                "    missing: public-key root",
            ],
        ),
        (
            replace(
                PLAIN, expected=(), left=("private-key without label, without id",)
            ),
            [
                "  Root token, 0001: 2 objects, 0 expected.",
                (
                    "    left by what is in doubt, no whole key: private-key without "
                    "label, without id"
                ),
            ],
        ),
        (
            replace(PLAIN, expected=(), left=KEY, whole=True, foreign=("data x",)),
            [
                "  Root token, 0001: 2 objects, 0 expected.",
                (
                    "    left by what is in doubt, a whole key: private-key root; "
                    "public-key root"
                ),
                "    not the ceremony's: data x",
            ],
        ),
        (
            TokenFinding("Root token", "0001", KEY, problem="The PIN is wrong."),
            ["  Root token, 0001: not looked into. The PIN is wrong."],
        ),
    ],
    ids=["as recorded", "missing", "half", "foreign", "shut"],
)
def test_a_token_is_told_with_what_was_left_what_is_foreign_and_what_is_missing(
    capsys: pytest.CaptureFixture[str], finding: TokenFinding, told: list[str]
) -> None:
    tell_finding(finding)
    assert capsys.readouterr().err.splitlines() == told
