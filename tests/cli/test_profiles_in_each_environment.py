"""``ceremony pki profile check`` tries a profile in each environment that it has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.pki_command import pki
from tests.cli.transcript import call_here
from tests.fakes.golden import FOLDER
from tests.fakes.profile_texts import DEPARTS, DEVICE, EVERYTHING, fact, part
from tests.rehearsals.stage import Told

HEAD = (
    "format: key-ceremony.certificate-profile/1\nname: ours\ntitle: Ours\n"
    "based-on: smki-device-ds\nsigned-by: nobody-known\n"
)
PRODUCTION = (
    "environments:\n  production:\n    policies: [1.2.3.4]\n"
    "    hardware-type: 1.2.3.6\n    status: read\n    source: Annex B\n"
)
BAD = PRODUCTION.replace("    hardware-type: 1.2.3.6\n", "")
PILOT = (
    "environments:\n  pilot:\n    policies: [1.2.3.4]\n    status: read\n"
    "    source: Annex B\n"
)
POLICIES = fact("policies", "[1.2.3.4]")
UNIT = part("unique-identifier", "bit")


def check(*arguments: object) -> Told:
    return call_here(["pki", "profile", "check", *map(str, arguments)])


def told(*arguments: object) -> list[Any]:
    every: list[Any] = json.loads(check(*arguments, "--format", "json").out)["profiles"]
    return every


def written(folder: Path, text: str, name: str = "ours") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(text)
    return path


def test_a_sound_profile_is_tried_for_every_environment(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + PRODUCTION)
    said = check(path)
    assert said.status == 0, said.all
    assert (
        f"\n{path}: sound, 1 warning, 2 trial orders, 33 rules.\n"
        "  It was tried for test and production.\n"
    ) in said.out
    (ours,) = told(path)
    assert [each["environment"] for each in ours["trials"]] == ["test", "production"]


def test_what_contradicts_itself_in_one_environment_is_told_with_its_name(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, HEAD + BAD)
    said = check(path)
    assert said.status == 2
    assert "error: For production: The profile contradicts itself: a hardware" in (
        said.out
    )
    assert said.out.endswith(f"{path}: not a profile, 1 finding.\n")
    assert [each["rule"] for each in told(path)[0]["findings"]] == ["PKI-PROFILE-10"]


def test_of_an_environment_that_is_named_nothing_else_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + BAD)
    said = check(path, "--environment", "test")
    assert said.status == 0, said.all
    assert ": sound, 1 warning, 1 trial order, 33 rules.\n" in said.out
    assert "tried for" not in said.out
    assert check(path, "--environment", "production").status == 2
    assert check(path, "--environment", "moon").status == 2


def test_what_is_wrong_in_each_environment_is_told_once(tmp_path: Path) -> None:
    text = (HEAD + PRODUCTION).replace("name: ours", "name: Our Device")
    said = check(written(tmp_path, text))
    assert said.status == 2
    assert said.out.count("[FILE-SHAPE-04]") == 1
    assert "For test" not in said.out


def test_a_profile_without_the_usual_environment_is_tried_for_its_own(
    tmp_path: Path,
) -> None:
    paths = (
        written(tmp_path, DEVICE, "device"),
        written(tmp_path, EVERYTHING, "everything"),
    )
    device, everything = told(*paths)
    assert [each["environment"] for each in device["trials"]] == ["pilot"]
    assert device["issuers"] == ["everything"]
    assert {each["environment"] for each in everything["trials"]} == {""}


def test_an_issuer_that_lacks_the_environment_is_told(tmp_path: Path) -> None:
    text = HEAD.replace("signed-by: nobody-known\n", "") + PRODUCTION
    path = written(tmp_path, text)
    said = check(path)
    assert said.status == 1
    assert said.out.startswith(
        "smki-issuing-dca.yaml:5:1: error: For production: The profile has no policies"
    )
    issuer = written(
        tmp_path,
        HEAD.replace("name: ours", "name: our-dca").replace(
            "smki-device-ds", "smki-issuing-dca"
        )
        + BAD,
        "our-dca",
    )
    path = written(tmp_path, HEAD.replace("nobody-known", "our-dca") + PRODUCTION)
    said = check(path, issuer)
    assert said.status == 0, said.all


def test_below_an_issuer_with_environments_a_profile_may_have_none(
    tmp_path: Path,
) -> None:
    text = EVERYTHING.replace(DEPARTS, PILOT).replace(POLICIES, "").replace(UNIT, "")
    issuer = written(tmp_path, text, "everything")
    below = written(
        tmp_path,
        DEVICE[: DEVICE.index("environments:")]
        .replace("hardware-module-name", "given")
        .replace("no end", "60 days"),
        "below",
    )
    ours, above = told(below, issuer)
    assert ours["issuers"] == ["everything"]
    assert ours["findings"] == []
    assert [each["rule"] for each in above["findings"]] == ["CLI-PROFILE-03"]
    assert {each["environment"] for each in above["trials"]} == {"pilot"}


WEB_ROOT = str(FOLDER / "web-root.pem")
NOWHERE = ("--environment", "nosuch")


@pytest.mark.parametrize(
    "arguments",
    [
        ("lint", WEB_ROOT, "--profile", "web-root"),
        ("lint", WEB_ROOT, "--profile", "smki-oca-arl", "--issuer", WEB_ROOT),
        ("request", "check", WEB_ROOT, "--profile", "web-root"),
        ("profile", "show", "web-root"),
        ("profile", "show", "smki-oca-arl"),
        ("profile", "check", "web-root"),
        ("profile", "check", "generic-arl"),
    ],
    ids=lambda each: "-".join(Path(part).stem for part in each),
)
def test_an_environment_of_a_profile_without_any_is_refused(
    arguments: tuple[str, ...],
) -> None:
    said = pki(*arguments, *NOWHERE)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("The environment 'nosuch' is named, and ")
    assert " has no environments. [CLI-ENVIRONMENT-01]\n" in said.err


def test_an_environment_is_for_every_profile_that_is_checked_and_those_above(
    tmp_path: Path,
) -> None:
    own = written(tmp_path, HEAD + PRODUCTION)
    assert check("web-root", own, "--environment", "production").status == 0
    # The list's own issuer has environments, though no list's profile does.
    assert check("smki-oca-arl", "--environment", "test").status == 0
    several = check("web-root", "generic-arl", *NOWHERE)
    assert several.err.startswith(
        "The environment 'nosuch' is named, and web-root and generic-arl have no "
    )
