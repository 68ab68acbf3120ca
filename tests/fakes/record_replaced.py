"""A made-up ceremony after the meter has had its next certificate, and asks once more.

What stands for two ceremonies before it, the one that issued and the one that renewed,
is one made-up record, of which nothing but its acts is asked.
"""

from __future__ import annotations

from functools import cache, partial
from typing import Final

from ceremony.pki.request_set import Issued
from ceremony.script.model import Step
from tests.fakes.forgery import Forgery
from tests.fakes.record_anew import script_with
from tests.fakes.record_builder import BuiltRecord, RecordBuilder, build_record
from tests.fakes.record_earlier import FIRST
from tests.fakes.record_renewal import (
    DEVICE,
    OLD,
    build_renewal,
    import_again,
    second_script,
)
from tests.fakes.renewal_script import METER

NEWER: Final = "newer-certificate"
"""The meter's next certificate, as the ceremony that made it calls it."""


@cache
def build_before() -> BuiltRecord:
    """Make up what was before: a batch, the meter's certificate, and its next one."""

    def instead(builder: RecordBuilder, step: Step) -> bool:
        return step.parameters.get("request") == "meter-again" and import_again(
            builder, step, Issued()
        )

    raw = script_with(
        [
            "csr.import, with: {request: meter-again}",
            (
                "certificate.issue, irreversible: true, with: {key: issuing-dca, "
                f"request: meter-again, certificate: {NEWER}}}"
            ),
        ],
        {
            "meter-again": "kind: request, title: Again, profile: smki-device-ds",
            NEWER: f"kind: certificate, title: Newer certificate, {METER}",
        },
    )
    return build_record(Forgery(script=lambda _: raw, ceremony=FIRST, instead=instead))


def third_script(renews: str) -> bytes:
    """Give the script of the ceremony after that, which names both certificates.

    Args:
        renews: What it says that the meter's request renews: names, with commas.
    """
    first = build_before()
    newer = first.builder.state.certificates[NEWER].digest
    thing = (
        "newer-meter: {kind: certificate, title: Newer certificate of the meter, "
        f'{METER}, sha256: "{newer}"}}\n  '
    )
    raw = second_script(first=first)
    raw = raw.replace(b"  old-devices: ", f"  {thing}old-devices: ".encode())
    return raw.replace(b"renews: [old-meter]", f"renews: [{renews}]".encode())


def build_replaced(renews: str = "old-meter, newer-meter") -> BuiltRecord:
    """Make that ceremony up."""
    raw = third_script(renews)
    return build_renewal(first=build_before(), honest=raw)


def build_replaced_elsewhere() -> BuiltRecord:
    """Let one of the set be refused for a later certificate of a ceremony not told."""
    issued = Issued(renewed=OLD, replaced=DEVICE)
    return build_renewal(Forgery(instead=partial(import_again, issued=issued)))


def build_newest() -> BuiltRecord:
    """Let the later certificate alone be renewed."""
    return build_replaced("newer-meter")
