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
from hypothesis import strategies as st

from ceremony.pki.extension import open_values
from ceremony.pki.fact import (
    AlternativeName,
    Attribute,
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
EARLIEST: Final = date(1951, 1, 1)
LATEST: Final = date(2200, 1, 1)

hexadecimal = st.sampled_from("0123456789abcdef")
euis = st.text(hexadecimal, min_size=16, max_size=16)
labels = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4})?", fullmatch=True)
hosts = st.lists(labels, min_size=1, max_size=3).map(".".join)
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
urls = st.builds(
    lambda scheme, host, path: f"{scheme}://{host}{path}",
    st.sampled_from(["http", "https"]),
    hosts,
    st.sampled_from(["", "/", "/a.crl", "/x%20y/~b", ":8080/c"]),
)
mailboxes = hosts.map(lambda host: f"a.b+c@{host}")
names = st.one_of(
    hosts.map(lambda host: f"dns:{host}"),
    hosts.map(lambda host: f"dns:*.{host}"),
    mailboxes.map(lambda mailbox: f"email:{mailbox}"),
    urls.map(lambda url: f"uri:{url}"),
)
subtrees = st.one_of(
    hosts.map(lambda host: f"dns:{host}"),
    st.builds(
        lambda kind, dot, host: f"{kind}:{dot}{host}",
        st.sampled_from(["email", "uri"]),
        st.sampled_from(["", "."]),
        hosts,
    ),
    mailboxes.map(lambda mailbox: f"email:{mailbox}"),
)


@lru_cache(maxsize=1)
def endless_root() -> x509.Certificate:
    """A root below which every validity lies."""
    made = golden("root-ca-ed25519")
    profile = replace(made.order.profile, validity=Validity())
    order = replace(made.order, profile=profile, not_before=date(1950, 1, 1))
    return sign(prepare(order, made.key.public_key()), made.key, profile.signature)


def several(item: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Set off by blanks, as an order gives lists."""
    return st.lists(item, min_size=1, max_size=3).map(" ".join)


VALUES: Final = {
    "hardware-serial": euis,
    "alternative-names": several(names),
    "crl-urls": several(urls),
    "ocsp-urls": several(urls),
    "issuer-urls": several(urls),
    "apex-wrap-algorithm": oids,
    "apex-wrapped-key": st.binary(min_size=1, max_size=80).map(bytes.hex),
}


def choice(options: Any) -> st.SearchStrategy[str]:
    return st.sampled_from([option.value for option in options])


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


@st.composite
def profile_files(draw: st.DrawFn) -> str:
    """The text of a profile's file."""
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
    maybe: dict[str, st.SearchStrategy[Any]] = {
        "extended-key-usage": facts(some(Purpose, 3), critical=True),
        "policies": facts(
            st.lists(oids, min_size=1, max_size=3, unique=True), critical=True
        ),
        "subject-alternative-name": facts(choice(AlternativeName), critical=True),
        "permitted-names": facts(
            st.lists(subtrees, min_size=1, max_size=3, unique=True)
        ),
        "ocsp-no-check": facts(st.booleans()),
        "apex-contingency-key": facts(choice(Presence)),
        "crl-distribution-points": facts(choice(Presence)),
        "ocsp-responders": facts(choice(Presence)),
        "issuer-certificates": facts(choice(Presence)),
    }
    told |= {name: draw(fact) for name, fact in maybe.items() if draw(st.booleans())}
    if not is_ca:
        told.pop("permitted-names", None)
    signed_by = draw(st.sampled_from(["self", "root-ca-ed25519"]))
    if draw(st.integers(0, 4)):
        signed_by = reconcile(told, signed_by)
    file = {
        "format": FORMAT,
        "name": "made-up",
        "title": "Made up",
        "signed-by": signed_by,
        "facts": told,
    }
    names = told.get("subject-alternative-name")
    if names and names["value"] == "hardware-module-name":
        file["environments"] = {"test": draw(environments())}
        if draw(st.integers(0, 4)):
            told.pop("policies", None)
    return json.dumps(file)


def reconcile(told: dict[str, Any], signed_by: str) -> str:
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
    signs_itself = told["signature"]["value"].startswith(makes)
    return signed_by if signs_itself else "root-ca-ed25519"


@st.composite
def environments(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "policies": draw(st.lists(oids, min_size=1, max_size=2, unique=True)),
        "hardware-type": draw(oids),
        "status": draw(choice(Status)),
        "source": "made up",
    }


@st.composite
def orders(draw: st.DrawFn, profile: CertificateProfile) -> Order:
    """An order that gives all that it has to, and some of what it may."""
    values = {}
    needed = open_values(profile)
    leaves_apex = draw(st.booleans())
    for key, is_required in needed.items():
        leaves = leaves_apex if key.startswith("apex") else draw(st.booleans())
        if is_required or not leaves:
            values[key] = draw({**VALUES, **TEXTS}.get(key, printable))
    days = (LATEST - EARLIEST).days
    # The two highest bits 01: positive, and as many octets as the profile says.
    bits = 8 * profile.serial_octets - 2
    return Order(
        profile,
        values,
        None if profile.is_self_signed else endless_root(),
        EARLIEST + timedelta(days=draw(st.integers(0, days))),
        draw(st.integers(0, (1 << bits) - 1)) | 1 << bits,
    )
