"""Lies in what binds a batch, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from ceremony import canonical
from ceremony.engine.command import Command
from ceremony.engine.facts import Outcome, RequestsJudged
from ceremony.pki.output import Kind, Output
from tests.fakes.bad_packs import BadPack
from tests.fakes.batch_lies import ISSUE, ISSUED, with_digest
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery, keep_command
from tests.fakes.pack_maker import make_pack
from tests.fakes.record_batch import build_batch
from tests.fakes.record_builder import BuiltRecord

CHAIN: Final = "chain-device-certificates.pem"

EARLIER: Final = "2026-11-25T09:00:00Z"
LATER: Final = "2026-11-25T09:30:00Z"
"""Moments before the receipt and after the answer, each within an hour of them."""

Files = dict[str, bytes]


def build_bound(
    change: Callable[[Files], Files] = dict,
    command: Callable[[Command], Command] = keep_command,
) -> BuiltRecord:
    """Make the batch up with the chain and the receipt that bind it.

    Args:
        change: Changes the results file and the chain.
        command: Changes a fact before it is recorded.
    """

    def output(made: Output) -> Files:
        return change(dict(made.files)) if made.kind is Kind.BATCH else {}

    return build_batch(Forgery(output=output, command=command))


def _first_line(name: str, value: str) -> Callable[[Files], Files]:
    """Let the first certificate's line say something else."""

    def change(files: Files) -> Files:
        lines = files[ISSUED].splitlines(keepends=True)
        told = canonical.decode(lines[1].strip())
        assert isinstance(told, dict)
        assert told[name] != value
        told[name] = value
        lines[1] = canonical.encode(told) + b"\n"
        return {**files, ISSUED: with_digest(b"".join(lines))}

    return change


def _last_line(**values: str | int) -> Callable[[Files], Files]:
    """Let the last line say something else of the response."""

    def change(files: Files) -> Files:
        *lines, last = files[ISSUED].splitlines(keepends=True)
        told = canonical.decode(last.strip())
        assert isinstance(told, dict)
        changed = {**told, **values}
        assert changed != told
        if "response_seconds" not in values:
            answered, received = (
                datetime.fromisoformat(str(changed[name]))
                for name in ("answered_at", "received_at")
            )
            changed["response_seconds"] = int((answered - received).total_seconds())
        line = canonical.encode(changed) + b"\n"
        return {**files, ISSUED: b"".join((*lines, line))}

    return change


def _chain(change: Callable[[bytes], bytes]) -> Callable[[Files], Files]:
    return lambda files: {**files, CHAIN: change(files[CHAIN])}


def _upside_down(chain: bytes) -> bytes:
    end = b"-----END CERTIFICATE-----\n"
    return b"".join(part + end for part in reversed(chain.split(end)[:-1]))


def _without_root(chain: bytes) -> bytes:
    return chain[: chain.rindex(b"-----BEGIN")]


def _received(told: str, *, by_import: bool) -> Callable[[Command], Command]:
    """Let the last part tell of another receipt, and the import likewise if wanted."""

    def command(given: Command) -> Command:
        fact = given.fact
        if isinstance(fact, RequestsJudged) and by_import:
            return replace(given, fact=replace(fact, received_at=told))
        if isinstance(fact, Outcome) and fact.part is not None:
            return replace(
                given, fact=replace(fact, part=replace(fact.part, received_at=told))
            )
        return given

    return command


def _lie(
    rule: str,
    place: str,
    change: Callable[[Files], Files] = dict,
    command: Callable[[Command], Command] = keep_command,
) -> Lie:
    return Lie("12", rule, lambda: build_bound(change, command), place)


BATCH_OUTPUT_LIES: Final[Mapping[str, Lie]] = {
    "results-that-name-another-key": _lie(
        "VERIFY-BATCH-08", ISSUE, _first_line("key", "5d" * 32)
    ),
    "results-whose-words-are-of-another-digest": _lie(
        "PKI-ISSUED-01", ISSUED, _first_line("words", "aardvark adroitness")
    ),
    "results-that-name-another-serial-number": _lie(
        "VERIFY-BATCH-08", ISSUE, _first_line("serial", f"{1 << 126:032x}")
    ),
    "results-of-a-shorter-response": _lie(
        "PKI-ISSUED-01", ISSUED, _last_line(response_seconds=0)
    ),
    "results-of-another-receipt": _lie(
        "VERIFY-BATCH-08",
        ISSUE,
        _last_line(received_at=EARLIER),
    ),
    "chain-of-a-batch-upside-down": _lie(
        "VERIFY-OUTPUT-02", CHAIN, _chain(_upside_down)
    ),
    "chain-of-a-batch-without-the-root": _lie(
        "VERIFY-OUTPUT-02", CHAIN, _chain(_without_root)
    ),
    "chain-of-a-batch-left-out": _lie(
        "VERIFY-OUTPUT-02",
        CHAIN,
        lambda files: {ISSUED: files[ISSUED]},
    ),
    "receipt-told-otherwise-with-the-answer": _lie(
        "ENGINE-BATCH-03",
        ISSUE,
        _last_line(received_at=EARLIER),
        _received(EARLIER, by_import=False),
    ),
    "answered-before-it-was-received": _lie(
        "VERIFY-BATCH-09",
        ISSUE,
        command=_received(LATER, by_import=True),
    ),
}
"""Every such lie, by a name that says what it is."""

BATCH_PACKS: Final[Mapping[str, BadPack]] = {
    name: BadPack(
        lie.number,
        lie.rule,
        lambda lie=lie: make_pack(lie.make()),  # type: ignore[misc]  # bound now
    )
    for name, lie in BATCH_OUTPUT_LIES.items()
    if name
    in {
        "answered-before-it-was-received",
        "chain-of-a-batch-upside-down",
        "results-that-name-another-key",
    }
}
"""Packs that are committed with such a lie, by its name."""
