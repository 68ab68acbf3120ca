"""The JSON Schema of certificate profiles, so that an editor marks as one types.

It is made from the same closed sets that the reader uses. It says less than
``decode_profile``: what facts may not say together is not in it.

Source: JSON Schema draft-07; docs/spec/certificate-profile-v1.md.
"""

from __future__ import annotations

from typing import Final

from ceremony.canonical import Json
from ceremony.pki.extension import OID, SUBTREE
from ceremony.pki.extension_file import ABSENT
from ceremony.pki.fact import (
    AlternativeName,
    Attribute,
    AuthorityKey,
    BaselineKind,
    KeyAlgorithm,
    KeyIdentifierMethod,
    KeyUse,
    Presence,
    Purpose,
    RequestExtension,
    SignatureAlgorithm,
    Status,
    StringType,
)
from ceremony.pki.profile_file import (
    DENIED,
    FORMAT,
    MOST_CAS,
    NO_CA,
    NO_LIMIT,
    TERM,
)
from ceremony.pki.request_form_file import FITS_KEY, NO_EXTENSION, SECTION
from ceremony.script.json_schema import (
    DRAFT,
    FLAG,
    NAMED,
    TEXT,
    choice,
    integer,
    list_of,
    mapping_of,
    named_items,
    one_of_words,
)

_OID: Final[Json] = {"type": "string", "pattern": f"^{OID.pattern}$"}


def profile_schema() -> dict[str, Json]:
    """Give the schema of the tree that a profile's YAML stands for."""
    required, optional = _facts(), _optional_facts()
    top: dict[str, Json] = {"format": {"const": FORMAT}, "name": NAMED, "title": TEXT}
    places: dict[str, Json] = {
        "environments": named_items(_environment()),
        "baseline-requirements": choice(BaselineKind),
        "departs": departures(),
    }
    asked = _request()
    whole = mapping_of(
        {**top, "signed-by": NAMED, "facts": mapping_of(required, optional)},
        {**places, SECTION: mapping_of(asked)},
    )
    laid_over = mapping_of(
        {**top, "based-on": NAMED},
        {
            "signed-by": NAMED,
            "facts": mapping_of({}, {**required, **optional}),
            **places,
            SECTION: mapping_of({}, asked),
        },
    )
    return {
        "$schema": DRAFT,
        "title": "Key Ceremony certificate profile, version 1",
        "if": {"required": ["based-on"]},
        "then": laid_over,
        "else": whole,
    }


def fact_of(value: Json, optional: dict[str, Json] | None = None) -> dict[str, Json]:
    """Describe a fact: its value, with status and source."""
    return mapping_of(
        {"value": value, "status": choice(Status), "source": TEXT}, optional
    )


def _may_be_absent(
    value: Json, optional: dict[str, Json] | None = None
) -> dict[str, Json]:
    """Describe a fact that says what an extension holds, or that it is not there."""
    return {"anyOf": [fact_of(value, optional), fact_of({"const": ABSENT})]}


def set_of(item: Json) -> dict[str, Json]:
    """Describe a list of 1 or more items, each once."""
    return {**list_of(item), "uniqueItems": True}


def departures() -> dict[str, Json]:
    """Describe what a profile departs from on purpose."""
    return list_of(
        mapping_of({"finding": TEXT, "about": TEXT, "reason": TEXT, "source": TEXT})
    )


def _facts() -> dict[str, Json]:
    """Describe the facts that every profile states."""
    return {
        "subject": fact_of({"anyOf": [{"const": "empty"}, list_of(_part())]}),
        "key": fact_of(choice(KeyAlgorithm)),
        "signature": fact_of(choice(SignatureAlgorithm)),
        "validity": fact_of(
            {
                "anyOf": [
                    {"const": "no end"},
                    {"type": "string", "pattern": f"^{TERM.pattern}$"},
                ]
            }
        ),
        "serial-octets": fact_of(integer(8, 20)),
        "path-length": fact_of(
            {"anyOf": [one_of_words((NO_LIMIT, NO_CA, DENIED)), integer(0, MOST_CAS)]}
        ),
        "key-usage": fact_of(set_of(choice(KeyUse))),
        "key-identifier": fact_of(choice(KeyIdentifierMethod)),
    }


def _optional_facts() -> dict[str, Json]:
    """Describe the facts whose extension is absent where they are left out."""
    subtree: Json = {"type": "string", "pattern": f"^({SUBTREE.pattern})$"}
    critical: dict[str, Json] = {"critical": FLAG}
    return {
        "extended-key-usage": _may_be_absent(set_of(choice(Purpose)), critical),
        "policies": _may_be_absent(set_of(_OID), critical),
        "subject-alternative-name": _may_be_absent(choice(AlternativeName), critical),
        "permitted-names": _may_be_absent(set_of(subtree)),
        "authority-key-identifier": fact_of(choice(AuthorityKey)),
        "ocsp-no-check": fact_of(FLAG),
        **{
            name: fact_of(choice(Presence))
            for name in (
                "apex-contingency-key",
                "crl-distribution-points",
                "ocsp-responders",
                "issuer-certificates",
            )
        },
    }


def _request() -> dict[str, Json]:
    """Describe the facts about a request."""
    extensions = set_of(choice(RequestExtension))
    return {
        "extensions": fact_of({"anyOf": [{"const": NO_EXTENSION}, extensions]}),
        "signature": fact_of(
            {"anyOf": [{"const": FITS_KEY}, choice(SignatureAlgorithm)]}
        ),
    }


def _part() -> dict[str, Json]:
    return mapping_of(
        {"attribute": choice(Attribute), "string": choice(StringType)},
        {"text": TEXT, "optional": FLAG},
    )


def _environment() -> dict[str, Json]:
    return mapping_of(
        {"policies": set_of(_OID), "status": choice(Status), "source": TEXT},
        {"critical": FLAG, "hardware-type": _OID},
    )
