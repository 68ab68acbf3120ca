"""``ceremony hsm``: which tokens are there, and what is in one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ceremony.cli.console import Format, say, write_json
from ceremony.errors import InputError

if TYPE_CHECKING:
    from ceremony.hsm.hosted import HostedModule

app: Final = typer.Typer(help="Look at tokens.", no_args_is_help=True)

ModuleOption = Annotated[
    Path | None,
    typer.Option("--module", help="A PKCS#11 module; SoftHSMv2 where none is named."),
]
SiteOption = Annotated[
    Path | None,
    typer.Option("--site", help="A site's folder: its modules, in its environment."),
]
FormatOption = Annotated[Format, typer.Option("--format", help="text or json.")]


@app.command()
def tokens(
    *,
    module: ModuleOption = None,
    site: SiteOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """List the tokens that a module shows; nothing is opened."""
    with _loaded(module, site) as modules:
        shown = [token for each in modules for token in each.tokens()]
    found = sorted(shown, key=lambda token: (token.label, token.serial))
    if form is Format.JSON:
        say(
            write_json(
                [
                    {
                        "serial": token.serial,
                        "label": token.label,
                        "manufacturer": token.manufacturer,
                        "model": token.model,
                        "firmware": token.firmware_version,
                        "initialised": token.initialised,
                        "userPinSet": token.user_pin_set,
                        "pinLocked": token.pin_locked,
                    }
                    for token in found
                ]
            )
        )
        return
    for token in found:
        state = (
            "ready"
            if token.user_pin_set
            else ("no user PIN" if token.initialised else "not initialised")
        )
        locked = ", PIN locked" if token.pin_locked else ""
        say(
            f"{token.serial or '-':18} {token.label or '-':32} {token.manufacturer} "
            f"{token.model} {token.firmware_version}  {state}{locked}"
        )
    if not found:
        say("The module shows no token.")


@contextmanager
def _loaded(module: Path | None, site: Path | None) -> Iterator[list[HostedModule]]:
    """Load one module, or every module of a site's binding as the binding pins it.

    Raises:
        InputError: ``CLI-MODULE-01``: both were named.
        DeviceError: A module is missing, or is not the one that is pinned.
    """
    from ceremony.conduct.devices import Devices
    from ceremony.conduct.site import load_site

    if module is not None and site is not None:
        raise InputError(
            "CLI-MODULE-01",
            "Both a module and a site are named.",
            remedy="Name a module with --module, or a site with --site.",
        )
    if site is None:
        with _opened(module) as loaded:
            yield [loaded]
        return
    binding = load_site(site).binding
    with Devices(binding) as devices:
        yield [devices.module(bound.name) for bound in binding.modules]


@contextmanager
def _opened(module: Path | None) -> Iterator[HostedModule]:
    """Load a module that no binding pins, in the environment of whoever calls."""
    from ceremony.conduct.softhsm import find_softhsm
    from ceremony.hsm.hosted import open_module

    path = (module or find_softhsm()).absolute()
    opened = open_module(path, sha256=None, environment=os.environ)
    try:
        yield opened
    finally:
        opened.close()


@app.command()
def inventory(
    serial: Annotated[str, typer.Argument(help="The token's serial.")],
    *,
    module: ModuleOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """List every object in a token; its user PIN is asked for."""
    from ceremony.cli.prompt import read_pin
    from ceremony.conduct.listing import listing_of
    from ceremony.pack.inventory_file import encode_listing

    with _opened(module) as loaded:
        token = loaded.token(serial)
        label = token.facts.label
        with read_pin(f"User PIN of {label}") as pin, token.session(pin) as at:
            found = at.inventory()
    if form is Format.JSON:
        say(encode_listing(listing_of(found)).decode())
        return
    for entry in found.entries:
        say(f"{entry.object_class:16} {entry.label or '-':32} {entry.cka_id or '-'}")
    say(f"{len(found.entries)} objects in {label}.")
