"""Made-up certificate profiles as their files have them, and values that fit an order.

The facts are drawn freely from what the format can say, so that some contradict one
another: those the reader has to refuse. A file is written as JSON, which is YAML.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import strategies as st

from ceremony.pki.extension import open_values
from ceremony.pki.fact import (
    AlternativeName,
    Attribute,
    AuthorityKey,
    BaselineKind,
    KeyAlgorithm,
    KeyIdentifierMethod,
    KeyUse,
    Presence,
    Purpose,
    SignatureAlgorithm,
    Status,
    StringType,
)
from ceremony.pki.order import Order, prepare
from ceremony.pki.profile import CertificateProfile, Validity
from ceremony.pki.profile_file import FORMAT
from tests.fakes.golden import golden, sign

PRINTABLE: Final = "ABCXYZabcxyz0189 '()+,-./:=?"
RARELY: Final = 29
"""The last of thirty numbers; the first is drawn far more often than the others."""
UNKNOWN: Final = "nobody-known"
"""Who signs where the profile of the issuer is not at hand."""
EARLIEST: Final = date(1951, 1, 1)
LATEST: Final = date(2200, 1, 1)

hexadecimal = st.sampled_from("0123456789abcdef")
euis = st.text(hexadecimal, min_size=16, max_size=16)
labels = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4})?", fullmatch=True)
hosts = st.lists(labels, min_size=1, max_size=3).map(".".join)
# pkilint knows no other top of the DNS than one of letters, and of the Baseline
# Requirements none that is not delegated.
quiet_hosts = hosts.map(lambda host: f"{host}.org")
oids = st.one_of(
    st.sampled_from(["2.5.29.32.0", "2.23.140.1.2.1", "0.0", "1.39.1", "2.999.3"]),
    st.lists(st.integers(0, 999_999_999), min_size=1, max_size=8).map(
        lambda arcs: "1.2." + ".".join(map(str, arcs))
    ),
)
printable = st.text(st.sampled_from(PRINTABLE), min_size=1, max_size=64).filter(
    lambda text: text == text.strip()
)
TEXTS: Final = {
    Attribute.COUNTRY: st.from_regex(r"[A-Z]{2}", fullmatch=True),
    Attribute.REMOTE_PARTY_ROLE: st.text(hexadecimal, min_size=2, max_size=2),
    Attribute.UNIQUE_IDENTIFIER: euis,
}


def urls_of(hosts: st.SearchStrategy[str], *schemes: str) -> st.SearchStrategy[str]:
    return st.builds(
        lambda scheme, host, path: f"{scheme}://{host}{path}",
        st.sampled_from(schemes or ("http", "https")),
        hosts,
        st.sampled_from(["", "/", "/a.crl", "/x%20y/~b", ":8080/c"]),
    )


def mailboxes_of(hosts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return hosts.map(lambda host: f"email:a.b+c@{host}")


def names_of(hosts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        hosts.map(lambda host: f"dns:{host}"),
        hosts.map(lambda host: f"dns:*.{host}"),
        mailboxes_of(hosts),
        urls_of(hosts).map(lambda url: f"uri:{url}"),
    )


def subtrees_of(hosts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        hosts.map(lambda host: f"dns:{host}"),
        st.builds(
            lambda kind, dot, host: f"{kind}:{dot}{host}",
            st.sampled_from(["email", "uri"]),
            st.sampled_from(["", "."]),
            hosts,
        ),
        mailboxes_of(hosts),
    )


ROOTS: Final = {
    "ecdsa": "root-ca-ec-p384",
    "rsa": "root-ca-rsa-4096",
    "ed25519": "root-ca-ed25519",
}
"""The profile of a root whose key makes a kind of signature."""

CURVES: Final[dict[str, ec.EllipticCurve]] = {
    "ecdsa-with-sha256": ec.SECP256R1(),
    "ecdsa-with-sha512": ec.SECP521R1(),
}
"""The curve whose digest a signature has, where the root's of such a kind has another.

