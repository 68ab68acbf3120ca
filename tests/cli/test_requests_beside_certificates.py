"""``ceremony pki request check`` beside certificates, and where there is no request."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.order import Order, prepare, serial_number
from tests.cli.transcript import call_here
from tests.fakes.made_requests import KEY, organisation_request, organisation_values
from tests.fakes.pki_files import SUB_KEY, other_files, root_and_sub, save
from tests.rehearsals.stage import Told

OTHER = ec.derive_private_key(26, ec.SECP256R1())


def check(*arguments: object) -> Told:
    told = map(str, arguments)
    profile = ("--profile", "smki-organisation-ds")
    return call_here(["pki", "request", "check", *told, *profile])


def certificate(profile: str) -> bytes:
    """What was issued for the organisation and its key."""
    values = organisation_values()
    _, sub = root_and_sub()
    order = Order(
        load_builtin_profile(profile),
        values,
        sub,
        date(2026, 2, 1),
        serial_number(bytes(16)),
    )
    made = prepare(order, KEY.public_key()).sign(SUB_KEY, hashes.SHA256())
    return made.public_bytes(Encoding.PEM)


@pytest.mark.parametrize(
    ("profile", "key", "name", "broken"),
    [
        ("smki-organisation-ds", KEY, "GITTESTSUPPLIER", ["08", "09"]),
        ("smki-organisation-ds", KEY, "B", ["08"]),
        ("smki-organisation-ds", OTHER, "GITTESTSUPPLIER", ["09"]),
        ("smki-organisation-ds", OTHER, "B", []),
        # One organisation has a certificate for each usage, but a key for each too.
        ("smki-organisation-ka", OTHER, "GITTESTSUPPLIER", []),
        ("smki-organisation-ka", KEY, "GITTESTSUPPLIER", ["08"]),
    ],
)
def test_what_a_certificate_shows_to_be_issued_is_not_issued_again(
    tmp_path: Path,
    profile: str,
    key: ec.EllipticCurvePrivateKey,
    name: str,
    broken: list[str],
) -> None:
    root, _ = root_and_sub()
    paths = save(
        tmp_path,
        request=organisation_request(key, name),
        issued=certificate(profile),
        root=root.public_bytes(Encoding.DER),
    )
    told = check(
        paths["request"], "--issued", paths["root"], "--issued", paths["issued"]
    )
    assert told.status == (1 if broken else 0), told.all
    for number in ("06", "07", "08", "09", "10"):
        assert (f"[PKI-CSR-{number}]" in told.out) == (number in broken)


def test_a_request_is_not_what_was_issued(tmp_path: Path) -> None:
    paths = save(tmp_path, request=organisation_request())
    told = check(paths["request"], "--issued", paths["request"])
    assert told.status == 2
    assert "[PKI-FILE-02]" in told.err


def test_where_no_file_holds_a_request_nothing_could_be_judged(tmp_path: Path) -> None:
    others = {name: content for name, content, _ in other_files()}
    paths = save(tmp_path, good=organisation_request(), **others)
    results = tmp_path / "results.jsonl"
    names = [path for name, path in paths.items() if name != "good"]
    told = check(*names, tmp_path / "absent", "--results", results)
    assert told.status == 2, told.all
    count = len(names) + 1
    assert f"{count} requests: 0 good, {count} refused." in told.out
    assert len(results.read_bytes().splitlines()) == count + 2
    told = check(*names, paths["good"])
    assert told.status == 1
    assert f"{count} requests: 1 good, {count - 1} refused." in told.out


def test_the_digest_that_is_told_is_the_files(tmp_path: Path) -> None:
    paths = save(tmp_path, request=organisation_request())
    results = tmp_path / "results.jsonl"
    told = check(paths["request"], "--results", results)
    assert told.status == 0, told.all
    digest = hashlib.sha256(results.read_bytes()).hexdigest()
    assert told.out.endswith(f"results.jsonl: SHA-256 {digest}\n")
