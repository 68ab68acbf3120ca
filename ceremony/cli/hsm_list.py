"""``ceremony hsm modules`` and ``tokens``: what is there; nothing is opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from ceremony.cli.console import Format, say, write_json
from ceremony.cli.hsm_options import (
    FormatOption,
    InitArgsOption,
    ModuleOption,
    SiteOption,
    loaded_modules,
)

if TYPE_CHECKING:
    from ceremony.conduct.module_search import FoundModule
    from ceremony.hsm.survey import TokenSurvey


def add(app: typer.Typer) -> None:
    """Add the verbs that list."""
    app.command()(modules)
    app.command()(tokens)


def modules(*, form: FormatOption = Format.TEXT) -> None:
    """List the PKCS#11 modules of this machine; nothing is loaded."""
    from ceremony.conduct.module_search import find_modules
    from ceremony.hardware.vendor import load_vendors

    found = find_modules(load_vendors())
    if form is Format.JSON:
        say(write_json([_module_json(each) for each in found]))
        return
    for each in found:
        for line in _module_lines(each):
            say(line)
        say()
    say(
        f"{len(found)} found, none loaded. Look into one: "
        "ceremony hsm tokens --module PATH"
        if found
        else "No module is named by p11-kit or lies at a well-known path."
    )


def _module_lines(found: FoundModule) -> Iterator[str]:
    yield str(found.path)
    if found.resolved != found.path:
        yield f"  is         {found.resolved}"
    yield f"  SHA-256    {found.sha256 or 'there is no such file'}"
    yield f"  named by   {', '.join(found.named_by)}"
    for kit in found.kit:
        if kit.init_arguments:
            yield f"  arguments  {kit.init_arguments}"
    if found.vendor is None:
        yield "  maker      not known here"
        return
    yield f"  maker      {found.vendor.title}, by the file's name"
    for fact in found.vendor.facts:
        yield f"  known      {fact.about}: {fact.text} [{fact.tag}]"


def _module_json(found: FoundModule) -> dict[str, object]:
    vendor = found.vendor
    return {
        "path": str(found.path),
        "resolved": str(found.resolved),
        "sha256": found.sha256,
        "namedBy": list(found.named_by),
        "initArguments": [each.init_arguments for each in found.kit],
        "vendor": None
        if vendor is None
        else {
            "name": vendor.name,
            "title": vendor.title,
            "tried": vendor.tried,
            "facts": [
                {
                    "about": fact.about.value,
                    "text": fact.text,
                    "tried": fact.tried,
                    "version": fact.version,
                    "status": fact.status.value,
                    "source": fact.source,
                }
                for fact in vendor.facts
            ],
        },
    }


def tokens(
    *,
    module: ModuleOption = None,
    init_args: InitArgsOption = "",
    site: SiteOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """List the tokens that a module shows; nothing is opened."""
    with loaded_modules(module, site, init_args) as every:
        surveys = [each.survey() for each in every]
    found = sorted(
        (token for survey in surveys for token in survey.tokens),
        key=lambda token: (token.facts.label, token.facts.serial),
    )
    if form is Format.JSON:
        say(write_json([_token_json(each) for each in found]))
        return
    for each in found:
        for line in _token_lines(each):
            say(line)
    for slot in (slot for survey in surveys for slot in survey.empty_slots):
        say(f"There is no token in the slot {slot or 'without a name'}.")
    if not found:
        say("The module shows no token.")


def _token_lines(token: TokenSurvey) -> Iterator[str]:
    from ceremony.hsm.uri import encode_uri, uri_of

    facts = token.facts
    yield (
        f"{facts.serial or '-':18} {facts.label or '-':32} {facts.manufacturer} "
        f"{facts.model} {facts.firmware_version}  {_state(token)}"
    )
    yield f"{'':18} slot {token.slot}: {facts.slot_description}"
    if facts.initialised:
        yield f"{'':18} {encode_uri(uri_of(facts))}"


def _state(token: TokenSurvey) -> str:
    """Say in words in which state a token and its PINs are."""
    from ceremony.hsm.pin_state import pin_remarks

    remarks = "; ".join(
        remark.text for remark in pin_remarks(token.facts, token.limits)
    )
    where = "; the PIN is entered at the device" if token.facts.protected_path else ""
    return (remarks or "ready") + where


def _token_json(token: TokenSurvey) -> dict[str, object]:
    from ceremony.hsm.pin_state import pin_remarks
    from ceremony.hsm.uri import encode_uri, uri_of

    facts, limits = token.facts, token.limits
    return {
        "serial": facts.serial,
        "label": facts.label,
        "manufacturer": facts.manufacturer,
        "model": facts.model,
        "firmware": facts.firmware_version,
        "initialised": facts.initialised,
        "userPinSet": facts.user_pin_set,
        "pinLocked": facts.pin_locked,
        "pinAtDevice": facts.protected_path,
        "remarks": [remark.text for remark in pin_remarks(facts, limits)],
        "shortestPin": limits.shortest_pin,
        "longestPin": limits.longest_pin,
        "freePrivateBytes": limits.free_private,
        "slot": token.slot,
        "slotDescription": facts.slot_description,
        "hardwareSlot": facts.hardware_slot,
        "uri": encode_uri(uri_of(facts)) if facts.initialised else None,
    }
