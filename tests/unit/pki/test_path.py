"""Paths to the trust anchor: each rule is broken once, and openssl is asked as well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.builtin import builtin_profiles
from ceremony.pki.extension import key_usage
from ceremony.pki.fact import KeyUse
from ceremony.pki.path import find_path_fault
from tests.fakes.golden import golden
from tests.fakes.outside_tool import run_tool

FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
SIGN_ALL = (KeyUse.KEY_CERT_SIGN, KeyUse.CRL_SIGN)
ONE_BIT = 1


def name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])


@dataclass(frozen=True)
class Wanted:
    """What a certificate of a made-up path says."""

    common: str
    is_ca: bool = True
    length: int | None = None
    usage: tuple[KeyUse, ...] = SIGN_ALL
    first: datetime = FIRST
    last: datetime = LAST
    more: tuple[tuple[x509.ExtensionType, bool], ...] = ()
    issuer: str = ""
    bits: int = 0


ROOT, CA, LEAF = (
    Wanted("Root"),
    Wanted("CA"),
    Wanted("Leaf", is_ca=False, usage=(KeyUse.DIGITAL_SIGNATURE,)),
)
LOWER = replace(CA, common="Lower")


def chain(*wanted: Wanted) -> list[x509.Certificate]:
    """Make a path from the root down; give it from its end up."""
    made: list[x509.Certificate] = []
    signer = above = None
    for each in wanted:
        key = (
            rsa.generate_private_key(65537, each.bits)
            if each.bits
            else ec.generate_private_key(ec.SECP256R1())
        )
        issuer = name(each.issuer or (above or each).common)
        builder = (
            x509.CertificateBuilder(issuer, name(each.common), key.public_key())
            .serial_number(len(made) + 1)
            .not_valid_before(each.first)
            .not_valid_after(each.last)
            .add_extension(key_usage(each.usage), critical=True)
        )
        basic = x509.BasicConstraints(each.is_ca, each.length)
        for extension, critical in ((basic, True), *each.more):
            builder = builder.add_extension(extension, critical)
        made.append(builder.sign(signer or key, hashes.SHA256()))
        signer, above = key, each
    return made[::-1]


def policies(oid: str) -> tuple[x509.ExtensionType, bool]:
    told = x509.PolicyInformation(x509.ObjectIdentifier(oid), None)
    return x509.CertificatePolicies([told]), False


def names(host: str) -> tuple[x509.ExtensionType, bool]:
    return x509.SubjectAlternativeName([x509.DNSName(host)]), False


PERMITTED = (x509.NameConstraints([x509.DNSName("example.org")], None), True)
EXPLICIT = (x509.PolicyConstraints(0, None), True)
UNKNOWN = (
    x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"),
    True,
)


def otherwise_signed(made: list[x509.Certificate]) -> list[x509.Certificate]:
    der = bytearray(made[0].public_bytes(Encoding.DER))
    der[-1] ^= ONE_BIT
    return [x509.load_der_x509_certificate(bytes(der)), *made[1:]]


BROKEN: dict[str, tuple[str, Callable[[], list[x509.Certificate]]]] = {
    "another issuer's name": (
        "PKI-PATH-01",
        lambda: chain(ROOT, replace(LEAF, issuer="Somebody")),
    ),
    "another signature": ("PKI-PATH-02", lambda: otherwise_signed(chain(ROOT, LEAF))),
    "a CA that outlives the root": (
        "PKI-PATH-03",
        lambda: chain(ROOT, replace(CA, last=datetime(2031, 1, 1, tzinfo=UTC)), LEAF),
    ),
    "a certificate before its issuer": (
        "PKI-PATH-03",
        lambda: chain(ROOT, replace(LEAF, first=datetime(2025, 1, 1, tzinfo=UTC))),
    ),
    "an issuer that has ended": (
        "PKI-PATH-03",
        lambda: chain(
            ROOT,
            replace(
                LEAF,
                first=datetime(2031, 1, 1, tzinfo=UTC),
                last=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
            ),
        ),
    ),
    "an issuer that is no CA": (
        "PKI-PATH-04",
        lambda: chain(ROOT, replace(CA, is_ca=False), LEAF),
    ),
    "an issuer that may not sign certificates": (
        "PKI-PATH-04",
        lambda: chain(replace(ROOT, usage=(KeyUse.CRL_SIGN,)), LEAF),
    ),
    "a root that is no CA": (
        "PKI-PATH-04",
        lambda: chain(replace(ROOT, is_ca=False), LEAF),
    ),
    "a CA that may not sign certificates": (
        "PKI-PATH-04",
        lambda: chain(ROOT, replace(CA, usage=(KeyUse.CRL_SIGN,)), LEAF),
    ),
    "a CA too many below a CA": (
        "PKI-PATH-05",
        lambda: chain(ROOT, replace(CA, length=0), replace(CA, common="Lower"), LEAF),
    ),
    "a name that a CA does not permit": (
        "PKI-PATH-06",
        lambda: chain(
            ROOT,
            replace(CA, more=(PERMITTED,)),
            replace(LEAF, more=(names("example.com"),)),
        ),
    ),
    "a CA too many below the root": (
        "PKI-PATH-05",
        lambda: chain(
            replace(ROOT, length=1), CA, replace(CA, common="Lower CA"), LEAF
        ),
    ),
    "a CA at the end that is one too many": (
        "PKI-PATH-05",
        lambda: chain(replace(ROOT, length=1), CA, LOWER),
    ),
    "a CA at the end below one that allows none": (
        "PKI-PATH-05",
        lambda: chain(ROOT, replace(CA, length=0), LOWER),
    ),
    "a CA at the end below a self-issued one": (
        "PKI-PATH-05",
        lambda: chain(replace(ROOT, length=1), ROOT, CA, LOWER),
    ),
    "a name that the root does not permit": (
        "PKI-PATH-06",
        lambda: chain(
            replace(ROOT, more=(PERMITTED,)),
            CA,
            replace(LEAF, more=(names("example.com"),)),
        ),
    ),
    "no policy where one has to be": (
        "PKI-PATH-07",
        lambda: chain(
            ROOT,
            replace(CA, more=(EXPLICIT, policies("1.2.3.1"))),
            replace(LEAF, more=(policies("1.2.3.2"),)),
        ),
    ),
    "a key that is too short": ("PKI-PATH-08", lambda: chain(replace(ROOT, bits=1024))),
    "something critical that is not known": (
        "PKI-PATH-09",
        lambda: chain(ROOT, replace(CA, more=(UNKNOWN,)), LEAF),
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_each_rule_is_broken_by_one_path(case: str) -> None:
    rule, make = BROKEN[case]
    fault = find_path_fault(make())
    assert fault is not None
    assert fault.rule == rule, fault
    assert fault.text.isascii()


CAS_AT_THE_END = [case for case in BROKEN if "CA at the end" in case]


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in BROKEN
        if BROKEN[case][0] != "PKI-PATH-03" and case not in CAS_AT_THE_END
    ],
)
def test_openssl_refuses_the_same_paths(case: str, tmp_path: Path) -> None:
    """That a validity lies within the issuer's is our own; RFC 5280 asks it not."""
    assert not openssl_accepts(BROKEN[case][1](), tmp_path)


