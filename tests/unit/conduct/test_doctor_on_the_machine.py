"""What the doctor makes of the machine, and how it reads the kernel's files."""

from __future__ import annotations

import dataclasses
import os
import resource
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ceremony.clock import Instant, SystemClock
from ceremony.conduct.diagnosis.line import Line, State
from ceremony.conduct.diagnosis.machine import (
    JUMP_US,
    ClockState,
    CoreDumps,
    Encryption,
    MachineState,
    SwapArea,
    check_machine,
)
from ceremony.conduct.machine import block_encryption, read_machine, read_swap

GOOD = MachineState(
    clock=ClockState(
        datetime(2026, 3, 9, 9, 30, tzinfo=UTC),
        synchronised=True,
        error_us=12_000,
        jumped_us=40,
    ),
    swap=(),
    core=CoreDumps(limit=0, pattern="core", dumpable=True),
)


def line(state: MachineState, rule: str) -> Line:
    (found,) = [each for each in check_machine(state) if each.rule == rule]
    assert (found.remedy == "") == (found.state is State.OK)
    return found


def test_a_machine_with_nothing_amiss_is_ok_in_every_line() -> None:
    lines = check_machine(GOOD)

    assert [each.rule for each in lines] == [
        "DOCTOR-CLOCK-01",
        "DOCTOR-SWAP-01",
        "DOCTOR-CORE-01",
    ]
    assert {each.state for each in lines} == {State.OK}


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"jumped_us": JUMP_US + 1}, State.FAIL),
        ({"jumped_us": JUMP_US + 1, "synchronised": False}, State.FAIL),
        ({"jumped_us": JUMP_US}, State.OK),
        ({"synchronised": False}, State.WARN),
        ({"synchronised": None}, State.WARN),
    ],
)
def test_a_clock_that_jumps_or_follows_nothing_is_told(
    change: dict[str, object], state: State
) -> None:
    bad = dataclasses.replace(GOOD, clock=dataclasses.replace(GOOD.clock, **change))

    assert line(bad, "DOCTOR-CLOCK-01").state is state


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ((Encryption.ENCRYPTED,), State.OK),
        ((Encryption.MEMORY, Encryption.ENCRYPTED), State.OK),
        ((Encryption.ENCRYPTED, Encryption.UNKNOWN), State.WARN),
        ((Encryption.UNKNOWN, Encryption.PLAIN), State.FAIL),
    ],
)
def test_the_worst_swap_area_counts(
    kinds: tuple[Encryption, ...], state: State
) -> None:
    areas = tuple(SwapArea(f"/dev/s{n}", kind) for n, kind in enumerate(kinds))
    found = line(dataclasses.replace(GOOD, swap=areas), "DOCTOR-SWAP-01")

    assert found.state is state
    assert all(area.name in found.told for area in areas)


@pytest.mark.parametrize(
    ("core", "state"),
    [
        (CoreDumps(limit=-1, pattern="core", dumpable=True), State.FAIL),
        (CoreDumps(limit=1024, pattern="core", dumpable=True), State.FAIL),
        (CoreDumps(limit=0, pattern="|/usr/bin/catch %P", dumpable=True), State.WARN),
        (CoreDumps(limit=-1, pattern="|/usr/bin/catch", dumpable=False), State.OK),
    ],
)
def test_memory_that_a_crash_would_leave_is_told(core: CoreDumps, state: State) -> None:
    found = line(dataclasses.replace(GOOD, core=core), "DOCTOR-CORE-01")

    assert found.state is state
    assert core.limit or not core.dumpable or "/usr/bin/catch" in found.told


def mapped(folder: Path, name: str, uuid: str, *slaves: Path) -> Path:
    """A device as sysfs shows it."""
    block = folder / "devices" / name
    (block / "slaves").mkdir(parents=True)
    if uuid:
        (block / "dm").mkdir()
        (block / "dm/uuid").write_text(uuid + "\n")
    for slave in slaves:
        (block / "slaves" / slave.name).symlink_to(slave)
    return block


def test_encryption_is_found_below_a_logical_volume(tmp_path: Path) -> None:
    disk = mapped(tmp_path, "sda2", "")
    crypt = mapped(tmp_path, "dm-0", "CRYPT-LUKS2-0123-root", disk)
    volume = mapped(tmp_path, "dm-1", "LVM-abcd", crypt)
    plain = mapped(tmp_path, "dm-2", "LVM-efgh", disk)
    mixed = mapped(tmp_path, "dm-3", "LVM-ijkl", crypt, disk)
    memory = mapped(tmp_path, "zram0", "")

    assert block_encryption(crypt) is Encryption.ENCRYPTED
    assert block_encryption(volume) is Encryption.ENCRYPTED
    assert block_encryption(disk) is Encryption.PLAIN
    assert block_encryption(plain) is Encryption.PLAIN
    assert block_encryption(mixed) is Encryption.PLAIN
    assert block_encryption(memory) is Encryption.MEMORY
    assert block_encryption(tmp_path / "absent") is Encryption.UNKNOWN


def test_swap_areas_are_read_with_the_device_that_holds_each(tmp_path: Path) -> None:
    file = tmp_path / "swapfile"
    file.touch()
    device = file.stat().st_dev
    crypt = mapped(tmp_path, "dm-0", "CRYPT-LUKS2-0123-root")
    numbers = tmp_path / "sys/dev/block"
    numbers.mkdir(parents=True)
    (numbers / f"{os.major(device)}:{os.minor(device)}").symlink_to(crypt)
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/swaps").write_text(
        "Filename\tType\tSize\tUsed\tPriority\n"
        f"{file}  file\t1000\t0\t-2\n"
        f"{tmp_path}/gone partition\t1000\t0\t-3\n"
    )

    assert read_swap(tmp_path) == (
        SwapArea(str(file), Encryption.ENCRYPTED),
        SwapArea(f"{tmp_path}/gone", Encryption.UNKNOWN),
    )


def test_the_kernel_is_asked() -> None:
    clock = SystemClock()
    before = clock.now()
    state = read_machine(clock, before)
    late = Instant(before.wall - timedelta(seconds=5), before.mono_us, before.boot)

    assert state.core.limit == resource.getrlimit(resource.RLIMIT_CORE)[0]
    assert (
        state.core.pattern == Path("/proc/sys/kernel/core_pattern").read_text().strip()
    )
    assert state.clock.synchronised is not None
    assert state.clock.jumped_us < JUMP_US
    # Had the clock been set by 5 s meanwhile, it would be seen.
    jumped = read_machine(clock, late).clock.jumped_us
    assert abs(jumped - 5_000_000) < JUMP_US
