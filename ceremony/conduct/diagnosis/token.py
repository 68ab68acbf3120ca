"""The lines about tokens: there, told apart, able, unlocked, with room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ceremony.conduct.diagnosis.line import Line, fail, ok, warn
from ceremony.errors import DeviceError
from ceremony.hsm.mechanism import CANDIDATES, Operation, choose, operation_words
from ceremony.hsm.pin_state import pin_remarks
from ceremony.hsm.remark import remarks_on_serial
from ceremony.hsm.survey import TokenLimits, TokenSurvey

LITTLE_ROOM: Final = 16 * 1024
"""Bytes; a few key pairs with certificates."""

BELIEVABLE_ROOM: Final = 1024
"""Bytes; a token that says it has fewer in all tells nothing (NSS says 0 or 1)."""


@dataclass(frozen=True, slots=True)
class WantedToken:
    """A token that has to be there, and what it is wanted for.

    Attributes:
        name: Its name in the script, a person's id, ``evidence``, or its own label.
        module: The module that reaches it, by name.
        serial: Its serial.
        label: The label that it has to bear; empty where any will do.
        operations: What it has to do, each with what needs it in words.
        initialised_in: The step that initialises it; until then it may bear any label.
    """

    name: str
    module: str
    serial: str
    label: str
    operations: Mapping[Operation, str] = field(default_factory=dict)
    initialised_in: str = ""

    @property
    def about(self) -> str:
        """Name the token in a line."""
        return f"token {self.name}"

    def among(self, shown: Sequence[TokenSurvey]) -> list[TokenSurvey]:
        """Find it: by serial, and by label too where several have that serial."""
        alike = [each for each in shown if each.facts.serial == self.serial]
        if len(alike) == 1 or not self.label:
            return alike
        return [each for each in alike if each.facts.label == self.label]


def check_tokens(
    wanted: Sequence[WantedToken], shown: Mapping[str, Sequence[TokenSurvey]]
) -> tuple[Line, ...]:
    """Judge the tokens that are wanted.

    Args:
        wanted: The tokens, in the order of the report.
        shown: What each module shows, by the module's name; a module that could not
            be looked at is absent.
    """
    lines: list[Line] = []
    for token in wanted:
        if token.module not in shown:
            continue  # the module's own line says why
        found = token.among(shown[token.module])
        lines.append(_present(token, found, shown[token.module]))
        if len(found) == 1:
            lines += _about(token, found[0])
    return tuple(lines)


def check_serials(name: str, tokens: Sequence[TokenSurvey]) -> Line:
    """Judge whether a module's tokens can be told apart.

    Args:
        name: The module's name.
        tokens: What it shows.
    """
    rule, about = "DOCTOR-SERIAL-01", f"module {name}"
    names = [
        (each.facts.serial, each.facts.label)
        for each in tokens
        if each.facts.initialised
    ]
    serials = [serial for serial, _ in names]
    same = sorted({name for name in names if names.count(name) > 1 or not name[0]})
    if same:
        told = ", ".join(f"{serial or 'none'} ({label})" for serial, label in same)
        return fail(
            rule,
            about,
            f"Its tokens cannot be told apart, neither by serial nor by label: {told}.",
            "Leave only the token inserted that is meant.",
        )
    shared = {
        serial
        for serial in serials
        if serials.count(serial) > 1 or remarks_on_serial(serial)
    }
    if shared:
        return warn(
            rule,
            about,
            "Its tokens are told apart by their labels alone; the serial "
            f"{', '.join(sorted(shared))} is no token's own.",
            "Give each token a label of its own, and have the binding name it.",
        )
    if not serials:
        return ok(rule, about, "It shows no initialised token.")
    return ok(
        rule, about, f"Each initialised token has its own serial: {len(serials)}."
    )


def _present(
    token: WantedToken, found: Sequence[TokenSurvey], shown: Sequence[TokenSurvey]
) -> Line:
    rule = "DOCTOR-TOKEN-01"
    if len(found) != 1:
        there = ", ".join(
            f"{each.facts.serial} ({each.facts.label})"
            for each in shown
            if each.facts.initialised
        )
        return fail(
            rule,
            token.about,
            f"{len(found) or 'No'} tokens are the one with serial {token.serial} and "
            f"label {token.label!r}; the module shows {there or 'none'}.",
            "Insert the token that the binding names, or correct the binding.",
        )
    label = found[0].facts.label
    if token.initialised_in:
        return ok(
            rule,
            token.about,
            f"Serial {token.serial} is there, labelled {label!r}; step "
            f"{token.initialised_in} erases it and labels it {token.label!r}.",
        )
    if token.label and label != token.label:
        return fail(
            rule,
            token.about,
            f"Serial {token.serial} is labelled {label!r}; the binding says "
            f"{token.label!r}.",
            "Insert the token that the binding names, or correct the binding; where "
            "the script initialises it, name the script with --script.",
        )
    return ok(rule, token.about, f"Serial {token.serial} is there, labelled {label!r}.")


def _about(token: WantedToken, found: TokenSurvey) -> Iterator[Line]:
    yield _mechanisms(token, found)
    yield _pins(token, found)
    yield _room(token, found.limits)


def _mechanisms(token: WantedToken, found: TokenSurvey) -> Line:
    rule = "DOCTOR-MECHANISM-01"
    if not token.operations:
        return ok(
            rule,
            token.about,
            f"It offers {len(found.mechanisms)} mechanisms; none is asked of it.",
        )
    able: list[str] = []
    missing: list[str] = []
    for operation, why in token.operations.items():
        told = f"{operation_words(operation)} ({why})"
        try:
            choice = choose(operation, found.mechanisms)
        except DeviceError:
            missing.append(f"{told}; none of {', '.join(CANDIDATES[operation])}")
        else:
            better = ", ".join(choice.passed_over)
            lacking = f" and not by {better}, which it lacks" if better else ""
            able.append(f"{told} by {choice.used}{lacking}")
    if missing:
        return fail(
            rule,
            token.about,
            f"Missing: {'; missing: '.join(missing)}.",
            "Use a token that offers one of them, or change the script.",
        )
    return ok(rule, token.about, f"It offers {'; '.join(able)}.")


def _pins(token: WantedToken, found: TokenSurvey) -> Line:
    rule = "DOCTOR-PIN-01"
    remarks = pin_remarks(found.facts, found.limits)
    told = "; ".join(remark.text for remark in remarks)
    told = f"{told[:1].upper()}{told[1:]}."
    if token.initialised_in:
        line = ok(rule, token.about, f"Step {token.initialised_in} sets its PINs anew.")
    elif any(remark.blocks for remark in remarks):
        remedy = "Mend it by the token's own procedure before a ceremony."
        line = fail(rule, token.about, told, remedy)
    elif remarks:
        remedy = "Ask who tried it, and log in once with the right PIN."
        line = warn(rule, token.about, told, remedy)
    else:
        where = ", and is entered at the device" if found.facts.protected_path else ""
        told = f"The user PIN is set and not locked{where}."
        line = ok(rule, token.about, told)
    return line


def _room(token: WantedToken, limits: TokenLimits) -> Line:
    rule = "DOCTOR-SPACE-01"
    if limits.write_protected:
        return fail(
            rule,
            token.about,
            "The token cannot be written to.",
            "Take the write protection off, or use another token.",
        )
    if (
        limits.free_private is None
        or limits.total_private is None
        or limits.total_private < BELIEVABLE_ROOM
    ):
        return ok(rule, token.about, "It does not tell how much room is left.")
    told = f"{limits.free_private} of {limits.total_private} bytes are free."
    if limits.free_private < LITTLE_ROOM:
        return warn(
            rule,
            token.about,
            told,
            "Rehearse with a token that is as full, or use an empty one.",
        )
    return ok(rule, token.about, told)