By the Baseline Requirements the two go together.
"""


def root_for(signature: str) -> str:
    """Name the profile of a root whose key signs so."""
    return ROOTS[signature.partition("-")[0]]


def root_key(signature: str) -> Any:
    """Give the key of a root that signs so: the golden one's, or one on its curve."""
    curve = CURVES.get(signature)
    if curve is not None:
        return ec.derive_private_key(7, curve)
    return golden(root_for(signature)).key


@lru_cache(maxsize=20)
def endless_root(signature: str, method: KeyIdentifierMethod) -> x509.Certificate:
    """A root whose key signs so, below which every validity lies.

    Its identifier is derived as that of what it signs: SMKI's own rules ask for that.
    """
    made, key = golden(root_for(signature)), root_key(signature)
    unending = replace(made.order.profile, validity=Validity())
    profile = replace(unending, key_identifier=method)
    order = replace(made.order, profile=profile, not_before=date(1950, 1, 1))
    return sign(prepare(order, key.public_key()), key, profile.signature)


def several(
    item: st.SearchStrategy[str], *, unique: bool = False
) -> st.SearchStrategy[str]:
    """Set off by blanks, as an order gives lists."""
    return st.lists(item, min_size=1, max_size=3, unique=unique).map(" ".join)


def values_of(hosts: st.SearchStrategy[str]) -> dict[str, st.SearchStrategy[str]]:
    """What an order gives beside the name, with names below such hosts."""
    urls = several(urls_of(hosts))
    return {
        "hardware-serial": euis,
        "alternative-names": several(names_of(hosts)),
        "crl-urls": urls,
        "ocsp-urls": urls,
        "issuer-urls": urls,
        "apex-wrap-algorithm": oids,
        "apex-wrapped-key": st.binary(min_size=1, max_size=80).map(bytes.hex),
    }


VALUES: Final = {**values_of(hosts), **TEXTS}
_words = printable.map(lambda text: f"A{text}"[:64].rstrip())
_names = st.one_of(
    quiet_hosts.map(lambda host: f"dns:{host}"),
    mailboxes_of(quiet_hosts),
    urls_of(quiet_hosts, "http").map(lambda url: f"uri:{url}"),
)


def _places(kind: str) -> st.SearchStrategy[str]:
    """URLs of one kind: no two of an order name one place."""
    hosts = quiet_hosts.map(lambda host: f"{kind}.{host}")
    return several(urls_of(hosts, "http"), unique=True)


QUIET_VALUES: Final = {
    **VALUES,
    "crl-urls": _places("crl"),
    "ocsp-urls": _places("ocsp"),
    "issuer-urls": _places("issuer"),
    "alternative-names": several(_names),
    Attribute.COUNTRY: st.sampled_from(["GB", "NZ"]),
    Attribute.REMOTE_PARTY_ROLE: st.sampled_from(["02", "03", "04"]),
    **dict.fromkeys(
        (Attribute.COMMON_NAME, Attribute.ORGANIZATION, Attribute.ORGANIZATIONAL_UNIT),
        _words,
    ),
}
"""Such as pkilint takes, whatever it is told that the certificate is for, and such as
SMKI's own rules take."""


def choice(options: Any) -> st.SearchStrategy[str]:
    return st.sampled_from([option.value for option in options])


def or_absent(
    fact: st.SearchStrategy[dict[str, Any]],
) -> st.SearchStrategy[dict[str, Any]]:
    """Sometimes say that the extension must not be there."""
    absent = facts("absent")
    return st.one_of(fact, fact, fact, absent)


