"""A root that was made anew under its old name, on SoftHSM.

The script of a later ceremony names the new root's certificate above an issuing CA that
the old root has certified. By their names the two belong together; the signatures do
not, and nothing may be signed below them.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.key_acts import put_script
from tests.rehearsals.made_act import Played, play_act, read_backs, write_act
from tests.rehearsals.stage import Told, copy_site, run_ceremony
from tests.rehearsals.test_kinds_of_ca import issued, made_keys, pair, self_signed
from tests.rehearsals.two_ceremonies import fingerprint_of, public_key_of

pytestmark = [pytest.mark.hsm, pytest.mark.slow]

ROOT = "profile: smki-root-oca, common-name: ZA"
BELOW = "profile: smki-issuing-oca, common-name: Z1"
SUPPLIER = 'profile: smki-supplier-ds, values: {unique-identifier: "90b3d51f30000001"}'


@pytest.fixture(scope="module")
def first(
    site_base: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    names = ["root", "twin", "below"]
    things = [
        *(thing for name in names[:2] for thing in pair(name, ROOT)),
        *pair("below", BELOW),
        "below-request: {kind: request, title: Request}",
    ]
    act = [
        *made_keys(names),
        *(self_signed(name) for name in names[:2]),
        *issued("root", "below"),
        *(step for name in names for step in read_backs(name)),
    ]
    made = tmp_path_factory.mktemp("first")
    with play_act(site_base, made, things, act) as played:
        yield played


def ran_below(played: Played, folder: Path, *roots: str) -> Told:
    """Open a ceremony that issues below the old CA, with roots above, and run it."""
    told = f"token: root-hsm, algorithm: P-256, {BELOW}"
    files = played.files
    things = [
        "root-hsm: {kind: token, title: Root token}",
        (
            f"ca: {{kind: key, title: CA, {told}, "
            f"public-key: {public_key_of(files, 'below')}}}"
        ),
        (
            f"ca-cert: {{kind: certificate, title: CA certificate, {BELOW}, "
            f"sha256: {fingerprint_of(files, 'below-cert')}}}"
        ),
        *(
            f"{root}: {{kind: certificate, title: Root certificate, {ROOT}, "
            f"sha256: {fingerprint_of(files, root)}}}"
            for root in roots
        ),
        *pair("supplier", SUPPLIER),
        "supplier-request: {kind: request, title: Request}",
    ]
    act = [
        "token.inventory, with: {token: root-hsm, expect-objects: 6}",
        "key.prove, with: {key: ca}",
        "key.generate, irreversible: true, with: {key: supplier}",
        "token.inventory, with: {token: root-hsm, expect-objects: 8}",
        *issued("ca", "supplier"),
        *read_backs("supplier"),
    ]
    workspace = folder / "workspace"
    left = shutil.ignore_patterns("site", "*.lock", "evidence.*")
    shutil.copytree(played.workspace, workspace, ignore=left)
    site = copy_site(played.workspace.parent, workspace)
    at = ["--workspace", str(workspace)]
    put_script(site, *write_act(folder, things, act, name="later"))
    opened = run_ceremony(
        [
            *("open", str(site / "script.yaml"), "--site", str(site), "--rehearsal"),
            *("--roster", str(site / "roster.toml")),
            *("--answers", str(site / "answers.yaml"), *at),
        ]
    )
    assert opened.status == 0, opened.all
    return run_ceremony(["run", opened.out.strip(), *at])


def issued_by(folder: Path) -> list[str]:
    """Name what a key was asked to certify, by the journal."""
    path = folder / "workspace/rehearsal/journal.sqlite"
    with sqlite3.connect(path) as journal:
        rows = journal.execute("SELECT leaf FROM leaf ORDER BY seq").fetchall()
    leaves = [json.loads(row[0]) for row in rows]
    return [
        leaf["data"]["thing"]
        for leaf in leaves
        if leaf["type"] == "hsm.intent" and leaf["data"]["verb"] == "certificate.issue"
    ]


def test_nothing_is_signed_below_a_root_that_did_not_sign_the_ca(
    first: Played, tmp_path: Path
) -> None:
    said = ran_below(first, tmp_path, "twin-cert")
    assert said.status != 0
    assert "[PKI-PATH-02]" in said.all
    assert "Nothing was signed." in said.all
    assert issued_by(tmp_path) == ["below-cert"]


def test_where_both_roots_are_named_the_one_that_signed_is_above(
    first: Played, tmp_path: Path
) -> None:
    said = ran_below(first, tmp_path, "root-cert", "twin-cert")
    assert said.status == 0, said.all
    assert issued_by(tmp_path) == ["below-cert", "supplier-cert"]
