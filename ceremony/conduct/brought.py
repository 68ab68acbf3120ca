"""Other CAs' certificates that a script names, found among the site's files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ceremony.check.plan import read_plan
from ceremony.engine.facts import CertificateBrought
from ceremony.errors import InputError
from ceremony.pack.certificate_leaf import certificate_leaf
from ceremony.pki.certificate import decode_certificate, encode_certificate, fingerprint
from ceremony.pki.describe import verify_readable
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
            it cannot be told in full; ``PKI-CERT-01``: a file is no certificate.
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
        yield Brought(
            CertificateBrought(thing.name, certificate_leaf(found, "")),
            {f"certificate-{thing.name}.pem": encode_certificate(found)},
        )
