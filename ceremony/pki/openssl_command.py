"""The openssl commands that show and check what an inspection says.

Invariants:
    * A name of a file is quoted for the shell; one that is not printable ASCII is never
      shown, and stands as ``"$FILE"`` or ``"$FILE1"``, for the reader to set.
    * What a command cannot read as it is, is written anew in PEM by one before it.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from ceremony.pki.der import key_bits
from ceremony.pki.file_kind import Form
from ceremony.pki.inspection import Inspection
from ceremony.pki.plain_text import printable

_TOOLS: Final = {"certificate": "x509", "request": "req", "revocation list": "crl"}


# What the option takes: a list's check reads its issuer in PEM alone.
_VERIFY_READS: Final = frozenset({Form.PEM, Form.DER})
_LIST_READS: Final = frozenset({Form.PEM})


@dataclass(frozen=True, slots=True)
class IssuerFile:
    """The file of an issuer's certificate.

    Attributes:
        name: As it was given.
        form: How it holds the certificate.
    """

    name: str
    form: Form


@dataclass(frozen=True, slots=True)
class _Shown:
    """A file as a command names it, and the lines that make it so."""

    name: str
    before: tuple[str, ...] = ()


def openssl_commands(
    inspection: Inspection, file: str, issuers: Sequence[IssuerFile]
) -> tuple[str, ...]:
    """Give the commands, each after a line that says what it shows.

    Args:
        inspection: What was looked at.
        file: The name of its file, as it was given.
        issuers: The files of its issuers, the nearest first.

    Returns:
        Lines of printable ASCII, to be copied as they are. A line that ends in a pipe
        goes on; one with the long name of a file may be wider than a terminal.
    """
    return tuple(_lines(inspection, file, issuers))


def _lines(
    inspection: Inspection, file: str, issuers: Sequence[IssuerFile]
) -> Iterator[str]:
    tool, name = _TOOLS[inspection.kind], _quoted(file, "FILE")
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
    elif issuers or inspection.is_self_issued:
        own = _readable(name, inspection.form, "PEM", _VERIFY_READS)
        yield from own.before
        yield from _verify_lines(own.name, issuers)


def _list_lines(
    inspection: Inspection, read: str, issuers: Sequence[IssuerFile]
) -> Iterator[str]:
    yield from _told("the full text", f"{read} -noout -text")
    digest = f"{read} -outform DER | sha256sum"
    yield from _told(f"SHA-256 of the {inspection.kind}", digest)
    if issuers:
        issuer = _issuer(1, issuers[0], _LIST_READS)
        yield from issuer.before
        by = f"{read} -noout -verify \\\n  -CAfile {issuer.name}"
        yield from _told("the signature", by)


def _read(tool: str, name: str, form: Form) -> str:
    match form:
        case Form.PEM:
            return f"openssl {tool} -in {name}"
        case Form.DER:
            return f"openssl {tool} -inform DER -in {name}"
        case Form.BASE64:
            # Lines may end in CRLF, and a byte order mark may stand before them.
            letters = f"tr -cd 'A-Za-z0-9+/=' < {name}"
            return f"{letters} | base64 -d | openssl {tool} -inform DER"
        case Form.LOOSE:
            # What begins with the first block, without a byte order mark: of each line
            # what is from its first letter to its last, and no empty line.
            begin = "^[[:space:]]*-----BEGIN [A-Z0-9 ]*-----[[:space:]]*$"
            return (
                f"tr '\\r' '\\n' < {name} |\n"
                "  LC_ALL=C sed -n -e \"1s/^$(printf '\\357\\273\\277')//\" \\\n"
                f"  -e '/{begin}/,$p' |\n"
                "  LC_ALL=C sed 's|^[^!-~]*||;s|[^!-~]*$||;/./!d' |\n"
                f"  openssl {tool}"
            )
    assert_never(form)


def _verify_lines(name: str, issuers: Sequence[IssuerFile]) -> Iterator[str]:
    """Give the command that verifies the path, whatever the day is."""
    above = [
        _issuer(number, each, _VERIFY_READS) for number, each in enumerate(issuers, 1)
    ]
    for each in above:
        yield from each.before
    *between, top = [each.name for each in above] or [name]
    links = "".join(f" -untrusted {each}" for each in between)
    yield from _told(
        "the signature",
        "openssl verify -no_check_time -check_ss_sig -partial_chain \\\n"
        f"  -trusted {top}{links} {name}",
    )


def _issuer(number: int, issuer: IssuerFile, reads: frozenset[Form]) -> _Shown:
    name = _quoted(issuer.name, f"FILE{number}")
    return _readable(name, issuer.form, f"ISSUER{number}", reads)


def _readable(name: str, form: Form, variable: str, reads: frozenset[Form]) -> _Shown:
    """Name a certificate's file; a new one in PEM where it is not read as it is."""
    if form in reads:
        return _Shown(name)
    made = f'{variable}=$(mktemp) && {_read("x509", name, form)} -out "${variable}"'
    lines = _told("a certificate written anew in PEM, for the next command", made)
    return _Shown(f'"${variable}"', tuple(lines))


def _told(what: str, command: str) -> Iterator[str]:
    yield f"# {what}"
    yield from command.splitlines()


def _quoted(file: str, variable: str) -> str:
    if printable(file) != file:
        return f'"${variable}"'
    return shlex.quote(f"./{file}" if file.startswith("-") else file)
