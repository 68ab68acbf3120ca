"""The openssl commands that show and check what an inspection says.

Invariants:
    * A name of a file is quoted for the shell; one that is not printable ASCII is never
      shown, and stands as ``"$FILE"``, for the reader to set.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Final, assert_never

from ceremony.pki.der import key_bits
from ceremony.pki.file_kind import Form
from ceremony.pki.inspection import Inspection
from ceremony.pki.plain_text import printable

_TOOLS: Final = {"certificate": "x509", "request": "req", "revocation list": "crl"}


def openssl_commands(
    inspection: Inspection, file: str, issuers: Sequence[str]
) -> tuple[str, ...]:
    """Give the commands, each after a line that says what it shows.

    Args:
        inspection: What was looked at.
        file: The name of its file, as it was given.
        issuers: The names of the files of its issuers, the nearest first.

    Returns:
        Lines of printable ASCII, to be copied as they are. A line that ends in a pipe
        goes on; one with the long name of a file may be wider than a terminal.
    """
    return tuple(_lines(inspection, file, issuers))


def _lines(inspection: Inspection, file: str, issuers: Sequence[str]) -> Iterator[str]:
    tool, name = _TOOLS[inspection.kind], _quoted(file)
    read = _read(tool, name, inspection.form)
    if inspection.spki is None:
        yield from _list_lines(inspection, read, issuers)
        return
    key = f"{read} -noout -pubkey |\n  openssl pkey -pubin -outform DER"
    size = len(key_bits(inspection.spki))
    yield from _told("the full text", f"{read} -noout -text")
    yield from _told(
        f"SHA-256 of the {inspection.kind}", f"{read} -outform DER | sha256sum"
    )
    yield from _told("SHA-256 of the public key", f"{key} | sha256sum")
    yield from _told(
        "SHA-1 of the key's bits, for both key identifiers",
        f"{key} | tail -c {size} | sha1sum",
    )
    if tool == "req":
        yield from _told("the signature by its own key", f"{read} -noout -verify")
    elif (issuers or inspection.is_self_issued) and inspection.form is not Form.BASE64:
        yield from _told("the signature", _verify(name, issuers or (file,)))


def _list_lines(
    inspection: Inspection, read: str, issuers: Sequence[str]
) -> Iterator[str]:
    yield from _told("the full text", f"{read} -noout -text")
    digest = f"{read} -outform DER | sha256sum"
    yield from _told(f"SHA-256 of the {inspection.kind}", digest)
    if issuers:
        by = f"{read} -noout -verify \\\n  -CAfile {_quoted(issuers[0])}"
        yield from _told("the signature, with the issuer's certificate in PEM", by)


def _read(tool: str, name: str, form: Form) -> str:
    match form:
        case Form.PEM:
            return f"openssl {tool} -in {name}"
        case Form.DER:
            return f"openssl {tool} -inform DER -in {name}"
        case Form.BASE64:
            return f"base64 -d {name} | openssl {tool} -inform DER"
    assert_never(form)


def _verify(name: str, issuers: Sequence[str]) -> str:
    """Give the command that verifies the path, whatever the day is."""
    *between, top = map(_quoted, issuers)
    links = "".join(f" -untrusted {each}" for each in between)
    return (
        "openssl verify -no_check_time -check_ss_sig -partial_chain \\\n"
        f"  -trusted {top}{links} {name}"
    )


def _told(what: str, command: str) -> Iterator[str]:
    yield f"# {what}"
    yield from command.splitlines()


def _quoted(file: str) -> str:
    if printable(file) != file:
        return '"$FILE"'
    return shlex.quote(f"./{file}" if file.startswith("-") else file)
