"""What the review card says of a request before a key signs it."""

from __future__ import annotations

from ceremony.conduct.certificate_view import (
    ALTERNATIVE,
    told_of_names,
    told_of_values,
)
from ceremony.conduct.key_view import Row
from ceremony.engine.steps.csr import RequestParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.pki.fact import RequestExtension
from ceremony.pki.request_form import request_signature
from ceremony.pki.script_profile import certificate_profile
from ceremony.script.model import Script, Step


def told_of_request(script: Script, step: Step) -> list[Row]:
    """Tell who signs which request, for which name, what it asks for and how."""
    wanted = read_parameters(RequestParameters, step.parameters)
    key = script.thing(wanted.key)
    profile = certificate_profile(script, key.profile)
    asked = profile.request.extensions if profile.request is not None else ()
    names = told_of_names(profile, key.given)
    if RequestExtension.SUBJECT_ALTERNATIVE_NAME not in asked:
        names = [row for row in names if row[0] != ALTERNATIVE]
    return [
        ("Signed by", key.title, False),
        ("Request", script.thing(wanted.request).title, False),
        *names,
        *told_of_values(profile, key.values),
        ("Asks for", ", ".join(asked) or "name and key alone", bool(asked)),
        ("Signature", request_signature(profile).called, True),
        ("Profile", key.profile, True),
        *([("Environment", script.environment, True)] if script.environment else []),
    ]
