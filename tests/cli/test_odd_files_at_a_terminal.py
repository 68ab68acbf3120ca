"""``ceremony pki`` on files with odd names, and on names that are no file's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.cli.pki_command import pki
from tests.fakes.der_tree import read_tree
from tests.fakes.golden import FOLDER
from tests.fakes.golden_lists import LISTS, PASSING
from tests.fakes.made_requests import organisation_request
from tests.fakes.odd_numbers import NOT_POSITIVE, numbered
from tests.rehearsals.stage import run_ceremony
from tests.unit.pki.crls import changed, more

ROOT, SUB = str(FOLDER / "web-root.pem"), str(FOLDER / "web-subordinate.pem")
LIST = str(LISTS / f"{PASSING}.crl")
UNDER = ("--profile", "web-subordinate", "--issuer")


@pytest.mark.parametrize(
    "arguments",
    [
        ("inspect", SUB, "--issuer", "{pipe}"),
        ("lint", SUB, *UNDER, "{pipe}"),
    ],
    ids=str,
)
def test_a_pipe_for_an_issuer_is_told_and_not_waited_for(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # In a process of its own, which is ended where it waits.
    told = [each.replace("{pipe}", str(pipe)) for each in arguments]
    said = run_ceremony(["pki", *told])
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("pipe is a pipe, and no file. [SCRIPT-READ-01]\n")


@pytest.mark.parametrize("serial", NOT_POSITIVE)
@pytest.mark.parametrize(
    "arguments",
    [
        ("inspect", SUB),
        ("inspect", SUB, "--issuer", ROOT),
        ("lint", SUB, "--profile", "web-subordinate"),
        ("lint", LIST, "--profile", "generic-arl"),
        ("request", "check", "{request}", "--profile", "smki-organisation-ds"),
    ],
    ids=["inspect", "inspect-a-chain", "lint", "lint-a-list", "request-check"],
)
def test_an_issuer_whose_serial_number_is_not_positive_is_refused(
    tmp_path: Path, arguments: tuple[str, ...], serial: int
) -> None:
    issuer, request = tmp_path / "issuer.pem", tmp_path / "request.csr"
    request.write_bytes(organisation_request())
    issuer.write_bytes(Path(ROOT).read_bytes())
    told = [each.replace("{request}", str(request)) for each in arguments]
    assert "PKI-CERT-01" not in pki(*told, "--issuer", issuer).all
    root = x509.load_pem_x509_certificate(Path(ROOT).read_bytes())
    issuer.write_bytes(numbered(root, serial))
    said = pki(*told, "--issuer", issuer)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(
        f"{issuer}: The certificate is not to be used: its serial number is "
        f"{NOT_POSITIVE[serial]}, and not positive. [PKI-CERT-01]\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [("inspect", "{file}"), ("lint", "{file}", *UNDER, ROOT)],
    ids=["inspect", "lint"],
)
def test_a_files_name_neither_steers_the_terminal_nor_breaks_a_line(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    odd = tmp_path / "a\x1b[31m\nSignature: good.pem"
    odd.write_bytes(Path(SUB).read_bytes())
    said = pki(*(each.replace("{file}", str(odd)) for each in arguments))
    assert said.status == 0, said.all
    assert said.out.startswith(f"{tmp_path}/a\\x1b[31m\\nSignature: good.pem")
    assert "\x1b" not in said.all


def test_a_folder_that_is_written_is_named_in_one_line(tmp_path: Path) -> None:
    said = pki("inspect", SUB, "--out", tmp_path / "a\x1b[31m\nb")
    assert said.out.splitlines()[-1].startswith(f"Written to {tmp_path}/a\\x1b[31m\\nb")
    odd = tmp_path / "\x1b[31m\nabsent"
    said = pki("inspect", odd)
    assert said.err.startswith(
        "There is no file \\x1b[31m\\nabsent. [SCRIPT-READ-01]\n"
    )


def without_a_name(der: bytes) -> bytes:
    """Give DER with a number where its last name has a text."""
    tree = read_tree(der)
    texts = [node for _, node in tree.inside[0].below() if node.tag in (0x0C, 0x13)]
    texts[-1].tag = 0x02
    return tree.encode()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("lint", "{certificate}", *UNDER, ROOT), "PKI-CERT-02"),
        (("lint", SUB, *UNDER, "{issuer}"), "PKI-CERT-02"),
        (("inspect", SUB, "--issuer", "{issuer}"), "PKI-CERT-02"),
        (("inspect", "{certificate}"), "PKI-CERT-02"),
        (("inspect", "{list}"), "PKI-LIST-07"),
        (("inspect", "{request}"), "PKI-REQUEST-05"),
        (("lint", "{request}", "--profile", "smki-organisation-ds"), "PKI-REQUEST-05"),
        (
            (
                *("request", "check", "{whole}", "--profile", "web-subordinate"),
                *("--issuer", ROOT, "--issued", SUB, "--issued", "{certificate}"),
            ),
            "PKI-CERT-02",
        ),
        (
            (
                *("request", "check", "{whole}", "--profile", "web-subordinate"),
                *("--issuer", "{issuer}"),
            ),
            "PKI-CERT-02",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_taken_apart_is_told_with_its_file(
    tmp_path: Path, arguments: tuple[str, ...], code: str
) -> None:
    root, sub = (
        x509.load_pem_x509_certificate(Path(it).read_bytes()) for it in (ROOT, SUB)
    )
    crl = x509.load_der_x509_crl(Path(LIST).read_bytes())
    # Its number stands there twice.
    crl = changed(crl, more("2.5.29.20", "020107"))
    whole = tmp_path / "whole.csr"
    whole.write_bytes(organisation_request())
    odd = {
        "certificate": sub.public_bytes(Encoding.DER),
        "issuer": root.public_bytes(Encoding.DER),
        "list": crl.public_bytes(Encoding.DER),
        "request": organisation_request(),
    }
    made = {name: tmp_path / f"odd-{name}" for name in odd}
    for name, path in made.items():
        path.write_bytes(odd[name] if name == "list" else without_a_name(odd[name]))
    said = pki(*(each.format(whole=whole, **made) for each in arguments))
    (wrong,) = (made[name] for name in odd if f"{{{name}}}" in arguments)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(f"{wrong}: "), said.err
    assert f"cannot be taken apart: a field of it is malformed. [{code}]" in said.err
