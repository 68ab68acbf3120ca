"""The JSON Schema of certificate profiles, so that an editor marks as one types.

It is made from the same closed sets that the reader uses. It says less than
``decode_profile``: what facts may not say together is not in it.

Source: JSON Schema draft-07; docs/spec/certificate-profile-v1.md.
"""

from __future__ import annotations

from typing import Final

from ceremony.canonical import Json
from ceremony.pki.extension import OID, SUBTREE
from ceremony.pki.fact import (
    AlternativeName,
    Attribute,
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
        "departs": list_of(
            mapping_of({"finding": TEXT, "about": TEXT, "reason": TEXT, "source": TEXT})
        ),
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


def _facts() -> dict[str, Json]:
    """Describe the facts that every profile states."""
    return {
        "subject": _fact({"anyOf": [{"const": "empty"}, list_of(_part())]}),
        "key": _fact(choice(KeyAlgorithm)),
        "signature": _fact(choice(SignatureAlgorithm)),
        "validity": _fact(
            {
                "anyOf": [
                    {"const": "no end"},
                    {"type": "string", "pattern": f"^{TERM.pattern}$"},
                ]
            }
        ),
        "serial-octets": _fact(integer(8, 20)),
        "path-length": _fact(
            {"anyOf": [one_of_words((NO_LIMIT, NO_CA, DENIED)), integer(0, MOST_CAS)]}
        ),
        "key-usage": _fact(_set_of(choice(KeyUse))),
        "key-identifier": _fact(choice(KeyIdentifierMethod)),
    }


def _optional_facts() -> dict[str, Json]:
    """Describe the facts whose extension is absent where they are left out."""
    subtree: Json = {"type": "string", "pattern": f"^({SUBTREE.pattern})$"}
    return {
        "extended-key-usage": _fact(_set_of(choice(Purpose)), {"critical": FLAG}),
        "policies": _fact(_set_of(_OID), {"critical": FLAG}),
        "subject-alternative-name": _fact(choice(AlternativeName), {"critical": FLAG}),
        "permitted-names": _fact(_set_of(subtree)),
        "ocsp-no-check": _fact(FLAG),
        **{
            name: _fact(choice(Presence))
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
    extensions = _set_of(choice(RequestExtension))
    return {
        "extensions": _fact({"anyOf": [{"const": NO_EXTENSION}, extensions]}),
        "signature": _fact(
            {"anyOf": [{"const": FITS_KEY}, choice(SignatureAlgorithm)]}
        ),
    }


def _fact(value: Json, optional: dict[str, Json] | None = None) -> dict[str, Json]:
    return mapping_of(
        {"value": value, "status": choice(Status), "source": TEXT}, optional
    )


def _part() -> dict[str, Json]:
    return mapping_of(
        {"attribute": choice(Attribute), "string": choice(StringType)},
        {"text": TEXT, "optional": FLAG},
    )


def _environment() -> dict[str, Json]:
    return mapping_of(
        {"policies": _set_of(_OID), "status": choice(Status), "source": TEXT},
        {"critical": FLAG, "hardware-type": _OID},
    )


def _set_of(item: Json) -> dict[str, Json]:
    return {**list_of(item), "uniqueItems": True}
