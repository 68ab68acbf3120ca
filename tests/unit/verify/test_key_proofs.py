"""A key's proof verifies with keys of every kind, and with no other key or text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import (
    ec,
    ed25519,
    padding,
    rsa,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony.engine.command import Command
from ceremony.engine.facts import Intent, Outcome
from ceremony.engine.state import Recorded
from ceremony.pack.record import read_record
from ceremony.verify.check import FailedError
from ceremony.verify.possession import is_signed_by, verify_key_proof
from tests.fakes.broken_rules import rules
from tests.fakes.forgery import Forgery
from tests.fakes.key_acts import build_key_acts
from tests.fakes.odd_numbers import of_unknown_curve

MESSAGE = b"key-ceremony/key.prove/v1\ntoken 1\n"


def der(key: Any) -> bytes:
    public: bytes = key.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    return public


def ecdsa(
    curve: ec.EllipticCurve, digest: hashes.HashAlgorithm
) -> Callable[[], tuple[bytes, bytes]]:
    def make() -> tuple[bytes, bytes]:
        key = ec.generate_private_key(curve)
        return der(key), key.sign(MESSAGE, ec.ECDSA(digest))

    return make


def eddsa() -> tuple[bytes, bytes]:
    key = ed25519.Ed25519PrivateKey.generate()
    return der(key), key.sign(MESSAGE)


def pkcs1() -> tuple[bytes, bytes]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return der(key), key.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize(
    "make",
    [
        ecdsa(ec.SECP256R1(), hashes.SHA256()),
        ecdsa(ec.SECP384R1(), hashes.SHA384()),
        ecdsa(ec.SECP521R1(), hashes.SHA512()),
        eddsa,
        pkcs1,
    ],
)
def test_each_kind_of_key_verifies_its_own_text_only(
    make: Callable[[], tuple[bytes, bytes]],
) -> None:
    public, signature = make()
    assert is_signed_by(public, MESSAGE, signature)
    assert not is_signed_by(public, MESSAGE + b"\n", signature)
    assert not is_signed_by(make()[0], MESSAGE, signature)


def test_a_weaker_digest_than_the_curves_is_no_proof() -> None:
    public, signature = ecdsa(ec.SECP384R1(), hashes.SHA256())()
    assert not is_signed_by(public, MESSAGE, signature)


@pytest.mark.parametrize(
    "public", [b"", b"no key", bytes.fromhex("302a300506032b656e032100" + "09" * 32)]
)
def test_what_is_no_signing_key_has_signed_nothing(public: bytes) -> None:
    """The last one is an X25519 key, which signs nothing (RFC 8410)."""
    assert not is_signed_by(public, MESSAGE, b"")


def test_a_key_of_a_curve_that_nobody_knows_has_signed_nothing() -> None:
    public, signature = ecdsa(ec.SECP256R1(), hashes.SHA256())()
    assert not is_signed_by(of_unknown_curve(public), MESSAGE, signature)


def test_a_proof_whose_files_no_leaf_names_is_none() -> None:
    def unnamed(told: Command) -> Command:
        if isinstance(told.fact, Outcome) and told.fact.proof is not None:
            kept = tuple(it for it in told.blobs if "key-proof" not in it.name)
            return replace(told, blobs=kept)
        return told

    assert ("11", "VERIFY-PROVE-01") in rules(build_key_acts(Forgery(command=unnamed)))


def test_a_proof_of_a_key_that_was_never_made_is_refused() -> None:
    def unmade(told: Command) -> Command:
        fact = told.fact
        if isinstance(fact, Outcome) and fact.proof is not None:
            return replace(told, fact=replace(fact, thing="nobody"))
        return told

    record = read_record(build_key_acts(Forgery(command=unmade)).files)
    intent, outcome = (
        next(known for known in record.facts if is_proof(known, kind))
        for kind in (Intent, Outcome)
    )
    assert isinstance(outcome.fact, Outcome)
    with pytest.raises(FailedError) as failed:
        verify_key_proof(record, intent, outcome, outcome.fact)
    assert failed.value.rule == "VERIFY-PROVE-01"


def is_proof(known: Recorded, kind: type[Intent | Outcome]) -> bool:
    return isinstance(known.fact, kind) and known.fact.verb == "key.prove"
