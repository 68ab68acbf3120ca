"""Certificates that two processes lint get the reports that one would give them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from multiprocessing import Pipe
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.conduct.lint_beside import LOOK_AT, LintBeside
from ceremony.conduct.lint_process import answer
from ceremony.errors import EvidenceError, InputError
from ceremony.pki import linter as linter_module
from ceremony.pki.finding import LintReport
from ceremony.pki.lint_task import LintTask, report_on_task
from ceremony.pki.linted import LintedTbs, issue_each, lint_each, lint_tbs
from ceremony.pki.linter import FARTHEST, MANY, Linter
from ceremony.pki.order import Order
from tests.unit.pki.test_pki_linted import RecordingKey, linted

LOADED_WITHIN_S = 60


@pytest.fixture(scope="module")
def shared() -> Iterator[Linter]:
    with Linter(LintBeside) as linter:
        linter.expect(MANY)
        await_loaded(linter)
        yield linter


def await_loaded(linter: Linter) -> LintBeside:
    """Wait until the other process has said that it has loaded the linters."""
    beside = linter._beside
    assert isinstance(beside, LintBeside)
    assert beside._answers.poll(LOADED_WITHIN_S)
    return beside


def tasks(chain: Any, count: int) -> list[LintTask]:
    """Give certificates of two profiles, every third with a finding of its own."""
    profile = chain.issuing_order.profile
    wrong = replace(profile, path_length=1 + (profile.path_length or 0))
    kinds = (
        LintTask(chain.issuing, profile, chain.root),
        LintTask(chain.root, chain.root_order.profile, None),
        LintTask(chain.issuing, wrong, chain.root),
    )
    return [kinds[number // 2 % 3] for number in range(count)]


def counted(monkeypatch: pytest.MonkeyPatch) -> list[LintTask]:
    """Note what is linted in this process."""
    here: list[LintTask] = []

    def lint(task: LintTask) -> LintReport:
        here.append(task)
        return report_on_task(task)

    monkeypatch.setattr(linter_module, "report_on_task", lint)
    return here


def test_shared_or_not_the_reports_are_the_same_and_in_order(
    chain: Any, shared: Linter, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tasks(chain, 60)
    expected = [report_on_task(task) for task in asked]
    assert len({report.findings for report in expected}) == 2
    here = counted(monkeypatch)
    for _ in range(2):
        assert list(shared.report_each(asked)) == expected
    assert 0 < len(here) < 2 * len(asked) - 10


def test_without_another_process_nothing_is_taken_ahead(chain: Any) -> None:
    taken = 0

    def asked() -> Iterator[LintTask]:
        nonlocal taken
        for task in tasks(chain, 3):
            taken += 1
            yield task

    linter = Linter()
    linter.expect(MANY - 1)
    assert linter._beside is None
    for number, _ in enumerate(linter.report_each(asked()), 1):
        assert taken == number


def test_whoever_takes_no_more_leaves_no_answer_to_somebody_else(
    chain: Any, shared: Linter
) -> None:
    asked = tasks(chain, 20)
    for number in (1, 3, 4):
        with closing(shared.report_each(asked)) as reports:
            assert [next(reports) for _ in range(number)] == [
                report_on_task(task) for task in asked[:number]
            ]
    others = asked[2:8]
    assert list(shared.report_each(others)) == [report_on_task(task) for task in others]


def test_a_wait_that_is_broken_off_ends_the_process(chain: Any) -> None:
    def broken_off(_: int) -> bytes:
        raise KeyboardInterrupt

    (task, *_) = tasks(chain, 1)
    with Linter(LintBeside) as linter:
        linter.expect(MANY)
        beside = await_loaded(linter)
        assert beside.give(task)
        beside._answers.recv_bytes = broken_off
        with pytest.raises(KeyboardInterrupt):
            beside.take(wait=True)
        assert beside.is_lost


def test_what_is_not_to_be_linted_keeps_its_place(chain: Any, shared: Linter) -> None:
    some = tasks(chain, 9)
    asked = [None, some[0], None, None, *some[1:], None]
    reports = list(shared.report_each(asked))
    assert [report is None for report in reports] == [each is None for each in asked]
    assert [each for each in reports if each] == [report_on_task(each) for each in some]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_process_that_ends_or_hangs_costs_no_report(
    chain: Any, how: signal.Signals
) -> None:
    asked, reports, taken = tasks(chain, 3 * FARTHEST), [], 0

    def taking() -> Iterator[LintTask]:
        nonlocal taken
        for task in asked:
            taken += 1
            yield task

    with Linter(lambda: LintBeside(patience_s=0.1)) as linter:
        linter.expect(MANY)
        beside = await_loaded(linter)
        assert beside._process is not None
        pid = beside._process.pid
        for report in linter.report_each(taking()):
            reports.append(report)
            assert taken - len(reports) <= FARTHEST
            if len(reports) == 4:
                os.kill(pid, how)
        assert reports == [report_on_task(task) for task in asked]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_last_one_is_not_waited_for_without_end(chain: Any) -> None:
    asked = tasks(chain, 3)
    with Linter(lambda: LintBeside(patience_s=0.1)) as linter:
        linter.expect(MANY)
        beside = await_loaded(linter)
        assert beside._process is not None
        os.kill(beside._process.pid, signal.SIGSTOP)
        expected = [report_on_task(task) for task in asked]
        assert list(linter.report_each(asked)) == expected
        assert beside.is_lost


@pytest.mark.parametrize(
    "program",
    [
        "pass",
        "import os; os.write(1, b'no frame at all')",
        "import os, time; os.write(1, bytes(7) + b'\\1!'); time.sleep(60)",
    ],
    ids=["nothing", "no frame", "no report"],
)
def test_a_process_that_talks_nonsense_costs_no_report(
    chain: Any, program: str
) -> None:
    asked = tasks(chain, 20)
    with Linter(lambda: LintBeside((sys.executable, "-c", program))) as linter:
        linter.expect(MANY)
        beside = await_loaded(linter)
        assert list(linter.report_each(asked)) == [
            report_on_task(task) for task in asked
        ]
        assert beside.is_lost


def test_where_no_process_can_be_started_everything_is_linted_here(chain: Any) -> None:
    asked = tasks(chain, 3)
    absent = ("/nonexistent/python",)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with Linter(lambda: LintBeside(absent)) as linter:
        linter.expect(MANY)
        assert linter._beside is None
        assert list(linter.report_each(asked)) == [report_on_task(it) for it in asked]
    assert len(list(Path("/proc/self/fd").iterdir())) == before


HANGS = "import os, time; os.write(1, bytes(4)); {}; time.sleep(600)"


def test_a_process_that_stops_within_an_answer_is_not_waited_for(chain: Any) -> None:
    (task, *_) = tasks(chain, 1)
    # A frame of 100 bytes is announced, and one comes.
    program = HANGS.format("os.read(0, 1); os.write(1, bytes([0, 0, 0, 100, 1]))")
    with closing(LintBeside((sys.executable, "-c", program), 60)) as beside:
        assert beside._answers.poll(LOADED_WITHIN_S)
        assert beside.give(task)
        assert beside.take(wait=True) is None
        assert beside.is_lost


def test_a_process_that_takes_no_more_is_not_waited_for(chain: Any) -> None:
    (task, *_) = tasks(chain, 1)
    program = HANGS.format("pass")
    with closing(LintBeside((sys.executable, "-c", program), 60)) as beside:
        assert beside._answers.poll(LOADED_WITHIN_S)
        given = sum(beside.give(task) for _ in range(1000))
        assert 0 < given < 1000
        assert beside.is_lost


def test_a_report_on_something_else_counts_for_nothing(chain: Any) -> None:
    first, second = {it.certificate: it for it in tasks(chain, 3)}.values()

    class Shifted(LintBeside):
        """Answers each certificate with what it said of the other one."""

        def give(self, task: LintTask) -> bool:
            return super().give(second if task is first else first)

    with Linter(Shifted) as linter:
        linter.expect(MANY)
        beside = await_loaded(linter)
        asked = [first, second] * 3
        assert list(linter.report_each(asked)) == [report_on_task(it) for it in asked]
        assert beside.is_lost


def test_giving_that_is_broken_off_ends_the_process(chain: Any) -> None:
    def broken_off(_: bytes) -> None:
        raise KeyboardInterrupt

    (task, *_) = tasks(chain, 1)
    with Linter(LintBeside) as linter:
        linter.expect(MANY)
        beside = await_loaded(linter)
        beside._tasks.send_bytes = broken_off
        with pytest.raises(KeyboardInterrupt):
            beside.give(task)
        assert beside.is_lost


def test_what_cannot_be_taken_apart_is_refused_as_it_is_here(
    chain: Any, shared: Linter
) -> None:
    good, *_ = tasks(chain, 1)
    der = chain.issuing.public_bytes(Encoding.DER)
    asked = [good, replace(good, certificate=Unreadable(der)), good]
    with pytest.raises(InputError) as caught:
        list(shared.report_each(asked))
    assert caught.value.code == "PKI-CERT-02"
    assert list(shared.report_each([good])) == [report_on_task(good)]


class Unreadable:
    """A certificate of which only the first half is there."""

    def __init__(self, der: bytes) -> None:
        self._der = der[: len(der) // 2]

    def public_bytes(self, encoding: Encoding) -> bytes:
        del encoding
        return self._der


def test_it_ends_with_the_program_that_started_it() -> None:
    program = (
        "from ceremony.conduct.lint_beside import LintBeside; import time; "
        "print(LintBeside()._process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(  # noqa: S603  our own interpreter
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    until = time.monotonic() + LOADED_WITHIN_S
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert not Path(f"/proc/{pid}").exists()


def test_the_inside_answers_each_certificate_until_nothing_comes(chain: Any) -> None:
    here, there = Pipe()
    asked = Thread(target=answer, args=(there, there))
    asked.start()
    beside = LintBeside((sys.executable, "-c", "pass"))
    with closing(here), closing(beside):
        assert here.recv_bytes() == b""
        beside._tasks.close()
        beside._answers.close()
        beside._tasks = beside._answers = here
        beside._is_loaded = True
        for task in tasks(chain, 6):
            assert beside.give(task)
            told = beside.take(wait=True)
            assert told is not None
            assert told.report == report_on_task(task)
        here.send_bytes(LOOK_AT + chain.issuing.public_bytes(Encoding.DER)[:40])
        told = beside.take(wait=True)
        assert told is not None
        assert told.report is None
    asked.join(LOADED_WITHIN_S)
    assert not asked.is_alive()


def orders(count: int, chain: Any) -> list[tuple[Order, Any]]:
    key = chain.issuing_key.public_key()
    return [
        (replace(chain.issuing_order, serial=chain.issuing_order.serial + each), key)
        for each in range(count)
    ]


def test_a_part_is_linted_and_signed_as_without_another_process(
    chain: Any, shared: Linter
) -> None:
    asked = orders(30, chain)
    part = tuple(lint_each(asked, shared))
    assert part == tuple(lint_tbs(*each) for each in asked)
    key = RecordingKey(chain.root_key)
    passed = [each for each in part if isinstance(each, LintedTbs)]
    made = list(issue_each(passed, key, chain.root_key.public_key(), shared))
    assert [each.tbs_certificate_bytes for each in made] == [
        each.tbs for each in passed
    ]
    assert key.signed == [each.tbs for each in passed]


def test_a_report_about_other_bytes_lets_nothing_pass(
    chain: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed, key = linted(chain), RecordingKey(chain.root_key)
    other = replace(passed.report, rule_count=passed.report.rule_count + 1)
    monkeypatch.setattr(linter_module, "report_on_task", lambda _: other)
    with pytest.raises(EvidenceError) as caught:
        list(issue_each([passed], key, chain.root_key.public_key(), Linter()))
    assert caught.value.code == "PKI-TBS-01"
    (later, *_) = orders(2, chain)[1:]
    with pytest.raises(EvidenceError) as caught:
        list(lint_each([later], Linter()))
    assert caught.value.code == "PKI-TBS-01"


def test_nobody_else_lints_what_is_signed(chain: Any) -> None:
    class Lenient(Linter):
        pass

    passed, key = linted(chain), RecordingKey(chain.root_key)
    with pytest.raises(TypeError, match="by a Linter"):
        list(lint_each(orders(1, chain), Lenient()))
    with pytest.raises(TypeError, match="by a Linter"):
        list(issue_each([passed], key, chain.root_key.public_key(), Lenient()))
    assert key.signed == []
