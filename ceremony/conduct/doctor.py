"""The doctor: gathers what modules, tokens and machine say; the judgement is pure.

Invariants:
    * Nobody is logged in and nothing is changed.
    * What fails for one module stops no other line.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ceremony.clock import Clock
from ceremony.conduct.devices import Devices
from ceremony.conduct.diagnosis.evidence import check_evidence
from ceremony.conduct.diagnosis.hardware import Device, check_hardware
from ceremony.conduct.diagnosis.line import Line
from ceremony.conduct.diagnosis.machine import check_machine
from ceremony.conduct.diagnosis.module import (
    SHARED,
    Failure,
    ModuleState,
    check_module,
)
from ceremony.conduct.diagnosis.token import WantedToken, check_serials, check_tokens
from ceremony.conduct.machine import read_machine
from ceremony.conduct.module_search import kit_modules_of
from ceremony.conduct.needs import token_needs, wanted_by_site, wanted_of_module
from ceremony.conduct.site import Site
from ceremony.errors import DeviceError
from ceremony.hardware.vendor import load_vendors, recognise
from ceremony.hsm.hosted import HostedModule, open_module
from ceremony.hsm.module import module_digest
from ceremony.hsm.survey import ModuleSurvey
from ceremony.identifiers import Digest
from ceremony.script.model import Script


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at: a module alone, or a site's modules and tokens.

    Attributes:
        module: The module's path, absolute; None where a site is named.
        init_arguments: What that module is told at its start; empty for nothing.
        site: The site; None where a module is named.
        script: What the tokens have to be good for; None: nothing is asked of them.
    """

    module: Path | None
    init_arguments: str
    site: Site | None
    script: Script | None


def examine(patient: Patient, clock: Clock) -> tuple[Line, ...]:
    """Look at everything and judge it.

    Args:
        patient: What is looked at.
        clock: The clock that the tool goes by.

    Returns:
        The lines: modules, then tokens, then the machine.
    """
    before = clock.now()
    states = tuple(_gather(patient))
    shown = {
        state.name: state.survey.tokens for state in states if state.survey is not None
    }
    wanted = _wanted(patient, states)
    hardware = None if patient.site is None else patient.site.hardware
    return (
        *_told_once(line for state in states for line in _about_module(state)),
        *check_tokens(wanted, shown),
        *check_hardware(_devices(wanted, states), hardware, before.wall.date()),
        *_about_evidence(patient.site, before.wall),
        *check_machine(read_machine(clock, before)),
    )


def _about_evidence(site: Site | None, at: datetime) -> Iterator[Line]:
    if site is not None:
        yield from check_evidence(site.binding, at)


def _about_module(state: ModuleState) -> Iterator[Line]:
    yield from check_module(state)
    if state.survey is not None:
        yield check_serials(state.name, state.survey.tokens)


def _told_once(lines: Iterable[Line]) -> Iterator[Line]:
    """Leave out what was told of the same file: a binding may have it several times."""
    notes: set[tuple[str, ...]] = set()
    shared: set[str] = set()
    for line in lines:
        if line.rule == SHARED and line.told in shared:
            continue
        yield dataclasses.replace(line, notes=()) if line.notes in notes else line
        notes.add(line.notes)
        shared.add(line.told)


def _gather(patient: Patient) -> Iterator[ModuleState]:
    if patient.site is not None:
        with Devices(patient.site.binding) as devices:
            for bound in patient.site.binding.modules:
                loaded = _try_site(devices, bound.name)
                yield _state(bound.name, bound.path, bound.sha256, loaded)
    elif patient.module is not None:
        loaded = _try_load(patient.module, patient.init_arguments)
        yield _state(patient.module.name, patient.module, None, loaded)
        if isinstance(loaded, HostedModule):
            loaded.close()


def _try_site(devices: Devices, name: str) -> HostedModule | Failure:
    try:
        return devices.module(name)
    except DeviceError as error:
        return _failure(error)


def _try_load(path: Path, init_arguments: str) -> HostedModule | Failure:
    try:
        return open_module(
            path,
            sha256=None,
            environment=os.environ,
            init_arguments=init_arguments,
        )
    except DeviceError as error:
        return _failure(error)


def _state(
    name: str, path: Path, pinned: Digest | None, loaded: HostedModule | Failure
) -> ModuleState:
    survey: ModuleSurvey | None = None
    failure = None if isinstance(loaded, HostedModule) else loaded
    if isinstance(loaded, HostedModule):
        try:
            survey = loaded.survey()
        except DeviceError as error:
            failure = _failure(error)
    try:
        digest: Digest | None = module_digest(path)
    except DeviceError:
        digest = None
    return ModuleState(
        name=name,
        path=path,
        pinned=pinned,
        digest=digest,
        survey=survey,
        failure=failure,
        vendor=recognise(
            load_vendors(),
            files=(path.name, path.resolve().name),
            manufacturer=survey.library.manufacturer if survey else "",
            description=survey.library.description if survey else "",
        ),
        kit=kit_modules_of(path),
    )


def _failure(error: DeviceError) -> Failure:
    return Failure(error.code, str(error), error.remedy, error.ckr)


def _wanted(patient: Patient, states: Sequence[ModuleState]) -> tuple[WantedToken, ...]:
    needs = {} if patient.script is None else token_needs(patient.script)
    if patient.site is not None:
        return wanted_by_site(patient.site.binding, needs)
    return tuple(
        token
        for state in states
        if state.survey is not None
        for token in wanted_of_module(state.name, state.survey, needs)
    )


def _devices(
    wanted: Sequence[WantedToken], states: Sequence[ModuleState]
) -> tuple[Device, ...]:
    by_name = {state.name: state for state in states}
    devices: list[Device] = []
    for want in wanted:
        state = by_name.get(want.module)
        if state is None or state.survey is None:
            continue
        found = want.among(state.survey.tokens)
        if len(found) == 1:
            (facts,) = (each.facts for each in found)
            known = (
                each
                for each in load_vendors()
                if each.made(facts.manufacturer, facts.model)
            )
            devices.append(Device(want, facts, next(known, state.vendor)))
    return tuple(devices)
