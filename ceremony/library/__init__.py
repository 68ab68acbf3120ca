"""The ceremony scripts that ship with the tool: package data, by name."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

FILES: Final = (
    "script.yaml",
    "roster.toml",
    "answers.yaml",
    "site-policy.toml",
    "room-policy.toml",
)
"""The files that every built-in script comes with."""


def list_scripts() -> tuple[str, ...]:
    """Give the names of the built-in scripts, sorted."""
    return tuple(
        sorted(
            folder.name
            for folder in files(__package__).iterdir()
            if folder.is_dir() and folder.joinpath("script.yaml").is_file()
        )
    )


def load_file(script: str, name: str) -> bytes:
    """Read one file of a built-in script.

    Args:
        script: A name from :func:`list_scripts`.
        name: One of :data:`FILES`.

    Returns:
        The file's bytes, UTF-8.

    Raises:
        KeyError: There is no such script or file.
    """
    if script not in list_scripts() or name not in FILES:
        raise KeyError(f"{script}/{name}")
    return files(__package__).joinpath(script, name).read_bytes()
