"""Fixed PINs of software tokens, for a rehearsal that nobody types.

The file stands beside the site binding and is never part of a record. Python keeps
copies of what it reads, so a PIN from here protects nothing; that is why a live
ceremony refuses the source ``fixed`` (:func:`ceremony.pack.binding.verify_binding`).

The tables ``[user]`` and ``[officer]`` hold the PINs as the tokens have them when a
ceremony begins, ``[new-user]`` and ``[new-officer]`` those that its steps change them
to.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ceremony.errors import InputError, Place
from ceremony.pack.toml_places import decode_fields
from ceremony.script.shape import Fields
from ceremony.script.source_file import read_file
from ceremony.secret import Secret

EVIDENCE: Final = "evidence"
"""The name under which the evidence token's PIN stands."""


@dataclass(frozen=True, slots=True)
class FixedPins:
    """PINs by the name of a token of the script, a person's id, or ``evidence``.

    Attributes:
        user: The user PINs.
        officer: The security officer PINs of tokens that a step initialises.
        new_user: The user PINs that hold after a step has changed them.
        new_officer: The security officer PINs that hold then.
    """

    user: Mapping[str, Secret]
    officer: Mapping[str, Secret]
    new_user: Mapping[str, Secret] = field(default_factory=dict)
    new_officer: Mapping[str, Secret] = field(default_factory=dict)


def load_pins(path: Path) -> FixedPins:
    """Read fixed PINs from a file that only its owner can read.

    Raises:
        InputError: ``BINDING-PIN-02``: others may read the file; ``FILE-*``: it is
            not of the shape; or it is missing.
        StorageError: The disk failed.
    """
    raw = read_file(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise InputError(
            "BINDING-PIN-02",
            f"{path.name} can be read by others.",
            remedy="Set its permissions to 600.",
            place=Place(path.name),
        )
    top = decode_fields(raw, path.name, "a file of PINs")
    pins = FixedPins(
        user=_read(top, "user"),
        officer=_read(top, "officer"),
        new_user=_read(top, "new-user"),
        new_officer=_read(top, "new-officer"),
    )
    top.finish()
    top.faults.raise_any()
    return pins


def save_pins(
    path: Path, *, user: Mapping[str, str], officer: Mapping[str, str]
) -> None:
    """Write a new file of fixed PINs with permissions 600.

    Args:
        path: The file; it must not exist.
        user: User PINs, ASCII digits, by name.
        officer: Security officer PINs, likewise.

    Raises:
        FileExistsError: There is such a file already.
    """
    lines = ["[user]", *_rows(user), "", "[officer]", *_rows(officer), ""]
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write("\n".join(lines))


def _rows(pins: Mapping[str, str]) -> list[str]:
    return [f'{name} = "{pin}"' for name, pin in pins.items()]


def _read(top: Fields, key: str) -> Mapping[str, Secret]:
    return {
        name: Secret(bytearray(top.as_text(node, f"the PIN of {name}").encode()))
        for name, node in top.pairs(key)
    }
