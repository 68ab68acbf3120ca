"""Two ceremonies at one site revoke side by side, and neither list undoes the other."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest

from tests.fakes.key_acts import put_script
from tests.rehearsals.made_act import play_act, read_backs, write_act
from tests.rehearsals.stage import copy_workspace, run_ceremony
from tests.rehearsals.test_kinds_of_ca import made_keys, pair, self_signed
from tests.rehearsals.two_ceremonies import fingerprint_of, public_key_of

pytestmark = [pytest.mark.hsm, pytest.mark.slow, pytest.mark.no_cover]

ROOT = "profile: smki-root-dca, common-name: Z1"
LOST = "serial:4a0f 2020-01-15 cessation-of-operation"
COMPROMISED = "serial:4b0f 2026-01-15 key-compromise"
ROOT_HSM = "root-hsm: {kind: token, title: Root token}"


def signing(number: int, *revoked: str) -> str:
    told = (
        f"key: root, crl: l{number}, number: {number}, revoked: [{', '.join(revoked)}]"
    )
    return f"crl.issue, irreversible: true, with: {{{told}}}"


def a_list(number: int) -> str:
    return f"l{number}: {{kind: crl, title: List, profile: generic-crl}}"


def written_list(
    tmp_path: Path, things: list[str], number: int, revoked: list[str]
) -> tuple[Path, Path]:
    """Write the script that signs one list, and its answers."""
    folder = tmp_path / f"later-{number}"
    folder.mkdir()
    act = [
        "token.inventory, with: {token: root-hsm, expect-objects: 2}",
        "key.prove, with: {key: root}",
        signing(number, *revoked),
    ]
    return write_act(folder, [*things, a_list(number)], act, name=f"l{number}")


def opened(site: Path, number: int, script: Path, answers: Path, at: list[str]) -> str:
    """Open a ceremony by a script that the site's policy approves already.

    What it revokes besides the first list no certificate of the root has.
    """
    here = shutil.copy(answers, site / f"answers-{number}.yaml")
    told = run_ceremony(
        [
            *("open", str(script), "--site", str(site), "--rehearsal"),
            *("--roster", str(site / "roster.toml"), "--answers", str(here), *at),
        ]
    )
    assert told.status == 0, told.all
    warned = re.findall(r"revokes serial:(\w+), .*\[CONDUCT-CRL-06\]", told.err)
    assert warned == (["4b0f"] if COMPROMISED in script.read_text() else [])
    return told.out.strip()


def test_a_list_is_not_signed_over_one_that_another_ceremony_has_signed_since(
    site_base: Path, tmp_path: Path
) -> None:
    things = [*pair("root", ROOT), a_list(1)]
    act = [
        *made_keys(["root"]),
        self_signed("root"),
        signing(1, LOST),
        *read_backs("root"),
    ]
    first = tmp_path / "first"
    first.mkdir()
    with play_act(site_base, first, things, act) as played:
        workspace = tmp_path / "workspace"
        site = copy_workspace(played.workspace.parent, workspace)
        key, cert = (
            public_key_of(played.files, "root"),
            fingerprint_of(played.files, "root-cert"),
        )
    old = [
        ROOT_HSM,
        (
            "root: {kind: key, title: Root, token: root-hsm, algorithm: P-256, "
            f'{ROOT}, public-key: "{key}"}}'
        ),
        f'root-cert: {{kind: certificate, title: Root, {ROOT}, sha256: "{cert}"}}',
    ]
    at = ["--workspace", str(workspace)]

    written = {
        number: written_list(tmp_path, old, number, revoked)
        for number, revoked in ((2, [LOST, COMPROMISED]), (3, [LOST]))
    }
    put_script(site, *written[2])
    policy = site / "trust-policy.toml"
    third = hashlib.sha256(written[3][0].read_bytes()).hexdigest()
    approved = policy.read_text().replace("scripts = [", f'scripts = ["{third}", ')
    policy.write_text(approved)
    later, sooner = (opened(site, number, *written[number], at) for number in (3, 2))
    ran = run_ceremony(["run", sooner, *at])
    refused = run_ceremony(["run", later, *at])
    assert re.findall(r"\[([A-Z]+-[A-Z]+-\d+)\]", refused.all)[:1] == ["CONDUCT-CRL-05"]
    assert f"{sooner} has signed a list of" in refused.all
    assert ran.status == 0, ran.all
    listed = ["register", "list", "revoked", *at]
    shown, told = run_ceremony(listed), run_ceremony([*listed, "--format", "json"])
    assert re.findall(r"\b0*4[ab]0f\b", shown.out) == ["4a0f", "4b0f"]
    assert [row["serial"][-6:] for row in json.loads(told.out)] == ["004a0f", "004b0f"]
