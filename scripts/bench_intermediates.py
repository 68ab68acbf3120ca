"""Answer 25 requests of issuing CAs under one root on SoftHSM; print JSON.

    python scripts/bench_intermediates.py p384|rsa4096

A ceremony is played in the working folder. It answers :data:`SETS` sets of 25 requests,
and after each the token signs as often with the same key and nothing else. Of one
certificate, milliseconds, the median of the sets:

* ``judged_ms``: its request read, judged and tried out, journaled with every file;
* ``issued_ms``: linted, its path validated, signed, verified back, linted and validated
  again, journaled with its checkpoint and every file;
* ``verified_ms``: what the verifier does for it, once the ceremony is sealed;
* ``bare_ms``: the token's signature alone.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import combinations, islice
from pathlib import Path
from statistics import median
from typing import Final

from bench_batch import perform_step, play_to
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.clock import SystemClock
from ceremony.conduct.demo import finish_demo, open_demo, set_up
from ceremony.conduct.room import Room, enter
from ceremony.conduct.workspace import Workspace
from ceremony.garbage import look_rarely
from ceremony.identifiers import OperationId
from ceremony.pack.record import read_record
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.naming import subject_name
from ceremony.pki.request_form import allowed_signatures
from ceremony.pki.signature import SigningKey, sign, sign_built
from ceremony.verify.limits import unpack
from ceremony.verify.lint import verify_linted
from ceremony.verify.parts import verify_batches
from tests.fakes.act_script import REQUESTS, act_script
from tests.fakes.key_acts import put_script

COUNT: Final = 25
SETS: Final = 5
KINDS: Final = {"p384": ("ec-p384", "P-384"), "rsa4096": ("rsa-4096", "RSA-4096")}
"""How profiles call a kind, and how scripts do."""
NAMES: Final = {"organization": "Example", "country": "GB"}


def main(kind: str) -> None:
    """Take every figure."""
    look_rarely()
    workspace = Workspace(Path("workspace").absolute())
    set_up(workspace, "demo", lambda _: None)
    _put_site(workspace.folder / "site", kind)
    judged, issued, bare = [], [], []
    out = workspace.folder / "evidence.pdf"
    with enter(workspace, open_demo(workspace), SystemClock()) as at:
        first = next(
            step.id for step in at.conductor.script.steps if step.verb == "csr.import"
        )
        play_to(at, first)
        for _ in range(SETS):
            judged.append(_each_ms(at))
            issued.append(_each_ms(at))
            bare.append(_sign_bare(at, kind))
        parts = at.conductor.state.parts.values()
        if [sum(each.count for each in made) for made in parts] != [COUNT] * SETS:
            raise RuntimeError("not every request was answered")
        finish_demo(at, out, lambda _: None)
    # The first one warms up, as the first verification does.
    taken = {"judged_ms": judged, "issued_ms": issued, "bare_ms": bare}
    told = {name: median(of[1:]) for name, of in taken.items()}
    print(json.dumps({**told, "verified_ms": _verify(out)}))


def _each_ms(at: Room) -> float:
    begin = time.perf_counter()
    perform_step(at)
    return (time.perf_counter() - begin) / COUNT * 1000


def _put_site(site: Path, kind: str) -> None:
    """Let the site's script make a root, and answer the sets under it."""
    profile, algorithm = KINDS[kind]
    values = ", ".join(f"{name}: {value}" for name, value in NAMES.items())
    root = (
        f"profile: root-ca-{profile}, common-name: Made up root, values: {{{values}}}"
    )
    made = f"token: root-hsm, algorithm: {algorithm}, {root}"
    ends = "reader: custodian, typist: internal-witness, source: projector"
    own, printed = (
        "{key: root, certificate: root-cert}",
        "what: certificate fingerprint",
    )
    things = [
        "root-hsm: {kind: token, title: Root token}",
        f"root: {{kind: key, title: Root key, {made}}}",
        f"root-cert: {{kind: certificate, title: Root certificate, {root}}}",
    ]
    act = [
        "token.initialise, irreversible: true, with: {token: root-hsm}",
        "token.inventory, with: {token: root-hsm, expect-objects: 0}",
        "key.generate, irreversible: true, with: {key: root}",
        "token.inventory, with: {token: root-hsm, expect-objects: 2}",
        f"certificate.self-sign, irreversible: true, with: {own}",
        f"check, with: {{subject: root, what: public key, words: 8, {ends}}}",
        f"check, with: {{subject: root-cert, {printed}, words: 32, {ends}}}",
    ]
    for number in range(1, SETS + 1):
        same = f"title: Set {number}, profile: issuing-ca-{profile}"
        things += [
            f"asked-{number}: {{kind: requests, {same}}}",
            f"made-{number}: {{kind: certificates, {same}}}",
        ]
        what = f"key: root, request: asked-{number}, certificate: made-{number}"
        act += [
            f"csr.import, with: {{request: asked-{number}}}",
            f"certificate.issue, irreversible: true, with: {{{what}}}",
        ]
    script, answers = act_script(things, act)
    for number in range(1, SETS + 1):
        answers = answers.replace(f"files: {REQUESTS}}}", f"files: set-{number}}}", 1)
    Path("script.yaml").write_text(script)
    Path("answers.yaml").write_text(answers)
    put_script(site, Path("script.yaml"), Path("answers.yaml"))
    _write_requests(site, kind)


