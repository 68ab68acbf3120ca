"""Lies about a contingency key, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives import keywrap

from ceremony.engine.facts import EarlierFound, Intent
from tests.fakes.bad_packs import BadPack
from tests.fakes.broken_rules import fact_changed, part_changed
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.pack_maker import make_pack
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_contingency import (
    ACT,
    AES_KEY,
    WRAPS,
    build_carried_on,
    build_contingency,
)

SIGNED_FIRST: Final = (
    *(step for step in ACT[:-1] if step != WRAPS),
    WRAPS,
    ACT[-1],
)
TWICE: Final = (*ACT[:-1], WRAPS, ACT[-1])


def _told(**changes: Any) -> Forgery:
    return part_changed("public_wrapped", "2.9", **changes)


def _longer(name: str, raw: bytes) -> bytes:
    return raw + bytes(8) if name == "contingency" else raw


def _other_octets(_: EarlierFound, files: dict[str, bytes]) -> dict[str, bytes]:
    name = "public-wrapped-contingency.bin"
    return {**files, name: files[name][::-1]} if name in files else files


def _foreseen() -> BuiltRecord:
    """Sign first, with the octets that the token will only give afterwards."""
    public_key = build_contingency().files["public-key-contingency.der"]
    octets = keywrap.aes_key_wrap_with_padding(AES_KEY, public_key)
    return build_contingency(Forgery(carried=lambda _: octets), SIGNED_FIRST)


def _of_another_pair() -> BuiltRecord:
    other = build_contingency().builder.state.keys["other"]
    return build_contingency(_told(public_key=other.public_key))


CONTINGENCY_LIES: Final[Mapping[str, Lie]] = {
    "wrapped-public-key-of-another-size-is-told": Lie(
        "11",
        "VERIFY-CONTINGENCY-01",
        lambda: build_contingency(_told(size=96)),
        "step 2.9",
    ),
    "wrapped-public-key-that-is-too-long": Lie(
        "11",
        "VERIFY-CONTINGENCY-02",
        lambda: build_contingency(Forgery(blob=_longer)),
        "step 2.9",
    ),
    "wrapped-public-key-of-another-pair": Lie(
        "11",
        "ENGINE-CONTINGENCY-03",
        _of_another_pair,
        "step 2.9",
    ),
    "wrapped-public-key-under-another-key": Lie(
        "11",
        "ENGINE-CONTINGENCY-03",
        lambda: build_contingency(_told(under="second")),
        "step 2.9",
    ),
    "wrap-algorithm-of-a-longer-key": Lie(
        "11",
        "ENGINE-CONTINGENCY-03",
        lambda: build_contingency(_told(algorithm="2.16.840.1.101.3.4.1.48")),
        "step 2.9",
    ),
    "wrapping-asked-under-another-key": Lie(
        "11",
        "ENGINE-CONTINGENCY-01",
        lambda: build_contingency(fact_changed(Intent, "2.9", under="second")),
        "step 2.9",
    ),
    "public-key-wrapped-twice": Lie(
        "11",
        "ENGINE-CONTINGENCY-02",
        lambda: build_contingency(act=TWICE),
        "step 2.11",
    ),
    "certificate-that-carries-other-octets": Lie(
        "12",
        "VERIFY-CONTINGENCY-03",
        lambda: build_contingency(Forgery(carried=lambda raw: raw[::-1])),
        "step 2.10",
    ),
    "certificate-with-other-octets-than-the-earlier-ceremony-wrapped": Lie(
        "12",
        "VERIFY-CONTINGENCY-03",
        lambda: build_carried_on(Forgery(carried=lambda raw: raw[::-1])),
        "step 2.5",
    ),
    "other-octets-than-the-earlier-leaf-tells-of": Lie(
        "12",
        "VERIFY-EARLIER-04",
        lambda: build_carried_on(contents=_other_octets),
        "leaf ",
    ),
    "certificate-signed-before-the-wrapping": Lie(
        "12", "ENGINE-CONTINGENCY-04", _foreseen, "step 2.9"
    ),
}
"""Every such lie, by a name that says what it is."""

CONTINGENCY_PACKS: Final[Mapping[str, BadPack]] = {
    name: BadPack(
        CONTINGENCY_LIES[name].number,
        CONTINGENCY_LIES[name].rule,
        lambda name=name: make_pack(CONTINGENCY_LIES[name].make()),  # type: ignore[misc]  # the name is bound now
    )
    for name in (
        "wrapped-public-key-of-another-pair",
        "certificate-that-carries-other-octets",
    )
}
"""The lies of which a sealed pack is kept among the vectors."""
