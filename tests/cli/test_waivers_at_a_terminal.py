"""Waivers as an author and a printer meet them: one that has expired stops both."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.transcript import call_here

FILE = Path(__file__).parents[1] / "vectors/scripts/sound-with-waiver.yaml"


@pytest.mark.parametrize(
    ("last", "passes"), [("9999-12-31", True), ("2001-01-31", False)]
)
def test_a_waiver_that_has_expired_today_is_a_mistake(
    tmp_path: Path, last: str, *, passes: bool
) -> None:
    script = tmp_path / "script.yaml"
    script.write_text(FILE.read_text().replace("2030-12-31", last))
    said = call_here(["script", "check", str(script)])
    assert (said.status == 0) is passes, said.all
    assert ("SCRIPT-WAIVER-05" in said.all) is not passes
    out = tmp_path / "script.pdf"
    said = call_here(["script", "print", str(script), "-o", str(out)])
    assert (said.status == 0) is passes, said.all
    assert out.exists() is passes
    assert ("expired on 2001-01-31" in said.all) is not passes
