"""The exact text of a step, as every screen shows it and the journal digests it."""

from __future__ import annotations

import hashlib

from ceremony.identifiers import Digest
from ceremony.script.model import Step


def render_step(step: Step) -> str:
    """Give the step's text: activity, what is said, what is expected.

    Returns:
        Plain text, lines ended by a line feed; no line is wrapped.
    """
    lines = [f"{step.id} {step.text}"]
    if step.say:
        lines.append(f"Say: {step.say}")
    if step.expect:
        lines.append(f"Expected: {step.expect}")
    if step.irreversible:
        lines.append("This cannot be undone.")
    return "\n".join(lines) + "\n"


def presented_step(step: Step) -> Digest:
    """Digest the step's text as shown: SHA-256 over its UTF-8 bytes."""
    return Digest(hashlib.sha256(render_step(step).encode()).hexdigest())
