"""p11-kit's configuration of one module, as its files have it.

Reads the form of the files only; p11-kit itself is not needed and not asked.

Source: pkcs11.conf(5), "File format" and "Module configuration".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SUFFIX: Final = ".module"

_SETTING: Final = re.compile(r"\s*([A-Za-z0-9._-]+)\s*:\s*(.*?)\s*")
_BETWEEN: Final = re.compile(r"[,\s]+")


@dataclass(frozen=True, slots=True)
class KitModule:
    """One module as p11-kit knows it.

    Attributes:
        file: The path of the file that names it.
        module: The module's path or file name as it stands there; empty where the
            file switches it off or names a command instead.
        init_arguments: What is handed to C_Initialize in pReserved; may be empty.
        only_in: Programs that alone may load it; empty: every program that may.
    """

    file: str
    module: str
    init_arguments: str = ""
    only_in: tuple[str, ...] = ()


def decode_settings(text: str) -> dict[str, str]:
    """Read the settings of one file; what is no setting is passed over, as there.

    Args:
        text: The file's text.
    """
    settings: dict[str, str] = {}
    for line in text.splitlines():
        found = _SETTING.fullmatch(line)
        if found and not line.lstrip().startswith("#"):
            settings[found[1]] = found[2]
    return settings


def read_kit_module(file: str, settings: Mapping[str, str]) -> KitModule:
    """Take over what the settings say of a module.

    Args:
        file: The path of the file that has the last word.
        settings: The settings by name, those of several files already merged.
    """
    remote = bool(settings.get("remote"))
    return KitModule(
        file=file,
        module="" if remote else settings.get("module", ""),
        init_arguments=settings.get("x-init-reserved", ""),
        only_in=_names(settings.get("enable-in", "")),
    )


def _names(value: str) -> tuple[str, ...]:
    return tuple(name for name in _BETWEEN.split(value) if name)
