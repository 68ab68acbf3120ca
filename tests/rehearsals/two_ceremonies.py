"""Two ceremonies of one site on SoftHSM: the second works with what the first made.

The first makes a root and an issuing CA below it, wraps the root, restores the wrapping
key in a second token and signs a list. The second shows that the keys are there, signs
the next list, renews the issuing CA's certificate, certifies a new CA, restores the
root in the second token and destroys the first one.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from tests.fakes.outside_tool import run_tool
from tests.rehearsals.made_act import BEGIN, read_backs

NAMES: Final = "values: {organization: Example, country: GB}"
ROOT: Final = f"profile: root-ca-ec-p384, common-name: Root, {NAMES}"
BELOW: Final = f"profile: issuing-ca-ec-p384, common-name: Below, {NAMES}"
NEXT: Final = f"profile: issuing-ca-ec-p384, common-name: Next, {NAMES}"
ENDS: Final = "reader: custodian, typist: internal-witness, source: projector"
TOKENS: Final = [
    "root-hsm: {kind: token, title: Root token}",
    "issuing-hsm: {kind: token, title: Backup token}",
]
SECOND: Final = f"common-name: Second root, {NAMES}"
LOST: Final = "serial:4a0f 2020-01-15 cessation-of-operation"
FOUND_OUT: Final = "serial:4a0f 2020-01-10 key-compromise"
"""What came out since: its key had been compromised five days before."""


def _listed(token: str, count: int) -> str:
    return f"token.inventory, with: {{token: {token}, expect-objects: {count}}}"


def _with(verb: str, told: str) -> str:
    return f"{verb}, with: {{{told}}}"


def _once(verb: str, told: str) -> str:
    return f"{verb}, irreversible: true, with: {{{told}}}"


def _read_list(name: str) -> str:
    told = f"subject: {name}, what: revocation list, words: 8"
    return f"check, with: {{{told}, {ENDS}}}"


def _read_certificate(name: str) -> str:
    told = f"subject: {name}, what: certificate fingerprint, words: 32"
    return f"check, with: {{{told}, {ENDS}}}"


def first_things() -> list[str]:
    """Give the things of the first ceremony: everything is made in it."""
    wraps = "use: wrap, title: Wrapping key"
    return [
        *TOKENS,
        (
            "carrier: {kind: key, title: Carrier, token: issuing-hsm, "
            "algorithm: RSA-2048, use: wrap}"
        ),
        (
            f"kek: {{kind: key, token: root-hsm, algorithm: AES-256, {wraps}, "
            "copies: wrapped, check-value: cmac}"
        ),
        "kek-copy: {kind: key, title: Its copy, token: issuing-hsm, copy-of: kek}",
        (
            "root: {kind: key, title: Root key, token: root-hsm, algorithm: P-384, "
            f"copies: wrapped, {ROOT}}}"
        ),
        f"root-cert: {{kind: certificate, title: Root certificate, {ROOT}}}",
        (
            "below: {kind: key, title: Issuing key, token: root-hsm, algorithm: P-384, "
            f"{BELOW}}}"
        ),
        f"below-cert: {{kind: certificate, title: Issuing certificate, {BELOW}}}",
        "below-request: {kind: request, title: Request}",
        "arl: {kind: crl, title: First list, profile: generic-arl}",
        (
            "other: {kind: key, title: Second root key, token: issuing-hsm, "
            f"algorithm: P-384, profile: root-ca-ec-p384, {SECOND}}}"
        ),
        (
            "other-cert: {kind: certificate, title: Second root certificate, "
            f"profile: root-ca-ec-p384, {SECOND}}}"
        ),
    ]


def first_act() -> list[str]:
    """Give the steps of the first ceremony's second act."""
    return [
        *BEGIN,
        _once("token.initialise", "token: issuing-hsm"),
        _listed("issuing-hsm", 0),
        _once("key.generate", "key: carrier"),
        _listed("issuing-hsm", 2),
        _listed("root-hsm", 0),
        _once("key.generate", "key: kek"),
        _listed("root-hsm", 1),
        _once("key.generate", "key: root"),
        _once("certificate.self-sign", "key: root, certificate: root-cert"),
        _listed("root-hsm", 3),
        _once("key.generate", "key: below"),
        _listed("root-hsm", 5),
        _once("key.wrap", "key: kek, under: carrier, method: rsa-oaep-sha1"),
        _listed("issuing-hsm", 2),
        _once("key.unwrap", "key: kek-copy, under: carrier"),
        _listed("issuing-hsm", 3),
        _once("key.generate", "key: other"),
        _once("certificate.self-sign", "key: other, certificate: other-cert"),
        *read_backs("other"),
        _with("key.check-value", "key: kek"),
        _with("key.check-value", "key: kek-copy"),
        _once("key.wrap", "key: root, under: kek, method: aes-kwp"),
        _with("csr.create", "key: below, request: below-request"),
        _once(
            "certificate.issue",
            "key: root, request: below-request, certificate: below-cert",
        ),
        _once("crl.issue", f"key: root, crl: arl, number: 4, revoked: [{LOST}]"),
        _read_list("arl"),
        *read_backs("root"),
        *read_backs("below"),
        "check, with: {subject: carrier, what: public key, words: 8, " + ENDS + "}",
        _listed("root-hsm", 5),
        _listed("issuing-hsm", 5),
    ]


FOREIGN: Final = (
    "common-name: Foreign root, values: {organization: Abroad, country: GB}"
)


