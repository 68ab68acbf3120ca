"""What a ceremony issues, in every form: out of the pack, and judged by openssl."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.digest_words import words
from ceremony.pack.outputs import outputs_of
from ceremony.pack.record import read_record
from ceremony.pki.output import Output
from tests.fakes.issued_commands import (
    answer,
    flip,
    never_says_ok,
    says_ok,
    signed_file,
)
from tests.fakes.output_lies import build_outputs
from tests.fakes.outside_tool import run_tool
from tests.fakes.pdf_text import text_of
from tests.fakes.pki_files import device_request, root_and_sub
from tests.rehearsals.stage import Rehearsal, run_ceremony

pytestmark = [pytest.mark.hsm, pytest.mark.slow, pytest.mark.no_cover]

CHAIN = "chain-issuing-oca-certificate.pem"
END = "-----END CERTIFICATE-----\n"


def read(folder: Path) -> dict[str, Output]:
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    record = read_record(files)
    return outputs_of(record.facts, record.files)


@pytest.fixture(scope="module")
def files(demo: Rehearsal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("taken-out") / "files"
    told = run_ceremony(["extract", str(demo.pack), "-o", str(folder)])
    assert told.status == 0, told.all
    return folder


@pytest.fixture(scope="module")
def with_lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("with-lists")
    for name, content in build_outputs().files.items():
        (folder / name).write_bytes(content)
    return folder


def openssl(folder: Path, *arguments: str) -> bytes:
    ran = run_tool(["openssl", *arguments], folder)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def commands_in(folder: Path) -> Iterator[tuple[str, ...]]:
    for output in read(folder).values():
        yield from output.commands


def test_everything_that_the_demo_issued_is_there_in_every_form(files: Path) -> None:
    outputs = read(files)
    assert set(outputs) == {
        "root-oca-certificate",
        "issuing-oca-request",
        "issuing-oca-certificate",
    }
    for output in outputs.values():
        for name, content in output.files.items():
            assert (files / name).read_bytes() == content


def test_openssl_writes_the_same_der_and_pem(files: Path, with_lists: Path) -> None:
    for folder, tool, stem, ending in (
        (files, "x509", "certificate-issuing-oca-certificate", ".der"),
        (files, "req", "request-issuing-oca-request", ".csr"),
        (with_lists, "crl", "crl-second-arl", ".crl"),
    ):
        der, pem = f"{stem}{ending}", f"{stem}.pem"
        made = openssl(folder, tool, "-in", pem, "-outform", "DER")
        assert made == (folder / der).read_bytes()
        made = openssl(folder, tool, "-inform", "DER", "-in", der)
        assert made == (folder / pem).read_bytes()


def test_a_chain_goes_from_the_certificate_to_the_root(files: Path) -> None:
    parts = (files / CHAIN).read_text().split(END)
    issuing, root = (
        (files / f"certificate-{name}-oca-certificate.pem").read_text()
        for name in ("issuing", "root")
    )
    assert [part + END for part in parts[:-1]] == [issuing, root]
    assert parts[-1] == ""
    own = (files / "chain-root-oca-certificate.pem").read_text()
    assert own == root


def test_the_text_tells_both_digests_and_the_words(files: Path) -> None:
    told = (files / "certificate-issuing-oca-certificate.txt").read_text()
    digest = hashlib.sha256(
        (files / "certificate-issuing-oca-certificate.der").read_bytes()
    )
    assert f"    {digest.hexdigest()}\n" in told
    assert all(word in told for word in words(digest.digest()))
    pem = openssl(
        files,
        *("x509", "-in", "certificate-issuing-oca-certificate.pem"),
        *("-noout", "-pubkey"),
    )
    (files.parent / "key.pem").write_bytes(pem)
    show = ("pkey", "-pubin", "-in", "key.pem", "-outform", "DER")
    der = openssl(files.parent, *show)
    assert f"    {hashlib.sha256(der).hexdigest()}\n" in told


def test_every_command_says_ok(files: Path, with_lists: Path) -> None:
    for folder, count in ((files, 9), (with_lists, 15)):
        commands = list(commands_in(folder))
        assert len(commands) == count
        for command in commands:
            assert says_ok(command, folder), command


def test_no_command_says_ok_of_a_file_with_another_byte(
    files: Path, with_lists: Path, tmp_path: Path
) -> None:
    for folder in (files, with_lists):
        for number, command in enumerate(commands_in(folder)):
            copy = tmp_path / f"{folder.name}-{number}"
            copy.mkdir()
            for path in folder.iterdir():
                if path.name in " ".join(command):
                    shutil.copy(path, copy)
            assert says_ok(command, copy), command
            flip(copy / signed_file(command))
            assert never_says_ok(command, copy), command


def test_no_command_says_ok_of_another_key(
    files: Path, with_lists: Path, tmp_path: Path
) -> None:
    """Each file is put out for a sound one of another key: openssl reads it well."""
    other, _ = root_and_sub()
    sound = {
        ".der": other.public_bytes(Encoding.DER),
        ".pem": other.public_bytes(Encoding.PEM),
        ".csr": device_request().public_bytes(Encoding.DER),
    }
    kinds = set()
    for command in (*commands_in(files), *commands_in(with_lists)):
        if "key OK" not in command[-1]:
            continue
        put = tmp_path / signed_file(command)
        put.write_bytes(sound[put.suffix])
        kinds.add(put.suffix)
        assert answer(command, tmp_path) == "", command
    assert kinds == set(sound)


def test_every_command_and_digest_is_on_the_pages(demo: Rehearsal, files: Path) -> None:
    text = text_of(demo.pack.read_bytes(), "-raw")
    told = "".join(text.split())
    for output in read(files).values():
        for command in output.commands:
            assert "".join("".join(command).split()) in told
        for row in range(0, 64, 8):
            assert output.digest[row : row + 8] in told
        assert output.key in told
