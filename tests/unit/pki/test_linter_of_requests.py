"""Requests that two processes lint are judged as one alone judges them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from ceremony.conduct.actions.imported import _Judging
from ceremony.conduct.lint_beside import LintBeside
from ceremony.pki.finding import LintReport
from ceremony.pki.linter import MANY, Linter
from ceremony.pki.request_file import Imported, encode_accepted
from ceremony.pki.request_judgement import RequestFinding
from ceremony.pki.request_path import Answer
from ceremony.pki.request_set import judge_requests
from tests.fakes.golden import golden
from tests.fakes.made_requests import DEVICE, device_csr
from tests.fakes.made_up_site import SoftwareKey
from tests.unit.pki.test_linter import await_loaded, counted


@pytest.fixture(scope="module")
def shared() -> Iterator[Linter]:
    with Linter(LintBeside) as linter:
        linter.expect(MANY)
        await_loaded(linter)
        yield linter


def device_answer() -> Answer:
    """Tell how requests of devices are answered under published keys."""
    made = golden("smki-device-ds").issuer
    assert made is not None
    assert made.issuer is not None
    above = (made.certificate, made.issuer.certificate)
    return Third(DEVICE, {}, above, date(2026, 11, 26))


class Third(Answer):
    """Lets the lint stop about every third certificate, by its bytes."""

    def stopping(self, report: LintReport) -> RequestFinding | None:
        if int(report.tbs_digest or "", 16) % 3:
            return None
        return RequestFinding("PKI-CSR-31", f"{report.tbs_digest} is stopped.", "ours")


def test_requests_are_judged_as_without_another_process(
    shared: Linter, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = device_answer()
    keys = [SoftwareKey(f"device {number}") for number in range(24)]
    ders = [device_csr(key, f"90b3d51f300{at:05x}") for at, key in enumerate(keys)]
    # A subject twice, a key twice, no request at all, and one that nobody signed.
    ders[7] = device_csr(keys[7], f"90b3d51f300{6:05x}")
    ders[8] = device_csr(keys[3], f"90b3d51f300{8:05x}")
    ders[12] = b"0\x00"
    ders[20] = ders[20][:-1] + bytes([ders[20][-1] ^ 1])
    asked = [Imported("set", at, der) for at, der in enumerate(ders, 1)]
    expected = list(judge_requests(asked, DEVICE, answer=answer))
    bad = {at: it.findings[0].rule for at, it in enumerate(expected) if it.findings}
    stopped = {at for at, rule in bad.items() if rule == "PKI-CSR-31"}
    assert set(bad) == stopped | {7, 8, 12, 20}
    assert 3 < len(stopped) < 12
    here = counted(monkeypatch)
    together = list(judge_requests(asked, DEVICE, answer=answer, linter=shared))
    assert together == expected
    assert len(here) < 20


def test_what_was_taken_ahead_is_kept_in_its_place(shared: Linter) -> None:
    ders = [device_csr(SoftwareKey(f"d{at}"), f"90b3d51f3{at:07x}") for at in range(20)]
    ders[5] = ders[5][:-1] + bytes([ders[5][-1] ^ 1])
    judging = _Judging()
    asked = judging.hold(Imported("set", at, der) for at, der in enumerate(ders, 1))
    answer = device_answer()
    judged = judge_requests(asked, DEVICE, answer=answer, linter=shared)
    found = [each.is_good for each in judging.sort(judged)]
    assert not found[5]
    assert 8 < sum(found) < 18
    for kept, good in ((judging.accepted, True), (judging.turned_down, False)):
        told = [
            encode_accepted(der)
            for der, it in zip(ders, found, strict=True)
            if it is good
        ]
        assert kept.getvalue() == b"".join(told)
