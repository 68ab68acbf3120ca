"""What is read at the terminal before a device signs or renews a certificate."""

from __future__ import annotations

import pytest

from ceremony.cli.device_words import WIDTH, tell_review
from ceremony.conduct.renewed_view import TIED
from ceremony.conduct.step_view import Review, Told


@pytest.mark.parametrize("is_renewed", [True, False])
def test_a_review_tells_the_certificate_before_the_objects(
    capsys: pytest.CaptureFixture[str], *, is_renewed: bool
) -> None:
    words = ", ".join(
        TIED.join((f"{row}", "dreadful", "sensation", "nightbird", "finicky"))
        for row in range(1, 9)
    )
    renewed = (
        Told("Cross-signs", "Second root certificate"),
        Told("Its serial", "6a8a29a6" * 4, mono=True),
        Told("In words", words),
    )
    told = (Told("Signed by", "Root key"),)
    tell_review(
        Review(
            told,
            (),
            ("5 objects",),
            (),
            wiped=False,
            renewed=renewed if is_renewed else (),
        )
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["The device will be told:", "  Signed by    Root key"]
    assert lines[-1] == "  Objects      5 objects; afterwards as before"
    assert lines[2:4] == (
        [
            "  Cross-signs  Second root certificate",
            "  Its serial   6a8a 29a6 6a8a 29a6 6a8a 29a6 6a8a 29a6",
        ]
        if is_renewed
        else lines[-1:]
    )
    # No row of words is broken, so that each can be read aloud as it stands.
    rows = " ".join(lines).count("dreadful sensation nightbird finicky")
    assert rows == (8 if is_renewed else 0)
    assert max(map(len, lines)) <= WIDTH


def test_a_review_tells_whom_a_set_names_in_one_column(
    capsys: pytest.CaptureFixture[str],
) -> None:
    signed = (
        Told("Request 1", "CN=s01.acme.example; DNS: " + "s01.acme." * 20, mono=True),
        Told("Extended key usage", "server-auth"),
    )
    told, renewed = (Told("Signed by", "Root key"),), (Told("Renews", "A batch"),)
    tell_review(
        Review(
            told, (), ("no object",), (), wiped=False, renewed=renewed, signed=signed
        )
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "  Signed by          Root key"
    assert lines[2].startswith("  Request 1          CN=s01.acme.example; DNS:")
    assert "".join(line[21:] for line in lines[2:6]).count("s01.acme.") == 21
    assert lines[-3:] == [
        "  Extended key usage server-auth",
        "  Renews             A batch",
        "  Objects            no object; afterwards as before",
    ]
    assert max(map(len, lines)) <= WIDTH
