"""Is what a script zeroises by hand a token, and is it then held to be empty.

Source: house rules of docs/spec/script-v1.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from ceremony.check.findings import Finding, error
from ceremony.check.plan import Plan
from ceremony.engine.steps.manual import ManualParameters
from ceremony.engine.steps.token import InitialiseParameters, InventoryParameters
from ceremony.script.model import ThingKind


def lint_zeroised(plan: Plan) -> Iterator[Finding]:
    """Walk the steps; a token is empty from its zeroising until it is initialised."""
    empty: set[str] = set()
    for step in plan.script.steps:
        match plan.parameters(step):
            case ManualParameters() as told if told.zeroises:
                if plan.script.thing(told.device).kind is not ThingKind.TOKEN:
                    yield error(
                        "SCRIPT-ZEROISE-01",
                        plan.step_place(step, "with", "zeroises"),
                        f"Step {step.id} zeroises {told.device}, which is no token of "
                        "the script.",
                        "Name the token whose keys end, or leave zeroises out: what "
                        "other equipment holds is no key of the record.",
                    )
                empty.add(told.device)
            case InitialiseParameters() as told:
                empty.discard(told.token)
            case InventoryParameters() as told:
                if told.token in empty and told.expect_objects != 0:
                    yield error(
                        "SCRIPT-ZEROISE-02",
                        plan.step_place(step, "with"),
                        f"Step {step.id} lists {told.token}, which was zeroised, and "
                        "does not expect it to be empty.",
                        "Add expect-objects: 0.",
                    )
            case _:
                continue
