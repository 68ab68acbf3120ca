"""Packs of the ceremony that issues by a site's own profiles, with every file of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.fakes.bad_packs import BadPack
from tests.fakes.output_lies import CHAIN_LIES, Files
from tests.fakes.own_profile_lies import build_own, changed_profile
from tests.fakes.pack_maker import make_pack
from tests.fakes.record_builder import BuiltRecord


def build_issued(change: Callable[[Files], Files] = dict, **more: Any) -> BuiltRecord:
    """Make the ceremony up, with the files of what it issues as they are changed."""
    return build_own(output=lambda output: change(dict(output.files)), **more)


ISSUED_PACKS: Final[Mapping[str, BadPack]] = {
    **{
        name: BadPack(
            "12",
            "VERIFY-OUTPUT-02",
            lambda change=change: make_pack(build_issued(change)),  # type: ignore[misc]  # the change is bound now
        )
        for name, change in CHAIN_LIES.items()
        if name in {"chain-upside-down", "chain-under-another-root"}
    },
    "own-profile-changed": BadPack(
        "12",
        "VERIFY-PROFILE-01",
        lambda: make_pack(build_issued(embedded=changed_profile)),
    ),
}
"""Every bad pack of it, by a name that says what it is."""
