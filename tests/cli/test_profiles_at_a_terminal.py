"""``ceremony pki profile``: what ships, what it says, and whether it can be met."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from ceremony.pki.builtin import builtin_profiles, builtin_text
from ceremony.pki.crl_profile_file import builtin_crl_profiles
from tests.cli.terminal import Terminal
from tests.cli.transcript import call_here
from tests.fakes.profile_texts import DEPARTS, DEVICE, EVERYTHING
from tests.rehearsals.stage import Told, run_ceremony

COLOUR = "\x1b["


def profile(*arguments: object) -> Told:
    return call_here(["pki", "profile", *map(str, arguments)])


def written(folder: Path, **texts: str) -> dict[str, Path]:
    paths = {name: folder / f"{name}.yaml" for name in texts}
    for name, text in texts.items():
        paths[name].write_text(text)
    return paths


def test_every_profile_that_ships_is_listed_with_what_is_unverified() -> None:
    said = profile("list")
    assert said.status == 0, said.all
    heads = re.findall(r"^(\S+)$", said.out, re.MULTILINE)
    assert heads == [*builtin_profiles(), *builtin_crl_profiles()]
    told = re.sub(r"\s+", " ", said.out)
    assert (
        "smki-root-oca SMKI Root OCA certificate signed by its own key; key ec-p256; "
        "term 50 years; 10 unverified facts"
    ) in told
    assert max(map(len, said.out.splitlines())) <= 80


def test_a_profile_that_lacks_the_environment_is_listed_and_says_so() -> None:
    said = profile("list", "--environment", "moon")
    assert said.status == 0, said.all
    assert "    no policies for moon; shown for test, of: test\n" in said.out


def test_a_profile_is_shown_fact_by_fact() -> None:
    said = profile("show", "smki-root-oca")
    assert said.status == 0, said.all
    assert said.out.startswith(
        "smki-root-oca: SMKI Root OCA certificate\n"
        "Signed by: its own key\n"
        "Environment: test\n"
        "\n"
        "subject\n"
        '    remote-party-role: always "00", as PrintableString\n'
        "    common-name: given by the order, as PrintableString\n"
        "    [observed] issuer name of a published DCC test Issuing OCA certificate\n"
    )
    assert (
        "validity\n"
        "    50 years\n"
        "    [unverified] recalled from Annex B of the SMKI Organisation Certificate\n"
        "      Policy\n"
    ) in said.out
    assert said.out.endswith(
        "An order has to give:\n"
        "    common-name: 1 to 64 printable letters\n"
        "An order may give:\n"
        "    nothing\n"
        "\n"
        "10 facts of the profile are unverified: path-length, extended-key-usage,\n"
        "subject-alternative-name, validity, serial-octets, key-usage,\n"
        "crl-distribution-points, ocsp-responders, issuer-certificates, policies. A\n"
        "certificate may meet the profile and yet be wrong in these.\n"
    )
    assert max(map(len, said.out.splitlines())) <= 80


def test_a_file_is_shown_as_one_json_document(tmp_path: Path) -> None:
    path = written(tmp_path, device=DEVICE)["device"]
    said = profile("show", path, "--environment", "pilot", "--format", "json")
    assert (said.status, said.err) == (0, "")
    told = json.loads(said.out)
    assert set(told) == {
        *("name", "title", "signedBy", "environment", "facts", "order", "unverified"),
        *("baseline", "departs"),
    }
    assert (told["name"], told["signedBy"], told["environment"]) == (
        *("device", "everything", "pilot"),
    )
    assert told["facts"][0] == {
        "name": "subject",
        "value": ["empty"],
        "status": "unverified",
        "source": "made up for a test",
    }
    assert told["order"] == {
        "hardware-serial": {
            "required": True,
            "shape": "the device's EUI-64: 16 hexadecimal digits",
        }
    }
    # The policies of its environment were observed.
    names = {fact["name"] for fact in told["facts"]}
    assert names - set(told["unverified"]) == {"policies"}


def test_colours_are_for_a_terminal_alone() -> None:
    arguments = ["pki", "profile", "show", "smki-root-oca"]
    assert COLOUR not in run_ceremony(arguments).all
    with Terminal(arguments) as terminal:
        terminal.expect("wrong in these")
        assert COLOUR in terminal.shown


@pytest.mark.parametrize("verb", ["show", "check"])
def test_a_profile_that_is_not_there_is_told(verb: str) -> None:
    said = profile(verb, "nowhere")
    assert said.status == 2
    assert "There is no profile file nowhere" in said.all
    assert "[CLI-PROFILE-01]" in said.all
    assert "What to do: " in said.all


@pytest.mark.parametrize("verb", ["show", "check"])
def test_a_name_that_no_file_can_have_is_no_profile(verb: str) -> None:
    said = profile(verb, "a" * 300)
    assert said.status == 2
    assert "[CLI-PROFILE-01]" in said.all


def test_a_files_name_neither_steers_the_terminal_nor_breaks_a_line(
    tmp_path: Path,
) -> None:
    odd = tmp_path / "a\x1b[31m\nb: sound\u202e.yaml"
    shown = str(tmp_path / "a\\x1b[31m\\nb: sound\\u202e.yaml")
    said = profile("check", odd)
    assert said.out.startswith(f"{shown}: error: There is no profile file {shown}, ")
    assert said.out.endswith(f"{shown}: not a profile, 1 finding.\n")
    odd.write_text(builtin_text("smki-root-oca"))
    said = profile("check", odd)
    assert said.out.startswith(f"{shown}: sound, ")
    assert "\x1b" not in said.all
    said = profile("show", tmp_path / "\x1b[2J")
    assert "no profile file" in said.err
    assert "\x1b" not in said.all


def test_the_json_is_utf_8_whatever_a_files_name_holds(tmp_path: Path) -> None:
    odd = str(tmp_path / os.fsdecode(b"a\xff.yaml"))
    said = run_ceremony(["pki", "profile", "check", odd, "--format", "json"])
    assert said.out.isascii()
    (told,) = json.loads(said.out)["profiles"]
    assert told["file"] == odd


def test_a_file_that_cannot_be_read_keeps_no_other_from_being_checked(
    tmp_path: Path,
) -> None:
    looped = tmp_path / "dir.yaml"
    looped.symlink_to(Path("/proc/self/mem"))
    said = profile("check", looped, "smki-root-oca")
    assert said.status == 2
    assert "[SCRIPT-READ-02]" in said.out
    assert "smki-root-oca: sound, " in said.out


def test_an_environment_that_is_not_there_is_told_with_those_that_are() -> None:
    said = profile("show", "smki-root-oca", "--environment", "production")
    assert said.status == 2
    assert said.err.startswith("smki-root-oca.yaml:8:1: The profile has no policies")
    assert "[PKI-PROFILE-02]" in said.err
    assert "What to do: Ask for test, or add the environment" in said.err


def test_sound_profiles_are_told_with_how_they_were_tried(tmp_path: Path) -> None:
    said = profile("check", *builtin_profiles())
    assert said.status == 0, said.all
    assert said.out.count(": sound, ") == len(builtin_profiles())
    said = profile("check", "smki-issuing-oca")
    assert said.out == (
        "smki-issuing-oca: sound, 1 trial order, 30 rules.\n"
        "  A trial request for it: 16 rules.\n"
    )
    path = written(tmp_path, everything=EVERYTHING)["everything"]
    said = profile("check", path)
    assert said.status == 0, said.all
    assert said.out == (
        f"{path}:4:1: warning: The profile nobody-known, which signs, is neither given "
        "here nor built in. [CLI-PROFILE-03]\n"
        "  What to do: Name its file too, or correct signed-by: while there is no "
        "profile of that name, no key in any script may sign by everything.\n"
        f"{path}: sound, 1 warning, 2 trial orders, 28 rules.\n"
        "  The profile nobody-known is not known here, so that a made-up CA signed.\n"
    )


@pytest.mark.parametrize(
    ("signer", "told"),
    [
        ("everyting", "; did you mean 'everything'? ["),
        ("smki-isuing-oca", "; did you mean 'smki-issuing-oca'? ["),
        # A site's own is not meant for a built-in one, however near it is.
        ("our-root", ". ["),
    ],
)
def test_a_signer_that_is_not_known_is_warned_of_by_its_near_name(
    tmp_path: Path, signer: str, told: str
) -> None:
    below = EVERYTHING.replace("name: everything", "name: below").replace(
        "nobody-known", signer
    )
    top = EVERYTHING.replace("nobody-known", "self")
    paths = written(tmp_path, everything=top, below=below)
    said = profile("check", paths["below"], paths["everything"])
    assert said.status == 0, said.all
    assert f"below.yaml:4:1: warning: The profile {signer}, which signs, " in said.out
    assert f"is neither given here nor built in{told}CLI-PROFILE-03]" in said.out
    assert said.out.count("warning: ") == 1
    assert f"{paths['below']}: sound, 1 warning, 2 trial orders" in said.out
    assert f"{paths['everything']}: sound, 2 trial orders" in said.out


def test_a_signer_in_a_file_that_cannot_be_read_is_not_said_to_be_missing(
    tmp_path: Path,
) -> None:
    below = EVERYTHING.replace("name: everything", "name: below").replace(
        "nobody-known", "everything"
    )
    top = EVERYTHING.replace("rsa-2048", "rsa-1024")
    paths = written(tmp_path, everything=top, below=below)
    said = profile("check", paths["below"], paths["everything"])
    assert said.status == 2
    broken = paths["everything"]
    assert (
        f"{paths['below']}:4:1: warning: The profile everything, which signs, is not "
        f"built in, and {broken}, given here, cannot be read. [CLI-PROFILE-03]\n"
        f"  What to do: Correct {broken} first; else name the file that it is in, or "
        "correct signed-by: while there is no profile of that name, no key in any "
        "script may sign by below.\n"
    ) in said.out
    assert "neither given here" not in said.out


def test_a_signer_that_is_given_beside_it_is_not_warned_of(tmp_path: Path) -> None:
    below = EVERYTHING.replace("name: everything", "name: below").replace(
        "nobody-known", "everything"
    )
    top = EVERYTHING.replace("nobody-known", "self")
    paths = written(tmp_path, everything=top, below=below)
    said = profile("check", paths["below"], paths["everything"])
    assert "CLI-PROFILE-03" not in said.out
    assert "CLI-PROFILE-03" in profile("check", paths["below"]).out


def test_every_mistake_of_a_file_has_place_rule_and_remedy(tmp_path: Path) -> None:
    text = EVERYTHING.replace("rsa-2048", "rsa-1024").replace("90 days", "90 weeks")
    path = written(tmp_path, broken=text)["broken"]
    said = profile("check", path)
    assert said.status == 2
    lines = said.out.splitlines()
    found = [re.match(rf"{path}:(\d+):(\d+): error: .+ \[(\S+)\]$", x) for x in lines]
    told = text.splitlines()
    places = {match[3]: told[int(match[1]) - 1] for match in found if match is not None}
    assert "rsa-1024" in places["FILE-SHAPE-04"]
    assert "PKI-PROFILE-08" in places
    assert sum(line.startswith("  What to do: ") for line in lines) == len(places)
    assert lines[-1] == f"{path}: not a profile, 2 findings."


def test_a_file_that_is_no_text_is_told_among_the_others(tmp_path: Path) -> None:
    path = tmp_path / "binary.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    said = profile("check", "smki-root-oca", path)
    assert said.status == 2
    assert "[FILE-TEXT-" in said.out
    assert "smki-root-oca: sound, 1 trial order, 26 rules.\n" in said.out


def test_a_profile_that_no_certificate_meets_is_found_without_a_key(
    tmp_path: Path,
) -> None:
    # An issuer that lives for 90 days, and a CA below it that lives for a year.
    below = (
        EVERYTHING.replace("name: everything", "name: below")
        .replace("nobody-known", "everything")
        .replace("90 days", "1 year")
    )
    paths = written(tmp_path, everything=EVERYTHING, below=below)
    said = profile("check", paths["below"], paths["everything"], "--format", "json")
    assert said.status == 1
    told = {each["profile"]: each for each in json.loads(said.out)["profiles"]}
    findings = [each["rule"] for each in told["everything"]["findings"]]
    assert findings == ["CLI-PROFILE-03"]
    assert told["below"]["issuers"] == ["everything"]
    (finding,) = told["below"]["findings"]
    assert (finding["rule"], finding["severity"], finding["place"]) == (
        *("PKI-VALIDITY-02", "error", str(paths["below"])),
    )
    assert [each["given"] for each in told["below"]["trials"]] == [
        *("all values", "the required values"),
    ]
    assert {each["lint"]["v"] for each in told["below"]["trials"]} == {
        "key-ceremony.lint/1"
    }
    said = profile("check", paths["below"], paths["everything"])
    assert said.status == 1
    assert f"{paths['below']}: no certificate meets it, 1 finding.\n" in said.out


def test_a_signature_that_the_key_cannot_make_is_found(tmp_path: Path) -> None:
    text = DEVICE.replace("rsa-pkcs1-sha256", "ecdsa-with-sha256")
    text = text.replace("pilot", "test")
    paths = written(tmp_path, everything=EVERYTHING, device=text)
    said = profile("check", paths["everything"], paths["device"])
    assert said.status == 1
    assert "The signature is ecdsa-with-sha256, and the key that makes it" in said.out
    assert "[PKI-PROFILE-12]" in said.out


FORBIDDEN = """format: key-ceremony.certificate-profile/1
name: forbidden
title: A device's certificate as GBCS forbids it
based-on: smki-device-ds
facts:
  validity: {value: 1 day, status: chosen, source: nobody}
  key-usage:
    value: [digital-signature, key-agreement]
    status: chosen
    source: nobody
