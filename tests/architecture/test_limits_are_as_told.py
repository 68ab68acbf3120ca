"""Limits on what comes from outside: as long, and as many, as the documents say.

Tests that go by a limit's name would follow it wherever it moves. Each is therefore
held here against its number, and against the words that a reader is told.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony.conduct.actions.imported import MOST_REQUESTS
from ceremony.journal.codec import LEAF_LIMIT
from ceremony.journal.note import NOTE_LIMIT, SIGNATURE_LIMIT
from ceremony.journal.proof import HASH_LIMIT, PROOF_LIMIT
from ceremony.pack.batch_files import EMBEDDED_LIMIT
from ceremony.pki.file_kind import LARGEST, LARGEST_LIST
from ceremony.pki.request_file import (
    LARGEST_REQUEST,
    LARGEST_SET,
    LARGEST_SINGLE,
    LONGEST_BASE64,
)
from ceremony.pki.request_results import LONGEST_LINE
from ceremony.script.printable import LARGEST_FILE
from ceremony.script.shape import LONGEST_TEXT
from ceremony.verify import limits
from ceremony.verify.child import MEMORY_LIMIT

DOCS = Path(__file__).parents[2] / "docs"
RULES, VERIFICATION = "rules-pki.md", "spec/verification-v1.md"

LIMITS = {
    "a request": (LARGEST_REQUEST, 65_536, RULES, "at most 65,536 octets"),
    "a file with one": (LARGEST_SINGLE, 262_144, RULES, "one at most 262,144,"),
    "a file with several": (
        *(LARGEST_SET, 268_435_456, RULES),
        "several at most 268,435,456.",
    ),
    "a line of a request": (LONGEST_BASE64, 87_385, RULES, "at most 87,385 octets."),
    "a set": (MOST_REQUESTS, 50_000, "rules.md", "at most 50,000 requests"),
    "a file to be looked at": (LARGEST, 262_144, RULES, "in at most 262,144 octets,"),
    "a list to be looked at": (LARGEST_LIST, 4_194_304, RULES, "a list in 4,194,304."),
    "a line of results": (
        *(LONGEST_LINE, 1_048_576, "spec/request-results-v1.md"),
        "at most 1 MiB long",
    ),
    "a file of a site": (LARGEST_FILE, 4_194_304, "rules-script.md", "at most 4 MiB"),
    "a text": (LONGEST_TEXT, 2_000, "spec/script-v1.md", "at most 2,000 characters"),
    "a leaf": (LEAF_LIMIT, 16_384, "spec/journal-v1.md", "larger than 16,384 bytes"),
    "a note": (NOTE_LIMIT, 65_536, "spec/journal-v1.md", "and 65,536 bytes"),
    "lines of a note": (SIGNATURE_LIMIT, 64, "spec/journal-v1.md", "accepts 64 lines"),
    "a proof": (PROOF_LIMIT, 262_144, "spec/journal-v1.md", "and 262,144 bytes"),
    "hashes of a proof": (HASH_LIMIT, 63, "spec/journal-v1.md", "at most 63 hashes"),
    "embedded requests": (EMBEDDED_LIMIT, 1_000, "spec/pack-v1.md", "more than 1,000,"),
    "a pack": (limits.FILE_LIMIT, 67_108_864, VERIFICATION, "be at most 64 MiB"),
    "objects of a pack": (
        *(limits.OBJECT_LIMIT, 300_000, VERIFICATION),
        "at most 300,000 objects",
    ),
    "pages of a pack": (limits.PAGE_LIMIT, 20_000, VERIFICATION, "1 to 20,000 pages"),
    "files in a pack": (
        *(limits.ATTACHMENT_LIMIT, 5_000, VERIFICATION),
        "5,000 embedded files",
    ),
    "streams of a pack": (
        *(limits.DECODED_LIMIT, 268_435_456, VERIFICATION),
        "256 MiB of decoded streams",
    ),
    "a small stream": (limits.SMALL_STREAM, 65_536, VERIFICATION, "more than 64 KiB"),
    "how a stream grows": (
        *(limits.RATIO_LIMIT, 100, VERIFICATION),
        "grow more than a hundred times",
    ),
    "memory for a pack": (MEMORY_LIMIT, 419_430_400, VERIFICATION, "most 400 MB"),
}


@pytest.mark.parametrize("what", LIMITS)
def test_a_limit_is_the_one_that_the_documents_tell(what: str) -> None:
    limit, number, page, words = LIMITS[what]
    assert limit == number
    assert words in " ".join((DOCS / page).read_text().split())
