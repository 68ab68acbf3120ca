"""A root that was made anew under its old name, on SoftHSM.

The script of a later ceremony names the new root's certificate above an issuing CA that
the old root has certified. By their names the two belong together; the signatures do
not, and nothing may be signed below them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.fakes.key_acts import put_script
from tests.rehearsals.made_act import VERIFIED, Played, play_act, read_backs, write_act
from tests.rehearsals.stage import Told, copy_workspace, run_ceremony, run_scene
from tests.rehearsals.test_kinds_of_ca import issued, made_keys, pair, self_signed
from tests.rehearsals.two_ceremonies import fingerprint_of, public_key_of

pytestmark = [pytest.mark.hsm, pytest.mark.slow, pytest.mark.no_cover]

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


def opened_below(
    played: Played, folder: Path, roots: Sequence[str], *, renewed: bool = False
) -> tuple[str, list[str]]:
    """Open a ceremony that issues below the old CA, with roots above.

    Args:
        played: The first ceremony; a copy of its workspace is worked in.
        folder: An empty one.
        roots: The roots' certificates, as the first ceremony names them.
        renewed: Whether the root's certificate is renewed before.

    Returns:
        The ceremony's name, and where it is for the command line.
    """
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
        *(_renewal_things(files) if renewed else ()),
    ]
    act = [
        "token.inventory, with: {token: root-hsm, expect-objects: 6}",
        "key.prove, with: {key: ca}",
        *(RENEWAL if renewed else ()),
        "token.inventory, with: {token: root-hsm, expect-objects: 6}",
        "key.generate, irreversible: true, with: {key: supplier}",
        "token.inventory, with: {token: root-hsm, expect-objects: 8}",
        *issued("ca", "supplier"),
        *read_backs("supplier"),
    ]
    workspace = folder / "workspace"
    site = copy_workspace(played.workspace.parent, workspace)
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
    return opened.out.strip(), at


def _renewal_things(files: Path) -> list[str]:
    told = f"token: root-hsm, algorithm: P-256, {ROOT}"
    return [
        (
            f"root: {{kind: key, title: Root key, {told}, "
            f"public-key: {public_key_of(files, 'root')}}}"
        ),
        f"new-root-cert: {{kind: certificate, title: Renewed root, {ROOT}}}",
    ]


RENEWAL = (
    "key.prove, with: {key: root}",
    (
        "certificate.self-sign, irreversible: true, "
        "with: {key: root, certificate: new-root-cert}"
    ),
    read_backs("new-root")[1],
)

TWO_DAYS_LATER = """
import json, sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from ceremony.clock import Instant, SystemClock
from ceremony.conduct.demo import finish_demo
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from ceremony.verify.pack import verify_pack

class Later(SystemClock):
    def now(self) -> Instant:
        told = super().now()
        return replace(told, wall=told.wall + timedelta(days=2))

workspace = Workspace(Path(sys.argv[1]))
out = workspace.folder / "evidence.pdf"
with enter(workspace, sys.argv[2], Later()) as room:
    finish_demo(room, out, lambda _: None)
verdict = verify_pack(out, room.site.folder / "trust-policy.toml")
failed = [each.reason for each in verdict.checks if each.status == "failed"]
print(json.dumps([verdict.record_line, *failed]))
"""


def ran_below(played: Played, folder: Path, *roots: str) -> Told:
    """Open a ceremony that issues below the old CA, with roots above, and run it."""
    ceremony, at = opened_below(played, folder, roots)
    return run_ceremony(["run", ceremony, *at])


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


def test_below_a_root_that_was_renewed_the_path_leads_through_its_old_certificate(
    first: Played, tmp_path: Path
) -> None:
    # The CA's certificate began before the root's new one: that path is not valid.
    ceremony, _ = opened_below(first, tmp_path, ["root-cert"], renewed=True)
    workspace = tmp_path / "workspace"
    told = run_scene("-c", TWO_DAYS_LATER, workspace, ceremony)
    assert told == [VERIFIED]
    assert issued_by(tmp_path) == ["below-cert", "supplier-cert"]
    pack, files = workspace / "evidence.pdf", tmp_path / "files"
    ran = run_ceremony(["extract", str(pack), "-o", str(files)])
    assert ran.status == 0, ran.all
    chain = (files / "chain-supplier-cert.pem").read_text()
    old = (first.files / "certificate-root-cert.pem").read_text()
    assert chain.endswith(old)
    assert (files / "certificate-new-root-cert.pem").read_text() not in chain
