"""A second ceremony works with the first one's keys, on SoftHSM, from open to verify.

Both are played once. What the second has signed is judged by openssl, with the first
one's certificates.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.key_acts import put_script
from tests.fakes.outside_tool import run_tool
from tests.fakes.pdf_text import text_of
from tests.fakes.trusted import let_keys_be_wrapped
from tests.rehearsals.at_terminal import run_at_the_terminal
from tests.rehearsals.made_act import SCENE, VERIFIED, write_act
from tests.rehearsals.stage import copy_site, run_ceremony, run_scene, shared
from tests.rehearsals.two_ceremonies import (
    first_act,
    first_things,
    make_foreign_root,
    second_act,
    second_things,
)

pytestmark = [pytest.mark.hsm, pytest.mark.slow, pytest.mark.no_cover]


@dataclass(frozen=True)
class Played:
    """Both finished ceremonies: their files, and the workspace as it is afterwards."""

    folder: Path

    @property
    def first(self) -> Path:
        return self.folder / "first"

    @property
    def second(self) -> Path:
        return self.folder / "second"

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    @property
    def script(self) -> Path:
        return self.folder / "second.yaml"

    def lines(self, name: str) -> list[str]:
        told: list[str] = json.loads((self.folder / f"{name}.json").read_text())
        return told

    def outcome(self, verb: str, thing: str = "") -> dict[str, Any]:
        """Give what a device did last in the second ceremony."""
        told: list[dict[str, Any]] = [
            leaf["data"]
            for leaf in map(
                json.loads, (self.second / "events.jsonl").read_text().splitlines()
            )
            if leaf["type"] == "hsm.outcome"
        ]
        return [
            it for it in told if (it["verb"], it.get("thing", "")) == (verb, thing)
        ][-1]


def _put(folder: Path, name: str) -> None:
    script, answers = folder / f"{name}.yaml", folder / f"{name}-answers.yaml"
    put_script(folder / "workspace/site", script, answers)


def _keep(folder: Path, name: str, lines: list[str]) -> None:
    """Keep what the verifier said, the pack and its files."""
    pack = folder / "workspace/evidence.pdf"
    (folder / f"{name}.json").write_text(json.dumps(lines))
    told = run_ceremony(["extract", str(pack), "-o", str(folder / name)])
    assert told.status == 0, told.all
    pack.rename(folder / f"{name}.pdf")
    pack.with_suffix(".proof").unlink()


@pytest.fixture(scope="module")
def played(site_base: Path, run_id: str) -> Iterator[Played]:
    def make(folder: Path) -> None:
        let_keys_be_wrapped(copy_site(site_base, folder / "workspace"))
        workspace = folder / "workspace"
        write_act(folder, first_things(), first_act(), name="first")
        _put(folder, "first")
        _keep(folder, "first", run_scene("-c", SCENE, workspace))
        foreign = workspace / "site/certificates/foreign.pem"
        foreign.parent.mkdir()
        make_foreign_root(foreign)
        things = second_things(folder / "first", foreign)
        write_act(folder, things, second_act(), name="second")
        _put(folder, "second")
        _keep(folder, "second", run_at_the_terminal(workspace))

    with shared("earlier", make, run_id) as folder:
        yield Played(folder)


def test_both_packs_are_verified(played: Played) -> None:
    for name in ("first", "second"):
        assert played.lines(name)[:2] == [
            VERIFIED,
            "Ceremony: completed as approved; REHEARSAL; keys in software",
        ]


def test_the_next_list_is_the_old_roots_and_tells_what_came_out_since_its_last_one(
    played: Played,
) -> None:
    told = run_tool(
        [
            *("openssl", "crl", "-inform", "DER", "-in", "crl-list.crl", "-noout"),
            *("-text", "-CAfile", str(played.first / "certificate-root-cert.pem")),
        ],
        played.second,
    )
    assert told.stderr == b"verify OK\n"
    text = " ".join(told.stdout.decode().split())
    assert "X509v3 CRL Number: 5" in text
    assert (
        "Serial Number: 4A0F Revocation Date: Jan 10 00:00:00 2020 GMT CRL entry "
        "extensions: X509v3 CRL Reason Code: Key Compromise"
    ) in text
    pages = " ".join(text_of((played.folder / "second.pdf").read_bytes()).split())
    assert "corrects" in pages
    assert "2020-01-15 cessation-of-operation in list 4" in pages
    below = run_tool(
        ["openssl", "x509", "-noout", "-serial", "-in", "certificate-below-cert.pem"],
        played.first,
    )
    serial = below.stdout.decode().strip().removeprefix("serial=")
    assert f"Serial Number: {serial} " in text


@pytest.mark.parametrize(
    "name", ["ca-cert", "next-cert", "cross-cert", "foreign-cross"]
)
def test_a_new_certificate_verifies_under_the_old_root(
    played: Played, name: str
) -> None:
    root = str(played.first / "certificate-root-cert.pem")
    told = run_tool(
        ["openssl", "verify", "-CAfile", root, f"certificate-{name}.pem"],
        played.second,
    )
    assert told.stdout == f"certificate-{name}.pem: OK\n".encode()


def _field(folder: Path, name: str, *what: str) -> bytes:
    told = run_tool(["openssl", "x509", "-noout", *what, "-in", name], folder)
    return told.stdout


def test_a_renewed_certificate_has_the_old_key_and_name_and_a_new_serial(
    played: Played,
) -> None:
    old, new = (
        (played.first, "certificate-below-cert.pem"),
        (played.second, "certificate-ca-cert.pem"),
    )
    for what in ("-pubkey", "-subject"):
        assert _field(*old, what) == _field(*new, what)
    assert _field(*old, "-serial") != _field(*new, "-serial")
    text = " ".join(text_of((played.folder / "second.pdf").read_bytes()).split())
    assert "renews Issuing certificate, serial" in text


def test_a_cross_certificate_has_the_other_roots_key_and_name(played: Played) -> None:
    _verify_crossed(
        (played.first, "certificate-other-cert.pem"),
        (played.second, "certificate-cross-cert.pem"),
    )


def test_another_cas_root_is_crossed_as_it_was_brought(played: Played) -> None:
    brought = played.workspace / "site/certificates"
    _verify_crossed(
        (brought, "foreign.pem"),
        (played.second, "certificate-foreign-cross.pem"),
    )
    told = (played.second / "certificate-foreign-cert.pem").read_bytes()
    assert told == (brought / "foreign.pem").read_bytes()


def _verify_crossed(other: tuple[Path, str], crossed: tuple[Path, str]) -> None:
    for what in ("-pubkey", "-subject"):
        assert _field(*other, what) == _field(*crossed, what)
    assert _field(*crossed, "-issuer") != _field(*other, "-issuer")


def test_the_restored_root_signs_for_the_old_roots_public_key(played: Played) -> None:
    told = run_tool(
        [
            *("openssl", "dgst", "-sha384", "-keyform", "DER"),
            *("-verify", str(played.first / "public-key-root.der")),
            *("-signature", "key-proof-new-root.sig", "key-proof-new-root.txt"),
        ],
        played.second,
    )
    assert told.stdout == b"Verified OK\n"
    blob = (played.first / "wrapped-root.bin").read_bytes()
    assert (played.second / "wrapped-old-root.bin").read_bytes() == blob
    restored = played.outcome("key.unwrap", "new-root")["restored"]
    assert restored["blob"] == hashlib.sha256(blob).hexdigest()
    assert restored["original"] == "old-root"


def test_the_first_root_is_gone_from_its_token(played: Played) -> None:
    taken = played.outcome("key.destroy", "old-root")["inventory"]
    assert taken["count"] == 3
    assert {it["kind"] for it in taken["removed"]} == {"private-key", "public-key"}
    assert {it["label"] for it in taken["removed"]} == {"root"}
    told = run_ceremony(
        [
            *("register", "list", "keys", "--format", "json"),
            *("--workspace", str(played.workspace)),
        ]
    )
    gone = {it["thing"]: it["destroyed_at"] != "" for it in json.loads(told.out)}
    assert [name for name, destroyed in gone.items() if destroyed] == ["root"]


def test_each_earlier_leaf_is_the_first_packs_own(played: Played) -> None:
    lines = (played.first / "events.jsonl").read_bytes().splitlines()
    carried = sorted(played.second.glob("earlier-*.json"))
    assert len(carried) == 11
    for path in carried:
        assert path.read_bytes() in lines


def test_the_packs_own_text_shows_which_leaves_are_told(
    played: Played, tmp_path: Path
) -> None:
    text = (played.second / "VERIFY.txt").read_text()
    start = text.index("    for file in earlier-")
    commands = text[start : text.index("    done\n", start)] + "    done\n"
    assert run_tool(["sh", "-e", "-c", commands], played.second).stdout == b""
    for name in ("events.jsonl", "earlier-0001.json"):
        (tmp_path / name).write_bytes((played.second / "events.jsonl").read_bytes())
    told = run_tool(["sh", "-e", "-c", commands], tmp_path)
    assert told.stdout == b"earlier-0001.json is not told\n"


def test_page_1_tells_which_keys_are_of_an_earlier_ceremony(played: Played) -> None:
    text = " ".join(text_of((played.folder / "second.pdf").read_bytes()).split())
    assert "The Next key was generated in a software token" in text
    assert "four certificates were issued" in text
    assert "Keys of earlier ceremonies: Root key (KC-2026-001-R1)" in text
    assert "Issued for them here: Renewed certificate; page" in text
    for whose, told in (
        ("the key of Second root certificate", "Cross-certificate, by Root key."),
        ("somebody else's key", "Cross-certificate abroad, by Root key; page"),
    ):
        assert f"Issued here for {whose}: {told}" in text
    assert "Issuing certificate revoked here: superseded" in text
    assert "rests on the site's journal" in text


def test_a_third_ceremony_does_not_find_the_destroyed_key(played: Played) -> None:
    site = played.workspace / "site"
    where = ["--site", str(site), "--workspace", str(played.workspace), "--rehearsal"]
    told = run_ceremony(["script", "check", str(played.script), *where])
    assert told.status != 0
    assert "CONDUCT-EARLIER-03" in told.out
    assert "key.destroy of ceremony KC-2026-002-R1" in told.out


def _leaves(workspace: Path) -> int:
    with sqlite3.connect(workspace / "rehearsal/journal.sqlite") as journal:
        (count,) = journal.execute("SELECT count(*) FROM leaf").fetchone()
    return int(count)


def test_a_ceremony_whose_key_is_not_there_is_not_opened(played: Played) -> None:
    site = played.workspace / "site"
    before = _leaves(played.workspace)
    told = run_ceremony(
        [
            *("open", str(played.script), "--roster", str(site / "roster.toml")),
            *("--site", str(site), "--rehearsal"),
            *("--workspace", str(played.workspace)),
        ]
    )
    assert told.status != 0
    assert "CONDUCT-EARLIER-03" in told.all
    assert _leaves(played.workspace) == before
    assert not list((played.workspace / "ceremonies").glob("*003*"))
