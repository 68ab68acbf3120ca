"""The site's binding with the module that fails on purpose in place of a real one."""

from __future__ import annotations

import re
from pathlib import Path

from ceremony.hsm.module import module_digest
from tests.faulty.module import FaultyModule


def put_before(binding: Path, name: str, faulty: FaultyModule, **more: str) -> None:
    """Put the proxy before one module of a binding, whose tokens stay as they are.

    Args:
        binding: The binding's file; it is changed.
        name: The module's name in it.
        faulty: The proxy; its plan is followed.
        **more: What else the proxy finds in its environment.
    """
    blocks = binding.read_text().split("\n\n")
    told = faulty.environment(**more)
    del told["SOFTHSM2_CONF"]
    added = "".join(f', {key} = "{value}"' for key, value in told.items())
    digest = module_digest(faulty.path)
    for at, block in enumerate(blocks):
        if block.startswith("[[module]]") and f'name = "{name}"' in block:
            moved = re.sub(r"path = .*", f'path = "{faulty.path}"', block)
            pinned = re.sub(r"sha256 = .*", f'sha256 = "{digest}"', moved)
            blocks[at] = pinned.replace("}", added + "}")
    binding.write_text("\n\n".join(blocks))
