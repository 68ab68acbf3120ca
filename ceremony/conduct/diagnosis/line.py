"""One line of the doctor's report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a line came out.

    A line that fails would stop a ceremony, or let something secret out of it; one
    that warns is for somebody to decide on.
    """

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Line:
    """What was looked at, how it came out, and what to do.

    Attributes:
        rule: A stable rule id.
        state: How it came out.
        about: What it is about, e.g. ``module softhsm``.
        told: What was compared and what was found, one or two sentences.
        remedy: What to do; empty where the line is ok.
        notes: What is good to know besides, a sentence or two each.
    """

    rule: str
    state: State
    about: str
    told: str
    remedy: str = ""
    notes: tuple[str, ...] = ()


def ok(rule: str, about: str, told: str) -> Line:
    """Say that something is as it should be."""
    return Line(rule, State.OK, about, told)


def warn(rule: str, about: str, told: str, remedy: str) -> Line:
    """Say that somebody should look at something."""
    return Line(rule, State.WARN, about, told, remedy)


def fail(rule: str, about: str, told: str, remedy: str) -> Line:
    """Say that something is not as it has to be."""
    return Line(rule, State.FAIL, about, told, remedy)
