"""A site's own profiles: the files that a script names beside itself.

A script names each by file and SHA-256, so that whoever approves the script approves
them too. What is in them is for ``pki.script_profile``.

Invariants:
    * A text that is bound has the SHA-256 that the script names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ceremony import canonical
from ceremony.errors import InputError, Place
from ceremony.script.model import OwnProfile, Script
from ceremony.script.yaml_profile import parse_yaml

BLOB = "profile-"
"""How the name begins under which a record embeds such a file."""


def bind_profiles(script: Script, read: Callable[[str], bytes]) -> Script:
    """Give a script the texts of its own profiles.

    Args:
        script: As decoded.
        read: Reads a file beside the script by its flat name.

    Raises:
        InputError: ``SCRIPT-OWN-01``: a file is another one than the script names;
            ``SCRIPT-READ-01``: there is none; ``SCRIPT-YAML-nn``: it is outside the
            YAML profile.
        StorageError: ``SCRIPT-READ-02``: the disk failed.
    """
    return replace(
        script, profiles=tuple(_bound(own, read(own.file)) for own in script.profiles)
    )


def bind_recorded(script: Script, files: Mapping[str, bytes]) -> Script:
    """Give a script the texts that a record has; one that is not there stays unbound.

    Args:
        script: As decoded.
        files: The record's files by flat name.
    """
    bound = []
    for own in script.profiles:
        try:
            bound.append(_bound(own, files[f"{BLOB}{own.file}"]))
        except (KeyError, InputError):
            bound.append(own)
    return replace(script, profiles=tuple(bound))


def profile_blobs(script: Script) -> dict[str, bytes]:
    """Give the files of a script's own profiles by the names that a record has."""
    return {
        f"{BLOB}{own.file}": own.text.encode()
        for own in script.profiles
        if own.text is not None
    }


def not_at_hand(own: OwnProfile, why: str) -> InputError:
    """Give the refusal of a profile that is not the one that the script names."""
    return InputError(
        "SCRIPT-OWN-01",
        f"The profile {own.file} that the script names {why}: nobody approved it.",
        remedy="Put the approved file beside the script, or have the script approved "
        "with the SHA-256 of this one.",
        place=Place(own.file),
    )


def _bound(own: OwnProfile, raw: bytes) -> OwnProfile:
    found = canonical.digest(raw)
    if found != own.digest:
        raise not_at_hand(own, f"has the SHA-256 {found}, and not {own.digest}")
    parse_yaml(raw, own.file)
    return replace(own, text=raw.decode())
