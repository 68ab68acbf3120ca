"""The doctor at a whole site of software tokens, and at one with something amiss."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ceremony.conduct.softhsm import find_softhsm
from tests.fakes.outside_tool import run_tool
from tests.faulty.module import FaultyModule, compile_proxy
from tests.hsm.fresh_token import write_softhsm_configuration
from tests.rehearsals.stage import Told, run_ceremony
from tests.unit.pack.test_hardware_list import GOOD

pytestmark = pytest.mark.hsm

MACHINE = {"DOCTOR-CLOCK-01", "DOCTOR-SWAP-01", "DOCTOR-CORE-01", "DOCTOR-KIT-01"}
"""Rules whose lines depend on the machine of the test."""


def doctor(*arguments: str, env: dict[str, str] | None = None) -> Told:
    return run_ceremony(["hsm", "doctor", *arguments], env=env or {}, measured=True)


def lines(told: Told) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(told.out)
    assert told.err == ""
    return [each for each in read if each["rule"] not in MACHINE]


def by_rule(rule: str, module: Path, env: dict[str, str]) -> list[dict[str, Any]]:
    told = doctor("--module", str(module), "--format", "json", env=env)
    return [each for each in lines(told) if each["rule"] == rule]


def failing(told: Told) -> set[tuple[str, str]]:
    return {
        (each["rule"], each["about"]) for each in lines(told) if each["state"] == "fail"
    }


def test_a_site_that_is_ready_has_no_line_that_fails(workspace: Path) -> None:
    site = workspace / "site"
    told = doctor("--site", str(site), "--script", "demo", "--format", "json")

    found = lines(told)
    assert failing(told) == set()
    assert {each["rule"] for each in found if each["state"] == "warn"} == {
        "DOCTOR-CERT-01"
    }
    about = {each["about"] for each in found if each["rule"] == "DOCTOR-TOKEN-01"}
    assert {"token root-hsm", "token issuing-hsm", "token evidence"} < about
    assert len(about) == 10
    digests = {each["told"] for each in found if each["rule"] == "DOCTOR-DIGEST-01"}
    shown = run_tool(["sha256sum", str(find_softhsm())], site).stdout.decode()
    assert digests == {f"SHA-256 {shown.split()[0]}, as in the binding."}
    # What is known of a maker is told once, although the binding has it several times.
    known = [each["notes"] for each in found if each["rule"] == "DOCTOR-VENDOR-01"]
    assert len(known) > 1
    assert [bool(notes) for notes in known] == [True] + [False] * (len(known) - 1)


def test_without_the_script_the_factory_labels_fail(workspace: Path) -> None:
    told = doctor("--site", str(workspace / "site"), "--format", "json")

    assert told.status == 1
    assert failing(told) == {
        ("DOCTOR-TOKEN-01", "token root-hsm"),
        ("DOCTOR-TOKEN-01", "token issuing-hsm"),
    }


def test_a_module_that_was_swapped_and_a_token_that_is_gone_fail(
    workspace: Path,
) -> None:
    site = workspace / "site"
    binding = (site / "binding.toml").read_text()
    digest = binding.split('sha256 = "')[1].split('"')[0]
    serial = binding.split("[evidence]")[1].split('serial = "')[1].split('"')[0]

    (site / "binding.toml").write_text(binding.replace(serial, "0123456789abcdef"))
    gone = doctor("--site", str(site), "--script", "demo", "--format", "json")
    (site / "binding.toml").write_text(binding.replace(digest, "0" * 64))
    swapped = doctor("--site", str(site), "--script", "demo", "--format", "json")

    assert gone.status == swapped.status == 1
    assert failing(gone) == {("DOCTOR-TOKEN-01", "token evidence")}
    assert {rule for rule, _ in failing(swapped)} == {
        "DOCTOR-LOAD-01",
        "DOCTOR-DIGEST-01",
    }


def test_a_hardware_list_beside_the_binding_is_read(workspace: Path) -> None:
    site = workspace / "site"
    (site / "hardware.toml").write_text(GOOD.replace('"active"', '"valid"'))
    bad = doctor("--site", str(site))

    assert bad.status == 2
    assert "hardware.toml:8:" in bad.err
    assert "[FILE-SHAPE-04]" in bad.err


def test_the_report_for_people_counts_its_lines_and_names_each_rule(
    workspace: Path,
) -> None:
    conf = {"SOFTHSM2_CONF": f"{workspace}/site/tokens/people/softhsm2.conf"}
    told = doctor("--script", "demo", env=conf)

    rows = [row for row in told.out.splitlines() if row.endswith("-01]")]
    ok = [row for row in rows if row.startswith("  ok ")]
    assert f"\n{len(ok)} ok, " in told.out
    assert "        What to do: " in told.out
    assert "        - pin-lock: It never locks" in told.out
    assert "signatures by ECDSA (steps " in told.out


def test_a_module_that_wants_arguments_fails_and_says_which() -> None:
    softokn = Path("/usr/lib/x86_64-linux-gnu/libsoftokn3.so")
    if not softokn.is_file():
        pytest.skip("NSS softokn is not installed")
    told = doctor("--module", str(softokn), "--format", "json")

    assert told.status == 1
    assert failing(told) == {("DOCTOR-LOAD-01", "module libsoftokn3.so")}
    (load,) = [each for each in lines(told) if each["rule"] == "DOCTOR-LOAD-01"]
    assert "CKR_ARGUMENTS_BAD" in load["told"]
    assert "configdir=" in load["remedy"]


def test_a_module_that_is_not_there_fails_in_every_line_about_its_file(
    tmp_path: Path,
) -> None:
    told = doctor("--module", str(tmp_path / "absent.so"), "--format", "json")

    assert told.status == 1
    assert failing(told) == {
        ("DOCTOR-LOAD-01", "module absent.so"),
        ("DOCTOR-DIGEST-01", "module absent.so"),
    }


def test_a_module_that_loads_and_then_fails_is_no_module_to_use(
    tmp_path: Path,
) -> None:
    path = compile_proxy(tmp_path)
    faulty = FaultyModule(path, find_softhsm(), tmp_path, {})
    faulty.plan("C_GetSlotList * before return 0x30")

    (load,) = by_rule("DOCTOR-LOAD-01", path, faulty.environment())

    assert load["state"] == "fail"
    assert "[HSM-DEVICE-01]" in load["told"]


def test_a_makers_own_calls_for_several_cards_are_told(tmp_path: Path) -> None:
    path = compile_proxy(tmp_path, "-DQUORUM_CALLS")
    write_softhsm_configuration(tmp_path)
    told = {"SOFTHSM2_CONF": str(tmp_path / "softhsm2.conf")}
    faulty = FaultyModule(path, find_softhsm(), tmp_path, told)

    (found,) = by_rule("DOCTOR-QUORUM-01", path, faulty.environment())

    assert found["state"] == "warn"
    assert "C_LoginBegin, C_LoginNext, C_LoginEnd" in found["told"]
    assert "device.manual" in found["remedy"]


def test_p11_kits_proxy_is_no_module_to_use() -> None:
    kit = Path("/usr/lib/x86_64-linux-gnu/libp11-kit.so.0")
    if not kit.is_file():
        pytest.skip("p11-kit is not installed")

    (load,) = by_rule("DOCTOR-LOAD-01", kit, {})

    assert load["state"] == "fail"
    assert "[HSM-FUNCTIONS-01]" in load["told"]


def test_modules_are_listed_with_digest_and_maker() -> None:
    told = run_ceremony(["hsm", "modules", "--format", "json"], measured=True)
    text = run_ceremony(["hsm", "modules"], measured=True)

    assert (told.status, told.err) == (0, "")
    softhsm = [
        each
        for each in json.loads(told.out)
        if each["resolved"] == str(find_softhsm().resolve())
    ]
    (found,) = softhsm
    shown = run_tool(["sha256sum", str(find_softhsm())], Path("/")).stdout.decode()
    assert found["sha256"] == shown.split()[0]
    assert found["vendor"]["name"] == "softhsm"
    assert all(fact["source"] for fact in found["vendor"]["facts"])
    assert f"  SHA-256    {found['sha256']}" in text.out
    assert "  maker      SoftHSM 2, by the file's name" in text.out
