"""A set of which one certificate would be stopped by the lint alone, on SoftHSM.

No request of it lacks a path: the lint alone is why the verifier has to judge again.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rehearsals.made_act import VERIFIED, play_act
from tests.rehearsals.test_batch_paths import (
    OWN,
    ROOT,
    batch_act,
    batch_things,
    issued,
    leaves,
    request_for,
)

pytestmark = [pytest.mark.hsm, pytest.mark.slow, pytest.mark.no_cover]


def test_what_the_lint_would_stop_is_refused_alone_and_the_pack_is_verified(
    site_base: Path, tmp_path: Path
) -> None:
    hosts = ("a.northmoor.ex4mple", "*.northmoor.ex4mple", "c.northmoor.ex4mple")
    requests = [request_for(*each) for each in enumerate(hosts, 1)]
    things, act = batch_things(), batch_act()
    # No top label has a digit: a star is let be below one that may be, and not here.
    other = ROOT.replace(b"dns:northmoor.example", b"dns:northmoor.ex4mple")
    profiles = {**OWN, "northmoor-root.yaml": other}
    with play_act(
        site_base, tmp_path, things, act, profiles=profiles, requests=requests
    ) as done:
        assert done.lines[0] == VERIFIED
        (judged,) = leaves(done, "requests.judged")
        assert judged["failures"] == [{"rule": "PKI-CSR-31", "count": 1}]
        assert len(issued(done)) == 2
        assert not [each for each in done.remarks if "were refused rests on" in each]
