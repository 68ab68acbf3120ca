"""What the review card says of a set of requests before a key answers it."""

from __future__ import annotations

from ceremony.conduct.conductor import Conductor
from ceremony.conduct.key_view import Row
from ceremony.engine.batch import PART_SIZE, issued_count
from ceremony.engine.steps.certificate import IssueParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.script.model import Step


def told_of_batch(conductor: Conductor, step: Step) -> list[Row]:
    """Tell who answers how many requests; nothing of a step that answers no set."""
    judged = conductor.state.sets.get(str(step.parameters.get("request")))
    if step.verb != "certificate.issue" or judged is None:
        return []
    wanted = read_parameters(IssueParameters, step.parameters)
    script = conductor.script
    thing = script.thing(wanted.certificate)
    done = issued_count(conductor.state, wanted.certificate)
    left = judged.good - done
    return [
        ("Signed by", script.thing(wanted.key).title, False),
        ("Requests", script.thing(wanted.request).title, False),
        ("Certificates", thing.title, False),
        ("To be issued", f"{left}, in parts of {PART_SIZE}", False),
        *([("Issued before", f"{done}", True)] if done else []),
        ("Refused", f"{judged.refused}, without a certificate", False),
        ("Profile", thing.profile, True),
        *([("Environment", script.environment, True)] if script.environment else []),
        ("Results", judged.results, True),
    ]
