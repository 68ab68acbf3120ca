"""Other CAs' certificates that a script names, found among the site's files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ceremony.check.plan import read_plan
from ceremony.conduct.earlier import Found
from ceremony.engine.facts import CertificateBrought
from ceremony.engine.serial_number import numbered_by
from ceremony.errors import InputError
from ceremony.hexadecimal import serial_text
from ceremony.pack.batch_files import earlier_issued_name
from ceremony.pack.certificate_leaf import certificate_leaf
from ceremony.pki.certificate import (
    decode_certificate,
    encode_certificate,
    encode_spki,
    fingerprint,
)
from ceremony.pki.der import read_key
from ceremony.pki.describe import verify_readable
from ceremony.pki.issued_results import decode_issued
from ceremony.pki.key_form import weakness
from ceremony.script.model import Script


@dataclass(frozen=True, slots=True)
class Brought:
    """One certificate as a fact of this ceremony, with its blob."""

    fact: CertificateBrought
    contents: Mapping[str, bytes]


def find_brought(script: Script, files: Mapping[str, bytes]) -> Iterator[Brought]:
    """Find each certificate that a script names by its digest and gives no profile.

    Args:
        script: The script.
        files: The site's files of other CAs by name: PEM or DER.

    Raises:
        InputError: ``CONDUCT-BROUGHT-01``: no file has that digest;
            ``CONDUCT-BROUGHT-02``: a field of the certificate cannot be read, so that
            it cannot be told in full; ``CONDUCT-BROUGHT-04``: its key needs no private
            half; ``PKI-CERT-01``: a file is no certificate.
    """
    wanted = [thing for thing in script.things if thing.is_brought]
    if not wanted:
        return
    read = (decode_certificate(raw, name) for name, raw in files.items())
    known = {str(fingerprint(certificate)): certificate for certificate in read}
    for thing in wanted:
        found = known.get(thing.sha256)
        if found is None:
            raise InputError(
                "CONDUCT-BROUGHT-01",
                f"No file of the site has the certificate {thing.sha256}, which the "
                f"script calls {thing.name}.",
                remedy="Put the file into the folder certificates of the site, or "
                "correct the digits.",
                place=read_plan(script).place("things", thing.name),
            )
        try:
            verify_readable(found)
        except InputError as error:
            raise InputError(
                "CONDUCT-BROUGHT-02",
                f"A field of the certificate {thing.sha256}, which the script calls "
                f"{thing.name}, cannot be read.",
                remedy="Ask the other CA for a certificate in DER whose names, "
                "extensions and key can be read, or leave it out of the script.",
                place=read_plan(script).place("things", thing.name),
            ) from error
        weak = weakness(read_key(encode_spki(found.public_key())))
        if weak:
            raise InputError(
                "CONDUCT-BROUGHT-04",
                f"Anybody can sign by the key of the certificate {thing.sha256}, which "
                f"the script calls {thing.name}: {weak}.",
                remedy="Tell the other CA, and leave it out of the script.",
                place=read_plan(script).place("things", thing.name),
            )
        yield Brought(
            CertificateBrought(thing.name, certificate_leaf(found, "")),
            {f"certificate-{thing.name}.pem": encode_certificate(found)},
        )


def verify_numbers(
    script: Script, brought: Iterable[Brought], found: Iterable[Found]
) -> None:
    """Insist that what is brought has no number of another certificate of its issuer.

    The record of such a ceremony could not be verified.

    Args:
        script: The script.
        brought: What :func:`find_brought` has found.
        found: What the script says that earlier ceremonies have made.

    Raises:
        InputError: ``CONDUCT-BROUGHT-03``.

    Source: RFC 5280, section 4.1.2.2.
    """
    known: dict[tuple[str, int], str] = {}
    for each in brought:
        made, name = each.fact.certificate, each.fact.thing
        number = made.issuer, int(made.serial, 16)
        if known.setdefault(number, made.digest) != made.digest:
            raise _numbered_twice(script, name, number)
        for told in found:
            if _has_other(told, number, made.digest):
                raise _numbered_twice(script, name, number)


def _has_other(found: Found, number: tuple[str, int], digest: str) -> bool:
    """Tell whether what exists is, or has, another certificate of a number.

    Args:
        found: A certificate or a batch; nothing else has one.
        number: The issuer's name, and the number.
        digest: SHA-256 of the certificate that has it.
    """
    told, (issuer, wanted) = numbered_by(found.fact), number
    if told is None or told.revoked or told.issuer != issuer:
        return False
    if told.issued is None:
        return wanted in told.numbers and told.certificate != digest
    file = earlier_issued_name(told.thing)
    return any(
        int(each.serial, 16) == wanted and each.certificate != digest
        for each in decode_issued(found.contents[file], file).answered
    )


def _numbered_twice(script: Script, name: str, number: tuple[str, int]) -> InputError:
    issuer, serial = number
    return InputError(
        "CONDUCT-BROUGHT-03",
        f"The certificate that the script calls {name} has the serial number "
        f"{serial_text(serial)}, which another certificate of {issuer} has already.",
        remedy="Ask the other CA for a certificate with a number of its own, or leave "
        "it out of the script.",
        place=read_plan(script).place("things", name),
    )
