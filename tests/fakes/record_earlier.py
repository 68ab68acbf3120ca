"""Two made-up ceremonies of one journal: the second works with what the first made.

The second is the record that is judged. What it is told of the first one is what the
site's own search finds in the first one's leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from ceremony import canonical
from ceremony.conduct.earlier import Found, find_earlier
from ceremony.engine.facts import CertificateBrought, EarlierFound
from ceremony.identifiers import CeremonyId, Digest
from ceremony.pack.certificate_leaf import certificate_leaf
from ceremony.pack.policy import COPIES_WAIVER
from ceremony.pki.certificate import fingerprint
from ceremony.register.history import History
from ceremony.script.decode import decode_script
from ceremony.script.model import Script, Step, ThingKind
from tests.fakes.act_script import act_script
from tests.fakes.forgery import Forgery, keep_bytes
from tests.fakes.made_up_site import Site
from tests.fakes.record_builder import BuiltRecord, RecordBuilder, build_record

FIRST: Final = CeremonyId("KC-2025-007-R1")
TOKENS: Final = [
    "root-hsm: {kind: token, title: Root token}",
    "second-hsm: {kind: token, title: Second token}",
]
ROOT: Final = "profile: smki-root-oca, common-name: NA"
ISSUING: Final = "profile: smki-issuing-oca, common-name: NB"
LOST: Final = "serial:4a0f 2020-01-15 cessation-of-operation"

WRAPS: Final = "algorithm: AES-256, use: wrap, copies: wrapped, check-value: cmac"
CARRIES: Final = "algorithm: RSA-2048, use: wrap"

Contents = Callable[[EarlierFound, dict[str, bytes]], dict[str, bytes]]


def _key(name: str, token: str, told: str) -> str:
    return f"{name}: {{kind: key, title: Key {name}, token: {token}, {told}}}"


def _made(name: str, kind: str, told: str = "") -> str:
    return f"{name}: {{kind: {kind}, title: The {name}{told and ', '}{told}}}"


def _listed(token: str) -> str:
    return f"token.inventory, with: {{token: {token}}}"


def _do(verb: str, told: str) -> str:
    return f"{verb}, with: {{{told}}}"


def _issue(request: str, certificate: str) -> str:
    told = f"key: root-oca, request: {request}, certificate: {certificate}"
    return _do("certificate.issue", told)


def _list(name: str, number: int, revoked: str) -> str:
    told = f"key: root-oca, crl: {name}, number: {number}, revoked: [{revoked}]"
    return _do("crl.issue", told)


def first_script() -> bytes:
    """Give the script of the first ceremony."""
    things = [
        *TOKENS,
        _key("carrier", "second-hsm", CARRIES),
        _key("kek", "root-hsm", WRAPS),
        _key("kek-copy", "second-hsm", "copy-of: kek"),
        _key("root-oca", "root-hsm", f"copies: wrapped, {ROOT}"),
        _made("root-oca-certificate", "certificate", ROOT),
        _key("issuing-oca", "second-hsm", ISSUING),
        _made("issuing-oca-certificate", "certificate", ISSUING),
        _made("issuing-request", "request"),
        _made("first-list", "crl", "profile: smki-oca-arl"),
    ]
    certified = "key: root-oca, certificate: root-oca-certificate"
    act = [
        _do("token.initialise", "token: root-hsm"),
        _do("token.initialise", "token: second-hsm"),
        _listed("second-hsm"),
        _do("key.generate", "key: carrier"),
        _listed("root-hsm"),
        _do("key.generate", "key: kek"),
        _do("key.generate", "key: root-oca"),
        _do("certificate.self-sign", certified),
        _do("key.generate", "key: issuing-oca"),
        _do("key.wrap", "key: kek, under: carrier, method: rsa-oaep-sha1"),
        _do("key.unwrap", "key: kek-copy, under: carrier"),
        _do("key.check-value", "key: kek"),
        _do("key.check-value", "key: kek-copy"),
        _do("key.wrap", "key: root-oca, under: kek, method: aes-kwp"),
        _do("csr.create", "key: issuing-oca, request: issuing-request"),
        _issue("issuing-request", "issuing-oca-certificate"),
        _list("first-list", 4, LOST),
        _listed("root-hsm"),
        _listed("second-hsm"),
    ]
    return act_script(things, act, "first")[0].encode()


def second_script(first: BuiltRecord) -> bytes:
    """Give the script of the second ceremony, which names what the first made."""
    state = first.builder.state

    def pair(name: str) -> str:
        return f"public-key: {state.keys[name].public_key}"

    def secret(name: str) -> str:
        return f"{WRAPS}, cka-id: {state.secret_keys[name].cka_id}"

    def proven(name: str) -> str:
        return f"sha256: {state.certificates[name].digest}"

    issued = proven("issuing-oca-certificate")
    root = f"copies: wrapped, {ROOT}, {pair('root-oca')}"
    things = [
        *TOKENS,
        _key("kek", "root-hsm", secret("kek")),
        _key("kek-copy", "second-hsm", secret("kek-copy")),
        _key("carrier", "second-hsm", f"{CARRIES}, {pair('carrier')}"),
        _key("root-oca", "root-hsm", root),
        _key("root-copy", "second-hsm", "copy-of: root-oca"),
        _made(
            "root-oca-certificate",
            "certificate",
            f"{ROOT}, {proven('root-oca-certificate')}",
        ),
        _key("issuing-oca", "second-hsm", f"{ISSUING}, {pair('issuing-oca')}"),
        _made("old-certificate", "certificate", f"{ISSUING}, {issued}"),
        _made("issuing-oca-certificate", "certificate", ISSUING),
        _made("cross-certificate", "certificate", ISSUING),
        _made("other-ca", "certificate", f"sha256: {fingerprint(Site().ca)}"),
        _made("issuing-request", "request"),
        _made("second-list", "crl", "profile: smki-oca-arl"),
    ]
    crossed = "key: root-oca, of: old-certificate, certificate: cross-certificate"
    act = [
        _listed("root-hsm"),
        _listed("second-hsm"),
        _do("key.prove", "key: root-oca"),
        _do("key.prove", "key: issuing-oca"),
        _do("key.check-value", "key: kek-copy"),
        _list("second-list", 5, f"{LOST}, old-certificate today superseded"),
        _do("csr.create", "key: issuing-oca, request: issuing-request"),
        _issue("issuing-request", "issuing-oca-certificate"),
        _do("certificate.cross-sign", crossed),
        _listed("second-hsm"),
        _do("key.unwrap", "key: root-copy, under: kek-copy"),
        _listed("second-hsm"),
        _listed("root-hsm"),
        _do("key.destroy", "key: root-oca"),
        _listed("root-hsm"),
    ]
    return act_script(things, act, "second")[0].encode()


def made_here(script: Script) -> Script:
    """Give a script whose ceremony makes itself what exists already; others' stays."""
    things = [
        it if it.is_brought else replace(it, public_key="", cka_id="", sha256="")
        for it in script.things
    ]
    return replace(script, things=tuple(things))


