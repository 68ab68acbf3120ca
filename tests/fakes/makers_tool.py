"""SoftHSM's own tool, with which people zeroise a token beside the ceremony."""

from __future__ import annotations

from pathlib import Path

from ceremony.conduct.site import load_site
from tests.fakes.outside_tool import run_tool


def initialise_anew(site: Path, name: str, pin: str = "") -> None:
    """Wipe a token of a site and set its PINs; it keeps label and serial.

    Args:
        site: The site's folder.
        name: The token's name in the binding.
        pin: Another user PIN than the site's; empty for the site's.
    """
    known = load_site(site)
    assert known.pins is not None
    label = known.binding.token(name).label
    _run(
        site,
        name,
        *("--init-token", "--label", label),
        *("--so-pin", bytes(known.pins.officer[name].expose()).decode()),
        *("--pin", pin or bytes(known.pins.user[name].expose()).decode()),
    )


def delete(site: Path, name: str) -> None:
    """Take a token of a site away: none answers under its serial any more."""
    _run(site, name, "--delete-token")


def _run(site: Path, name: str, *arguments: str) -> None:
    binding = load_site(site).binding
    token = binding.token(name)
    command = ["softhsm2-util", *arguments, "--serial", token.serial]
    told = run_tool(command, Path("/"), binding.module(token.module).environment)
    assert told.returncode == 0, told.stdout + told.stderr
