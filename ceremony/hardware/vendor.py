"""What is known of the makers' modules: one file of data, read strictly.

Recognises a module by its file's name and by what it says, and gives the differences
that are known. It decides nothing: a fact that was not tried here is told as such.

Invariants:
    * Every fact has a source, and says whether it was tried here and with which
      version.
    * What was not tried here is unverified, and nothing else is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

from ceremony.script.shape import Faults, Fields
from ceremony.script.yaml_profile import parse_yaml

FORMAT: Final = "key-ceremony.vendors/1"
FILE: Final = "vendors.yaml"
SOURCE_TRIED: Final = "tried here"

_NO_SOURCE: Final = (
    f"The source is not '{SOURCE_TRIED}', for what was, or else an address or a "
    "manual page."
)

_FIRMWARE: Final = re.compile(r"[0-9]{1,5}([.-][0-9]{1,5}){0,5}")


class About(StrEnum):
    """What a fact is about."""

    ATTRIBUTES = "attributes"
    CONCURRENCY = "concurrency"
    ENVIRONMENT = "environment"
    FIRMWARE = "firmware"
    HARDWARE = "hardware"
    INIT_ARGUMENTS = "init-arguments"
    INITIALISE = "initialise"
    LOGIN = "login"
    MECHANISMS = "mechanisms"
    MEMORY = "memory"
    OFFICER_PIN = "officer-pin"
    PIN_LENGTH = "pin-length"
    PIN_LOCK = "pin-lock"
    QUORUM = "quorum"
    SERIAL = "serial"


class Status(StrEnum):
    """Whether somebody has shown it to be so."""

    CONFIRMED = "confirmed"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class VendorFact:
    """One known difference.

    Attributes:
        about: What it is about.
        text: One or two sentences.
        tried: Whether it was seen here, on the version named.
        version: The version on which it was seen; empty where it was not.
        source: ``tried here``, or a public document.
    """

    about: About
    text: str
    tried: bool
    version: str
    status: Status
    source: str

    @property
    def tag(self) -> str:
        """Say how well it is known: tried here, or where it is from."""
        if self.tried:
            return f"tried here, {self.version}"
        return f"not tried here; {self.source}"


@dataclass(frozen=True, slots=True)
class Vulnerability:
    """Firmware that is known to be weak.

    Attributes:
        before: The first version without the weakness, as the maker writes it.
        text: What can be done to it.
        source: A public document.
    """

    before: str
    text: str
    status: Status
    source: str


@dataclass(frozen=True, slots=True)
class Vendor:
    """One maker's module.

    Attributes:
        name: e.g. ``softhsm``.
        title: As printed.
        source: Where the names below are from: ``tried here``, or a public document.
        files: File names of the module.
        manufacturers: What library or token may give as its maker.
        models: What the token may give as its model.
        descriptions: What the library's description may begin with.
        facts: What is known of it, 1 or more.
        vulnerable: Firmware of it that is known to be weak.
    """

    name: str
    title: str
    source: str
    files: tuple[str, ...]
    manufacturers: tuple[str, ...]
    models: tuple[str, ...]
    descriptions: tuple[str, ...]
    facts: tuple[VendorFact, ...]
    vulnerable: tuple[Vulnerability, ...]

    @property
    def tried(self) -> bool:
        """Tell whether the module was ever used here."""
        return any(fact.tried for fact in self.facts)

    def has_file(self, names: Iterable[str]) -> bool:
        """Tell whether one of a module's file names is this maker's."""
        return not set(self.files).isdisjoint(names)

    def made(self, manufacturer: str, model: str) -> bool:
        """Tell whether a token's own words are this maker's."""
        return manufacturer in self.manufacturers and model in self.models

    def says(self, manufacturer: str, description: str) -> bool:
        """Tell whether a library's own words are this maker's."""
        return manufacturer in self.manufacturers and any(
            description.startswith(each) for each in self.descriptions
        )


@cache
def load_vendors() -> tuple[Vendor, ...]:
    """Read the vendors that ship.

    Raises:
        InputError: As :func:`decode_vendors`.
    """
    return decode_vendors(
        (resources.files("ceremony.hardware") / FILE).read_bytes(), FILE
    )


def decode_vendors(raw: bytes, file: str) -> tuple[Vendor, ...]:
    """Read a file of vendors, strictly.

    Args:
        raw: The file's bytes: the YAML profile of docs/spec/script-v1.md, UTF-8.
        file: Its name, for places.

    Raises:
        InputError: ``SCRIPT-YAML-nn``, ``FILE-SHAPE-nn``; ``VENDOR-FORMAT-01``
            another format; ``VENDOR-TRIED-01`` what was tried is not said to be
            confirmed with a version, or the reverse; ``VENDOR-SOURCE-01`` a source
            that cannot be looked up; ``VENDOR-VERSION-01`` no version in figures;
            ``VENDOR-NAME-01`` a name twice.
    """
    top = Fields(parse_yaml(raw, file), "a file of vendors", Faults())
    if top.text("format") != FORMAT:
        _add(top, "VENDOR-FORMAT-01", f"The file is not of the format {FORMAT}.")
    vendors = tuple(_vendor(item) for item in top.children("vendors", required=True))
    names = [vendor.name for vendor in vendors]
    for name in sorted({name for name in names if names.count(name) > 1}):
        _add(top, "VENDOR-NAME-01", f"The vendor {name} stands twice.")
    top.finish()
    top.faults.raise_any()
    return vendors


def recognise(
    vendors: Iterable[Vendor],
    *,
    files: Iterable[str],
    manufacturer: str = "",
    description: str = "",
) -> Vendor | None:
    """Find the maker of a module: by its own words first, else by its file's name.

    Args:
        vendors: Those that are known.
        files: The module's file names, before and after its links.
        manufacturer: What the library says; empty where it was not loaded.
        description: The same.
    """
    known = tuple(vendors)
    named = tuple(files)
    for vendor in known:
        if vendor.says(manufacturer, description):
            return vendor
    return next((vendor for vendor in known if vendor.has_file(named)), None)


def weaknesses_of(manufacturer: str, model: str) -> tuple[Vulnerability, ...]:
    """Give the firmware known to be weak of a device, by the token's own words."""
    return tuple(
        weakness
        for vendor in load_vendors()
        if vendor.made(manufacturer, model)
        for weakness in vendor.vulnerable
    )


