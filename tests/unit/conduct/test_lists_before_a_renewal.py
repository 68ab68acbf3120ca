"""Where a CA answers a request from elsewhere, its last list is told at the opening.

The list says what it renews no more, and whose subject may apply anew. What a list
names that is not its issuer's is told beforehand too.
"""

from __future__ import annotations

import pytest

from ceremony.conduct.listable import refused_contents
from ceremony.script.decode import decode_script
from tests.fakes.act_script import act_script
from tests.fakes.record_earlier import (
    ISSUING,
    ROOT,
    TOKENS,
    build_first,
    search,
    second_script,
)


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
        # The root's own list may be about itself: below it something is issued.
        ("csr.create, with: {key: root-oca, request: again}", "root-oca", [4]),
        ("csr.create, with: {key: root-oca, request: again}", "other", []),
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


@pytest.mark.parametrize(
    ("key", "rules"),
    [("root-oca", []), ("issuing-oca", ["ENGINE-CRL-01"]), ("root-copy", [])],
)
def test_what_a_list_names_that_is_not_its_issuers_is_told_beforehand(
    key: str, rules: list[str]
) -> None:
    """Of what is made here, and of a key without certificate so far, the room tells."""
    first, old = build_first(), "old-certificate today superseded"
    text = second_script(first).decode()
    for told, changed in (
        ("key: root-oca, crl: second-list", f"key: {key}, crl: second-list"),
        (old, f"{old}, cross-certificate today superseded"),
    ):
        assert told in text
        text = text.replace(told, changed)
    script = decode_script(text.encode(), "second.yaml")
    refused = refused_contents(script, search(script, first))
    assert [refusal.code for _, _, refusal in refused] == rules
