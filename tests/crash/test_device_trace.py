"""What a product did by itself, or twice, is seen in the trace of its module.

Each lie is what a product would leave that is broken in one way, such as one that
carries a destruction out again whenever it comes back.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Final

import pytest

from ceremony.conduct.doubt import challenge
from ceremony.identifiers import OperationId
from tests.crash.device_trace import JUDGED, judge_trace, whole_pairs

pytestmark = pytest.mark.crash

TRIED: Final = hashlib.sha256(challenge(OperationId("0a"))).hexdigest()
NOTHING: Final = " "
"""The proxy says no more of it."""

HONEST: Final = f"""
intent token.initialise 01 -
C_InitToken{NOTHING}
intent key.generate 0a -
C_GenerateKeyPair 0a
resumes key.generate 0a - adopt 0a
C_Sign {TRIED}
resumed
intent key.prove 02 -
C_Sign bbbb
intent key.destroy 03 0a
resumes key.destroy 03 0a adopt 0a
resumed
intent key.destroy 04 0a
C_DestroyObject 0a 3
C_DestroyObject 0a 2
resumes key.destroy 04 0a adopt
C_DestroyObject 0a 2
resumed
intent key.generate 0b -
C_GenerateKeyPair 0b
resumes key.generate 0b - adopt 0b
resumes key.generate 0b - destroy 0b
C_DestroyObject 0b 3
C_DestroyObject 0b 2
C_DestroyObject  ffffffffffffffff
resumed
"""
"""A pair that is kept; a destruction that had not begun, and one that was cut off; a
pair that does not sign."""

CLEAN: Final = dict.fromkeys(JUDGED, 0)


def judge(text: str) -> dict[str, int]:
    told = judge_trace(text.strip("\n").split("\n"))
    return {name: n for name, n in told.items() if name not in JUDGED[:3]}


def test_an_honest_trace_is_counted_and_nothing_is_wrong_in_it() -> None:
    told = judge_trace(HONEST.strip("\n").split("\n"))

    assert told == CLEAN | {"acts": 11, "initialised": 1, "destroyed": 6}


@pytest.mark.parametrize(
    ("honest", "lie", "wrong"),
    [
        # A destruction that had not begun is carried out again by itself.
        (
            "03 0a adopt 0a\n",
            "03 0a adopt 0a\nC_DestroyObject 0a 3\nC_DestroyObject 0a 2\n",
            {"whole destroyed": 2},
        ),
        # A whole pair goes although it was to be kept.
        (
            f"C_Sign {TRIED}\n",
            "C_DestroyObject 0a 3\n",
            {"whole destroyed": 1},
        ),
        # Another key goes than the one in doubt.
        (
            "C_DestroyObject 0b 2\n",
            "C_DestroyObject 0c 2\n",
            {"acts by itself": 1},
        ),
        (
            "destroy 0b\n",
            "destroy 0b 0c\nC_DestroyObject 0c 2\n",
            {"acts by itself": 1, "whole destroyed": 1},
        ),
        # It is made, proved or initialised again by itself.
        (
            "03 0a adopt 0a\n",
            "03 0a adopt 0a\nC_InitToken \n",
            {"acts by itself": 1},
        ),
        (
            f"C_Sign {TRIED}\n",
            "C_GenerateKeyPair 0a\n",
            {"acts by itself": 1, "acts twice": 0},
        ),
        (f"C_Sign {TRIED}\n", "C_Sign cccc\n", {"acts by itself": 1}),
        # An act is asked for twice under one intent, or again under the next.
        ("C_InitToken \n", "C_InitToken \nC_InitToken \n", {"acts twice": 1}),
        (
            "C_DestroyObject 0a 3\n",
            "C_DestroyObject 0a 3\nC_DestroyObject 0a 3\n",
            {"acts twice": 1},
        ),
        (
            "intent key.destroy 03 0a\n",
            "intent key.prove 05 -\nC_Sign bbbb\nintent key.destroy 03 0a\n",
            {"acts twice": 1},
        ),
        # Nothing asks for it.
        ("intent key.prove 02 -\n", "", {"acts without intent": 1}),
        ("intent token.initialise 01 -\n", "", {"acts without intent": 1}),
        ("intent key.destroy 04 0a\n", "", {"acts without intent": 2}),
        ("intent key.generate 0b -\n", "", {"acts without intent": 1}),
        (
            "intent key.destroy 04 0a",
            "intent key.destroy 04 0d",
            {"acts without intent": 2},
        ),
        ("C_GenerateKeyPair 0b", "C_GenerateKeyPair 0d", {"acts without intent": 1}),
    ],
)
def test_what_a_product_did_by_itself_or_twice_is_seen(
    honest: str, lie: str, wrong: dict[str, int]
) -> None:
    assert HONEST.count(honest) == 1

    told = judge(HONEST.replace(honest, lie))

    assert told == dict.fromkeys(JUDGED[3:], 0) | wrong


def test_a_pair_is_whole_where_both_of_its_objects_are_there() -> None:
    both = [("private-key", "0a", "key-1"), ("public-key", "0a", "key-1")]
    half, nameless = ("private-key", "0b", ""), ("public-key", "", "")

    assert whole_pairs(Counter([*both, half, nameless])) == {"0a"}
