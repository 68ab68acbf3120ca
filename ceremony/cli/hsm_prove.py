"""``ceremony hsm prove``: does a token hold the private key of a public key?"""

from __future__ import annotations

import hashlib
import secrets
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ceremony.cli.console import say
from ceremony.cli.context import verify_new_folder
from ceremony.cli.hsm_options import (
    InitArgsOption,
    ModuleOption,
    SiteOption,
    TokenOption,
    find_token,
    loaded_modules,
)
from ceremony.errors import DeviceError

if TYPE_CHECKING:
    from ceremony.hsm.inventory import Inventory, InventoryEntry
    from ceremony.hsm.result import Proof

CHALLENGE: Final = 32
"""Bytes of the system's random generator: nobody can have them signed beforehand."""

MESSAGE: Final = "message.txt"
SIGNATURE: Final = "signature.bin"
PUBLIC_KEY: Final = "public-key.der"

KeyOption = Annotated[
    str, typer.Option("--key", help="The key's label, or its id in hex.")
]
OutOption = Annotated[
    Path | None,
    typer.Option("-o", help="A new folder for the proof's files.", readable=False),
]


def add(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(prove)


def prove(  # noqa: PLR0913  each is an option of the command
    *,
    token: TokenOption,
    key: KeyOption,
    module: ModuleOption = None,
    init_args: InitArgsOption = "",
    site: SiteOption = None,
    out: OutOption = None,
) -> None:
    """Have a key prove that it is in the token: it signs a random challenge.

    The proof is checked at once, and with -o written out to be checked by others.
    What is signed names token and key, and can be taken for nothing else.
    """
    from ceremony.cli.hsm_pin import present_pin
    from ceremony.identifiers import OperationId

    if out is not None:
        verify_new_folder(out)
    challenge = secrets.token_bytes(CHALLENGE)
    with loaded_modules(module, site, init_args) as modules:
        where, facts = find_token(modules, token)
        with (
            present_pin(facts, f"User PIN of {facts.label}") as pin,
            where.token(facts.serial, facts.label).session(
                pin, writable=False
            ) as session,
        ):
            found = find_key(session.inventory(), key)
            say(f"Challenge: {challenge.hex()}")
            proof = session.prove(OperationId(found.cka_id), challenge)
    say(f"The key {found.label!r} (id {found.cka_id}) is in {facts.label}.")
    _tell_key(proof)
    if out is not None:
        _write(proof, out)
        say(f"{MESSAGE}, {SIGNATURE} and {PUBLIC_KEY} are in {out}. Check them with:")
        say(f"  {check_command(proof.public_key_der, out)}")


def find_key(inventory: Inventory, named: str) -> InventoryEntry:
    """Find the one private key that a label or an id means.

    Raises:
        DeviceError: ``CLI-KEY-01``: no key is meant, or more than one.
    """
    keys = [
        each for each in inventory.entries if each.object_class == "CKO_PRIVATE_KEY"
    ]
    found = [each for each in keys if named and named in (each.label, each.cka_id)]
    if len(found) != 1:
        there = ", ".join(
            f"{each.label or '-'} ({each.cka_id or '-'})" for each in keys
        )
        raise DeviceError(
            "CLI-KEY-01",
            f"{len(found) or 'No'} private keys are meant by --key; there are: "
            f"{there or 'none'}.",
            meaning="No key was used.",
            remedy="Name one key by its label, or by its id.",
        )
    return found[0]


def check_command(public_key_der: bytes, folder: Path) -> str:
    """Give the command by which openssl checks the files of a proof.

    Args:
        public_key_der: SubjectPublicKeyInfo, DER.
        folder: Where the files lie.
    """
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    from ceremony.hsm.keys import PublicKey, default_digest

    public = load_der_public_key(public_key_der)
    if not isinstance(public, PublicKey):
        raise TypeError("a proof is by a key of a kind that signs here")
    message, signature, key = (
        str(folder / name) for name in (MESSAGE, SIGNATURE, PUBLIC_KEY)
    )
    digest = default_digest(public)
    if digest:
        command = ["openssl", "dgst", f"-{digest}", "-keyform", "DER"]
        command += ["-verify", key, "-signature", signature, message]
    else:
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER"]
        command += ["-inkey", key, "-rawin", "-in", message, "-sigfile", signature]
    return shlex.join(command)


def _tell_key(proof: Proof) -> None:
    from ceremony.digest_words import rows

    digest = hashlib.sha256(proof.public_key_der).digest()
    say(f"SHA-256 of its public key: {digest.hex()}")
    for row in rows(digest):
        say(f"  {' '.join(row)}")
    say(f"Signed by {proof.choice.used}; the signature was checked.")


def _write(proof: Proof, folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, content in (
        (MESSAGE, proof.message),
        (SIGNATURE, proof.signature),
        (PUBLIC_KEY, proof.public_key_der),
    ):
        (folder / name).write_bytes(content)
