"""A script's own profiles: read beside it, bound by digest, tried before any key is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony.check.rules import check_script
from ceremony.engine.reliance import unverified_facts
from ceremony.errors import InputError
from ceremony.pki.script_profile import certificate_profile, crl_profile
from ceremony.script.decode import decode_script, load_script
from ceremony.script.own_profile import bind_profiles, profile_blobs
from ceremony.script.shape import ShapeError
from tests.cli.transcript import call_here
from tests.fakes.own_profiles import (
    IN_PLACES,
    ISSUING,
    ISSUING_TEXT,
    LIST,
    LIST_TEXT,
    OWN,
    WORD,
    own_script,
    script_for,
)

Found = list[tuple[str, str]]

# RFC 5612: for examples.
ARC = "1.3.6.1.4.1.32473"


def found(text: str, files: dict[str, bytes]) -> Found:
    script = bind_profiles(
        decode_script(text.encode(), "script.yaml"), files.__getitem__
    )
    return [(finding.rule, finding.message) for finding in check_script(script)]


def laid_out(folder: Path, text: str, files: dict[str, bytes]) -> Path:
    """Lay a script and the files beside it out on disk."""
    for name, raw in files.items():
        (folder / name).write_bytes(raw)
    (folder / "script.yaml").write_text(text)
    return folder / "script.yaml"


def test_a_script_with_profiles_of_its_own_is_sound(tmp_path: Path) -> None:
    path = laid_out(tmp_path, own_script(), OWN)
    script = load_script(path)
    assert certificate_profile(script, "northmoor-issuing").validity.years == 7
    assert crl_profile(script, "northmoor-arl").days == 90
    assert profile_blobs(script) == {
        f"profile-{name}": raw for name, raw in OWN.items()
    }
    assert certificate_profile(script, "smki-root-oca").name == "smki-root-oca"
    assert ("northmoor-issuing", "validity") in unverified_facts(script)
    told = call_here(["script", "check", str(path)])
    assert (told.status, told.out.count("SCRIPT-")) == (0, 0), told.all


def test_what_is_unverified_in_an_own_profile_needs_a_word() -> None:
    ((rule, message),) = found(own_script().replace(WORD, ""), OWN)
    assert rule == "SCRIPT-PROFILE-06"
    assert "northmoor-issuing, validity" in message


def test_an_absent_extension_that_nobody_could_confirm_needs_a_word_too() -> None:
    absent = (
        b"  ocsp-responders: {value: absent, status: unverified, source: recalled}\n"
    )
    files = {**OWN, ISSUING: ISSUING_TEXT + absent}
    text = own_script(files)
    ((rule, message),) = found(text, files)
    assert rule == "SCRIPT-PROFILE-06"
    assert message.endswith("unverified: northmoor-issuing, ocsp-responders.")
    word = WORD.replace("validity", "ocsp-responders")
    assert found(text.replace(WORD, WORD + word), files) == []
    # Of the other methods of access its base says that none was seen.
    other = word.replace("ocsp-responders", "issuer-certificates")
    ((rule, _),) = found(text.replace(WORD, WORD + word + other), files)
    assert rule == "SCRIPT-PROFILE-05"


@pytest.mark.parametrize("command", ["check", "print"])
def test_a_changed_byte_is_refused_by_its_digest(tmp_path: Path, command: str) -> None:
    changed = ISSUING_TEXT.replace(b"7 years", b"8 years")
    path = laid_out(tmp_path, own_script(), {**OWN, ISSUING: changed})
    out = ["-o", str(tmp_path / "paper.pdf")] if command == "print" else []
    told = call_here(["script", command, str(path), *out])
    assert told.status != 0
    assert "[SCRIPT-OWN-01]" in told.all
    assert not (tmp_path / "paper.pdf").exists()


def test_every_profile_is_read_for_the_environment_of_the_script() -> None:
    for environment, policy in (
        ("test", f"{ARC}.1"),
        ("production", f"{ARC}.2"),
    ):
        script = bind_profiles(
            decode_script(script_for(environment).encode(), "script.yaml"),
            IN_PLACES.__getitem__,
        )
        assert script.environment == environment
        profile = certificate_profile(script, "northmoor-issuing")
        assert profile.policies == (policy,)
    text = own_script(IN_PLACES).replace("environment: test\n", "", 1)
    unsaid = bind_profiles(
        decode_script(text.encode(), "script.yaml"),
        IN_PLACES.__getitem__,
    )
    assert unsaid.environment == ""
    assert certificate_profile(unsaid, "northmoor-issuing").policies == (f"{ARC}.1",)
    assert found(script_for("test"), IN_PLACES) == []


def test_an_environment_that_a_profile_lacks_is_told_at_what_names_the_profile() -> (
    None
):
    told = found(script_for("production"), IN_PLACES)
    missing = "The profile has no policies for the environment 'production'."
    # The shipped root's are for test alone; the site's own has both.
    assert told.count(("SCRIPT-PROFILE-01", missing)) == 2
    told = found(script_for("staging"), IN_PLACES)
    assert told.count(("SCRIPT-PROFILE-01", missing.replace("production", "staging")))
    (own,) = [message for rule, message in told if rule == "SCRIPT-OWN-03"]
    assert "environment 'staging'" in own


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = laid_out(tmp_path, own_script(), {LIST: LIST_TEXT})
    with pytest.raises(InputError) as caught:
        load_script(path)
    assert caught.value.code == "SCRIPT-READ-01"
    assert str(caught.value.place) == ISSUING


def test_a_profile_that_was_not_bound_is_never_replaced_by_another() -> None:
    script = decode_script(own_script().encode(), "script.yaml")
    for read, name in (
        (certificate_profile, "northmoor-issuing"),
        (crl_profile, "northmoor-arl"),
    ):
        with pytest.raises(InputError) as caught:
            read(script, name)  # type: ignore[operator]  # either takes the two
        assert caught.value.code == "SCRIPT-OWN-01"
    assert "SCRIPT-OWN-03" in {finding.rule for finding in check_script(script)}


@pytest.mark.parametrize(
    ("file", "raw", "rule", "told"),
    [
        (
            "smki-issuing-oca.yaml",
            ISSUING_TEXT.replace(b"northmoor-issuing", b"smki-issuing-oca"),
            "SCRIPT-OWN-02",
            "is the name of a built-in profile",
        ),
        (
            "smki-oca-arl.yaml",
            LIST_TEXT.replace(b"northmoor-arl", b"smki-oca-arl"),
            "SCRIPT-OWN-02",
            "is the name of a built-in profile",
        ),
        (
            "northmoor-other.yaml",
            ISSUING_TEXT,
            "SCRIPT-OWN-02",
            "is called northmoor-issuing",
        ),
        (
            "northmoor-other.yaml",
            ISSUING_TEXT.replace(b"validity", b"validness"),
            "SCRIPT-OWN-03",
            "northmoor-other.yaml:6:",
        ),
        (
            "northmoor-spare.yaml",
            ISSUING_TEXT.replace(b"northmoor-issuing", b"northmoor-spare"),
            "SCRIPT-OWN-04",
            "northmoor-spare.yaml",
        ),
    ],
)
def test_a_profile_that_does_not_fit_is_told(
    file: str, raw: bytes, rule: str, told: str
) -> None:
    files = {**OWN, file: raw}
    messages = [
        message for each, message in found(own_script(files), files) if each == rule
    ]
    assert len(messages) == 1
    assert told in messages[0]


def test_a_profile_is_named_once() -> None:
    text = own_script()
    line = next(line for line in text.splitlines() if f"file: {LIST}" in line)
    twice = text.replace(line, f"{line}\n{line}")
    ((rule, message),) = found(twice, OWN)
    assert (rule, f"{LIST} is named twice" in message) == ("SCRIPT-OWN-02", True)


def test_what_the_trial_finds_in_an_own_profile_is_told() -> None:
    wrong = ISSUING_TEXT.replace(b"7 years", b"70 years")
    files = {**OWN, ISSUING: wrong}
    told = found(own_script(files), files)
    assert {rule for rule, _ in told} >= {"SCRIPT-PROFILE-03"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"file: {ISSUING}", "file: ../northmoor-issuing.yaml"),
        (f"file: {ISSUING}", "file: Northmoor.yaml"),
        (f"file: {ISSUING}", "file: northmoor-issuing.yml"),
        ("sha256: ", "sha1: "),
        ('sha256: "', 'sha256: "0'),
        (f"file: {ISSUING},", f"file: {ISSUING}, folder: there,"),
    ],
)
def test_an_item_of_another_form_is_refused(old: str, new: str) -> None:
    text = own_script()
    assert old in text
    with pytest.raises(ShapeError):
        decode_script(text.replace(old, new, 1).encode(), "script.yaml")
