"""``ceremony pki profile``: which profiles there are, what they say, do they hold."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ceremony.cli import pki_check
from ceremony.cli.console import Format, mark, say, write_json
from ceremony.cli.pki_options import (
    EnvironmentOption,
    FormatOption,
    profile_text,
    unverified_words,
)

if TYPE_CHECKING:
    from ceremony.pki.fact import Fact
    from ceremony.pki.profile import CertificateProfile

_WIDTH: Final = 78

app: Final = typer.Typer(
    help="List, show and check certificate profiles.", no_args_is_help=True
)
pki_check.add(app)


@app.command(name="list")
def list_(*, environment: EnvironmentOption = "test") -> None:
    """List the profiles that ship with the tool."""
    from ceremony.pki.builtin import builtin_profiles, builtin_text
    from ceremony.pki.profile_file import decode_environments, decode_profile

    for name in builtin_profiles():
        text, file = builtin_text(name), f"{name}.yaml"
        there = decode_environments(text, file)
        missing = bool(there) and environment not in there
        chosen = there[0] if missing else environment
        for line in _summary(decode_profile(text, file, environment=chosen)):
            say(line)
        if missing:
            only = ", ".join(there)
            say(f"    no policies for {environment}; shown for {chosen}, of: {only}")


def _summary(profile: CertificateProfile) -> Iterator[str]:
    from ceremony.pki.profile import unverified_of
    from ceremony.pki.profile_words import describe_issuer

    yield profile.name
    yield from _folded(profile.title)
    count = len(unverified_of(profile.every_fact))
    facts = f"{count or 'no'} unverified fact{'' if count == 1 else 's'}"
    yield from _folded(
        f"signed by {describe_issuer(profile)}; key {profile.key}; "
        f"term {profile.validity}; {facts}"
    )


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A built-in profile's name, or a file.")],
    *,
    environment: EnvironmentOption = "test",
    form: FormatOption = Format.TEXT,
) -> None:
    """Show a profile: every fact with its status and source, and what orders give."""
    profile = profile_text(name).decode(environment)
    if form is Format.JSON:
        say(write_json(_record(profile)))
        return
    for line in _shown(profile):
        say(line)


def _shown(profile: CertificateProfile) -> Iterator[str]:
    from ceremony.pki.profile import unverified_of
    from ceremony.pki.profile_words import describe_issuer, facts_in_order

    yield f"{profile.name}: {profile.title}"
    yield f"Signed by: {describe_issuer(profile)}"
    yield f"Environment: {profile.environment}"
    if profile.baseline is not None:
        yield f"Second lint: TLS Baseline Requirements, {profile.baseline}"
    for fact in facts_in_order(profile):
        yield ""
        yield from _fact(profile, fact)
    for departure in profile.departures:
        yield ""
        yield f"departs: {departure.finding}, about {departure.about}"
        yield from _folded(departure.reason)
        yield from _folded(f"[{departure.source}]")
    yield ""
    yield from _orders(profile)
    yield ""
    yield from textwrap.wrap(
        unverified_words(unverified_of(profile.every_fact)), _WIDTH
    )


def _fact(profile: CertificateProfile, fact: Fact) -> Iterator[str]:
    from ceremony.pki.fact import Status
    from ceremony.pki.profile_words import describe_fact

    yield fact.name
    for line in describe_fact(profile, fact):
        yield from _folded(line)
    status = fact.status.value
    told = "\n".join(_folded(f"[{status}] {fact.source}"))
    if fact.status is Status.UNVERIFIED:
        told = told.replace(status, mark(status, good=False), 1)
    yield told


def _orders(profile: CertificateProfile) -> Iterator[str]:
    from ceremony.pki.profile_words import describe_open_values

    named = describe_open_values(profile)
    for title, wanted in (
        ("An order has to give:", True),
        ("An order may give:", False),
    ):
        told = [
            f"{name}: {shape}"
            for name, (required, shape) in named.items()
            if required is wanted
        ]
        yield title
        for line in told or ["nothing"]:
            yield from _folded(line)


def _record(profile: CertificateProfile) -> dict[str, object]:
    from ceremony.pki.profile import unverified_of
    from ceremony.pki.profile_words import (
        describe_fact,
        describe_open_values,
        facts_in_order,
    )

    return {
        "name": profile.name,
        "title": profile.title,
        "signedBy": profile.signed_by,
        "environment": profile.environment,
        "baseline": profile.baseline.value if profile.baseline else "",
        "facts": [
            {
                "name": fact.name,
                "value": list(describe_fact(profile, fact)),
                "status": fact.status.value,
                "source": fact.source,
            }
            for fact in facts_in_order(profile)
        ],
        "departs": [asdict(departure) for departure in profile.departures],
        "order": {
            name: {"required": required, "shape": shape}
            for name, (required, shape) in describe_open_values(profile).items()
        },
        "unverified": [fact.name for fact in unverified_of(profile.every_fact)],
    }


def _folded(text: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent="    ",
        subsequent_indent="      ",
        break_on_hyphens=False,
    )
