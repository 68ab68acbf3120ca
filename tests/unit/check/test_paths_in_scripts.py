"""The path of each certificate of a script, told while there is no key."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.cli.transcript import call_here
from tests.unit.check.test_check_vectors import VECTORS

TOO_DEEP = VECTORS / "SCRIPT-PROFILE-03-a-ca-deeper-than-the-root-allows.yaml"
PROFILES = ("tier-root.yaml", "tier-policy.yaml", "tier-issuing.yaml")


def laid_out(folder: Path, length: bytes) -> Path:
    """Lay the script with a CA in the third tier out, below a root of a path length."""
    script = TOO_DEEP.read_text()
    for name in PROFILES:
        raw = (VECTORS / name).read_bytes()
        before = hashlib.sha256(raw).hexdigest()
        if name == PROFILES[0]:
            assert raw.count(b"value: 1,") == 1
            raw = raw.replace(b"value: 1,", b"value: %b," % length)
        (folder / name).write_bytes(raw)
        assert before in script
        script = script.replace(before, hashlib.sha256(raw).hexdigest())
    path = folder / "script.yaml"
    path.write_text(script)
    return path


def test_a_ca_that_could_issue_nothing_is_told_before_its_key_is_made() -> None:
    told = call_here(["script", "check", str(TOO_DEEP)])
    assert told.status == 1
    assert told.out.count("error: ") == 1
    line = next(
        number
        for number, each in enumerate(TOO_DEEP.read_text().split("\n"), start=1)
        if each.strip().startswith("third-cert: ")
    )
    assert f":{line}:3: error: The certificate third-cert of step 2.19" in told.out
    assert "cannot be made: PKI-PATH-05: The CA at the end exceeds" in told.out
    assert "allows 1 below it, and it would be number 2. [SCRIPT-PROF" in told.out


def test_it_is_sound_below_a_root_that_allows_one_more(tmp_path: Path) -> None:
    for length, status in ((b"0", 1), (b"1", 1), (b"2", 0), (b"none", 0)):
        told = call_here(["script", "check", str(laid_out(tmp_path, length))])
        assert told.status == status, told.all