"""


def test_a_profile_that_contradicts_the_smki_is_met_by_no_certificate(
    tmp_path: Path,
) -> None:
    paths = written(tmp_path, forbidden=FORBIDDEN)
    said = profile("check", paths["forbidden"])
    assert said.status == 1
    assert re.findall(r"\[([A-Z]\S+)\]", said.out) == [
        "SMKI-VALIDITY-01",
        "SMKI-KU-01",
    ]
    assert f"{paths['forbidden']}: no certificate meets it, 2 findings.\n" in said.out


def test_profiles_that_sign_one_another_are_found(tmp_path: Path) -> None:
    other = EVERYTHING.replace("name: everything", "name: nobody-known").replace(
        "signed-by: nobody-known", "signed-by: everything"
    )
    paths = written(tmp_path, one=EVERYTHING, two=other)
    said = profile("check", *paths.values())
    assert said.status == 1
    assert said.out.count("[CLI-PROFILE-02]") == 2


def test_what_a_second_linter_is_told_of_a_profile_is_shown() -> None:
    said = profile("show", "web-cross-certificate")
    assert "Second lint: TLS Baseline Requirements, cross-ca\n" in said.out
    assert "departs: cabf.ca_certificate_no_digital_signature_bit" in said.out
    told = json.loads(profile("show", "smki-supplier-ds", "--format", "json").out)
    assert told["baseline"] == ""
    (departure,) = told["departs"]
    assert departure["finding"] == "itu.invalid_asn1_syntax"
    assert set(departure) == {"finding", "about", "reason", "source"}
    plain = profile("show", "smki-root-oca").out
    assert "Second lint" not in plain
    assert "departs" not in plain


def test_a_departure_of_which_the_trial_finds_nothing_is_told(tmp_path: Path) -> None:
    stale = DEPARTS + DEPARTS[DEPARTS.index("  - ") :].replace(
        "OID 2.5.4.45", "2.5.4.5"
    )
    assert profile("check", *written(tmp_path, sound=EVERYTHING).values()).status == 0
    path = written(tmp_path, stale=EVERYTHING.replace(DEPARTS, stale))["stale"]
    said = profile("check", path)
    assert said.status == 1
    assert said.out.count("[SCRIPT-DEPART-01]") == 1
    assert "it departs from nothing, 1 finding." in said.out
    (told,) = json.loads(profile("check", path, "--format", "json").out)["profiles"]
    assert [each["rule"] for each in told["findings"]] == ["SCRIPT-DEPART-01"]
    assert "'2.5.4.5'" in told["findings"][0]["message"]
