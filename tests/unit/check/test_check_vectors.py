"""Each bad script fails one rule, the one that its file is named after."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from ceremony.check.findings import Finding, FindingSeverity
from ceremony.check.rules import check_script
from ceremony.script.decode import load_script
from ceremony.script.shape import ShapeError

VECTORS = Path(__file__).parents[2] / "vectors" / "scripts"
BAD = sorted(path for path in VECTORS.glob("*.yaml") if path.stem[0].isupper())
RULES = {
    "FILE-SHAPE-01",
    "FILE-SHAPE-02",
    "FILE-SHAPE-03",
    "FILE-SHAPE-04",
    "SCRIPT-ACT-01",
    "SCRIPT-BACKUP-01",
    "SCRIPT-BACKUP-02",
    "SCRIPT-BACKUP-03",
    "SCRIPT-BACKUP-04",
    "SCRIPT-BACKUP-05",
    "SCRIPT-BACKUP-06",
    "SCRIPT-BACKUP-07",
    "SCRIPT-BACKUP-08",
    "SCRIPT-BACKUP-09",
    "SCRIPT-BAG-01",
    "SCRIPT-BAG-02",
    "SCRIPT-BAG-03",
    "SCRIPT-BAG-04",
    "SCRIPT-BAG-05",
    "SCRIPT-CARDS-01",
    "SCRIPT-CARDS-02",
    "SCRIPT-CARDS-03",
    "SCRIPT-CERT-01",
    "SCRIPT-CERT-02",
    "SCRIPT-CERT-03",
    "SCRIPT-CERT-04",
    "SCRIPT-CERT-05",
    "SCRIPT-CERT-06",
    "SCRIPT-CERT-07",
    "SCRIPT-CERT-08",
    "SCRIPT-CERT-09",
    "SCRIPT-CHECK-01",
    "SCRIPT-CHECK-02",
    "SCRIPT-CHECK-03",
    "SCRIPT-CHECK-04",
    "SCRIPT-CHECK-05",
    "SCRIPT-CLOCK-01",
    "SCRIPT-CLOCK-02",
    "SCRIPT-CONTINGENCY-01",
    "SCRIPT-CONTINGENCY-02",
    "SCRIPT-CONTINGENCY-03",
    "SCRIPT-CONTINGENCY-04",
    "SCRIPT-CRL-01",
    "SCRIPT-CRL-02",
    "SCRIPT-CRL-03",
    "SCRIPT-CRL-04",
    "SCRIPT-CRL-05",
    "SCRIPT-CRL-06",
    "SCRIPT-CRL-07",
    "SCRIPT-CRL-08",
    "SCRIPT-CRL-09",
    "SCRIPT-CRL-10",
    "SCRIPT-CRL-11",
    "SCRIPT-CROSS-01",
    "SCRIPT-CROSS-02",
    "SCRIPT-CUSTODY-01",
    "SCRIPT-EARLIER-01",
    "SCRIPT-EARLIER-02",
    "SCRIPT-EARLIER-03",
    "SCRIPT-EMPTY-01",
    "SCRIPT-HOLD-01",
    "SCRIPT-IMPORT-01",
    "SCRIPT-IMPORT-02",
    "SCRIPT-IMPORT-03",
    "SCRIPT-IMPORT-04",
    "SCRIPT-IMPORT-25",
    "SCRIPT-IMPORT-26",
    "SCRIPT-IMPORT-27",
    "SCRIPT-IMPORT-28",
    "SCRIPT-INITIAL-01",
    "SCRIPT-INITIAL-02",
    "SCRIPT-IRREVERSIBLE-01",
    "SCRIPT-IRREVERSIBLE-02",
    "SCRIPT-KEY-01",
    "SCRIPT-KEY-02",
    "SCRIPT-KEY-03",
    "SCRIPT-KEY-04",
    "SCRIPT-KEY-05",
    "SCRIPT-KEY-06",
    "SCRIPT-KEY-07",
    "SCRIPT-LOGIN-01",
    "SCRIPT-LOGIN-02",
    "SCRIPT-LOGIN-03",
    "SCRIPT-LOGIN-04",
    "SCRIPT-LOGIN-05",
    "SCRIPT-MANUAL-01",
    "SCRIPT-MANUAL-02",
    "SCRIPT-MANUAL-03",
    "SCRIPT-MEANING-01",
    "SCRIPT-MEANING-02",
    "SCRIPT-MEANING-03",
    "SCRIPT-NAME-01",
    "SCRIPT-NAME-02",
    "SCRIPT-NUMBER-01",
    "SCRIPT-NUMBER-02",
    "SCRIPT-PARAMETER-01",
    "SCRIPT-PIN-01",
    "SCRIPT-PIN-02",
    "SCRIPT-PROFILE-01",
    "SCRIPT-PROFILE-02",
    "SCRIPT-PROFILE-03",
    "SCRIPT-PROFILE-04",
    "SCRIPT-PROFILE-05",
    "SCRIPT-PROFILE-06",
    "SCRIPT-PROFILE-07",
    "SCRIPT-PROFILE-27",
    "SCRIPT-PROFILE-28",
    "SCRIPT-QUORUM-01",
    "SCRIPT-QUORUM-02",
    "SCRIPT-QUORUM-03",
    "SCRIPT-QUORUM-04",
    "SCRIPT-RENEW-01",
    "SCRIPT-RENEW-02",
    "SCRIPT-RENEW-03",
    "SCRIPT-RENEW-04",
    "SCRIPT-RENEW-05",
    "SCRIPT-REFERENCE-01",
    "SCRIPT-REFERENCE-02",
    "SCRIPT-REFERENCE-03",
    "SCRIPT-REPORT-01",
    "SCRIPT-ROLE-01",
    "SCRIPT-ROLE-02",
    "SCRIPT-ROLE-03",
    "SCRIPT-ROLE-04",
    "SCRIPT-ROLE-05",
    "SCRIPT-ROLE-06",
    "SCRIPT-ROOM-01",
    "SCRIPT-ROOM-02",
    "SCRIPT-ROOM-03",
    "SCRIPT-ROUTE-01",
    "SCRIPT-REQUEST-01",
    "SCRIPT-REQUEST-02",
    "SCRIPT-SIGN-01",
    "SCRIPT-SIGN-02",
    "SCRIPT-SIGN-03",
    "SCRIPT-SIGN-04",
    "SCRIPT-SIGN-05",
    "SCRIPT-THING-01",
    "SCRIPT-THING-02",
    "SCRIPT-VERB-01",
    "SCRIPT-WAIVER-01",
    "SCRIPT-WAIVER-02",
    "SCRIPT-WAIVER-03",
    "SCRIPT-WAIVER-04",
    "SCRIPT-WAIVER-06",
    "SCRIPT-WITH-01",
    "SCRIPT-WITH-02",
    "SCRIPT-WITH-03",
    "SCRIPT-WITH-04",
    "SCRIPT-ZEROISE-01",
    "SCRIPT-ZEROISE-02",
}
WARNINGS = {
    "SCRIPT-IMPORT-28",
    "SCRIPT-PROFILE-06",
    "SCRIPT-PROFILE-07",
    "SCRIPT-BACKUP-09",
    "SCRIPT-CRL-09",
    "SCRIPT-CRL-11",
    "SCRIPT-QUORUM-04",
    "SCRIPT-ROLE-02",
    "SCRIPT-CHECK-04",
    "SCRIPT-CLOCK-02",
    "SCRIPT-THING-02",
    "SCRIPT-ROOM-03",
}


def found(path: Path) -> tuple[set[str], tuple[Finding, ...]]:
    """Give the rules that a script breaks; findings where it has a script's shape."""
    try:
        findings = check_script(load_script(path))
    except ShapeError as error:
        return {fault.code for fault in error.faults}, ()
    return {finding.rule for finding in findings}, tuple(findings)


