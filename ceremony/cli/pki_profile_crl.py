"""``ceremony pki profile list`` and ``show`` of profiles of revocation lists."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from ceremony.cli.pki_options import unverified_words
from ceremony.cli.pki_profile_words import (
    WIDTH,
    departure_lines,
    fact_lines,
    fact_record,
    folded,
    unverified_count,
)

if TYPE_CHECKING:
    from ceremony.pki.crl_profile import CrlProfile


def list_summaries() -> Iterator[str]:
    """Tell the profiles of revocation lists that ship with the tool."""
    from ceremony.pki.crl_profile_file import (
        builtin_crl_profiles,
        load_builtin_crl_profile,
    )
    from ceremony.pki.crl_profile_words import describe_list_issuer

    for profile in map(load_builtin_crl_profile, builtin_crl_profiles()):
        yield profile.name
        yield from folded(profile.title)
        yield from folded(
            f"revocation list; signed by {describe_list_issuer(profile)}; next update "
            f"after {profile.days} days; {unverified_count(profile.unverified)}"
        )


def list_shown(profile: CrlProfile) -> Iterator[str]:
    """Tell all of a profile of revocation lists."""
    from ceremony.pki.crl_profile_words import (
        describe_list_fact,
        describe_list_issuer,
    )

    yield f"{profile.name}: {profile.title}"
    yield f"Signed by: {describe_list_issuer(profile)}"
    if profile.baseline is not None:
        yield f"Second lint: TLS Baseline Requirements, {profile.baseline}"
    for fact in profile.facts:
        yield ""
        yield from fact_lines(fact, describe_list_fact(profile, fact))
    yield from departure_lines(profile.departures)
    yield ""
    words = unverified_words(profile.unverified, "revocation list")
    yield from textwrap.wrap(words, WIDTH, break_on_hyphens=False)


def list_record(profile: CrlProfile) -> dict[str, object]:
    """Give a profile of revocation lists as JSON values."""
    from ceremony.pki.crl_profile_words import describe_list_fact

    return {
        "name": profile.name,
        "title": profile.title,
        "signedBy": profile.signed_by,
        "baseline": profile.baseline.value if profile.baseline else "",
        "facts": [
            fact_record(fact, describe_list_fact(profile, fact))
            for fact in profile.facts
        ],
        "departs": [asdict(departure) for departure in profile.departures],
        "unverified": [fact.name for fact in profile.unverified],
    }
