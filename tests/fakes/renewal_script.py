"""A later ceremony after ``sound-with-batch.yaml``: what devices have is renewed.

The meter's certificate is renewed by one request and those of the batch by a set; a
second set asks for certificates that devices have, and nothing is said to be renewed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tests.fakes.act_script import act_script
from tests.fakes.made_requests import EUI
from tests.rehearsals.made_act import read_backs

CA: Final = (
    "profile: smki-issuing-dca, common-name: Z2, "
    'values: {alternative-names: "dns:issuing.example"}'
)
DEVICE: Final = "profile: smki-device-ds"
METER: Final = f'{DEVICE}, values: {{hardware-serial: "{EUI}"}}'

KEYS: Final = ("root-dca", "issuing-dca")
PROVEN: Final = (
    "root-dca-certificate",
    "issuing-dca-certificate",
    "old-meter",
    "old-devices",
)
"""What the script names by a digest, as :func:`renewal_script` is given it."""


def _answer(request: str, certificate: str) -> str:
    told = f"key: issuing-dca, request: {request}, certificate: {certificate}"
    return f"certificate.issue, irreversible: true, with: {{{told}}}"


IMPORTS: Final = {
    "other-again": "csr.import, with: {request: other-requests}",
    "meter-again": "csr.import, with: {request: meter-request, renews: [old-meter]}",
    "devices-again": (
        "csr.import, with: {request: device-requests, renews: [old-devices]}"
    ),
}
"""By the folder of the requests, the steps that take them, in their order."""

LISTS: Final = ("first-list", "last-list", "next-list")
"""The revocation lists of the script; it has those that a step signs."""


OTHER: Final = "serial:4a0f 2020-01-15 superseded"
"""What a list may revoke: a certificate that the ceremony knows nothing else of."""


def list_step(number: int, revoked: Sequence[str]) -> str:
    """Give the step by which the issuing CA signs a list: the first and so on."""
    told = f"key: issuing-dca, crl: {LISTS[number - 1]}, number: {number}"
    items = ", ".join(revoked)
    return f"crl.issue, irreversible: true, with: {{{told}, revoked: [{items}]}}"


NEXT_THINGS: Final = (
    f"next-dca: {{kind: key, title: Next key, token: root-hsm, {CA}}}",
    "next-request: {kind: request, title: Its request}",
    f"next-dca-certificate: {{kind: certificate, title: Next certificate, {CA}}}",
)
NEXT_KEY: Final = (
    "key.prove, with: {key: root-dca}",
    "key.generate, irreversible: true, with: {key: next-dca}",
    "csr.create, with: {key: next-dca, request: next-request}",
    (
        "certificate.issue, irreversible: true, with: {key: root-dca, "
        "request: next-request, certificate: next-dca-certificate}"
    ),
)
"""The issuing CA gets its next key: the things and the steps of it."""

ACT: Final = (
    "token.inventory, with: {token: root-hsm, expect-objects: 4}",
    "key.prove, with: {key: issuing-dca}",
    IMPORTS["other-again"],
    _answer("other-requests", "other-certs"),
    IMPORTS["meter-again"],
    _answer("meter-request", "meter-cert"),
    read_backs("meter")[1],
    IMPORTS["devices-again"],
    _answer("device-requests", "device-certs"),
    "token.inventory, with: {token: root-hsm, expect-objects: 4}",
)


def renewal_script(
    digests: Mapping[str, str], act: Sequence[str] = ACT
) -> tuple[str, str]:
    """Give the script, and the answers that play it.

    Args:
        digests: SHA-256 of what exists already, by name: the public keys of
            :data:`KEYS`, and each of :data:`PROVEN`.
        act: The steps of its second act.
    """
    pairs = {name: f'public-key: "{digests[name]}"' for name in KEYS}
    named = {name: f'sha256: "{digests[name]}"' for name in PROVEN}
    above = f"profile: smki-root-dca, common-name: Z1, {named[PROVEN[0]]}"
    things = [
        "root-hsm: {kind: token, title: Root token}",
        (
            "root-dca: {kind: key, title: Root DCA key, token: root-hsm, "
            f"profile: smki-root-dca, common-name: Z1, {pairs['root-dca']}}}"
        ),
        (
            f"issuing-dca: {{kind: key, title: Issuing DCA key, token: root-hsm, {CA}, "
            f"{pairs['issuing-dca']}}}"
        ),
        (
            "root-dca-certificate: {kind: certificate, title: Root DCA certificate, "
            f"{above}}}"
        ),
        (
            "issuing-dca-certificate: {kind: certificate, title: Issuing certificate, "
            f"{CA}, {named['issuing-dca-certificate']}}}"
        ),
        (
            "old-meter: {kind: certificate, title: Old certificate of the meter, "
            f"{METER}, {named['old-meter']}}}"
        ),
        (
            "old-devices: {kind: certificates, title: Old device certificates, "
            f"{DEVICE}, {named['old-devices']}}}"
        ),
        f"meter-request: {{kind: request, title: Request of the meter, {DEVICE}}}",
        f"meter-cert: {{kind: certificate, title: New certificate, {METER}}}",
        f"device-requests: {{kind: requests, title: Requests of devices, {DEVICE}}}",
        f"device-certs: {{kind: certificates, title: New certificates, {DEVICE}}}",
        f"other-requests: {{kind: requests, title: Other requests, {DEVICE}}}",
        f"other-certs: {{kind: certificates, title: Other certificates, {DEVICE}}}",
        *(
            f"{name}: {{kind: crl, title: The {name}, profile: generic-crl}}"
            for name in LISTS
            if any(f"crl: {name}" in step for step in act)
        ),
        *(NEXT_THINGS if any("next-dca" in step for step in act) else ()),
    ]
    script, answers = act_script(things, list(act), "renewal")
    for folder, step in IMPORTS.items():
        if step in act:
            answers = answers.replace("files: requests}", f"files: {folder}}}", 1)
    return script, answers