def some(options: Any, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(choice(options), min_size=1, max_size=most, unique=True)


@st.composite
def facts(draw: st.DrawFn, value: Any, *, critical: bool = False) -> dict[str, Any]:
    told = {
        "value": draw(value) if isinstance(value, st.SearchStrategy) else value,
        "status": draw(choice(Status)),
        "source": "made up",
    }
    if critical:
        told["critical"] = draw(st.booleans())
    return told


@st.composite
def parts(draw: st.DrawFn) -> dict[str, Any]:
    attribute = draw(st.sampled_from(Attribute))
    string = draw(st.sampled_from([StringType.PRINTABLE, StringType.UTF8]))
    if attribute is Attribute.UNIQUE_IDENTIFIER:
        string = StringType.BIT
    elif attribute is Attribute.COUNTRY:
        string = StringType.PRINTABLE
    told: dict[str, Any] = {"attribute": attribute.value, "string": string.value}
    match draw(st.integers(0, 3)):
        case 0:
            told["text"] = draw(TEXTS.get(attribute, printable))
        case 1:
            told["optional"] = True
    return told


def extensions(hosts: st.SearchStrategy[str]) -> dict[str, st.SearchStrategy[Any]]:
    """The facts that a profile may leave out, with permitted names of such hosts."""
    return {
        "extended-key-usage": or_absent(facts(some(Purpose, 3), critical=True)),
        "policies": or_absent(
            facts(st.lists(oids, min_size=1, max_size=3, unique=True), critical=True)
        ),
        "subject-alternative-name": or_absent(
            facts(choice(AlternativeName), critical=True)
        ),
        "permitted-names": or_absent(
            facts(st.lists(subtrees_of(hosts), min_size=1, max_size=3, unique=True))
        ),
        "ocsp-no-check": facts(st.booleans()),
        "authority-key-identifier": facts(choice(AuthorityKey)),
        "apex-contingency-key": facts(choice(Presence)),
        "crl-distribution-points": facts(choice(Presence)),
        "ocsp-responders": facts(choice(Presence)),
        "issuer-certificates": facts(choice(Presence)),
    }


@st.composite
def profile_files(draw: st.DrawFn, *, is_quiet: bool = False) -> str:
    """The text of a profile's file; a quiet one is mostly such that both lints pass."""
    is_ca = draw(st.booleans())
    usage = draw(some(KeyUse, 3))
    if is_ca != (KeyUse.KEY_CERT_SIGN in usage):
        usage = ["key-cert-sign"] if is_ca else ["digital-signature"]
    limit = st.sampled_from(["none", 0, 1, 9] if is_ca else ["no-ca", "no-ca-stated"])
    terms = st.one_of(
        st.just("no end"),
        st.integers(1, 100).map(lambda years: f"{years} years"),
        st.integers(1, 9999).map(lambda days: f"{days} days"),
    )
    subject = st.lists(parts(), min_size=1, max_size=4)
    told = {
        "subject": draw(facts(st.one_of(subject, st.just("empty")))),
        "key": draw(facts(choice(KeyAlgorithm))),
        "signature": draw(facts(choice(SignatureAlgorithm))),
        "validity": draw(facts(terms)),
        "serial-octets": draw(facts(st.integers(8, 20))),
        "path-length": draw(facts(limit)),
        "key-usage": draw(facts(usage)),
        "key-identifier": draw(facts(choice(KeyIdentifierMethod))),
    }
    maybe = extensions(quiet_hosts if is_quiet else hosts)
    told |= {name: draw(fact) for name, fact in maybe.items() if draw(st.booleans())}
    if not is_ca:
        told.pop("permitted-names", None)
    unknown = [UNKNOWN, UNKNOWN] if is_quiet else []
    signed_by = draw(st.sampled_from(["self", "root-ca-ed25519", *unknown]))
    if is_quiet or draw(st.integers(0, 4)):
        signed_by = reconcile(told, signed_by, is_quiet=is_quiet)
    file: dict[str, Any] = {
        "format": FORMAT,
        "name": "made-up",
        "title": "Made up",
        "signed-by": signed_by,
        "facts": told,
    }
    names = told.get("subject-alternative-name")
    is_device = bool(names) and names["value"] == "hardware-module-name"
    if is_device or draw(st.integers(0, 3)) == 0:
        file["environments"] = draw(places(is_device=is_device))
        if draw(st.integers(0, 7)) != 7:
            told.pop("policies", None)
    if draw(st.integers(0, 29)) == RARELY:
        file["baseline-requirements"] = draw(choice(BaselineKind))
    return json.dumps(file)


def reconcile(told: dict[str, Any], signed_by: str, *, is_quiet: bool) -> str:
    """Take out most of what contradicts itself; give who signs."""
    kind = told["key"]["value"].partition("-")[0]
    for use, only in (("key-encipherment", "rsa"), ("key-agreement", "ec")):
        if kind != only and use in told["key-usage"]["value"]:
            told["key-usage"]["value"].remove(use)
    if not told["key-usage"]["value"]:
        told["key-usage"]["value"] = ["digital-signature"]
    subject = told["subject"]["value"]
    names = told.get("subject-alternative-name", {})
    if subject == "empty" and (
        told["key-usage"]["value"] == ["key-cert-sign"] or not names.get("critical")
    ):
        part = {"attribute": "common-name", "string": "utf8"}
        told["subject"]["value"] = [part]
    elif subject != "empty":
        by_type = {Attribute(part["attribute"]).oid: part for part in subject}
        told["subject"]["value"] = list(by_type.values())
        told["subject"]["value"][0].pop("optional", None)
    makes = {"ec": "ecdsa", "ed25519": "ed25519", "rsa": "rsa"}[kind]
    signature = told["signature"]["value"]
    # pkilint misses an authorityKeyIdentifier in what signs itself and is no CA.
    may_sign = not is_quiet or "key-cert-sign" in told["key-usage"]["value"]
    if signed_by == "self" and signature.startswith(makes) and may_sign:
        return signed_by
    # What another key signs names that one.
    told.pop("authority-key-identifier", None)
    return UNKNOWN if signed_by == UNKNOWN else root_for(signature)


@st.composite
def places(draw: st.DrawFn, *, is_device: bool) -> dict[str, Any]:
    """The environments of a file: ``test``, and up to two others."""
    every = [["pilot"], ["pilot", "production"], ["production"], []]
    others = draw(st.sampled_from(every))
    return {name: draw(environment(is_device=is_device)) for name in ("test", *others)}


@st.composite
def environment(draw: st.DrawFn, *, is_device: bool) -> dict[str, Any]:
    told = {
        "policies": draw(st.lists(oids, min_size=1, max_size=2, unique=True)),
        "status": draw(choice(Status)),
        "source": "made up",
    }
    if draw(st.booleans()):
        told["critical"] = draw(st.booleans())
    if is_device:
        told["hardware-type"] = draw(oids)
    return told


@st.composite
def orders(
    draw: st.DrawFn, profile: CertificateProfile, *, is_quiet: bool = False
) -> Order:
    """An order that gives all that it has to, and some of what it may.

    A quiet one gives no value that pkilint does not take.
    """
    values = {}
    may_be = QUIET_VALUES if is_quiet else VALUES
    needed = open_values(profile)
    leaves_apex = draw(st.booleans())
    for key, is_required in needed.items():
        leaves = leaves_apex if key.startswith("apex") else draw(st.booleans())
        if is_required or not leaves:
            values[key] = draw(may_be.get(key, printable))
    days = (LATEST - EARLIEST).days
    # The two highest bits 01: positive, and as many octets as the profile says.
    bits = 8 * profile.serial_octets - 2
    signature, method = profile.signature, profile.key_identifier
    return Order(
        profile,
        values,
        None if profile.is_self_signed else endless_root(signature, method),
        EARLIEST + timedelta(days=draw(st.integers(0, days))),
        draw(st.integers(0, (1 << bits) - 1)) | 1 << bits,
    )
