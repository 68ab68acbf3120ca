"""Modules are found as p11-kit has them and at well-known paths; none is loaded."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ceremony.conduct.module_search import (
    WELL_KNOWN,
    SearchPlaces,
    find_modules,
    kit_modules,
    kit_modules_of,
)
from ceremony.hardware.vendor import load_vendors
from ceremony.hsm.p11_kit import KitModule, decode_settings, read_kit_module


@pytest.fixture
def places(tmp_path: Path) -> SearchPlaces:
    for name in ("share", "etc", "lib", "lib/pkcs11"):
        (tmp_path / name).mkdir()
    return SearchPlaces(
        kit=(tmp_path / "share", tmp_path / "etc"),
        kit_modules=(tmp_path / "lib/pkcs11",),
        folders=(tmp_path / "lib",),
    )


def test_settings_are_read_as_the_manual_has_them() -> None:
    text = (
        "\n# a comment\n  module : /m.so  \nsetting.2: A long value: with text.\n"
        "x-init-reserved: configdir='sql:/db' # no comment\nno setting\n"
    )

    assert decode_settings(text) == {
        "module": "/m.so",
        "setting.2": "A long value: with text.",
        "x-init-reserved": "configdir='sql:/db' # no comment",
    }


def test_the_programs_that_alone_may_load_it_are_read() -> None:
    only = read_kit_module("f", {"module": "a", "enable-in": "ceremony, ssh  x"})

    assert only.only_in == ("ceremony", "ssh", "x")
    assert read_kit_module("f", {"module": "a"}).only_in == ()


def test_a_later_folder_has_the_last_word(places: SearchPlaces) -> None:
    share, etc = places.kit
    (share / "a.module").write_text("module: a.so\ncritical: yes\nenable-in: ssh\n")
    (etc / "a.module").write_text("enable-in: ceremony\n")
    (share / "b.module").write_text("module: b.so\n")
    (etc / "b.module").write_text("module:\n")
    (share / "c.module").write_text("remote: |ssh host p11-kit remote\nmodule: c.so\n")
    (share / "notes.txt").write_text("module: no.so\n")

    assert kit_modules(places.kit) == (
        KitModule(str(etc / "a.module"), "a.so", only_in=("ceremony",)),
    )


def test_one_file_stands_once_however_it_is_reached(places: SearchPlaces) -> None:
    (lib,) = places.folders
    real = lib / "libsofthsm2.so"
    real.write_bytes(b"not a library")
    (lib / "pkcs11/softhsm.so").symlink_to(real)
    (places.kit[0] / "softhsm2.module").write_text("module: softhsm.so\n")
    (places.kit[0] / "gone.module").write_text("module: /nowhere/libgone.so\n")

    found = {each.resolved: each for each in find_modules(load_vendors(), places)}

    assert set(found) == {real, Path("/nowhere/libgone.so")}
    softhsm, gone = found[real], found[Path("/nowhere/libgone.so")]
    assert softhsm.resolved == real
    assert softhsm.path == lib / "pkcs11/softhsm.so"
    assert softhsm.sha256 == hashlib.sha256(b"not a library").hexdigest()
    assert softhsm.named_by == (str(places.kit[0] / "softhsm2.module"), WELL_KNOWN)
    assert softhsm.vendor is not None
    assert softhsm.vendor.name == "softhsm"
    assert gone.sha256 is None
    assert gone.vendor is None
    assert [kit.file for kit in kit_modules_of(real, places)] == [
        str(places.kit[0] / "softhsm2.module")
    ]


def test_a_machine_without_p11_kit_has_no_module_of_it(tmp_path: Path) -> None:
    places = SearchPlaces((tmp_path / "no",), (tmp_path,), (tmp_path,))

    assert find_modules(load_vendors(), places) == ()