def firmware_key(version: str) -> tuple[int, ...] | None:
    """Give a version in an order in which versions can be compared.

    Args:
        version: Figures with dots or hyphens, e.g. ``7.7.1-20``.

    Returns:
        Its numbers without trailing zeros; None where it is written otherwise.
    """
    if not _FIRMWARE.fullmatch(version):
        return None
    numbers = [int(each) for each in re.split("[.-]", version)]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _vendor(item: Fields) -> Vendor:
    vendor = Vendor(
        name=item.name("name"),
        title=item.text("title"),
        source=item.text("source"),
        files=item.texts("files", required=True),
        manufacturers=item.texts("manufacturers"),
        models=item.texts("models"),
        descriptions=item.texts("descriptions"),
        facts=tuple(_fact(each) for each in item.children("facts", required=True)),
        vulnerable=tuple(_vulnerability(each) for each in item.children("vulnerable")),
    )
    if not _can_be_found(vendor.source):
        _add(item, "VENDOR-SOURCE-01", _NO_SOURCE)
    item.finish()
    return vendor


def _fact(item: Fields) -> VendorFact:
    tried = item.flag("tried", default=False)
    fact = VendorFact(
        about=item.choice("about", About),
        text=item.text("text"),
        tried=tried,
        version=item.text("version", ""),
        status=item.choice("status", Status),
        source=item.text("source"),
    )
    confirmed = fact.status is Status.CONFIRMED
    if not (fact.tried == confirmed == bool(fact.version)):
        _add(
            item,
            "VENDOR-TRIED-01",
            "A fact is tried, confirmed and has a version, or is none of the three.",
        )
    if fact.tried != (fact.source == SOURCE_TRIED) or not _can_be_found(fact.source):
        _add(item, "VENDOR-SOURCE-01", _NO_SOURCE)
    item.finish()
    return fact


def _vulnerability(item: Fields) -> Vulnerability:
    found = Vulnerability(
        before=item.text("before"),
        text=item.text("text"),
        status=item.choice("status", Status),
        source=item.text("source"),
    )
    if firmware_key(found.before) is None:
        _add(item, "VENDOR-VERSION-01", "'before' is no version in figures.")
    if found.source == SOURCE_TRIED or not _can_be_found(found.source):
        _add(item, "VENDOR-SOURCE-01", _NO_SOURCE)
    item.finish()
    return found


def _can_be_found(source: str) -> bool:
    return source == SOURCE_TRIED or source.startswith(("https://", "manual page "))


def _add(item: Fields, code: str, message: str) -> None:
    item.faults.add(code, message, item.place, remedy="Correct the entry.")
