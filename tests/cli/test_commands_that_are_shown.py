"""The openssl commands of an inspection, run on files of each form."""

from __future__ import annotations

import base64
import re
import shutil
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.cli.pki_command import commands, pki
from tests.fakes.golden import FOLDER
from tests.fakes.outside_tool import run_tool
from tests.fakes.pki_files import root_and_sub, root_list

FORMS = ["PEM", "DER", "base64", "base64 of an editor", "PEM of an editor", "indented"]
PAIRS = [*((each, "PEM") for each in FORMS), *(("DER", each) for each in FORMS[1:])]
PAIRS += [("base64", "base64")]


def edited(text: bytes) -> bytes:
    """A text as some editors save it: a byte order mark, and lines ended by CRLF."""
    return b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n")


def written(folder: Path, name: str, content: object, form: str) -> Path:
    """A certificate or a list in one of the forms."""
    assert isinstance(content, x509.Certificate | x509.CertificateRevocationList)
    der = content.public_bytes(Encoding.DER)
    raw = {
        "PEM": content.public_bytes(Encoding.PEM),
        "DER": der,
        "base64": base64.encodebytes(der),
        "base64 of an editor": edited(base64.encodebytes(der)),
        "PEM of an editor": edited(content.public_bytes(Encoding.PEM)),
        "indented": content.public_bytes(Encoding.PEM).replace(b"\n", b"\r\t "),
    }[form]
    path = folder / name
    path.write_bytes(raw)
    return path


def ran(folder: Path, out: str) -> str:
    """What the commands say; none of them may fail."""
    done = run_tool(["sh", "-e", "-c", commands(out)], folder)
    assert done.returncode == 0, done.stderr
    return (done.stdout + done.stderr).decode()


@pytest.mark.parametrize(("form", "issuer"), PAIRS)
def test_the_signature_of_a_certificate_is_checked_in_every_form(
    tmp_path: Path, form: str, issuer: str
) -> None:
    root, sub = root_and_sub()
    below = written(tmp_path, "a sub", sub, form)
    above = written(tmp_path, "a root", root, issuer)
    said = pki("inspect", below, "--issuer", above)
    assert said.status == 0, said.all
    told = ran(tmp_path, said.out)
    assert re.search(r": OK$", told, re.MULTILINE)
    digests = re.findall(r"^([0-9a-f]{64})  -$", told, re.MULTILINE)
    assert all(each in said.out for each in digests)
    assert len(digests) == 2


def test_the_command_fails_where_another_ca_has_signed(tmp_path: Path) -> None:
    root, sub = root_and_sub()
    below = written(tmp_path, "sub", sub, "PEM")
    above = written(tmp_path, "root", root, "PEM")
    said = pki("inspect", below, "--issuer", above)
    shutil.copy(FOLDER / "web-root.pem", above)
    done = run_tool(["sh", "-e", "-c", commands(said.out)], tmp_path)
    assert done.returncode != 0


@pytest.mark.parametrize("form", FORMS)
def test_a_certificate_by_its_own_key_is_checked_in_every_form(
    tmp_path: Path, form: str
) -> None:
    root, _ = root_and_sub()
    said = pki("inspect", written(tmp_path, "root", root, form))
    assert re.search(r": OK$", ran(tmp_path, said.out), re.MULTILINE)


@pytest.mark.parametrize(("form", "issuer"), PAIRS)
def test_the_signature_of_a_list_is_checked_in_every_form(
    tmp_path: Path, form: str, issuer: str
) -> None:
    root, _ = root_and_sub()
    listed = written(tmp_path, "list", root_list(), form)
    above = written(tmp_path, "root", root, issuer)
    said = pki("inspect", listed, "--issuer", above)
    assert said.status == 0, said.all
    assert "verify OK" in ran(tmp_path, said.out)


def test_files_with_odd_names_stand_for_themselves_each(tmp_path: Path) -> None:
    root, sub = root_and_sub()
    below = written(tmp_path, "\x1b sub", sub, "base64")
    above = written(tmp_path, "\x1b root", root, "base64")
    said = pki("inspect", below, "--issuer", above)
    told = f"FILE='{below}'\nFILE1='{above}'\n{commands(said.out)}"
    assert '< "$FILE1" | base64 -d | openssl x509' in told
    done = run_tool(["sh", "-e", "-c", told], tmp_path)
    assert done.returncode == 0, done.stderr
    assert b": OK" in done.stdout


def odd(pem: bytes, what: str) -> bytes:
    """A file of PEM that is read, and that openssl by itself refuses."""
    key = root_and_sub()[0].public_key()
    other = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    begin, *lines, end = pem.splitlines()
    return {
        "a key after it": pem.replace(b"\n", b"\n ") + b"\n" + other,
        "a mark": b"\xef\xbb\xbf " + pem,
        "a begin of none": b"-----BEGIN of it-----\n" + pem,
        "an indented begin of none": b" -----BEGIN X----- Y\n" + pem,
        "many blanks": b"%b%b\n%b\n%b\n" % (begin, b" " * 300, b"".join(lines), end),
        "many blanks before": pem.replace(b"\n", b"\n" + b" " * 300),
        "another blank": b"\xe2\x80\x83-----BEGIN X-----\n"
        + pem.replace(b"\n", b" \n\n"),
    }[what]


@pytest.mark.parametrize(
    "what",
    [
        "a key after it",
        "a mark",
        "a begin of none",
        "an indented begin of none",
        "many blanks",
        "many blanks before",
        "another blank",
    ],
)
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_commands_read_what_openssl_refuses_as_it_is(
    tmp_path: Path, what: str, locale: str
) -> None:
    root, _ = root_and_sub()
    path = tmp_path / "root"
    path.write_bytes(odd(root.public_bytes(Encoding.PEM), what))
    told = f"LC_ALL={locale}\nexport LC_ALL\n{commands(pki('inspect', path).out)}"
    done = run_tool(["sh", "-e", "-c", told], tmp_path)
    assert done.returncode == 0, done.stderr
    assert b": OK\n" in done.stdout
