"""Verify a pack in this process, and tell how long each check took.

    python scripts/bench_verify.py PACK POLICY PROOF

Calls the checks one by one in the verifier's own order. Prints one JSON object:
milliseconds by check, libraries loaded before; and how long the pages take to lay out.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ceremony.pack.policy_file import decode_trust_policy
from ceremony.report.layout import lay_out
from ceremony.verify.attest import check_attestations
from ceremony.verify.checkpoint import check_checkpoints
from ceremony.verify.cosign import check_quorum
from ceremony.verify.device import check_devices
from ceremony.verify.document import check_document
from ceremony.verify.form import read_strictly
from ceremony.verify.journal import check_chain, check_roots
from ceremony.verify.limits import unpack
from ceremony.verify.manifest import check_manifest
from ceremony.verify.mode import check_mode
from ceremony.verify.pages import check_pages
from ceremony.verify.pki import check_certificates
from ceremony.verify.proof import check_proof
from ceremony.verify.run import check_run
from ceremony.verify.times import check_times
from ceremony.verify.trace import decide_again
from ceremony.verify.tree import read_tree

T = TypeVar("T")


class Stopwatch:
    """Times one call after another."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}

    def time(self, name: str, call: Callable[[], T]) -> T:
        """Make a call, keep how long it took and give what it gave."""
        begin = time.perf_counter()
        result = call()
        self.milliseconds[name] = (time.perf_counter() - begin) * 1000
        return result


def measure(pdf: bytes, policy_file: Path, proof: bytes) -> dict[str, float]:
    """Time every check on a pack.

    Args:
        pdf: The pack's bytes.
        policy_file: The trust policy.
        proof: The companion file, UTF-8.
    """
    policy = decode_trust_policy(policy_file.read_bytes(), policy_file.name)
    watch = Stopwatch()
    timed = watch.time
    files = timed("1 limits", lambda: unpack(pdf)).files
    timed("2 files and manifest", lambda: check_manifest(files))
    record, leaves = timed("3 form", lambda: read_strictly(files))
    timed("4 chain", lambda: check_chain(leaves))
    tree = timed("5 roots, computed", lambda: read_tree(record))
    timed("5 roots, compared", lambda: check_roots(record, leaves, tree))
    timed("6 checkpoints", lambda: check_checkpoints(record, policy, tree))
    timed("7 quorum", lambda: check_quorum(record, policy, tree))
    trace = timed("9-16 rules, decided again", lambda: decide_again(record))
    timed("9 attestations", lambda: check_attestations(record, policy, trace))
    timed("10 run", lambda: check_run(record, policy, trace))
    timed("11 devices", lambda: check_devices(record, policy, trace))
    timed("12 certificates", lambda: check_certificates(record, policy, trace))
    timed("13a document", lambda: check_document(pdf, record, policy))
    timed("13b proof", lambda: check_proof(pdf, record, policy, proof))
    timed("14 pages", lambda: check_pages(pdf, record))
    timed("15 times", lambda: check_times(record))
    timed("16 mode", lambda: check_mode(record, policy, trace))
    layout = timed("layout", lambda: lay_out(record))
    return {**watch.milliseconds, "pages": layout.page_count, "leaves": len(leaves)}


if __name__ == "__main__":
    pack, policy_path, proof_path = map(Path, sys.argv[1:4])
    print(json.dumps(measure(pack.read_bytes(), policy_path, proof_path.read_bytes())))