@pytest.mark.parametrize(
    "above",
    [
        (replace(ROOT, length=1), CA),
        (ROOT, replace(CA, length=0)),
    ],
)
def test_openssl_takes_a_ca_that_is_one_too_many_and_nothing_that_it_issues(
    above: tuple[Wanted, ...], tmp_path: Path
) -> None:
    """RFC 5280 does not count what stands at the end; it counts it once it issues."""
    assert openssl_accepts(chain(*above, LOWER), tmp_path)
    assert not openssl_accepts(chain(*above, LOWER, LEAF), tmp_path)


@pytest.mark.parametrize(
    "wanted",
    [
        (replace(ROOT, length=0), ROOT),  # a new key by the old one
        (replace(ROOT, length=0), ROOT, LEAF),
        (replace(ROOT, length=1), ROOT, CA),
        (replace(ROOT, length=1), CA, CA),
        (replace(ROOT, length=2), CA, LOWER),
        (replace(ROOT, length=2), CA, CA, LOWER),
        (ROOT, replace(CA, length=1), replace(LOWER, length=0)),
    ],
)
def test_a_ca_that_is_not_one_too_many_may_stand_at_the_end(
    wanted: tuple[Wanted, ...],
) -> None:
    """One under its issuer's own name is not counted: RFC 5280, section 6.1.4 (l)."""
    assert find_path_fault(chain(*wanted)) is None


