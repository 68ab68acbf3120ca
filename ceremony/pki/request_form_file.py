"""The section of a profile's file about requests: reading it, strictly.

Format: docs/spec/certificate-profile-v1.md.
"""

from __future__ import annotations

from typing import Final

from ceremony.pki.fact import Fact, RequestExtension, SignatureAlgorithm, Status
from ceremony.pki.profile import RequestForm
from ceremony.script.node import ScalarNode
from ceremony.script.shape import Fields

SECTION: Final = "request"
NO_EXTENSION: Final = "none"
FITS_KEY: Final = "fits-key"
"""What a fact says where there is nothing to name."""


def read_request_form(root: Fields) -> RequestForm | None:
    """Read what a request carries; None where a profile's file does not say.

    Args:
        root: The profile; what is wrong is noted in its faults: ``FILE-SHAPE-nn``, and
            ``PKI-PROFILE-07``: a value stands twice in its list.
    """
    if SECTION not in root.left():
        # Named all the same, so that a misspelt one is told by its near name.
        root.take(SECTION, required=False)
        return None
    section = root.child(SECTION)
    told = {name: section.child(name) for name in ("extensions", "signature")}
    form = RequestForm(
        _read_extensions(told["extensions"]),
        _read_signature(told["signature"]),
        tuple(
            Fact(
                f"{SECTION}-{name}",
                fields.choice("status", Status),
                fields.text("source"),
            )
            for name, fields in told.items()
        ),
    )
    for fields in (*told.values(), section):
        fields.finish()
    return form


def _read_extensions(fields: Fields) -> tuple[RequestExtension, ...]:
    if _says(fields, NO_EXTENSION):
        return ()
    extensions = fields.choices("value", RequestExtension)
    if len(set(extensions)) != len(extensions):
        fields.faults.add(
            "PKI-PROFILE-07",
            "A value stands twice in the list.",
            fields.place,
            remedy="Take one of them out.",
        )
    return extensions


def _read_signature(fields: Fields) -> SignatureAlgorithm | None:
    if _says(fields, FITS_KEY):
        return None
    return fields.choice("value", SignatureAlgorithm)


def _says(fields: Fields, word: str) -> bool:
    """Tell whether a fact's value is one word that stands for none, and take it."""
    entry = fields.peek("value")
    if isinstance(entry, ScalarNode) and entry.value == word:
        fields.take("value")
        return True
    return False