def _write_requests(site: Path, kind: str) -> None:
    profile = load_builtin_profile(f"issuing-ca-{KINDS[kind][0]}")
    keys = _keys(kind, COUNT * SETS)
    for number, key in enumerate(keys):
        folder = site / f"set-{number // COUNT + 1}"
        folder.mkdir(exist_ok=True)
        values = {**NAMES, "common-name": f"Issuing CA {number}"}
        builder = x509.CertificateSigningRequestBuilder(subject_name(profile, values))
        request = sign_built(builder, key, allowed_signatures(profile)[0])
        der = request.public_bytes(Encoding.DER)
        (folder / f"request-{number:03}.csr").write_bytes(der)


def _keys(kind: str, count: int) -> list[SigningKey]:
    """Make the keys that ask; the RSA keys share primes, which are found slowly."""
    if kind == "p384":
        return [ec.generate_private_key(ec.SECP384R1()) for _ in range(count)]
    primes: list[int] = []
    while len(primes) * (len(primes) - 1) // 2 < count:
        found = rsa.generate_private_key(65537, 4096).private_numbers()
        primes += [found.p, found.q]
    return [_of_primes(*pair) for pair in islice(combinations(primes, 2), count)]


def _of_primes(p: int, q: int) -> rsa.RSAPrivateKey:
    exponent = 65537
    d = pow(exponent, -1, (p - 1) * (q - 1))
    return rsa.RSAPrivateNumbers(
        p,
        q,
        d,
        rsa.rsa_crt_dmp1(d, p),
        rsa.rsa_crt_dmq1(d, q),
        rsa.rsa_crt_iqmp(p, q),
        rsa.RSAPublicNumbers(exponent, p * q),
    ).private_key()


def _sign_bare(at: Room, kind: str) -> float:
    """Let the token sign alone, through its module's process."""
    if at.site.pins is None:
        raise RuntimeError("the site's file holds no PIN")
    made = at.conductor.state.keys["root"]
    algorithm = load_builtin_profile(f"issuing-ca-{KINDS[kind][0]}").signature
    pin = at.site.pins.user["root-hsm"]
    with at.conductor.devices.session("root-hsm", pin) as session:
        key = session.private_key(OperationId(made.cka_id))
        begin = time.perf_counter()
        for number in range(COUNT):
            sign(key, algorithm, f"{number:0400}".encode())
        return (time.perf_counter() - begin) / COUNT * 1000


def _verify(pack: Path) -> float:
    """Verify requests, certificates, paths and lints of a sealed pack's batches."""
    record = read_record(unpack(pack.read_bytes()).files)
    taken = []
    for _ in range(3):
        begin = time.perf_counter()
        verify_batches(record)
        verify_linted(record)
        taken.append((time.perf_counter() - begin) / (COUNT * SETS) * 1000)
    return median(taken[1:])


if __name__ == "__main__":
    main(sys.argv[1])
