"""The lines about the machine: its clock, its swap, its core dumps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from ceremony.conduct.diagnosis.line import Line, fail, ok, warn

ABOUT: Final = "this machine"

JUMP_US: Final = 100_000
"""How far the wall clock may move against the clock that cannot be set, while the
doctor looks, in microseconds."""


class Encryption(StrEnum):
    """What keeps what lies in swap from being read."""

    ENCRYPTED = "encrypted"
    MEMORY = "in memory"
    PLAIN = "not encrypted"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class SwapArea:
    """One swap area: its device or file, and how it is kept."""

    name: str
    encryption: Encryption


@dataclass(frozen=True, slots=True)
class CoreDumps:
    """What becomes of the memory of a program that crashes.

    Attributes:
        limit: RLIMIT_CORE of this process, soft, in bytes; -1: no limit.
        pattern: ``/proc/sys/kernel/core_pattern``.
        dumpable: Whether this process may be dumped (PR_GET_DUMPABLE).
    """

    limit: int
    pattern: str
    dumpable: bool


@dataclass(frozen=True, slots=True)
class ClockState:
    """What the kernel says about its clock.

    Attributes:
        wall: What the clock says, UTC.
        synchronised: Whether the kernel takes it for synchronised; None: not told.
        error_us: The largest error that the kernel believes in, microseconds.
        jumped_us: By how much it moved against the boot clock meanwhile,
            microseconds, 0 or more.
    """

    wall: datetime
    synchronised: bool | None
    error_us: int
    jumped_us: int


@dataclass(frozen=True, slots=True)
class MachineState:
    """What was gathered about the machine."""

    clock: ClockState
    swap: tuple[SwapArea, ...]
    core: CoreDumps


def check_machine(state: MachineState) -> tuple[Line, ...]:
    """Judge the machine."""
    return (_clock(state.clock), _swap(state.swap), _core(state.core))


def _clock(clock: ClockState) -> Line:
    rule = "DOCTOR-CLOCK-01"
    says = f"The clock says {clock.wall:%Y-%m-%d %H:%M:%S} UTC"
    if clock.jumped_us > JUMP_US:
        return fail(
            rule,
            ABOUT,
            f"{says}, and moved by {clock.jumped_us / 1e6:.1f} s against the boot "
            "clock while the doctor looked.",
            "Find out what sets the clock, and stop it.",
        )
    if not clock.synchronised:
        why = (
            "does not tell whether it is"
            if clock.synchronised is None
            else "does not take it for"
        )
        return warn(
            rule,
            ABOUT,
            f"{says}; the kernel {why} synchronised with a time server.",
            "Compare it with two references; a script asks for that at its start.",
        )
    return ok(
        rule,
        ABOUT,
        f"{says}; the kernel takes it for synchronised, to {clock.error_us / 1000:.0f} "
        "ms at worst.",
    )


def _swap(areas: tuple[SwapArea, ...]) -> Line:
    rule = "DOCTOR-SWAP-01"
    if not areas:
        return ok(rule, ABOUT, "Swap is off.")
    told = ", ".join(f"{area.name} ({area.encryption})" for area in areas)
    kinds = {area.encryption for area in areas}
    remedy = "Switch it off with: sudo swapoff --all"
    if Encryption.PLAIN in kinds:
        return fail(
            rule, ABOUT, f"Swap is on and a PIN could reach the disk: {told}.", remedy
        )
    if Encryption.UNKNOWN in kinds:
        return warn(
            rule,
            ABOUT,
            f"Swap is on, and whether it is encrypted is not known: {told}.",
            remedy,
        )
    return ok(rule, ABOUT, f"Swap is on and kept from being read: {told}.")


def _core(core: CoreDumps) -> Line:
    rule = "DOCTOR-CORE-01"
    if not core.dumpable:
        return ok(rule, ABOUT, "The kernel dumps no memory of this program.")
    if core.limit != 0:
        return fail(
            rule,
            ABOUT,
            "A crash would leave the memory of this program, with a PIN in it, in a "
            f"file (RLIMIT_CORE {core.limit}, core_pattern {core.pattern}).",
            "Set the limit to 0: ulimit -c 0",
        )
    if core.pattern.startswith("|"):
        # core(5): the limit does not hold for a dump that is piped to a program.
        return warn(
            rule,
            ABOUT,
            "RLIMIT_CORE is 0, but the kernel hands the memory of a program that "
            f"crashes to {core.pattern.split()[0].lstrip('|')}, for which the limit "
            "does not hold.",
            "Switch that off with: sudo sysctl kernel.core_pattern=core",
        )
    return ok(rule, ABOUT, "A crash leaves no file: RLIMIT_CORE is 0.")
