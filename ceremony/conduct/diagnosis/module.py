"""The lines about a module: does it load, is it the one, does it lock, who has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ceremony.conduct.diagnosis.line import Line, State, fail, ok, warn
from ceremony.hardware.vendor import About, Vendor
from ceremony.hsm.p11_kit import KitModule
from ceremony.hsm.survey import ModuleSurvey
from ceremony.identifiers import Digest

PROXY: Final = "p11-kit-proxy"

SHARED: Final = "DOCTOR-KIT-01"
"""The rule of the line that is about the file, whatever the binding calls it."""

_CANNOT_LOCK: Final = frozenset({"CKR_CANT_LOCK", "CKR_NEED_TO_CREATE_THREADS"})
_ARGUMENTS: Final = "CKR_ARGUMENTS_BAD"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a module could not be looked at.

    Attributes:
        code: The rule id of the failure.
        told: What happened.
        remedy: What to do.
        ckr: The return value's name; empty where none came.
    """

    code: str
    told: str
    remedy: str
    ckr: str = ""


@dataclass(frozen=True, slots=True)
class ModuleState:
    """What was gathered about one module.

    Attributes:
        name: The binding's name for it, or its file's name.
        path: Where it is loaded from.
        pinned: The digest in the binding; None where there is no binding.
        digest: The file's digest; None where it cannot be read.
        survey: What it tells; None where it could not be looked at.
        failure: Why not; None where it could.
        vendor: Whose it is; None where nobody's that is known.
        kit: p11-kit's configurations of the same file.
    """

    name: str
    path: Path
    pinned: Digest | None
    digest: Digest | None
    survey: ModuleSurvey | None
    failure: Failure | None
    vendor: Vendor | None
    kit: tuple[KitModule, ...]

    @property
    def about(self) -> str:
        """Name the module in a line."""
        return f"module {self.name}"


def check_module(state: ModuleState) -> tuple[Line, ...]:
    """Judge a module."""
    return (
        _load(state),
        _digest(state),
        _locking(state),
        _vendor(state),
        *_quorum(state),
        *_kit(state),
    )


def _load(state: ModuleState) -> Line:
    rule = "DOCTOR-LOAD-01"
    if state.survey is not None:
        library = state.survey.library
        return ok(
            rule,
            state.about,
            f"{state.path} loads: {library.manufacturer}, {library.description} "
            f"{library.version}, PKCS#11 {library.standard}, "
            f"{_count(len(state.survey.tokens), 'token')}.",
        )
    failure = state.failure
    if failure is None:
        raise ValueError("a module that was not looked at has a failure")
    hints = (
        [fact.text for fact in state.vendor.facts if fact.about is About.INIT_ARGUMENTS]
        if failure.ckr == _ARGUMENTS and state.vendor is not None
        else []
    )
    return fail(
        rule,
        state.about,
        f"{state.path} cannot be used: {failure.told} [{failure.code}]",
        " ".join((failure.remedy, *hints)),
    )


def _digest(state: ModuleState) -> Line:
    rule = "DOCTOR-DIGEST-01"
    if state.digest is None:
        return fail(
            rule,
            state.about,
            f"There is no file at {state.path} whose digest could be taken.",
            "Install the module, or correct its path.",
        )
    if state.pinned is None:
        return warn(
            rule,
            state.about,
            f"SHA-256 {state.digest}; compared with nothing, for no binding is named.",
            "Name the site with --site, or compare the digest by eye.",
        )
    if state.digest != state.pinned:
        return fail(
            rule,
            state.about,
            f"SHA-256 {state.digest}; the binding has {state.pinned}.",
            "Stop, and find out why the module is another one.",
        )
    return ok(rule, state.about, f"SHA-256 {state.digest}, as in the binding.")


def _locking(state: ModuleState) -> Line:
    rule = "DOCTOR-LOCK-01"
    if state.survey is not None:
        return ok(
            rule,
            state.about,
            "C_Initialize took the locks of the operating system (CKF_OS_LOCKING_OK).",
        )
    if state.failure is not None and state.failure.ckr in _CANNOT_LOCK:
        return fail(
            rule,
            state.about,
            f"C_Initialize refused the locks of the operating system "
            f"({state.failure.ckr}).",
            "Ask its maker for a module that locks; this one may crash.",
        )
    return warn(
        rule,
        state.about,
        "Whether it locks is not known, for it could not be used.",
        "Mend what keeps it from being used first.",
    )


def _vendor(state: ModuleState) -> Line:
    rule = "DOCTOR-VENDOR-01"
    vendor = state.vendor
    if vendor is None:
        return warn(
            rule,
            state.about,
            "Nothing is known here of this maker's module.",
            "Rehearse the whole script with it before a ceremony.",
        )
    known = tuple(f"{fact.about}: {fact.text} [{fact.tag}]" for fact in vendor.facts)
    if not vendor.tried:
        return Line(
            rule,
            State.WARN,
            state.about,
            f"It is the module of {vendor.title}, which was not tried here.",
            "Rehearse the whole script with it before a ceremony.",
            known,
        )
    told = f"It is the module of {vendor.title}, which was tried here."
    return Line(rule, State.OK, state.about, told, notes=known)


def _quorum(state: ModuleState) -> Iterator[Line]:
    """Say of a device that wants m of n cards or keys where they are presented."""
    calls = state.survey.quorum_calls if state.survey is not None else ()
    facts = state.vendor.facts if state.vendor is not None else ()
    if calls:
        told = (
            f"It has its maker's own calls for a login by several cards: "
            f"{', '.join(calls)}. None is made: PKCS#11 has no such calls, and no such "
            "device was here to try them on."
        )
    elif any(fact.about is About.QUORUM for fact in facts):
        told = "A quorum of its cards or keys (m of n) is not given through PKCS#11."
    else:
        return
    yield warn(
        "DOCTOR-QUORUM-01",
        state.about,
        told,
        "Where its cards have a quorum, have them presented with the maker's tool "
        "before the login, in a device.manual step of the script, which records them.",
    )


def _kit(state: ModuleState) -> Iterator[Line]:
    rule = SHARED
    if state.vendor is not None and state.vendor.name == PROXY:
        yield fail(
            rule,
            state.about,
            "It is p11-kit's proxy: which devices stand behind it is this machine's "
            "configuration, which no digest in the binding covers.",
            "Name the device's own module.",
        )
        return
    files = ", ".join(kit.file for kit in state.kit)
    if len(state.kit) > 1:
        yield fail(
            rule,
            state.about,
            f"p11-kit has it {len(state.kit)} times ({files}): a program that uses "
            "p11-kit initialises it as often, and sees each token as often.",
            "Leave one of the files.",
        )
    elif state.kit and not state.kit[0].only_in:
        yield warn(
            rule,
            state.about,
            f"p11-kit offers it to every program that asks ({files}), which may open "
            "a token during a ceremony.",
            "Let it be loaded by named programs only (enable-in in that file), or "
            "keep browsers and the like closed.",
        )
    else:
        yield ok(
            rule,
            state.about,
            "p11-kit does not offer it to other programs"
            + (f", but to {', '.join(state.kit[0].only_in)}." if state.kit else "."),
        )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
