"""What a made-up certificate carries of a wrapped public key."""

from __future__ import annotations

from collections.abc import Mapping

from ceremony.pki.contingency import CONTINGENCY_KEY, with_contingency_key
from tests.fakes.record_builder import RecordBuilder


def carried_values(
    builder: RecordBuilder, given: Mapping[str, str]
) -> Mapping[str, str]:
    """Give what a certificate states, with what is wrapped by then."""
    pair = given.get(CONTINGENCY_KEY, "")
    if not pair:
        return given
    wrapped = builder.state.public_wrapped.get(pair)
    stand_in = ("2.16.840.1.101.3.4.1.8", bytes(104))
    algorithm, octets = (
        (wrapped.algorithm, builder.files[f"public-wrapped-{pair}.bin"])
        if wrapped is not None
        else stand_in
    )
    told = (algorithm, builder.forgery.carried(octets))
    return with_contingency_key(given, told)
