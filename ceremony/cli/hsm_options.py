"""What the verbs of ``ceremony hsm`` share: options, and the token that is meant."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ceremony.cli.console import Format
from ceremony.errors import DeviceError, InputError

if TYPE_CHECKING:
    from ceremony.hsm.hosted import HostedModule
    from ceremony.hsm.token import TokenFacts

ModuleOption = Annotated[
    Path | None,
    typer.Option(
        "--module",
        help="A PKCS#11 module; SoftHSMv2 where none is named.",
        readable=False,
    ),
]
InitArgsOption = Annotated[
    str,
    typer.Option(
        "--init-args", help="What the module of --module is told at its start."
    ),
]
SiteOption = Annotated[
    Path | None,
    typer.Option(
        "--site",
        help="A site's folder: its modules, in its environment.",
        readable=False,
    ),
]
TokenOption = Annotated[
    str,
    typer.Option("--token", help="The token's serial, or its pkcs11: URI in quotes."),
]
FormatOption = Annotated[Format, typer.Option("--format", help="text or json.")]


def verify_one_source(module: Path | None, site: Path | None, init_args: str) -> None:
    """Insist that a module or a site is named, and not both.

    Raises:
        InputError: ``CLI-MODULE-01``: both were named; ``CLI-MODULE-02``: no module
            was that the init arguments could be for.
    """
    if module is not None and site is not None:
        raise InputError(
            "CLI-MODULE-01",
            "Both a module and a site are named.",
            remedy="Name a module with --module, or a site with --site.",
        )
    if init_args and module is None:
        raise InputError(
            "CLI-MODULE-02",
            "Init arguments are named, and no module that they are for.",
            remedy="Name the module with --module; a site's stand in its binding.",
        )


def module_path(module: Path | None) -> Path:
    """Give the module that is named, else SoftHSMv2's, by its absolute path."""
    from ceremony.conduct.softhsm import find_softhsm

    return (module or find_softhsm()).absolute()


@contextmanager
def loaded_modules(
    module: Path | None, site: Path | None, init_args: str
) -> Iterator[list[HostedModule]]:
    """Load one module, or every module of a site's binding as the binding pins it.

    A module that no binding pins is loaded in the environment of whoever calls.

    Raises:
        InputError: As :func:`verify_one_source`.
        DeviceError: A module is missing, is not the one that is pinned, or does not
            start with what it is told.
    """
    from ceremony.conduct.devices import Devices
    from ceremony.conduct.site import load_site
    from ceremony.hsm.hosted import open_module

    verify_one_source(module, site, init_args)
    if site is None:
        path = module_path(module)
        loaded = open_module(
            path, sha256=None, environment=os.environ, init_arguments=init_args
        )
        try:
            yield [loaded]
        finally:
            loaded.close()
        return
    binding = load_site(site).binding
    with Devices(binding) as devices:
        yield [devices.module(bound.name) for bound in binding.modules]


def find_token(
    modules: Sequence[HostedModule], named: str
) -> tuple[HostedModule, TokenFacts]:
    """Find the one token that a serial or a URI means.

    Args:
        modules: Where to look.
        named: A serial, or an RFC 7512 URI.

    Raises:
        InputError: ``HSM-URI-01`` to ``-04``: no URI of a token.
        DeviceError: ``CLI-TOKEN-01``: no token is meant, or more than one.
    """
    from ceremony.hsm.uri import decode_uri, is_uri, matches, verify_token_uri

    shown = [(module, facts) for module in modules for facts in module.tokens()]
    if is_uri(named):
        uri = decode_uri(named)
        verify_token_uri(uri)
        found = [each for each in shown if matches(uri, each[1])]
    else:
        found = [each for each in shown if named and each[1].serial == named]
    if len(found) != 1:
        there = ", ".join(
            f"{label} ({serial})"
            for label, serial in sorted(
                (facts.label, facts.serial) for _, facts in shown if facts.initialised
            )
        )
        raise DeviceError(
            "CLI-TOKEN-01",
            f"{len(found) or 'No'} tokens are meant by --token; there are: "
            f"{there or 'none'}.",
            meaning="Nothing was done with any token.",
            remedy="Name one token by its serial, or by its URI as 'ceremony hsm "
            "tokens' prints it.",
        )
    return found[0]