@pytest.mark.parametrize(
    "name",
    [
        *("sound", "sound-with-request", "sound-with-key-acts"),
        *("sound-with-backup", "sound-with-trust", "sound-with-manual-acts"),
        "sound-with-logins",
        "sound-with-zeroise",
        "sound-with-earlier",
        "sound-with-contingency",
        "sound-with-renewal",
        "sound-with-waiver",
        "sound-with-asking",
        *("sound-with-crl", "sound-below-contingency", "sound-with-own-root"),
        *("sound-with-three-tiers", "sound-with-web-lists"),
    ],
)
def test_a_sound_script_gives_no_finding(name: str) -> None:
    assert check_script(load_script(VECTORS / f"{name}.yaml")) == ()


@pytest.mark.parametrize("path", BAD, ids=[path.stem for path in BAD])
def test_a_bad_script_fails_exactly_the_rule_it_is_named_after(path: Path) -> None:
    rules, findings = found(path)
    assert rules == {"-".join(path.stem.split("-")[:3])}
    for finding in findings:
        # Only what an approver may accept is a warning.
        is_accepted = finding.rule in WARNINGS
        assert (finding.severity is FindingSeverity.WARNING) is is_accepted
        assert finding.message.endswith((".", "?"))
        assert not finding.message.endswith("?.")
        assert finding.remedy.endswith(".")


def test_every_rule_has_a_vector_and_each_vector_is_its_own() -> None:
    assert {"-".join(path.stem.split("-")[:3]) for path in BAD} == RULES
    assert len({path.read_bytes() for path in BAD}) == len(BAD)


def test_a_finding_points_at_the_line_that_was_changed() -> None:
    sound = (VECTORS / "sound.yaml").read_text().split("\n")
    for path in BAD:
        bad = path.read_text().split("\n")
        changed = {
            number
            for tag, _, _, first, last in difflib.SequenceMatcher(
                None, sound, bad, autojunk=False
            ).get_opcodes()
            if tag == "replace" and last - first == 1
            for number in range(first + 1, last + 1)
        }
        if len(changed) != 1 or not path.stem.startswith(("SCRIPT-WITH", "SCRIPT-REF")):
            continue
        (finding,) = check_script(load_script(path))
        assert finding.place.line in changed, path.stem
        assert finding.place.column > 1
