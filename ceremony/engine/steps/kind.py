"""What every kind of step has to say about itself.

A kind is data and pure functions. Its own file in this folder says what it takes,
what must be gathered before it runs, which facts it may record and when it is
complete, and how it reads afterwards. What it does to a device stands in
``conduct.actions``, under the same verb.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar, cast

from ceremony.canonical import Json
from ceremony.engine.facts import Fact
from ceremony.engine.state import State
from ceremony.engine.transcript import Entry
from ceremony.identifiers import Role
from ceremony.script.model import Step

Parameters = TypeVar("Parameters")


class NeedKind(StrEnum):
    """What sort of thing a person is asked for."""

    TEXT = "text"
    CHOICE = "choice"
    WORDS = "words"
    READING = "reading"
    PIN = "pin"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to be gathered before the step can run.

    Attributes:
        name: The key under which the answer is given.
        kind: What sort of thing it is.
        prompt: What the person is asked; plain text.
        role: Who answers.
        choices: For a choice: the answers allowed.
        token: For a PIN: the serial of the token it opens; never stored.
        renewed: For a PIN: True where this ceremony has changed it.
    """

    name: str
    kind: NeedKind
    prompt: str
    role: Role
    choices: tuple[str, ...] = ()
    token: str = ""
    renewed: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One verb of the closed vocabulary.

    Attributes:
        verb: As it stands in a script.
        title: What an outline calls it, two to four words.
        summary: What the step does, one sentence, for authors.
        parameters: A frozen dataclass; its fields are what ``with:`` may hold.
        device: True where it acts on a token.
        records: The facts it may record besides the closing one.
        needs: What must be gathered first.
        verify: Raises RefusedError where a fact may not be recorded now.
        complete: Raises RefusedError where the step may not close yet.
        entries: How the step reads afterwards, from its facts.
    """

    verb: str
    title: str
    summary: str
    parameters: type[Any]
    records: tuple[type[Fact], ...]
    needs: Callable[[Step, State], tuple[Need, ...]]
    verify: Callable[[Step, State, Fact], None]
    complete: Callable[[Step, State], None]
    entries: Callable[[State, tuple[Fact, ...]], tuple[Entry, ...]]
    device: bool = False


def read_parameters(kind: type[Parameters], values: Mapping[str, Json]) -> Parameters:
    """Turn a step's parameters into the kind's own dataclass.

    ``check.form`` has compared them with the fields already, so that this only
    turns lists into tuples.
    """
    plain = {
        name.replace("-", "_"): tuple(value) if isinstance(value, list) else value
        for name, value in values.items()
    }
    return kind(**cast("dict[str, Any]", plain))


def parameter(
    doc: str,
    *,
    refers: str = "",
    choices: tuple[str, ...] = (),
    default: object = dataclasses.MISSING,
) -> Any:  # noqa: ANN401  it stands where a field of any type is declared
    """Declare a parameter with what an author and the check need to know.

    Args:
        doc: What it says, one sentence.
        refers: The kind of thing, or ``role``, that it must name; two kinds are
            joined by ``or``.
        choices: The values allowed, where they are few.
        default: Its value where the script leaves it out.
    """
    metadata = {"doc": doc, "refers": refers, "choices": choices}
    if default is dataclasses.MISSING:
        return dataclasses.field(metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)
