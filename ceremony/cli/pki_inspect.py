"""``ceremony pki inspect``: what a file holds, in full, and how to check it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ceremony.cli.console import Exit, say, shown
from ceremony.cli.context import verify_new_folder
from ceremony.cli.pki_options import issuer_file_at, open_path, placed
from ceremony.errors import InputError

if TYPE_CHECKING:
    from cryptography import x509

    from ceremony.pki.inspection import Inspection
    from ceremony.pki.openssl_command import IssuerFile


def add(app: typer.Typer) -> None:
    """Add the inspection."""
    app.command()(inspect)


def inspect(
    file: Annotated[
        Path,
        typer.Argument(
            help="A certificate, PKCS#10 request or revocation list, PEM or DER.",
            readable=False,
        ),
    ],
    *,
    issuer: Annotated[
        list[Path] | None,
        typer.Option(
            "--issuer",
            help="The issuer's certificate; again for the one above it.",
            readable=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="A new folder to write to.", readable=False),
    ] = None,
) -> None:
    """Show all that a certificate, request or revocation list says, and its checks.

    Ends with status 1 where a signature is wrong; then nothing is written.
    """
    from ceremony.pki.inspection import digest_lines, inspect_file

    if out is not None:
        verify_new_folder(out)
    opened = open_path(file)
    above = [issuer_file_at(path) for path in issuer or []]
    issuers = [certificate for certificate, _ in above]
    with placed(file):
        looked = inspect_file(opened, issuers)
    _verify_chain_of_certificate(looked, issuers)
    lines = [
        *looked.text,
        "",
        *digest_lines(looked),
        "",
        *_commands(looked, file, [named for _, named in above]),
        "",
        *looked.signature,
    ]
    say(_heading(looked, file))
    for line in lines:
        say(line)
    if not looked.is_sound:
        if out is not None:
            say("Nothing was written.")
        raise typer.Exit(Exit.REFUSED)
    if out is not None:
        _write(out, looked, issuers, lines)


def _heading(looked: Inspection, file: Path) -> str:
    from ceremony.pki.plain_text import printable

    size = len(looked.der)
    return (
        f"{printable(str(file))}: a {looked.kind} in {looked.form}, {size} octets of "
        "DER\n"
    )


def _verify_chain_of_certificate(
    looked: Inspection, issuers: Sequence[x509.Certificate]
) -> None:
    if issuers and looked.kind == "request":
        raise InputError(
            "CLI-ISSUER-02",
            "A request has no issuer, and one is named.",
            remedy="Leave --issuer out, or name the certificate that was issued.",
        )


def _commands(
    looked: Inspection, file: Path, issuers: Sequence[IssuerFile]
) -> Iterator[str]:
    from ceremony.pki.openssl_command import openssl_commands

    yield "The same with other tools:"
    for line in openssl_commands(looked, str(file), issuers):
        yield f"    {line}"


def _write(
    folder: Path,
    looked: Inspection,
    issuers: Sequence[x509.Certificate],
    lines: Sequence[str],
) -> None:
    from ceremony.evidence.saving import save_new
    from ceremony.pki.certificate import encode_certificate

    stem = "crl" if looked.kind == "revocation list" else looked.kind
    files = {
        f"{stem}.pem": looked.pem,
        f"{stem}.der": looked.der,
        f"{stem}.txt": "".join(f"{line}\n" for line in lines).encode("ascii"),
    }
    if issuers:
        # A chain holds certificates alone.
        own = b"" if looked.kind == "revocation list" else looked.pem
        files["chain.pem"] = own + b"".join(map(encode_certificate, issuers))
    folder.mkdir()
    for name, content in files.items():
        save_new(folder / name, content)
    say()
    say(f"Written to {shown(str(folder))}: {', '.join(files)}.")
