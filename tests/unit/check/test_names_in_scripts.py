"""A thing's name is so short that every file of it has a name that a pack can embed.

The files are those of the table in docs/spec/pack-v1.md, 2.1, and of 2.2b.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from ceremony.check.rules import check_script
from ceremony.identifiers import is_flat_name
from ceremony.pack.attachments import attachment_kind
from ceremony.script.decode import decode_script, load_script

VECTORS = Path(__file__).parents[2] / "vectors" / "scripts"
RULE = "SCRIPT-NAME-02"
LINTS = ("lint-*-before-key-99.json", "lint-*-before-signing-99.json")
FILES = {
    ("sound-with-earlier", "root-hsm"): (46, ("inventory-*-99.json",)),
    ("sound-with-earlier", "old-root"): (
        42,
        (
            *("public-key-*-99.der", "key-proof-*-99.txt", "wrapped-*-99.bin"),
            *("public-wrapped-*-99.bin", "crl-earlier-*.crl"),
            "proof-key-*.tlog-proof",
        ),
    ),
    ("sound-with-earlier", "next-cert"): (
        35,
        (
            *("certificate-*-99.pem", "chain-*-99.pem", "crl-earlier-*.crl"),
            *("proof-certificate-*.tlog-proof", *LINTS),
        ),
    ),
    ("sound-with-crl", "second-arl"): (
        36,
        ("crl-*-99.crl", "chain-*-99.pem", "proof-crl-*.tlog-proof", *LINTS),
    ),
    ("sound-with-earlier", "next-request"): (36, ("request-*-99.csr", *LINTS)),
    ("sound-with-batch", "device-requests"): (
        47,
        ("requests-*-99.pem", "refused-*-99.pem", "results-*-99.jsonl"),
    ),
    ("sound-with-batch", "device-certificates"): (
        36,
        (
            *("issued-*-99.jsonl", "chain-*-99.pem", "serials-*-0001-99.txt"),
            *("certificates-*-0001-99.pem", "issued-earlier-*.jsonl"),
            *("results-earlier-*.jsonl", "chain-earlier-*.pem", *LINTS),
        ),
    ),
}


def rules_with(vector: str, thing: str, name: str) -> set[str]:
    """Give the rules that a sound script breaks where a thing has another name."""
    text = (VECTORS / f"{vector}.yaml").read_text()
    told = re.sub(rf"(?<![\w-]){thing}(?![\w-])", name, text)
    script = decode_script(told.encode(), "script.yaml")
    return {finding.rule for finding in check_script(script)}


@pytest.mark.parametrize(("vector", "thing"), FILES)
def test_every_file_of_the_longest_name_can_be_embedded(
    vector: str, thing: str
) -> None:
    most, files = FILES[vector, thing]
    named = [file.replace("*", "a" * most) for file in files]
    assert all(attachment_kind(file) for file in named)
    assert max(map(len, named)) == 64
    assert RULE not in rules_with(vector, thing, "a" * most)
    assert RULE in rules_with(vector, thing, "a" * (most + 1))


def test_a_profile_beside_a_script_has_a_name_that_can_be_embedded_too() -> None:
    script = load_script(VECTORS / "sound-with-own-root.yaml")
    for count, is_found in ((51, False), (52, True)):
        file = f"{'a' * count}.yaml"
        assert is_flat_name(f"profile-{file}") is not is_found
        own = replace(script.profiles[0], file=file)
        told = replace(script, profiles=(own, *script.profiles[1:]))
        assert (RULE in {each.rule for each in check_script(told)}) is is_found


def test_a_bag_has_no_file_and_may_have_any_name() -> None:
    assert rules_with("sound-with-earlier", "bag-out", "a" * 64) == set()
