"""A part of the PKCS#11 library with one of its answers changed."""

from __future__ import annotations

from typing import Any


class Behind:
    """Stand before a real part: answer what a test says, and pass on all else."""

    def __init__(self, real: Any, **changed: Any) -> None:
        self._real = real
        vars(self).update(changed)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)
