"""What a certificate is ordered as: profile, name, issuer, first day, serial."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ceremony.conduct.actions.issued_before import serials_before
from ceremony.conduct.conductor import Conductor
from ceremony.engine.batch import ISSUE
from ceremony.engine.made_for import certificates_for
from ceremony.engine.revocation import CROSS_SIGN, certificate_of_key
from ceremony.errors import EvidenceError, RefusedError
from ceremony.pki.certificate import decode_certificate, fingerprint
from ceremony.pki.contingency import CONTINGENCY_KEY, with_contingency_key
from ceremony.pki.linted import try_order
from ceremony.pki.order import Order, serial_number
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.script_profile import certificate_profile, profiles_above
from ceremony.pki.signature import VERIFYING_KEYS, VerifyingKey
from ceremony.pki.signer import may_sign
from ceremony.pki.trial import stand_in_issuer
from ceremony.script.model import Script, Thing, ThingKind
from ceremony.script.waiver import waivers_on

_DRAWS: Final = 8
"""How often a serial number is drawn before it is no accident."""


def order_for(
    conductor: Conductor, thing: Thing, issuer: x509.Certificate | None = None
) -> Order:
    """Give the order for a certificate of the script.

    Before a key exists, an order that needs an issuer takes the certificate that is the
    likely one, or a stand-in where the ceremony has not made it yet.
    """
    profile = certificate_profile(conductor.script, thing.profile)
    if issuer is None and not profile.is_self_signed:
        key = _signing_key(conductor.script, thing)
        issuer = likely_issuer(conductor, profile, key)
    day = conductor.clock.now().wall.date()
    return Order(
        profile=profile,
        values=values_for(conductor, thing),
        issuer=issuer,
        not_before=day,
        serial=draw_serial(
            conductor.random,
            profile.serial_octets,
            serials_before(conductor),
        ),
        waivers=waivers_on(conductor.script.waivers, thing.name, day),
    )


def values_for(conductor: Conductor, thing: Thing) -> dict[str, str]:
    """Give what a certificate states, with the contingency key that it carries.

    Before the public key is wrapped a stand-in has its place.
    """
    pair = thing.given.get(CONTINGENCY_KEY, "")
    wrapped = conductor.state.public_wrapped.get(pair)
    if wrapped is None:
        return with_contingency_key(thing.given)
    octets = conductor.log.journal.blob(wrapped.blob)
    return with_contingency_key(thing.given, (wrapped.algorithm, octets))


def draw_serial(
    random: Callable[[int], bytes], octets: int, used: Container[int]
) -> int:
    """Draw a serial number that this site's journal does not know.

    Source: RFC 5280, section 4.1.2.2.

    Args:
        random: Gives so many bytes that nobody chose.
        octets: Of the serial number, as the profile has it.
        used: The numbers that the journal knows; see ``serials_before``.

    Raises:
        RefusedError: ``CONDUCT-EARLIER-07``: only used ones are drawn.
    """
    for _ in range(_DRAWS):
        serial = serial_number(random(octets))
        if serial not in used:
            return serial
    raise RefusedError(
        "CONDUCT-EARLIER-07",
        f"{_DRAWS} times a serial number was drawn that the site's journal knows "
        "already.",
        meaning="Nothing was signed. Numbers that come again are not random.",
        remedy="Stop, and have the machine's generator looked at.",
    )


def likely_issuer(
    conductor: Conductor, profile: CertificateProfile, key: str = ""
) -> x509.Certificate:
    """Give the certificate that is likely to stand above one of a profile.

    One that is not made yet is made with stand-in keys, as the script plans it, so that
    a wrong profile costs no key whatever the order of steps. Of an issuer that the
    script does not plan it is made up from the issuer's profile.

    Args:
        conductor: The ceremony.
        profile: What is to be issued.
        key: The key that is to sign it; empty where no step says so.
    """
    script, named = conductor.script, profile.signed_by
    for name in _likely(conductor, named, key):
        if not may_sign(script, named, script.thing(name).profile):
            continue
        if name in conductor.state.certificates:
            return certificate_named(conductor, name)
        return try_order(order_for(conductor, script.thing(name)))[0]
    return stand_in_issuer(profiles_above(script, profile))


def _likely(conductor: Conductor, named: str, key: str) -> Iterator[str]:
    """Name what may be an issuer's certificate, the likeliest first.

    That of the key that signs; then one of the profile that is named, and one of
    another profile last, which may take its place. What was made comes before what is
    planned, and of that the last, by which an issuer goes on.
    """
    script, state = conductor.script, conductor.state
    if key:
        own = certificate_of_key(state, key)
        yield from [own] if own else []
        yield from (it.name for it in certificates_for(script, script.thing(key)))
    planned = [it.name for it in script.things if it.kind is ThingKind.CERTIFICATE]
    known = [*reversed(tuple(state.certificates)), *planned]
    yield from (name for name in known if script.thing(name).profile == named)
    yield from known


def _signing_key(script: Script, certificate: Thing) -> str:
    """Name the key that signs a certificate in a script; empty where no step says."""
    steps = (
        step
        for step in script.steps
        if step.verb in (ISSUE, CROSS_SIGN)
        and step.parameters.get("certificate") == certificate.name
    )
    return next((str(step.parameters["key"]) for step in steps), "")


def certificate_of_issuer(conductor: Conductor, key: str) -> x509.Certificate:
    """Read the certificate of a key that is to sign another's.

    Raises:
        RefusedError: ``CONDUCT-KEY-03``: it has none yet.
    """
    name = certificate_of_key(conductor.state, key)
    if not name:
        raise RefusedError(
            "CONDUCT-KEY-03",
            f"The key {key} has no certificate yet.",
            meaning="Nothing was signed.",
            remedy="Carry out the step that certifies it first.",
        )
    return certificate_named(conductor, name)


def certificate_named(conductor: Conductor, name: str) -> x509.Certificate:
    """Read a certificate that this ceremony made, from the journal.

    Its fingerprint finds it: ``NAME-2`` is another certificate's name, too.

    Raises:
        EvidenceError: ``CONDUCT-CERTIFICATE-01``: the journal does not hold it.
    """
    wanted = conductor.state.certificates[name].digest
    named = re.compile(rf"certificate-{re.escape(name)}(-[0-9]+)?\.pem")
    for recorded in conductor.facts:
        for blob in recorded.event.blobs:
            if not named.fullmatch(blob.name):
                continue
            pem = conductor.log.journal.blob(blob.sha256)
            certificate = decode_certificate(pem, blob.name)
            if fingerprint(certificate) == wanted:
                return certificate
    raise EvidenceError(
        "CONDUCT-CERTIFICATE-01",
        f"The journal does not hold the certificate {name} that was issued.",
        meaning="It must not be used.",
        remedy="Preserve the journal and bring your backup copy.",
    )


def key_named(conductor: Conductor, name: str) -> VerifyingKey:
    """Read a key's public half as the journal has it, not as the token tells it.

    Raises:
        RefusedError: ``CONDUCT-KEY-01``: it was not made, or is no pair that signs.
    """
    if name in conductor.state.keys:
        key = load_der_public_key(public_key_of(conductor, name))
        if isinstance(key, VERIFYING_KEYS):
            return key
    raise RefusedError(
        "CONDUCT-KEY-01",
        f"The key {name} does not exist yet.",
        remedy="Carry out the step that makes it first.",
    )


def public_key_of(conductor: Conductor, name: str) -> bytes:
    """Read the SubjectPublicKeyInfo, DER, of a pair that exists, from the journal.

    Its digest finds it: ``NAME-2`` is another key's name, too.

    Raises:
        EvidenceError: ``JOURNAL-BLOB-01``: the journal does not hold it.
    """
    return conductor.log.journal.blob(conductor.state.keys[name].public_key)
