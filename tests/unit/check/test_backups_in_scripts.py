"""A script relies on no backup that was not shown to be one."""

from __future__ import annotations

from pathlib import Path

from ceremony.check.rules import check_script
from ceremony.script.decode import decode_script

SOUND = Path(__file__).parents[2] / "vectors/scripts/sound-with-backup.yaml"
RESTORES = (
    "verb: key.unwrap, text: Do., by: administrator, initials: [witness], "
    "with: {key: key-copy, under: kek-copy}"
)


def rules_of(text: str) -> set[str]:
    script = decode_script(text.encode(), "script.yaml")
    return {finding.rule for finding in check_script(script)}


def changed(*changes: tuple[str, str]) -> str:
    text = SOUND.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_a_key_that_was_wrapped_and_is_restored_nowhere_is_not_destroyed() -> None:
    no_copy = changed(
        (
            "  key-copy: {kind: key, title: Key there, token: spare, copy-of: key}\n",
            "",
        ),
        (RESTORES, "verb: say, text: Do., by: administrator, initials: [witness]"),
    )
    assert rules_of(no_copy) == {"SCRIPT-BACKUP-07", "SCRIPT-BACKUP-09"}


def test_a_pair_under_another_tokens_secret_key_is_refused() -> None:
    elsewhere = changed(
        (
            "{key: key, under: kek, method: aes-kwp}",
            "{key: key, under: kek-copy, method: aes-kwp}",
        ),
    )
    assert "SCRIPT-BACKUP-02" in rules_of(elsewhere)


def test_the_public_key_of_a_copy_need_not_be_heard_again() -> None:
    assert rules_of(SOUND.read_text()) == set()


def test_a_secret_key_has_no_public_key_to_read_back() -> None:
    wrong = changed(
        ("{subject: carrier, what: public key", "{subject: kek, what: public key")
    )
    assert "SCRIPT-CHECK-05" in rules_of(wrong)


def test_the_last_of_a_key_goes_only_where_the_step_says_so() -> None:
    path = SOUND.with_name("SCRIPT-BACKUP-07-zeroised-with-its-last-copy.yaml")
    text = path.read_text()
    assert rules_of(text) == {"SCRIPT-BACKUP-07"}
    old = "exhibit: a log, zeroises: true}}"
    assert text.count(old) == 1
    assert (
        rules_of(text.replace(old, "exhibit: a log, zeroises: true, last: true}}"))
        == set()
    )
