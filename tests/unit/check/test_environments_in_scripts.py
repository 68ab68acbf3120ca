"""An environment that a script says: mistyped, or of no profile that it uses."""

from __future__ import annotations

from pathlib import Path

from ceremony.check.rules import check_script
from ceremony.pki.script_profile import has_environments
from ceremony.script.decode import decode_script, load_script

TEST = "environment: test\n"
BATCH = Path(__file__).parents[2] / "vectors/scripts/sound-with-batch.yaml"


def found(text: str) -> list[tuple[str, str]]:
    script = decode_script(text.encode(), "script.yaml")
    return [(each.rule, each.message) for each in check_script(script)]


def test_a_mistyped_environment_is_told_where_a_profile_is_named_and_nowhere_else() -> (
    None
):
    text = BATCH.read_text().replace(TEST, "environment: tset\n", 1)
    told = found(text)
    assert {rule for rule, _ in told} == {"SCRIPT-PROFILE-01"}
    named = text[text.index("\nthings:\n") : text.index("\nplace:")].count("profile:")
    assert len(told) == named
    assert all("the environment 'tset'" in message for _, message in told)


def test_what_is_told_of_a_profile_that_can_be_read_is_judged_all_the_same() -> None:
    text = BATCH.read_text().replace("fact: path-length", "fact: path-lenght", 1)
    rules = [rule for rule, _ in found(text)]
    assert sorted(rules) == ["SCRIPT-PROFILE-05", "SCRIPT-PROFILE-06"]


def test_a_script_for_live_ceremonies_says_its_environment() -> None:
    text = BATCH.read_text()
    assert "SCRIPT-PROFILE-28" not in dict(found(text))
    unsaid = text.replace(TEST, "", 1)
    told = dict(found(unsaid))
    assert told["SCRIPT-PROFILE-28"].endswith(
        "by smki-root-dca, smki-issuing-dca, smki-device-ds."
    )
    rehearsed = unsaid.replace("[rehearsal, live]", "[rehearsal]", 1)
    assert "SCRIPT-PROFILE-28" not in dict(found(rehearsed))


def test_where_no_profile_has_environments_none_has_to_be_said() -> None:
    assert check_script(load_script(BATCH.parent / "sound-with-waiver.yaml")) == ()


def test_a_profile_that_there_is_not_has_no_environments() -> None:
    script = decode_script(BATCH.read_bytes(), "script.yaml")
    assert has_environments(script, "smki-device-ds")
    assert not has_environments(script, "root-ca-ec-p384")
    assert not has_environments(script, "nobodys")
