"""Paths through cross-certificates: found, chosen if valid, and judged by openssl."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.extension import key_usage
from ceremony.pki.path import find_path_fault
from ceremony.pki.path_building import MOST_LOOKED_AT, choose_path, find_paths
from tests.fakes.outside_tool import run_tool
from tests.unit.pki.test_path import SIGN_ALL, name

DAY = date(2026, 11, 26)
YEARS = {year: datetime(year, 1, 1, tzinfo=UTC) for year in range(2020, 2036)}


@dataclass(frozen=True)
class Told:
    """What a CA's certificate says: whose it is, by whom, and for which years."""

    subject: str
    issuer: str
    first: int = 2020
    last: int = 2030
    permits: str = ""


def key(ca: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(1 + sum(ca.encode()), ec.SECP256R1())


def made(told: Told) -> x509.Certificate:
    """Make a CA's certificate."""
    builder = (
        x509.CertificateBuilder(
            name(told.issuer), name(told.subject), key(told.subject).public_key()
        )
        .serial_number(told.first)
        .not_valid_before(YEARS[told.first])
        .not_valid_after(YEARS[told.last])
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(key_usage(SIGN_ALL), critical=True)
    )
    if told.permits:
        base = x509.DirectoryName(name(told.permits))
        names = x509.NameConstraints([base], None)
        builder = builder.add_extension(names, critical=True)
    return builder.sign(key(told.issuer), hashes.SHA256())


ROOT = Told("Root", "Root")
OTHER = Told("Other", "Other")
CROSS = Told("Root", "Other")
CA = Told("CA", "Root", first=2021, last=2029)
BACK = Told("Other", "Root")


def named(path: Sequence[x509.Certificate]) -> list[tuple[str, str]]:
    def common(it: x509.Name) -> str:
        return str(it.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)

    return [(common(each.subject), common(each.issuer)) for each in path]


def openssl_accepts(
    end: x509.Certificate,
    anchor: x509.Certificate,
    known: Sequence[x509.Certificate],
    folder: Path,
) -> bool:
    for file, held in (("end", [end]), ("anchor", [anchor]), ("known", known)):
        pem = b"".join(each.public_bytes(Encoding.PEM) for each in held)
        (folder / f"{file}.pem").write_bytes(pem)
    at = str(int(datetime(2026, 11, 26, tzinfo=UTC).timestamp()))
    asked = ["openssl", "verify", "-attime", at, "-check_ss_sig"]
    files = ["-CAfile", "anchor.pem", "-untrusted", "known.pem", "end.pem"]
    return run_tool([*asked, *files], folder).returncode == 0


def test_both_paths_of_a_ca_that_another_has_certified_are_found() -> None:
    ca, root, other, cross = map(made, (CA, ROOT, OTHER, CROSS))
    paths = list(find_paths(ca, [root, other, cross]))
    assert [named(path) for path in paths] == [
        [("CA", "Root"), ("Root", "Root")],
        [("CA", "Root"), ("Root", "Other"), ("Other", "Other")],
    ]
    assert all(find_path_fault(path) is None for path in paths)


@pytest.mark.parametrize(
    "root",
    [
        replace(ROOT, last=2024),  # it has expired
        replace(ROOT, first=2025, last=2034),  # it was renewed after the CA began
        replace(ROOT, permits="Nobody"),  # it permits other names than the CA's
    ],
)
def test_the_path_that_is_valid_is_chosen_and_openssl_takes_it(
    root: Told, tmp_path: Path
) -> None:
    ca, own, other, cross = map(made, (CA, root, OTHER, CROSS))
    known = [own, other, cross]
    path = choose_path([ca, own], known, DAY)
    assert named(path)[1:] == [("Root", "Other"), ("Other", "Other")]
    assert openssl_accepts(ca, other, [cross, own], tmp_path)
    if root.first == CA.first - 1:
        assert not openssl_accepts(ca, own, [], tmp_path)


def test_the_own_path_is_kept_where_it_is_valid_or_no_other_is() -> None:
    ca, own, other, cross = map(made, (CA, ROOT, OTHER, CROSS))
    assert choose_path([ca, own], [cross, other, own], DAY) == (ca, own)
    expired = made(replace(CROSS, last=2023))
    old = made(replace(ROOT, last=2024))
    assert choose_path([ca, old], [old, other, expired], DAY) == (ca, old)


def test_an_older_certificate_of_a_renewed_root_is_found() -> None:
    ca, old = made(CA), made(ROOT)
    new = made(replace(ROOT, first=2025, last=2034))
    assert choose_path([ca, new], [new, old], DAY) == (ca, old)


def test_cas_that_certify_one_another_lead_nowhere_in_a_ring(tmp_path: Path) -> None:
    ca, cross, back = map(made, (CA, CROSS, BACK))
    assert list(find_paths(ca, [cross, back])) == []
    assert choose_path([ca, cross], [cross, back], DAY) == (ca, cross)
    other = made(OTHER)
    (path,) = find_paths(ca, [cross, back, other])
    assert named(path)[-1] == ("Other", "Other")
    assert openssl_accepts(ca, other, [cross, back], tmp_path)


def test_however_many_cas_certify_one_another_the_search_ends() -> None:
    cas = [f"CA{'x' * number}" for number in range(9)]
    mesh = [made(Told(one, two)) for one in cas for two in cas if one != two]
    assert MOST_LOOKED_AT < 9 * 8 * 7 * 6
    assert list(find_paths(mesh[0], mesh)) == []


def test_a_name_alone_is_no_issuer() -> None:
    ca = made(CA)
    twin = (
        x509.CertificateBuilder(name("Root"), name("Root"), key("Twin").public_key())
        .serial_number(1)
        .not_valid_before(YEARS[2020])
        .not_valid_after(YEARS[2030])
        .sign(key("Twin"), hashes.SHA256())
    )
    assert list(find_paths(ca, [twin])) == []
    (path,) = find_paths(ca, [twin, made(ROOT)])
    assert path[-1] != twin
