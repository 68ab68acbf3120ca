"""The acts and steps of a script, from the tree to values.

Invariants:
    * Acts are numbered 1, 2, 3 and steps 1.1, 1.2, 1.3, without gaps, so that ids
      are unique and an omission shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceremony.canonical import Json
from ceremony.identifiers import Role, StepId
from ceremony.script.model import Act, Step
from ceremony.script.node import Node, ScalarNode, SequenceNode
from ceremony.script.shape import Fields

LONGEST_ACT: Final = 1440
_MOST_ACTS: Final = 99


def read_acts(top: Fields) -> tuple[Act, ...]:
    """Read the acts of a script, noting what is wrong with them.

    Notes ``SCRIPT-EMPTY-01``, ``SCRIPT-NUMBER-01``, ``SCRIPT-NUMBER-02`` and
    ``FILE-SHAPE-*``.
    """
    entry = top.take("acts")
    if entry is None:
        return ()
    if isinstance(entry.node, SequenceNode) and not entry.node.items:
        top.faults.add(
            "SCRIPT-EMPTY-01",
            "The script has no act: a ceremony of nothing proves nothing.",
            entry.place,
            remedy="Write at least one act with its steps.",
        )
        return ()
    if not isinstance(entry.node, SequenceNode):
        top.faults.add(
            "FILE-SHAPE-03",
            "Acts has to be a list.",
            entry.place,
            remedy="Begin each act with a hyphen.",
        )
        return ()
    return tuple(
        _read_act(number, Fields(node, "an act", top.faults))
        for number, node in enumerate(entry.node.items, start=1)
    )


def _read_act(number: int, item: Fields) -> Act:
    told = item.integer("id", 1, _MOST_ACTS)
    if told != number:
        item.faults.add(
            "SCRIPT-NUMBER-01",
            f"Act {told} stands where act {number} has to be.",
            item.place,
            remedy="Number the acts 1, 2, 3 in the order of the file.",
        )
    act = Act(
        id=str(number),
        title=item.text("title"),
        reader=Role(item.name("reader")),
        purpose=item.text("purpose"),
        minutes=item.integer("minutes", 1, LONGEST_ACT),
        steps=tuple(
            _read_step(f"{number}.{position}", step)
            for position, step in enumerate(
                item.children("steps", required=True), start=1
            )
        ),
    )
    item.finish()
    return act


def _read_step(expected: str, item: Fields) -> Step:
    told = item.text("id")
    if told and told != expected:
        item.faults.add(
            "SCRIPT-NUMBER-02",
            f"Step {told} stands where step {expected} has to be.",
            item.place,
            remedy="Number the steps of an act without gaps, as in 3.1, 3.2, 3.3.",
        )
    step = Step(
        id=StepId(expected),
        verb=item.text("verb"),
        text=item.text("text"),
        by=Role(item.name("by")),
        initials=tuple(Role(name) for name in item.names("initials")),
        meaning=item.name("meaning", ""),
        expect=item.text("expect", ""),
        say=item.text("say", ""),
        why=item.text("why", ""),
        irreversible=item.flag("irreversible", default=False),
        parameters=_read_with(item),
        place=item.place,
    )
    item.finish()
    return step


def _read_with(item: Fields) -> Mapping[str, Json]:
    return {name: _plain(item, name, node) for name, node in item.pairs("with")}


def _plain(item: Fields, name: str, node: Node) -> Json:
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, SequenceNode):
        return [item.as_text(inner, f"an item of {name}") for inner in node.items]
    item.faults.add(
        "FILE-SHAPE-03",
        f"{name} has to be a text, a whole number, true, false or a list of texts.",
        node.place,
        remedy="Give a value of that kind.",
    )
    return ""
