"""``ceremony hsm inventory``, ``init`` and ``pin``: one token, by serial or URI."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ceremony.cli.console import Format, say, tell
from ceremony.cli.hsm_options import (
    FormatOption,
    InitArgsOption,
    ModuleOption,
    SiteOption,
    TokenOption,
    find_token,
    loaded_modules,
)
from ceremony.errors import DeviceError, InputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ceremony.hsm.hosted import HostedModule
    from ceremony.hsm.inventory import InventoryEntry
    from ceremony.hsm.token import TokenFacts

_WIDTH: Final = 80
"""Columns that the lines of an object's attributes take."""

LabelOption = Annotated[
    str, typer.Option("--label", help="The token's new label, 1 to 32 bytes.")
]
ErasedOption = Annotated[
    str | None,
    typer.Option("--token", help="The token to erase: its serial or pkcs11: URI."),
]
OfficerOption = Annotated[
    bool, typer.Option("--so", help="The security officer's PIN, not the user's.")
]
FreshOption = Annotated[
    bool,
    typer.Option("--fresh", help="The one token that was never initialised."),
]


def add(app: typer.Typer) -> None:
    """Add the verbs about one token."""
    app.command()(inventory)
    app.command()(init)
    app.command()(pin)


def inventory(
    *,
    token: TokenOption,
    module: ModuleOption = None,
    init_args: InitArgsOption = "",
    site: SiteOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """List every object in a token; its user PIN is asked for."""
    from ceremony.cli.hsm_pin import present_pin
    from ceremony.conduct.listing import listing_of
    from ceremony.pack.inventory_file import encode_listing

    with loaded_modules(module, site, init_args) as modules:
        where, facts = find_token(modules, token)
        with (
            present_pin(facts, f"User PIN of {facts.label}") as pin,
            where.token(facts.serial, facts.label).session(pin) as at,
        ):
            found = at.inventory()
    if form is Format.JSON:
        say(encode_listing(listing_of(found)).decode())
        return
    for entry in found.entries:
        say(f"{entry.object_class:16} {entry.label or '-':32} {entry.cka_id or '-'}")
        for line in _attribute_lines(entry):
            say(line)
    say(f"{len(found.entries)} objects in {facts.label}.")


def _attribute_lines(entry: InventoryEntry) -> Iterator[str]:
    """Tell what a token shows of an object: what is true, what is not, and values."""
    told: dict[str, list[str]] = {"true": [], "false": [], "shown": []}
    for attribute in entry.attributes:
        if isinstance(attribute.value, bool):
            told["true" if attribute.value else "false"].append(attribute.name)
        else:
            told["shown"].append(f"{attribute.name}={attribute.value}")
    for word, names in told.items():
        head = f"  {word:6} "
        yield from wrap(
            " ".join(names),
            width=_WIDTH,
            initial_indent=head,
            subsequent_indent=" " * len(head),
            break_long_words=False,
            break_on_hyphens=False,
        )


def init(  # noqa: PLR0913  each is an option of the command
    *,
    label: LabelOption,
    token: ErasedOption = None,
    fresh: FreshOption = False,
    module: ModuleOption = None,
    init_args: InitArgsOption = "",
    site: SiteOption = None,
) -> None:
    """Initialise a token: a new label and PINs, which are typed.

    An old token is erased. No journal records it: what belongs to a ceremony is
    initialised by its script.
    """
    from ceremony.cli.prompt import verify_terminal
    from ceremony.hsm.pkcs11_token import verify_token_label
    from ceremony.hsm.uri import encode_uri, uri_of

    verify_token_label(label)
    if (token is None) != fresh:
        raise InputError(
            "CLI-TOKEN-02",
            "Either a token or --fresh is named, and not both.",
            remedy="Name a token with --token, or say --fresh for a new one.",
        )
    verify_terminal()
    with loaded_modules(module, site, init_args) as modules:
        if token is None:
            made = _initialise_fresh(*find_fresh(modules), label)
        else:
            made = _initialise_again(*find_token(modules, token), label)
    say(f"Initialised: {made.label}, serial {made.serial}.")
    say(encode_uri(uri_of(made)))


def find_fresh(
    modules: Sequence[HostedModule],
) -> tuple[HostedModule, TokenFacts]:
    """Find the one token that was never initialised, and the module that shows it.

    Raises:
        DeviceError: ``CLI-TOKEN-03``: there is none, or more than one.
    """
    found = [
        (module, facts)
        for module in modules
        for facts in module.tokens()
        if not facts.initialised
    ]
    if len(found) != 1:
        raise DeviceError(
            "CLI-TOKEN-03",
            f"{len(found) or 'No'} tokens were never initialised, where there should "
            "be one.",
            meaning="No token was changed.",
            remedy="Leave only the new token inserted, or name one with --token.",
        )
    return found[0]


def _initialise_fresh(
    module: HostedModule, facts: TokenFacts, label: str
) -> TokenFacts:
    from ceremony.cli.hsm_pin import new_pin

    with (
        new_pin(facts, f"New SO PIN of {label}") as officer,
        new_pin(facts, f"New user PIN of {label}") as user,
    ):
        made = module.initialise_free_slot(label, officer)
        return module.token(made.serial, made.label).initialise(officer, label, user)


def _initialise_again(
    module: HostedModule, facts: TokenFacts, label: str
) -> TokenFacts:
    """Erase a token after its serial was typed.

    Raises:
        RefusedError: ``CLI-TOKEN-04``: something else was typed.
    """
    from ceremony.cli.hsm_pin import new_pin, present_pin
    from ceremony.cli.prompt import ask

    tell(f"This erases every key in {facts.label or 'a token'}, {facts.serial}.")
    if ask("Type its serial to go on") != facts.serial:
        raise RefusedError(
            "CLI-TOKEN-04",
            "What was typed is not the serial of the token.",
            meaning="No token was changed.",
            remedy="Look at the token, and start again.",
        )
    with (
        present_pin(facts, f"SO PIN of {facts.label or facts.serial}") as officer,
        new_pin(facts, f"New user PIN of {label}") as user,
    ):
        return module.token(facts.serial, facts.label).initialise(officer, label, user)


def pin(
    *,
    token: TokenOption,
    so: OfficerOption = False,
    module: ModuleOption = None,
    init_args: InitArgsOption = "",
    site: SiteOption = None,
) -> None:
    """Change a token's user PIN, or with --so its SO PIN; the new one is tried.

    Both are typed, the new one twice, or entered at the token's keypad where it has
    one. Where the command fails, it says which of the two holds, or that either may.
    """
    from ceremony.cli.hsm_pin import new_pin, present_pin

    which = "SO PIN" if so else "user PIN"
    with loaded_modules(module, site, init_args) as modules:
        where, facts = find_token(modules, token)
        found = where.token(facts.serial, facts.label)
        with (
            present_pin(facts, f"Present {which} of {facts.label}") as old,
            new_pin(facts, f"New {which} of {facts.label}") as new,
        ):
            change = found.change_so_pin if so else found.change_pin
            change(old, new)
    say(f"The {which} of {facts.label}, serial {facts.serial}, is the new one.")
