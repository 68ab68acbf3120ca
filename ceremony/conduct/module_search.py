"""The PKCS#11 modules of this machine: p11-kit's and those at well-known paths.

Invariants:
    * Nothing is loaded: files are read and hashed, no more.
    * One file stands once, however many links lead to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ceremony.hardware.vendor import Vendor, recognise
from ceremony.hsm.module import module_digest
from ceremony.hsm.p11_kit import SUFFIX, KitModule, decode_settings, read_kit_module
from ceremony.identifiers import Digest

WELL_KNOWN: Final = "well-known path"

_LIBRARIES: Final = (
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/usr/local/lib",
)


@dataclass(frozen=True, slots=True)
class SearchPlaces:
    """Where modules are looked for; every path is absolute.

    Attributes:
        kit: p11-kit's folders; a later one has the last word on a file's settings.
        kit_modules: Where p11-kit looks for a module that it names without a path.
        folders: Folders in which a known maker's file is a module.
    """

    kit: tuple[Path, ...]
    kit_modules: tuple[Path, ...]
    folders: tuple[Path, ...]


PLACES: Final = SearchPlaces(
    kit=(Path("/usr/share/p11-kit/modules"), Path("/etc/pkcs11/modules")),
    kit_modules=tuple(Path(each) / "pkcs11" for each in _LIBRARIES),
    folders=(
        Path("/usr/lib/softhsm"),
        *(
            Path(each) / below
            for each in _LIBRARIES
            for below in ("", "pkcs11", "softhsm", "opencryptoki", "nss")
        ),
        Path("/usr/safenet/lunaclient/lib"),
        Path("/opt/nfast/toolkits/pkcs11"),
        Path("/opt/utimaco/lib"),
        Path("/opt/cloudhsm/lib"),
    ),
)


@dataclass(frozen=True, slots=True)
class FoundModule:
    """One module's file.

    Attributes:
        path: The first path that leads to it.
        resolved: The file itself, with all links followed.
        sha256: Its digest; None where there is no file that can be read.
        named_by: What names it: files of p11-kit, ``well-known path``.
        kit: p11-kit's configurations of it.
        vendor: Whose it is by its file's name; None where nobody's that is known.
    """

    path: Path
    resolved: Path
    sha256: Digest | None
    named_by: tuple[str, ...]
    kit: tuple[KitModule, ...]
    vendor: Vendor | None


def find_modules(
    vendors: Sequence[Vendor], places: SearchPlaces = PLACES
) -> tuple[FoundModule, ...]:
    """Find every module, by the path of its file.

    Raises:
        StorageError: A file cannot be read for a reason other than its absence.
    """
    found: dict[Path, list[tuple[Path, KitModule | None]]] = {}
    for kit in kit_modules(places.kit):
        path = _kit_path(kit, places.kit_modules)
        found.setdefault(path.resolve(), []).append((path, kit))
    for path in _well_known(vendors, places.folders):
        found.setdefault(path.resolve(), []).append((path, None))
    return tuple(
        _describe(resolved, entries, vendors)
        for resolved, entries in sorted(found.items())
    )


def kit_modules(folders: Iterable[Path] = PLACES.kit) -> tuple[KitModule, ...]:
    """Read p11-kit's configuration; a module that is switched off is left out.

    Args:
        folders: As :attr:`SearchPlaces.kit`.
    """
    merged: dict[str, tuple[Path, dict[str, str]]] = {}
    for folder in folders:
        for file in sorted(folder.glob(f"*{SUFFIX}")):
            _, before = merged.get(file.name, (file, {}))
            text = file.read_text("utf-8", errors="replace")
            merged[file.name] = (file, {**before, **decode_settings(text)})
    read = (
        read_kit_module(str(file), settings)
        for _, (file, settings) in sorted(merged.items())
    )
    return tuple(kit for kit in read if kit.module)


def kit_modules_of(path: Path, places: SearchPlaces = PLACES) -> tuple[KitModule, ...]:
    """Give p11-kit's configurations that lead to one module's file.

    Args:
        path: The module's path, absolute.
        places: Where to look.
    """
    resolved = path.resolve()
    return tuple(
        kit
        for kit in kit_modules(places.kit)
        if _kit_path(kit, places.kit_modules).resolve() == resolved
    )


def _kit_path(kit: KitModule, folders: Sequence[Path]) -> Path:
    named = Path(kit.module)
    if named.is_absolute():
        return named
    there = [folder / named for folder in folders if (folder / named).is_file()]
    return there[0] if there else folders[0] / named


def _well_known(vendors: Sequence[Vendor], folders: Iterable[Path]) -> Iterable[Path]:
    names = [name for vendor in vendors for name in vendor.files]
    for folder in folders:
        for name in names:
            if (folder / name).is_file():
                yield folder / name


def _describe(
    resolved: Path,
    entries: Sequence[tuple[Path, KitModule | None]],
    vendors: Sequence[Vendor],
) -> FoundModule:
    kit = tuple(each for _, each in entries if each is not None)
    at_known = any(each is None for _, each in entries)
    names = (resolved.name, *(path.name for path, _ in entries))
    return FoundModule(
        path=entries[0][0],
        resolved=resolved,
        sha256=module_digest(resolved) if resolved.is_file() else None,
        named_by=(*(each.file for each in kit), *((WELL_KNOWN,) * at_known)),
        kit=kit,
        vendor=recognise(vendors, files=names),
    )