@pytest.mark.parametrize(
    "wanted",
    [
        (ROOT,),
        (ROOT, LEAF),
        (replace(ROOT, length=1), CA, LEAF),
        (
            replace(ROOT, more=(PERMITTED,)),
            CA,
            replace(LEAF, more=(names("www.example.org"),)),
        ),
        (
            ROOT,
            replace(CA, more=(EXPLICIT, policies("1.2.3.1"))),
            replace(LEAF, more=(policies("1.2.3.1"),)),
        ),
    ],
)
def test_a_sound_path_is_valid_for_us_and_for_openssl(
    wanted: tuple[Wanted, ...], tmp_path: Path
) -> None:
    made = chain(*wanted)
    assert find_path_fault(made) is None
    assert openssl_accepts(made, tmp_path)


def openssl_accepts(made: list[x509.Certificate], folder: Path) -> bool:
    pem = [each.public_bytes(Encoding.PEM) for each in made]
    (folder / "end.pem").write_bytes(pem[0])
    (folder / "root.pem").write_bytes(pem[-1])
    (folder / "between.pem").write_bytes(b"".join(pem[1:-1]) or pem[-1])
    files = ("-CAfile", "root.pem", "-untrusted", "between.pem", "end.pem")
    checks = ("-check_ss_sig", "-policy", "2.5.29.32.0")
    at = str(int(made[0].not_valid_before_utc.timestamp()))
    asked = ["openssl", "verify", "-auth_level", "2", *checks, "-attime", at, *files]
    return run_tool(asked, folder).returncode == 0


@pytest.mark.parametrize("profile", builtin_profiles())
def test_the_path_of_each_shipped_profile_is_valid(profile: str) -> None:
    made = golden(profile)
    path = [made.certificate]
    while made.issuer is not None:
        made = made.issuer
        path.append(made.certificate)
    assert find_path_fault(path) is None


def test_a_path_that_is_not_signed_yet_is_held_against_all_else() -> None:
    assert find_path_fault(otherwise_signed(chain(ROOT, LEAF)), signed=False) is None
    fault = find_path_fault(BROKEN["a CA too many below the root"][1](), signed=False)
    assert fault is not None
    assert fault.rule == "PKI-PATH-05"


def test_a_certificate_without_an_end_is_left_to_its_profile() -> None:
    never = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert find_path_fault(chain(ROOT, replace(LEAF, last=never))) is None


def test_a_path_that_cannot_be_read_is_broken() -> None:
    der = chain(ROOT, LEAF)[0].public_bytes(Encoding.DER)
    # An extension that says of its value that it is longer than it is.
    at = der.index(bytes.fromhex("0603551d0f"))
    torn = bytearray(der)
    value = torn.index(b"\x03\x02", at)
    torn[value + 1] = 0x7F
    made = [x509.load_der_x509_certificate(bytes(torn)), chain(ROOT)[0]]
    fault = find_path_fault(made, signed=False)
    assert fault is not None
    assert fault.rule == "PKI-PATH-01"


def test_a_pss_signature_with_another_mask_is_told_as_what_it_is(
    tmp_path: Path,
) -> None:
    options = ("rsa_padding_mode:pss", "rsa_pss_saltlen:32")
    done = run_tool(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-sha256"),
            *(word for each in options for word in ("-sigopt", each)),
            *("-subj", "/CN=Root", "-days", "9", "-keyout", "k.pem", "-out", "r.der"),
            *("-outform", "DER"),
        ],
        tmp_path,
    )
    assert done.returncode == 0, done.stderr
    der = (tmp_path / "r.der").read_bytes()
    assert find_path_fault([x509.load_der_x509_certificate(der)]) is None
    # id-mgf1 (RFC 8017, appendix B.2.1), inside the signed part and beside it.
    mgf1, next_one = "06092a864886f70d010108", "06092a864886f70d010109"
    assert der.count(bytes.fromhex(mgf1)) == 2
    changed = der.replace(bytes.fromhex(mgf1), bytes.fromhex(next_one))
    fault = find_path_fault([x509.load_der_x509_certificate(changed)])
    assert fault is not None
    assert (fault.rule, fault.text) == (
        "PKI-PATH-02",
        "A signature could not be verified: its mask function is 1.2.840.113549.1.1.9.",
    )
