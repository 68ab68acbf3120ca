"""What a description says below an extension's line, and what openssl says of it."""

from __future__ import annotations

import re
from pathlib import Path

from tests.fakes.outside_tool import run_tool


def told_below(lines: tuple[str, ...], oid: str) -> list[str]:
    """What stands under an extension's line."""
    (at,) = [n for n, line in enumerate(lines) if f"({oid})" in line]
    deep = len(lines[at]) - len(lines[at].lstrip())
    rest = lines[at + 1 :]
    end = next(
        (n for n, line in enumerate(rest) if len(line) - len(line.lstrip()) <= deep),
        len(rest),
    )
    return [line.strip() for line in rest[:end]]


def openssl(tool: str, der: bytes, folder: Path) -> str:
    """What openssl says of it, without its blanks."""
    (folder / "it.der").write_bytes(der)
    said = run_tool(
        ["openssl", tool, "-inform", "DER", "-in", "it.der", "-noout", "-text"], folder
    )
    return re.sub(r"\s+", "", said.stdout.decode())