HONEST: Final = Forgery()


@cache
def build_first(forgery: Forgery = HONEST) -> BuiltRecord:
    """Make the first ceremony up, honestly or with a forgery."""
    script = first_script()
    told = replace(forgery, script=lambda _: script, ceremony=FIRST)
    return build_record(told)


def search(script: Script, built: BuiltRecord) -> tuple[Found, ...]:
    """Find what a script says exists already in the first ceremony's leaves."""
    first = built.builder
    history = History()
    for recorded in first.facts:
        history.take(recorded.event)
    blobs = {canonical.digest(raw): raw for raw in built.files.values()}
    serials = {
        thing.name: f"S-{thing.name}"
        for thing in script.things
        if thing.kind is ThingKind.TOKEN
    }

    def blob(digest: Digest) -> bytes:
        return blobs[digest]

    return find_earlier(script, serials, history, blob)


def keep_contents(_: EarlierFound, files: dict[str, bytes]) -> dict[str, bytes]:
    """Leave what goes with a fact as it is."""
    return files


def build_earlier(
    forgery: Forgery = HONEST,
    contents: Contents = keep_contents,
    first: Forgery = HONEST,
    brought: Callable[[bytes], bytes] = keep_bytes,
) -> BuiltRecord:
    """Make the second ceremony up, honestly or with a forgery, approved as it is.

    Args:
        forgery: What is changed; its ``before`` is not asked.
        contents: Changes the files that go with what is told of the first ceremony.
        first: What is changed in that one; nobody has looked at its record.
        brought: Changes the other CA's certificate, PEM.
    """
    before_it = build_first(first)
    honest = second_script(before_it)
    script = forgery.script(honest)
    found = search(decode_script(honest, "second.yaml"), before_it)

    def before(builder: RecordBuilder, _: Step) -> None:
        if builder.state.position:
            return
        for each in found:
            files = contents(each.fact, dict(each.contents))
            builder.record(each.fact, contents=files, in_step=False)
        other_ca = Site().ca.public_bytes(Encoding.PEM)
        fact = CertificateBrought("other-ca", certificate_leaf(Site().ca, ""))
        files = {"certificate-other-ca.pem": brought(other_ca)}
        builder.record(fact, contents=files, in_step=False)

    told = replace(
        forgery,
        script=lambda _: script,
        before=before,
        foreign=tuple(before_it.builder.hashes),
    )
    built = build_record(told)
    policy = replace(
        built.policy,
        scripts=(built.builder.script.digest,),
        waivers=(*built.policy.waivers, COPIES_WAIVER),
    )
    return replace(built, policy=policy)
