"""Import requests of devices and answer them in a ceremony on SoftHSM; print JSON.

    python scripts/bench_batch.py COUNT [--peers]

The ceremony is played in the working folder up to the import, which is then taken apart
from the issuing: reading, judging, linting, signing, verifying back, the journal with
its checkpoints and every file are in the two figures; making the requests is not. With
``--peers`` the token's bare signing and ``openssl x509 -req`` through engine_pkcs11 are
measured with the same key in the same run. ``import_s`` and ``issue_s`` are seconds,
``bare_us`` and ``openssl_us`` microseconds a certificate; 0 where it is not there.
``peak_rss`` is the most that the process held, in bytes, ``child_rss`` the most of its
largest child.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ceremony.clock import SystemClock  # noqa: E402  the path is set
from ceremony.conduct.actions import perform  # noqa: E402  the same
from ceremony.conduct.demo import open_demo, set_up  # noqa: E402  the same
from ceremony.conduct.rehearsal import gather  # noqa: E402  the same
from ceremony.conduct.room import Room, enter  # noqa: E402  the same
from ceremony.conduct.workspace import Workspace  # noqa: E402  the same
from ceremony.garbage import look_rarely  # noqa: E402  the same
from ceremony.identifiers import OperationId  # noqa: E402  the same
from ceremony.pack.answers import Answers, load_answers  # noqa: E402  the same
from ceremony.pki.fact import SignatureAlgorithm  # noqa: E402  the same
from ceremony.pki.signature import sign  # noqa: E402  the same
from tests.fakes.batch_site import (  # noqa: E402  the same
    device_request,
    pem,
    put_batch_site,
)

IMPORT, ISSUE = "2.18", "2.19"
KEY: Final = "issuing-dca"
BARE: Final = 300
PEER: Final = 30
KIB: Final = 1024
ENGINES: Final = (
    "/usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so",
    "/usr/lib/aarch64-linux-gnu/engines-3/pkcs11.so",
    "/usr/lib64/engines-3/pkcs11.so",
)


def main(count: int, *, peers: bool) -> None:
    """Take every figure."""
    look_rarely()
    workspace = Workspace(Path("workspace").absolute())
    set_up(workspace, "demo", lambda _: None)
    site = workspace.folder / "site"
    put_batch_site(site, [])
    with (site / "devices/all.pem").open("w") as requests:
        for number in range(1, count + 1):
            requests.write(pem(device_request(number)))
    with enter(workspace, open_demo(workspace), SystemClock()) as at:
        play_to(at, IMPORT)
        before = _peak()
        told: dict[str, float] = {"import_s": _timed(at), "issue_s": _timed(at)}
        told |= {"before_rss": before, "peak_rss": _peak()}
        (parts,) = at.conductor.state.parts.values()
        if sum(part.count for part in parts) != count:
            raise RuntimeError("not every request was answered")
        if peers:
            told["bare_us"] = _sign_bare(at)
            told["openssl_us"] = _sign_by_openssl(at, site)
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    told["child_rss"] = float(children * KIB)
    print(json.dumps(told))


def play_to(at: Room, last: str) -> None:
    """Carry out every step before one."""
    while at.conductor.current().id != last:
        perform_step(at)


def perform_step(at: Room) -> None:
    """Carry the current step out, as its recorded answers say."""
    answers = _read_answers(at.site.folder / "answers.yaml")
    step = at.conductor.current()
    perform(at.conductor, gather(at.conductor, answers.step(step.id), at.pins))


@cache
def _read_answers(path: Path) -> Answers:
    """Read the answers of a whole ceremony once, as ``ceremony run`` does."""
    return load_answers(path)


def _timed(at: Room) -> float:
    begin = time.perf_counter()
    perform_step(at)
    return time.perf_counter() - begin


def _peak() -> float:
    """Give the most memory that this process has held at once, bytes."""
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB)


def _sign_bare(at: Room) -> float:
    """Let the token sign alone, through its module's process."""
    pins = at.site.pins
    if pins is None:
        raise RuntimeError("the site's file holds no PIN")
    made = at.conductor.state.keys[KEY]
    with at.conductor.devices.session("root-hsm", pins.user["root-hsm"]) as session:
        key = session.private_key(OperationId(made.cka_id))
        begin = time.perf_counter()
        for number in range(BARE):
            sign(key, SignatureAlgorithm.ECDSA_SHA256, f"{number:0400}".encode())
        return (time.perf_counter() - begin) / BARE * 1e6


def _sign_by_openssl(at: Room, site: Path) -> float:
    """Answer requests with ``openssl x509 -req``, a process for each."""
    binding = at.conductor.devices.binding
    token = binding.token("root-hsm")
    module = binding.module(token.module)
    engine = next((path for path in ENGINES if Path(path).is_file()), "")
    if not engine or shutil.which("openssl") is None or at.site.pins is None:
        return 0.0
    pin = bytes(at.site.pins.user["root-hsm"].expose()).decode()
    uri = f"pkcs11:serial={token.serial};object={KEY};type=private;pin-value={pin}"
    issuer = site / "issuer.pem"
    name = f"certificate-{KEY}-certificate.pem"
    for event in at.conductor.log.journal.events(at.conductor.ceremony):
        for blob in event.blobs:
            if blob.name == name:
                issuer.write_bytes(at.conductor.log.journal.blob(blob.sha256))
    request = site / "one.csr"
    request.write_text(pem(device_request(1)))
    command = [
        *("openssl", "x509", "-req", "-engine", "pkcs11", "-CAkeyform", "engine"),
        *("-CAkey", uri, "-CA", str(issuer), "-in", str(request), "-days", "365"),
        *("-copy_extensions", "copy", "-sha256"),
    ]
    environment = {**os.environ, **module.environment}
    environment["PKCS11_MODULE_PATH"] = str(module.path)
    begin = time.perf_counter()
    for number in range(PEER):
        done = subprocess.run(  # noqa: S603  openssl with our own arguments
            [*command, "-set_serial", f"{number + 1}"],
            env=environment,
            capture_output=True,
            check=False,
        )
        if done.returncode or b"BEGIN CERTIFICATE" not in done.stdout:
            raise RuntimeError(done.stderr.decode(errors="replace"))
    return (time.perf_counter() - begin) / PEER * 1e6


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--peers", action="store_true")
    given = parser.parse_args()
    main(given.count, peers=given.peers)
