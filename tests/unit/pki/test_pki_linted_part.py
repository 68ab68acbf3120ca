"""A part is signed one after the other, while the token works on the next one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from ceremony.errors import DeviceError, EvidenceError
from ceremony.pki.linted import _PROOF, issue_each, lint_tbs
from tests.unit.pki.test_pki_linted import RecordingKey, linted


class AskedKey(RecordingKey):
    """A key that is asked first and waited for later; it tells of both in order."""

    def __init__(
        self,
        key: ec.EllipticCurvePrivateKey,
        events: list[str],
        junk: int = 0,
        lost: BaseException | None = None,
    ) -> None:
        super().__init__(key)
        self._events = events
        self._junk = junk
        self._lost = lost

    def ask(self, data: Any, signature_algorithm: Any) -> Callable[[], bytes]:
        number = sum(each.startswith("asked") for each in self._events) + 1
        self._events.append(f"asked {number}")

        def take() -> bytes:
            self._events.append(f"took {number}")
            if number == 2 and self._lost is not None:
                raise self._lost
            junk = b"!" if number == self._junk else b""
            return self.sign(bytes(data) + junk, signature_algorithm)

        return take


class FailingKey(AskedKey):
    """A key whose token cannot be asked any more from some signature on."""

    def __init__(
        self, key: ec.EllipticCurvePrivateKey, failure: DeviceError, at: int
    ) -> None:
        super().__init__(key, [])
        self._failing = failure
        self._left = at - 1

    def ask(self, data: Any, signature_algorithm: Any) -> Callable[[], bytes]:
        if not self._left:
            raise self._failing
        self._left -= 1
        return super().ask(data, signature_algorithm)


def test_the_token_is_asked_for_the_next_signature_before_one_is_verified(
    chain: Any,
) -> None:
    events: list[str] = []
    part, key = (linted(chain),) * 3, AskedKey(chain.root_key, events)
    for each in issue_each(part, key, chain.root_key.public_key()):
        events.append("verified")
        assert each.tbs_certificate_bytes == part[0].tbs
    assert events == [
        *("asked 1", "took 1", "asked 2", "verified"),
        *("took 2", "asked 3", "verified"),
        *("took 3", "verified"),
    ]


def test_what_was_asked_is_taken_before_a_wrong_signature_is_told_of(
    chain: Any,
) -> None:
    events: list[str] = []
    part, key = (linted(chain),) * 3, AskedKey(chain.root_key, events, junk=1)
    with pytest.raises(EvidenceError) as caught:
        list(issue_each(part, key, chain.root_key.public_key()))
    assert caught.value.code == "PKI-SIGN-01"
    assert events == ["asked 1", "took 1", "asked 2", "took 2"]


def test_whoever_takes_no_more_leaves_nothing_asked(chain: Any) -> None:
    events: list[str] = []
    part, key = (linted(chain),) * 3, AskedKey(chain.root_key, events)
    with closing(issue_each(part, key, chain.root_key.public_key())) as issued:
        next(issued)
    assert events == ["asked 1", "took 1", "asked 2", "took 2"]


@pytest.mark.parametrize(
    "lost",
    [
        DeviceError("HSM-HOST-01", "The module's process ended.", remedy="Go on."),
        RuntimeError("in the module's process: KeyError in host.py:1"),
        OSError("no descriptor is left"),
        KeyboardInterrupt(),
    ],
    ids=lambda lost: type(lost).__name__,
)
def test_what_goes_wrong_with_an_answer_that_nobody_awaits_hides_no_first_error(
    chain: Any, lost: BaseException
) -> None:
    part, public = (linted(chain),) * 3, chain.root_key.public_key()
    events: list[str] = []
    wrong = AskedKey(chain.root_key, events, junk=1, lost=lost)
    with pytest.raises(EvidenceError) as caught:
        list(issue_each(part, wrong, public))
    assert caught.value.code == "PKI-SIGN-01"
    key, first = AskedKey(chain.root_key, [], lost=lost), LookupError("the first")
    issued = issue_each(part, key, public)
    next(issued)
    with pytest.raises(LookupError) as told:
        issued.throw(first)
    assert told.value is first
    assert events[-1] == "took 2"


@pytest.mark.parametrize("at", [1, 2])
def test_a_device_that_fails_once_some_of_a_part_are_signed_leaves_it_in_doubt(
    chain: Any, at: int
) -> None:
    failure = DeviceError("HSM-HOST-03", "It had ended before.", remedy="Go on.")
    part, key = (linted(chain),) * 3, FailingKey(chain.root_key, failure, at)
    with pytest.raises(DeviceError) as caught:
        list(issue_each(part, key, chain.root_key.public_key()))
    assert caught.value is failure
    assert failure.in_doubt == ("Some of the part are signed" in failure.meaning)
    assert failure.in_doubt == (at > 1)


def test_other_bytes_than_the_linted_ones_are_signed_nowhere_in_a_part(
    chain: Any,
) -> None:
    key, first = RecordingKey(chain.root_key), linted(chain)
    second = replace(first, tbs=first.tbs[:-1] + b"!", proof=_PROOF)
    with pytest.raises(EvidenceError) as caught:
        tuple(issue_each((first, second), key, chain.root_key.public_key()))
    assert caught.value.code == "PKI-TBS-01"
    assert second.tbs not in key.signed


def test_nothing_of_a_part_is_signed_of_which_one_is_another_issuers(
    chain: Any,
) -> None:
    key = RecordingKey(chain.root_key)
    own = lint_tbs(chain.root_order, chain.root_key.public_key())
    foreign = replace(own, subject_key=chain.issuing_key.public_key(), proof=_PROOF)
    with pytest.raises(EvidenceError) as caught:
        tuple(issue_each((linted(chain), foreign), key, chain.root_key.public_key()))
    assert (caught.value.code, key.signed) == ("PKI-SIGN-02", [])
