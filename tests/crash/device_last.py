"""What a ceremony's record and its module's trace hold last, told where a run fails.

A kill harness comes upon what happens once in ten thousand times: what is not told
then is not told again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ceremony.clock import SystemClock
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import Fact, Outcome, Resumed, TokensChanged
from tests.crash.device_found import find_stray

_FACTS: Final = 30
_LINES: Final = 60


def tell_last(workspace: Workspace, trace: Path) -> str:
    """Give the last facts, one a line, how many objects are stray, and the trace's end.

    Args:
        workspace: Where the one ceremony is, left by every tool.
        trace: The proxy's file, with the tool's marks.
    """
    with enter(workspace, workspace.plans()[0].ceremony, SystemClock()) as at:
        told = [
            f"{known.event.seq} {known.event.type} {known.event.op} "
            f"{known.event.step.id if known.event.step else '-'} {_brief(known.fact)}"
            for known in at.conductor.facts[-_FACTS:]
        ]
        told.append(f"{find_stray(at)} objects are stray")
    lines = trace.read_text().splitlines()[-_LINES:]
    return "\n".join(["What is recorded last:", *told, "What was asked last:", *lines])


def _brief(fact: Fact) -> str:
    """Say of what was found in a token what a failure is understood by."""
    if isinstance(fact, Outcome):
        return f"{fact.verb} {fact.result.value} {fact.fault} {fact.inventory}"
    if isinstance(fact, Resumed | TokensChanged):
        return " ".join(f"{each.token}: {each.inventory}" for each in fact.tokens)
    return ""
