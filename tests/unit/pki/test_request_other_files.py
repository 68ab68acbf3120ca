"""What is taken for a request and is something else is named, and stops no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.request_file import read_requests
from ceremony.pki.request_set import judge_requests
from tests.fakes.made_requests import ORGANISATION, organisation_request
from tests.fakes.pki_files import other_files, root_and_sub, save

OTHERS = [each for each in other_files() if each[0].endswith((".der", ".p12"))]
WHOLE = [each for each in OTHERS if not each[0].startswith(("cut", "long"))]


def found_in(path: Path) -> list[tuple[str, str]]:
    return [
        (finding.rule, finding.message)
        for judgement in judge_requests(read_requests(path), ORGANISATION)
        for finding in judgement.findings
    ]


@pytest.mark.parametrize(
    ("name", "content", "told"), [pytest.param(*each, id=each[0]) for each in WHOLE]
)
def test_der_of_another_kind_is_named(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    save(tmp_path, **{name: content})
    [(rule, message)] = found_in(tmp_path / name)
    assert rule == "PKI-FILE-01"
    assert message.startswith(f"{name} {told}")


def test_a_certificate_is_no_request(tmp_path: Path) -> None:
    root, _ = root_and_sub()
    save(tmp_path, it=root.public_bytes(Encoding.DER))
    told = "it holds a certificate, and no request."
    assert found_in(tmp_path / "it") == [("PKI-FILE-01", told)]


def test_a_file_that_cannot_be_read_takes_no_other_with_it(tmp_path: Path) -> None:
    # A link to itself: nobody can read it, root neither.
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    save(tmp_path, good=organisation_request())
    requests = [
        imported
        for path in (loop, tmp_path / "good")
        for imported in read_requests(path)
    ]
    bad, good = judge_requests(requests, ORGANISATION)
    assert [finding.rule for finding in bad.findings] == ["PKI-IMPORT-02"]
    assert "cannot be read" in bad.findings[0].message
    assert good.is_good
