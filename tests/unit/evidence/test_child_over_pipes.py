"""The child's own code, run in a thread over pipes: each request and each fault."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.clock import encode_wall
from ceremony.evidence.child import Child
from ceremony.evidence.frames import BrokenPipe, Frame, read_frame, write_frame
from ceremony.evidence.signing import Signatory
from tests.fakes.record_builder import build_record
from tests.fakes.signing_keys import issue, make_ca
from tests.fakes.small_pack import AT, sealed_pack

CA = make_ca()
SEAL = issue(CA, "Pack seal")
PDF = sealed_pack(
    {"events.jsonl": b"{}\n"},
    Signatory(SEAL.certificate, CA.certificate, SEAL.sign),
)


class Conversation:
    """The parent's ends of the pipes to a child that runs in a thread."""

    def __init__(self, requests: int, answers: int) -> None:
        self._requests = requests
        self._answers = answers
        self.broken: list[BrokenPipe] = []

    def ask(self, frame: Frame) -> Frame:
        write_frame(self._requests, frame)
        answer = read_frame(self._answers, wait_s=60)
        assert answer is not None
        return answer

    def tell(self, frame: Frame) -> None:
        write_frame(self._requests, frame)


@contextmanager
def _child() -> Iterator[Conversation]:
    requests, requests_in = os.pipe()
    answers_out, answers = os.pipe()
    talk = Conversation(requests_in, answers_out)

    def run() -> None:
        try:
            Child(requests, answers).run()
        except BrokenPipe as error:
            talk.broken.append(error)

    thread = Thread(target=run)
    thread.start()
    try:
        yield talk
    finally:
        os.close(requests_in)
        thread.join(60)
        for end in (requests, answers, answers_out):
            os.close(end)


def _sign(field: str = "report-1") -> Frame:
    values = {"field": field, "reason": "approved", "signed_at": encode_wall(AT)}
    return Frame("sign", values, (SEAL.certificate, CA.certificate, PDF))


def test_a_signature_is_asked_for_and_put_in() -> None:
    with _child() as talk:
        asked = talk.ask(_sign())
        assert asked.kind == "to-be-signed"
        answer = talk.ask(Frame("signature", {}, (SEAL.sign(asked.parts[0]),)))
        assert answer.kind == "result"
        assert answer.parts[0].startswith(PDF)
    assert talk.broken == []


def test_a_record_is_sealed_and_the_child_serves_on() -> None:
    built = build_record()
    names = sorted(built.files)
    values = {
        "names": "\n".join(names),
        "signed_at": encode_wall(AT),
        "recorded_at": encode_wall(AT),
    }
    ca = built.site.ca.public_bytes(Encoding.DER)
    parts = (built.site.seal_der, ca, *(built.files[name] for name in names))
    with _child() as talk:
        asked = talk.ask(Frame("seal", values, parts))
        answer = talk.ask(Frame("signature", {}, (SEAL.sign(asked.parts[0]),)))
        assert answer.kind == "result"
        assert answer.parts[0].startswith(b"%PDF-1.7")
        assert talk.ask(_sign()).kind == "to-be-signed"


def test_an_expected_failure_goes_back_with_all_its_sentences() -> None:
    with _child() as talk:
        answer = talk.ask(_sign("report-7"))
    assert answer.kind == "error"
    assert answer.values == {
        "family": "EvidenceError",
        "code": "EVIDENCE-FIELD-01",
        "message": "The pack has no empty signature field report-7.",
        "meaning": "Nothing was signed.",
        "remedy": "Compare the signing plan with the pack's fields.",
    }


def test_a_defect_goes_back_without_any_value() -> None:
    with _child() as talk:
        answer = talk.ask(Frame("sign", {"secret": "5up3r"}, (b"", b"", b"5up3r")))
    assert answer.kind == "defect"
    assert answer.values["message"].startswith("KeyError at child.py:")
    assert "5up3r" not in answer.values["message"]


@pytest.mark.parametrize(
    "frame",
    [
        Frame("signature", {}),
        Frame("signature", {}, (b"one", b"two")),
        Frame("result", {}, (b"x",)),
    ],
)
def test_a_child_that_gets_no_signature_ends(frame: Frame) -> None:
    with _child() as talk:
        assert talk.ask(_sign()).kind == "to-be-signed"
        talk.tell(frame)
    assert len(talk.broken) == 1


def test_a_child_that_does_not_understand_ends() -> None:
    with _child() as talk:
        talk.tell(Frame("sing", {}))
    assert len(talk.broken) == 1


def test_a_parent_that_goes_away_ends_the_child() -> None:
    with _child() as talk:
        assert talk.ask(_sign()).kind == "to-be-signed"
    assert len(talk.broken) == 1
