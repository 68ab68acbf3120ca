"""What the tool runs on, as the first event of a ceremony records it."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from ceremony import VERSION, canonical
from ceremony.canonical import Json
from ceremony.identifiers import Digest
from ceremony.pack.binding import SiteBinding

LIBRARIES: Final = (
    "asn1crypto",
    "cryptography",
    "pikepdf",
    "pyHanko",
    "python-pkcs11",
    "reportlab",
    "sqlite-utils",
)


@cache
def tool_digest() -> Digest:
    """Digest the tool's own files: SHA-256 over their sorted names and digests."""
    folder = Path(__file__).resolve().parents[1]
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            inner = hashlib.sha256(path.read_bytes()).hexdigest()
            total.update(f"{inner}  {path.relative_to(folder)}\n".encode())
    return Digest(total.hexdigest())


def environment_json(binding: SiteBinding) -> bytes:
    """Describe machine, system, libraries and modules: canonical JSON, UTF-8."""
    swaps = Path("/proc/swaps")
    swap = len(swaps.read_text().splitlines()) - 1 if swaps.exists() else 0
    value: dict[str, Json] = {
        "v": "key-ceremony.environment/1",
        "tool": {"version": VERSION, "digest": tool_digest()},
        "system": platform.platform(),
        "machine": platform.machine(),
        "python": sys.version.split()[0],
        "libraries": {name: version(name) for name in LIBRARIES},
        "modules": [
            {"name": module.name, "sha256": module.sha256} for module in binding.modules
        ],
        "swapAreas": swap,
        "processors": os.cpu_count() or 0,
    }
    return canonical.encode(value)