def make_foreign_root(path: Path) -> None:
    """Have openssl make another CA's root."""
    run_tool(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-nodes", "-keyout", "-"),
            *("-pkeyopt", "ec_paramgen_curve:P-384", "-out", path.name),
            *("-subj", "/C=GB/O=Abroad/CN=Foreign root", "-utf8"),
        ],
        path.parent,
    )


def second_things(files: Path, foreign: Path) -> list[str]:
    """Give the things of the second ceremony, named as the first one's pack has them.

    Args:
        files: The files of the first ceremony's pack.
        foreign: Another CA's certificate.
    """
    return [
        *TOKENS,
        (
            "wrapping: {kind: key, title: Wrapping key, token: issuing-hsm, use: wrap, "
            "algorithm: AES-256, check-value: cmac, copies: wrapped, "
            f"cka-id: {_made(files, 'kek-copy')}}}"
        ),
        (
            "old-root: {kind: key, title: Root key, token: root-hsm, algorithm: P-384, "
            f"copies: wrapped, {ROOT}, public-key: {public_key_of(files, 'root')}}}"
        ),
        (
            "new-root: {kind: key, title: Restored root key, token: issuing-hsm, "
            "copy-of: old-root}"
        ),
        (
            f"old-root-cert: {{kind: certificate, title: Root certificate, {ROOT}, "
            f"sha256: {fingerprint_of(files, 'root-cert')}}}"
        ),
        (
            "ca: {kind: key, title: Issuing key, token: root-hsm, algorithm: P-384, "
            f"{BELOW}, public-key: {public_key_of(files, 'below')}}}"
        ),
        (
            f"old-ca-cert: {{kind: certificate, title: Issuing certificate, {BELOW}, "
            f"sha256: {fingerprint_of(files, 'below-cert')}}}"
        ),
        f"ca-cert: {{kind: certificate, title: Renewed certificate, {BELOW}}}",
        "ca-request: {kind: request, title: Request}",
        (
            "next: {kind: key, title: Next key, token: issuing-hsm, algorithm: P-384, "
            f"{NEXT}}}"
        ),
        f"next-cert: {{kind: certificate, title: Next certificate, {NEXT}}}",
        "next-request: {kind: request, title: Second request}",
        *_other_cas(files, foreign),
        "list: {kind: crl, title: Next list, profile: generic-arl}",
    ]


def _other_cas(files: Path, foreign: Path) -> list[str]:
    """Give the roots of other CAs, ours and another's, and what is to cross them."""
    return [
        (
            "other-root-cert: {kind: certificate, title: Second root certificate, "
            f"profile: root-ca-ec-p384, {SECOND}, "
            f"sha256: {fingerprint_of(files, 'other-cert')}}}"
        ),
        (
            "cross-cert: {kind: certificate, title: Cross-certificate, "
            f"profile: issuing-ca-ec-p384, {SECOND}}}"
        ),
        (
            "foreign-cert: {kind: certificate, title: Foreign root certificate, "
            f"sha256: {_digest(foreign)}}}"
        ),
        (
            "foreign-cross: {kind: certificate, title: Cross-certificate abroad, "
            f"profile: issuing-ca-ec-p384, {FOREIGN}}}"
        ),
    ]


def second_act() -> list[str]:
    """Give the steps of the second ceremony's second act."""
    revoked = f"{FOUND_OUT}, old-ca-cert today superseded"
    return [
        _listed("root-hsm", 5),
        _listed("issuing-hsm", 5),
        _with("key.prove", "key: old-root"),
        _with("key.prove", "key: ca"),
        _with("key.check-value", "key: wrapping"),
        _once(
            "crl.issue", f"key: old-root, crl: list, number: 5, revoked: [{revoked}]"
        ),
        _read_list("list"),
        _with("csr.create", "key: ca, request: ca-request"),
        _once(
            "certificate.issue",
            "key: old-root, request: ca-request, certificate: ca-cert",
        ),
        _read_certificate("ca-cert"),
        _listed("issuing-hsm", 5),
        _once("key.generate", "key: next"),
        _with("csr.create", "key: next, request: next-request"),
        _once(
            "certificate.issue",
            "key: old-root, request: next-request, certificate: next-cert",
        ),
        *read_backs("next"),
        _once(
            "certificate.cross-sign",
            "key: old-root, of: other-root-cert, certificate: cross-cert",
        ),
        _read_certificate("cross-cert"),
        _once(
            "certificate.cross-sign",
            "key: old-root, of: foreign-cert, certificate: foreign-cross",
        ),
        _read_certificate("foreign-cross"),
        _listed("issuing-hsm", 7),
        _once("key.unwrap", "key: new-root, under: wrapping"),
        _listed("issuing-hsm", 9),
        _listed("root-hsm", 5),
        _once("key.destroy", "key: old-root"),
        _listed("root-hsm", 3),
    ]


def _made(files: Path, name: str) -> str:
    """Give the CKA_ID of a secret key, which its leaf tells."""
    for line in (files / "events.jsonl").read_text().splitlines():
        data = json.loads(line)["data"]
        if data.get("thing") == name and "secret_key" in data:
            return str(data["secret_key"]["cka_id"])
    raise KeyError(name)


def public_key_of(files: Path, key: str) -> str:
    """Give the SHA-256 of a pair's public key, as a script names it."""
    return hashlib.sha256((files / f"public-key-{key}.der").read_bytes()).hexdigest()


def fingerprint_of(files: Path, name: str) -> str:
    """Give the SHA-256 of a certificate, as a script names it."""
    return _digest(files / f"certificate-{name}.pem")


def _digest(path: Path) -> str:
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    return certificate.fingerprint(SHA256()).hex()
