"""Each certificate of a batch, in every form: out of the pack, and judged by openssl.

The batch is the one that ``test_batch`` has played.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ceremony.conduct.issued import save_from_journal
from ceremony.conduct.workspace import Workspace
from ceremony.digest_words import words
from ceremony.errors import EvidenceError, InputError
from ceremony.pack.outputs import outputs_of
from ceremony.pack.record import read_record
from ceremony.pki.batch_output import BatchOutput
from tests.fakes.issued_commands import flip, never_says_ok, says_ok
from tests.fakes.outside_tool import run_tool
from tests.fakes.pdf_text import text_of
from tests.rehearsals.played_batch import GOOD, Played, play_batch

pytestmark = [pytest.mark.hsm, pytest.mark.slow, pytest.mark.no_cover]

NAME = "device-certificates"
RESULTS = f"issued-{NAME}.jsonl"
FIVE = 5


@pytest.fixture(scope="module")
def played(site_base: Path, run_id: str) -> Iterator[Played]:
    yield from play_batch(site_base, run_id)


def output_in(played: Played) -> BatchOutput:
    files = {
        path.name: path.read_bytes()
        for path in played.files.iterdir()
        if path.is_file()
    }
    record = read_record(files)
    output = outputs_of(record.facts, record.files)[NAME]
    assert isinstance(output, BatchOutput)
    return output


def lines_in(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / RESULTS).read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_every_certificate_is_there_in_every_form(played: Played) -> None:
    folder = played.files / NAME
    _, *answered, _ = lines_in(folder)
    assert len(answered) == GOOD
    for each in answered:
        begin = f"part-{each['part']}/{each['position']}"
        der = (folder / f"{begin}.der").read_bytes()
        assert hashlib.sha256(der).hexdigest() == each["certificate"]
        made = run_tool(
            ["openssl", "x509", "-in", f"{begin}.pem", "-outform", "DER"], folder
        )
        assert made.stdout == der
        text = (folder / f"{begin}.txt").read_text()
        assert f"    {each['certificate']}\n" in text
        assert f"    {each['key']}\n" in text
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) == 3 * GOOD + 3


def test_the_results_tell_words_and_the_digest_of_each_key(played: Played) -> None:
    folder = played.files / NAME
    _, *answered, _ = lines_in(folder)
    for each in answered:
        digest = bytes.fromhex(each["certificate"])
        assert each["words"] == " ".join(words(digest))
        pem = f"part-{each['part']}/{each['position']}.pem"
        show = ["openssl", "x509", "-in", pem, "-noout", "-pubkey"]
        key = subprocess.run(
            ["openssl", "pkey", "-pubin", "-outform", "DER"],  # noqa: S607  in PATH
            input=run_tool(show, folder).stdout,
            capture_output=True,
            check=True,
        ).stdout
        assert hashlib.sha256(key).hexdigest() == each["key"]


def test_the_chain_goes_from_the_issuer_to_the_root(played: Played) -> None:
    issuing, root = (
        (played.files / f"certificate-{name}-dca-certificate.pem").read_text()
        for name in ("issuing", "root")
    )
    assert (played.files / NAME / f"chain-{NAME}.pem").read_text() == issuing + root


def test_every_command_says_ok(played: Played) -> None:
    commands = output_in(played).commands
    assert len(commands) == FIVE
    for command in commands:
        assert says_ok(command, played.files / NAME), command
    ran = run_tool(["sh", "VERIFY.txt"], played.files / NAME)
    assert ran.stdout.decode().count("OK\n") == FIVE
    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("number", "file"),
    [
        (1, RESULTS),
        (2, "part-1/7.der"),
        (3, "part-1/7.pem"),
        (3, f"chain-{NAME}.pem"),
        (4, "part-1/7.pem"),
    ],
)
def test_no_command_says_ok_of_a_file_with_another_byte(
    played: Played, tmp_path: Path, number: int, file: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(played.files / NAME, copy)
    flip(copy / file)
    assert never_says_ok(output_in(played).commands[number - 1], copy)


def test_the_key_of_another_issuer_is_not_ok(played: Played, tmp_path: Path) -> None:
    chain = f"chain-{NAME}.pem"
    pem = (played.files / NAME / chain).read_text()
    (tmp_path / chain).write_text(pem[pem.rindex("-----BEGIN") :])
    assert never_says_ok(output_in(played).commands[4], tmp_path)


@pytest.mark.parametrize("number", [2, 4])
def test_no_command_says_ok_where_a_certificate_is_lacking(
    played: Played, tmp_path: Path, number: int
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(played.files / NAME, copy)
    for ending in ("der", "pem"):
        (copy / f"part-1/7.{ending}").unlink()
    assert never_says_ok(output_in(played).commands[number - 1], copy)


def test_the_pages_bind_the_batch_and_tell_the_response_time(played: Played) -> None:
    told = "".join(text_of(played.pack.read_bytes(), "-raw").split())
    digest = hashlib.sha256((played.files / RESULTS).read_bytes())
    for row in range(0, 64, 8):
        assert digest.hexdigest()[row : row + 8] in told
    for word in words(digest.digest()):
        assert word in told
    for command in output_in(played).commands:
        assert "".join("".join(command).split()) in told
    _, judged = played.leaves("requests.judged")
    part = played.leaves("hsm.outcome")[-1]["part"]
    *_, last = lines_in(played.files)
    assert last["received_at"] == part["received_at"] == judged["received_at"]
    assert last["answered_at"] == part["answered_at"]
    waited = datetime.fromisoformat(last["answered_at"]) - datetime.fromisoformat(
        last["received_at"]
    )
    assert last["response_seconds"] == waited.total_seconds() >= 0
    asked = f"{last['response_seconds']} s, from the receipt, all requests verified"
    assert told.count("".join(asked.split())) == 2


def test_the_journal_gives_the_same_files_as_the_pack(
    played: Played, tmp_path: Path
) -> None:
    save_from_journal(Workspace(played.pack.parent), played.pack, NAME, tmp_path)
    told = {
        path.relative_to(tmp_path): path.read_bytes()
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    assert len(told) == 3 * GOOD + 3
    assert all((played.files / name).read_bytes() == told[name] for name in told)
    with pytest.raises(InputError) as refused:
        save_from_journal(Workspace(played.pack.parent), played.pack, "other", tmp_path)
    assert refused.value.code == "CONDUCT-BATCH-03"
    with pytest.raises(EvidenceError) as there:
        save_from_journal(Workspace(played.pack.parent), played.pack, NAME, tmp_path)
    assert there.value.code == "EVIDENCE-EXISTS-01"
