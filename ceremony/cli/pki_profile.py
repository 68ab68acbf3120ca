"""``ceremony pki profile``: which profiles there are, what they say, do they hold."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ceremony.cli import pki_check
from ceremony.cli.console import Format, say, write_json
from ceremony.cli.pki_lint_crl import crl_profile_named
from ceremony.cli.pki_options import (
    UNSAID,
    EnvironmentOption,
    FormatOption,
    no_environments,
    profile_text,
    unverified_words,
)
from ceremony.cli.pki_profile_crl import list_record, list_shown, list_summaries
from ceremony.cli.pki_profile_words import (
    WIDTH,
    departure_lines,
    fact_lines,
    fact_record,
    folded,
    unverified_count,
)

if TYPE_CHECKING:
    from ceremony.pki.profile import CertificateProfile

app: Final = typer.Typer(help="List, show and check profiles.", no_args_is_help=True)
pki_check.add(app)


@app.command(name="list")
def list_(*, environment: EnvironmentOption = None) -> None:
    """List the profiles that ship with the tool; those of lists come last."""
    from ceremony.pki.builtin import builtin_profiles, builtin_text
    from ceremony.pki.profile_file import decode_environments, decode_profile

    wanted = UNSAID if environment is None else environment
    for name in builtin_profiles():
        text, file = builtin_text(name), f"{name}.yaml"
        there = decode_environments(text, file)
        missing = bool(there) and wanted not in there
        chosen = there[0] if missing else wanted
        for line in _summary(decode_profile(text, file, environment=chosen)):
            say(line)
        if missing:
            only = ", ".join(there)
            say(f"    no policies for {wanted}; shown for {chosen}, of: {only}")
    for line in list_summaries():
        say(line)


def _summary(profile: CertificateProfile) -> Iterator[str]:
    from ceremony.pki.profile import unverified_of
    from ceremony.pki.profile_words import describe_issuer

    yield profile.name
    yield from folded(profile.title)
    facts = unverified_count(unverified_of(profile.every_fact))
    yield from folded(
        f"signed by {describe_issuer(profile)}; key {profile.key}; "
        f"term {profile.validity}; {facts}"
    )


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A built-in profile's name, or a file.")],
    *,
    environment: EnvironmentOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Show a profile: every fact with its status and source, and what orders give."""
    of_lists = crl_profile_named(name)
    if of_lists is not None:
        if environment is not None:
            raise no_environments(environment, of_lists.name)
        if form is Format.JSON:
            say(write_json(list_record(of_lists)))
            return
        for line in list_shown(of_lists):
            say(line)
        return
    profile = profile_text(name).decode_for(environment)
    if form is Format.JSON:
        say(write_json(_record(profile)))
        return
    for line in _shown(profile):
        say(line)


@app.command()
def schema(
    *,
    lists: Annotated[
        bool, typer.Option("--lists", help="That of profiles of revocation lists.")
    ] = False,
) -> None:
    """Print the JSON Schema with which an editor completes and checks profiles."""
    from ceremony.pki.crl_schema import crl_profile_schema
    from ceremony.pki.schema import profile_schema

    say(write_json(crl_profile_schema() if lists else profile_schema()))


def _shown(profile: CertificateProfile) -> Iterator[str]:
    from ceremony.pki.profile import unverified_of
    from ceremony.pki.profile_words import (
        describe_fact,
        describe_issuer,
        facts_in_order,
    )

    yield f"{profile.name}: {profile.title}"
    yield f"Signed by: {describe_issuer(profile)}"
    yield f"Environment: {profile.environment}"
    if profile.baseline is not None:
        yield f"Second lint: TLS Baseline Requirements, {profile.baseline}"
    for fact in facts_in_order(profile):
        yield ""
        yield from fact_lines(fact, describe_fact(profile, fact))
    yield from departure_lines(profile.departures)
    yield ""
    yield from _orders(profile)
    yield ""
    words = unverified_words(unverified_of(profile.every_fact))
    yield from textwrap.wrap(words, WIDTH, break_on_hyphens=False)


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
            yield from folded(line)


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
            fact_record(fact, describe_fact(profile, fact))
            for fact in facts_in_order(profile)
        ],
        "departs": [asdict(departure) for departure in profile.departures],
        "order": {
            name: {"required": required, "shape": shape}
            for name, (required, shape) in describe_open_values(profile).items()
        },
        "unverified": [fact.name for fact in unverified_of(profile.every_fact)],
    }
