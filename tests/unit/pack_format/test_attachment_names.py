"""Which names a pack may embed."""

from __future__ import annotations

import pytest

from ceremony.errors import EvidenceError
from ceremony.pack.attachments import attachment_kind, verify_names


@pytest.mark.parametrize(
    ("name", "relationship"),
    [
        ("events.jsonl", "Source"),
        ("checkpoint", "Source"),
        ("checkpoint-0042", "Source"),
        ("checkpoint-123456", "Source"),
        ("leaf-hashes.txt", "Source"),
        ("proof-key-root-oca.tlog-proof", "Source"),
        ("attestation-0007.dsse.json", "Source"),
        ("certificate-person-c-01.pem", "Data"),
        ("request-issuing-oca.csr", "Data"),
        ("request-issuing-oca.pem", "Data"),
        ("certificate-root-oca.der", "Data"),
        ("certificate-root-oca.txt", "Data"),
        ("chain-root-oca.pem", "Data"),
        ("crl-arl.pem", "Data"),
        ("public-key-root-oca.der", "Data"),
        ("trust-policy.toml", "Supplement"),
        ("MANIFEST.sha256", "Supplement"),
    ],
)
def test_the_files_of_a_record_have_their_kind(name: str, relationship: str) -> None:
    assert attachment_kind(name).relationship == relationship


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../events.jsonl",
        "a/checkpoint",
        "checkpoint-7",
        "checkpoint-",
        "Events.jsonl",
        "events.jsonl\n",
        "certificate-.pem",
        "chain-a.der",
        "request-a.der",
        "certificate-a.pem.exe",
        "proof-" + "x" * 60 + ".tlog-proof",
        "run.js",
        "lint-\u202ea.json",
    ],
)
def test_any_other_name_is_refused(name: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        attachment_kind(name)
    assert caught.value.code == "PACK-NAME-01"


def test_two_names_that_differ_in_case_only_are_refused() -> None:
    verify_names(["certificate-a.pem", "certificate-b.pem"])
    with pytest.raises(EvidenceError) as caught:
        verify_names(["certificate-a.pem", "certificate-A.pem"])
    assert caught.value.code == "PACK-NAME-02"
