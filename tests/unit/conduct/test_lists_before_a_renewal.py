"""Where a CA answers a request from elsewhere, its last list is told at the opening.

The list says what it renews no more, and whose subject may apply anew.
"""

from __future__ import annotations

import pytest

from ceremony.script.decode import decode_script
from tests.fakes.act_script import act_script
from tests.fakes.record_earlier import ISSUING, ROOT, TOKENS, build_first, search


@pytest.mark.parametrize(
    ("taken", "key", "lists"),
    [
        (
            "csr.import, with: {request: again, renews: [old-certificate]}",
            "root-oca",
            [4],
        ),
        ("csr.import, with: {request: again}", "root-oca", [4]),
        ("csr.import, with: {request: again}", "next-root", [4]),
        ("csr.import, with: {request: again}", "other", []),
        ("csr.create, with: {key: root-oca, request: again}", "root-oca", []),
    ],
)
def test_a_keys_last_list_is_told_where_its_ca_answers_what_was_imported(
    taken: str, key: str, lists: list[int]
) -> None:
    first = build_first()
    state = first.builder.state
    root = f"public-key: {state.keys['root-oca'].public_key}"
    above, old = (
        f"sha256: {state.certificates[name].digest}"
        for name in ("root-oca-certificate", "issuing-oca-certificate")
    )
    things = [
        *TOKENS,
        f"root-oca: {{kind: key, title: Root, token: root-hsm, {ROOT}, {root}}}",
        f"root-oca-certificate: {{kind: certificate, title: Root, {ROOT}, {above}}}",
        f"old-certificate: {{kind: certificate, title: Old, {ISSUING}, {old}}}",
        f"next-root: {{kind: key, title: Next, token: root-hsm, {ROOT}}}",
        f"other: {{kind: key, title: Other, token: root-hsm, {ISSUING}}}",
        "again: {kind: request, title: Again, profile: smki-issuing-oca}",
        f"new: {{kind: certificate, title: New, {ISSUING}}}",
    ]
    act = [
        taken,
        f"certificate.issue, with: {{key: {key}, request: again, certificate: new}}",
    ]
    script = decode_script(act_script(things, act, "again")[0].encode(), "again.yaml")
    told = [found.fact.outcome.crl for found in search(script, first)]
    assert [crl.number for crl in told if crl is not None] == lists
