"""The module that fails on purpose, compiled and opened as the binding would open it.

``proxy.c`` says what a plan may hold.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from ceremony.hsm.hosted import HostedModule, open_module

SOURCE: Final = Path(__file__).with_name("proxy.c")
MEASURED: Final = {k: v for k, v in os.environ.items() if k.startswith("COVERAGE_")}
"""Which lines run is measured in the module's process too."""


def compile_proxy(folder: Path, *more: str) -> Path:
    """Compile the proxy; skip, with the reason, where there is no compiler.

    Args:
        folder: Where it is put.
        *more: The compiler's further options, such as ``-DQUORUM_CALLS``.
    """
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler for the module that fails on purpose")
    made = folder / "libfaulty.so"
    options = ("-std=gnu11", "-O1", "-Wall", "-Wextra", "-Wno-cast-function-type")
    subprocess.run(  # noqa: S603  the system's compiler on our own file
        [
            *(compiler, *options, *more, "-Werror", "-shared", "-fPIC"),
            *(str(SOURCE), "-o", str(made), "-ldl", "-lrt"),
        ],
        check=True,
    )
    return made


@dataclass(frozen=True)
class FaultyModule:
    """A proxy before a real module, and the plan that it follows.

    Attributes:
        path: The compiled proxy.
        real: The module behind it.
        folder: Where the plan is.
        told: What the real module needs in its environment.
    """

    path: Path
    real: Path
    folder: Path
    told: dict[str, str]

    def plan(self, *lines: str) -> None:
        """Have it fail so from the next call on."""
        (self.folder / "plan").write_text("".join(f"{line}\n" for line in lines))

    def environment(self, **more: str) -> dict[str, str]:
        """Give what a binding names for the module's process."""
        return {
            **self.told,
            "FAULTY_MODULE": str(self.real),
            "FAULTY_PLAN": str(self.folder / "plan"),
            **more,
        }

    def open(self, **more: str) -> HostedModule:
        """Load it in a process of its own."""
        environment = self.environment(**more) | MEASURED
        return open_module(self.path, sha256=None, environment=environment)
