"""Lies about why requests were refused, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceremony.engine.facts import RequestRefused, RuleBroken
from tests.fakes.batch_lies import IMPORT, judged_as
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.record_batch import TAMPERED, TWICE, build_batch
from tests.fakes.record_builder import BuiltRecord

UNSIGNED: Final = RuleBroken(
    "PKI-REQUEST-02",
    "The request is not signed with the key that it names.",
    "RFC 2986, section 3",
)
TOLD_TWICE: Final = RuleBroken(
    "PKI-CSR-07",
    "A subject stands in one request of a set; it is that of request 1.",
    "this tool's own",
)


def refused_with(
    unsigned: tuple[RuleBroken, ...], twice: tuple[RuleBroken, ...]
) -> tuple[RequestRefused, ...]:
    """Tell of both refused requests of the set, with reasons in words."""
    return (
        RequestRefused(TAMPERED, f"device-{TAMPERED}.csr", (UNSIGNED.rule,), unsigned),
        RequestRefused(TWICE, f"device-{TWICE}.csr", (TOLD_TWICE.rule,), twice),
    )


def _build(
    unsigned: tuple[RuleBroken, ...], twice: tuple[RuleBroken, ...]
) -> BuiltRecord:
    first = refused_with(unsigned, twice)
    return build_batch(Forgery(command=judged_as(first=first)))


def build_refused() -> BuiltRecord:
    """Make an honest record that says in words why requests were refused."""
    return _build((UNSIGNED,), (TOLD_TWICE,))


def _lie(unsigned: tuple[RuleBroken, ...], twice: tuple[RuleBroken, ...]) -> Lie:
    return Lie("12", "VERIFY-BATCH-01", lambda: _build(unsigned, twice), IMPORT)


REFUSAL_LIES: Final[Mapping[str, Lie]] = {
    "a-refused-request-told-in-other-words": _lie(
        (RuleBroken(UNSIGNED.rule, "Its owner has withdrawn it.", UNSIGNED.source),),
        (TOLD_TWICE,),
    ),
    "a-refused-request-told-by-another-clause": _lie(
        (RuleBroken(UNSIGNED.rule, UNSIGNED.text, "RFC 5280, section 6"),),
        (TOLD_TWICE,),
    ),
    "a-refused-request-told-without-its-reason": _lie((UNSIGNED,), ()),
}
"""Every such lie, by a name that says what it is."""
