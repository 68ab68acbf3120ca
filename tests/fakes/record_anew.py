"""Made-up ceremonies in which subjects that have a certificate ask for another one.

Nothing is said to be renewed: a list has revoked what they have, or they ask for a
certificate of another profile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from ceremony.pki.request_set import Issued
from ceremony.script.model import Step
from tests.fakes.batch_site import SCRIPT_FILE
from tests.fakes.forgery import Forgery
from tests.fakes.record_batch import build_batch
from tests.fakes.record_builder import BuiltRecord, RecordBuilder
from tests.fakes.record_renewal import (
    DEVICE,
    DEVICES_AGAIN,
    METER_AGAIN,
    METERS,
    OLD,
    build_renewal,
    import_again,
    listing,
    revoked_device,
)
from tests.fakes.renewal_script import list_step


def build_anew() -> BuiltRecord:
    """Let one of an earlier batch be revoked, and apply anew; another may not."""

    def script(raw: bytes) -> bytes:
        revoked = f"{revoked_device()} today key-compromise"
        raw = listing(raw, DEVICES_AGAIN, revoked)
        return raw.replace(b", renews: [old-devices]", b"")

    issued = Issued(subjects=OLD - DEVICE)
    return build_renewal(
        Forgery(script=script, instead=partial(import_again, issued=issued))
    )


def build_meter_anew() -> BuiltRecord:
    """Let an earlier single certificate be revoked, and its owner apply anew."""

    def script(raw: bytes) -> bytes:
        raw = listing(raw, METER_AGAIN, "old-meter today key-compromise")
        return raw.replace(b", renews: [old-meter]", b"")

    return build_renewal(
        Forgery(script=script, instead=partial(import_again, issued=Issued()))
    )


def build_anew_at_once() -> BuiltRecord:
    """Let a batch's first and the meter's be revoked where they were issued."""
    device = f"{revoked_device()} today superseded"
    return _with_more(
        [
            list_step(1, [device, "meter-certificate today superseded"]),
            "csr.import, with: {request: requests-again}",
            "csr.import, with: {request: meter-again}",
        ],
        {
            "first-list": "kind: crl, title: A list, profile: generic-crl",
            "requests-again": "kind: requests, title: More, profile: smki-device-ds",
            "meter-again": "kind: request, title: Again, profile: smki-device-ds",
        },
        Issued(subjects=OLD - DEVICE - METERS),
    )


def build_second_profile() -> BuiltRecord:
    """Let devices that have a certificate for signing ask for one for agreement."""
    told = "kind: requests, title: For agreement, profile: smki-device-ka"
    return _with_more(
        ["csr.import, with: {request: keys-again}"], {"keys-again": told}, Issued()
    )


def _with_more(
    verbs: Sequence[str], things: Mapping[str, str], issued: Issued
) -> BuiltRecord:
    """Make the ceremony of the batch up, which goes on after it.

    Args:
        verbs: The steps that follow, from the verb on.
        things: What they work with, by name.
        issued: What imports of a name in ``-again`` are held against.
    """

    def instead(builder: RecordBuilder, step: Step) -> bool:
        is_more = str(step.parameters.get("request")).endswith("-again")
        return is_more and import_again(builder, step, issued)

    return build_with(verbs, things, instead)


def build_with(
    verbs: Sequence[str],
    things: Mapping[str, str],
    instead: Callable[[RecordBuilder, Step], bool],
) -> BuiltRecord:
    """Make the ceremony of the batch up, which goes on after it, approved as it is.

    Args:
        verbs: The steps that follow, from the verb on.
        things: What they work with, by name.
        instead: Imports or issues in its own way; see ``Forgery.instead``.
    """
    raw = script_with(verbs, things)
    built = build_batch(Forgery(script=lambda _: raw, instead=instead))
    approved = (built.builder.script.digest,)
    return replace(built, policy=replace(built.policy, scripts=approved))


def script_with(verbs: Sequence[str], things: Mapping[str, str]) -> bytes:
    """Give the script of the batch, which goes on after it.

    Args:
        verbs: The steps that follow, from the verb on.
        things: What they work with, by name.
    """
    end = '      - {{id: "2.{}", '
    steps = [
        f"{end.format(number)}text: It is done., by: administrator, "
        f"initials: [internal-witness], verb: {verb}}}\n"
        for number, verb in enumerate(verbs, 20)
    ]
    more = "".join([*steps, end.format(20 + len(steps))])
    named = "".join(f"  {name}: {{{told}}}\n" for name, told in things.items())
    raw = SCRIPT_FILE.read_bytes().replace(end.format(20).encode(), more.encode())
    return raw.replace(b"  bag-out:", named.encode() + b"  bag-out:")
