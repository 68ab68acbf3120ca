"""What a made-up certificate carries of a wrapped public key."""

from __future__ import annotations

from collections.abc import Mapping

from ceremony import canonical
from ceremony.pki.contingency import CONTINGENCY_KEY, with_contingency_key
from tests.fakes.record_builder import RecordBuilder


def carried_values(
    builder: RecordBuilder, given: Mapping[str, str]
) -> Mapping[str, str]:
    """Give what a certificate states, with what is wrapped by then."""
    if CONTINGENCY_KEY not in given:
        return given
    wrapped = builder.state.public_wrapped.get(given[CONTINGENCY_KEY])
    blobs = {canonical.digest(raw): raw for raw in builder.files.values()}
    told = builder.forgery.carried(blobs[wrapped.blob] if wrapped else bytes(104))
    algorithm = wrapped.algorithm if wrapped else "2.16.840.1.101.3.4.1.8"
    return with_contingency_key(given, (algorithm, told))
