"""As many requests as a set may have, from their file to certificates in a pack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ceremony.conduct.actions.imported import MOST_REQUESTS
from ceremony.conduct.issued import save_from_journal
from ceremony.conduct.workspace import Workspace
from tests.fakes.batch_site import device_request, pem, put_batch_site
from tests.fakes.outside_tool import run_tool
from tests.rehearsals.made_act import SCENE, VERIFIED
from tests.rehearsals.stage import copy_site, folder_in_memory, run_python

pytestmark = [pytest.mark.hsm, pytest.mark.soak, pytest.mark.no_cover]

PATIENCE_S = 3 * 3600.0
NAME = "device-certificates"
AT_ONCE = 500


def test_the_largest_set_is_answered_and_its_pack_verifies(
    site_base: Path, tmp_path: Path
) -> None:
    with folder_in_memory("fifty-thousand", tmp_path) as folder:
        workspace, files = folder / "workspace", folder / "files"
        site = copy_site(site_base, workspace)
        put_batch_site(site, [])
        with (site / "devices/all.pem").open("w") as requests:
            for number in range(1, MOST_REQUESTS + 1):
                requests.write(pem(device_request(number)))
        told = run_python(["-c", SCENE, workspace], patience_s=PATIENCE_S)
        assert told.status == 0, told.err
        assert json.loads(told.out)[0] == VERIFIED

        pack = workspace / "evidence.pdf"
        command = ["-m", "ceremony", "verify", pack, "--trust"]
        told = run_python([*command, site / "trust-policy.toml"], patience_s=PATIENCE_S)
        assert VERIFIED in told.out, told.all
        command = ["-m", "ceremony", "extract", pack, "-o", files]
        told = run_python(command, patience_s=PATIENCE_S)
        assert told.status == 0, told.all

        lines = (files / f"issued-{NAME}.jsonl").read_text().splitlines()
        serials = [json.loads(line).get("serial") for line in lines]
        assert len(set(serials) - {None}) == MOST_REQUESTS
        # So many are not in the pack: the site's journal gives them.
        save_from_journal(Workspace(workspace), pack, NAME, folder)
        made = sorted(map(str, (folder / NAME).rglob("part-*/*.pem")))
        assert len(made) == MOST_REQUESTS
        above = [
            f"certificate-{name}-dca-certificate.pem" for name in ("root", "issuing")
        ]
        command = ["openssl", "verify", "-CAfile", above[0], "-untrusted", above[1]]
        for some in batched(made):
            seen = run_tool([*command, *some], files)
            told = seen.stdout.decode().splitlines()
            assert told == [f"{name}: OK" for name in some]


def batched(paths: list[str]) -> Iterator[list[str]]:
    for begin in range(0, len(paths), AT_ONCE):
        yield paths[begin : begin + AT_ONCE]
