"""The JSON Schema of profiles of revocation lists, for editors that mark as one types.

It is made from the same closed sets that ``decode_crl_profile`` uses. It says less than
that: which departure would fit too much is not in it.

Source: JSON Schema draft-07; docs/spec/crl-profile-v1.md.
"""

from __future__ import annotations

from ceremony.canonical import Json
from ceremony.pki.crl_profile import Reason, Scope
from ceremony.pki.crl_profile_file import CRL_FORMAT, DAYS, MOST_OCTETS
from ceremony.pki.fact import KeyIdentifierMethod, SignatureAlgorithm
from ceremony.pki.schema import departures, fact_of, set_of
from ceremony.script.json_schema import (
    DRAFT,
    FLAG,
    NAMED,
    TEXT,
    choice,
    integer,
    mapping_of,
)


def crl_profile_schema() -> dict[str, Json]:
    """Give the schema of the tree that such a profile's YAML stands for."""
    facts: dict[str, Json] = {
        "signatures": fact_of(set_of(choice(SignatureAlgorithm))),
        "next-update": fact_of({"type": "string", "pattern": f"^{DAYS.pattern}$"}),
        "number-octets": fact_of(integer(1, MOST_OCTETS)),
        "key-identifier": fact_of(choice(KeyIdentifierMethod)),
        "scope": fact_of(choice(Scope)),
        "reasons": fact_of(set_of(choice(Reason))),
    }
    return {
        "$schema": DRAFT,
        "title": "Key Ceremony profile of revocation lists, version 1",
        **mapping_of(
            {
                "format": {"const": CRL_FORMAT},
                "name": NAMED,
                "title": TEXT,
                "facts": mapping_of(facts),
            },
            {
                "signed-by": NAMED,
                "baseline-requirements": FLAG,
                "departs": departures(),
            },
        ),
    }
