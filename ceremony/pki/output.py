"""What is issued, in every form in which somebody will want it.

PEM, DER, the full text with the digests by which it is compared, the chain up to the
root, and the commands that check these files with openssl and sha256sum alone.

Invariants:
    * The same content gives the same files, so that a verifier can make them again.
    * A chain file begins with the certificate that is used, and each certificate in it
      has signed the one before.
    * Each command says ``OK`` where the files are right, in a POSIX shell and in the
      folder in which they are; a name needs no quoting there.

Source: RFC 8555, section 9.1 (``application/pem-certificate-chain``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, assert_never

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony import canonical
from ceremony.identifiers import Digest
from ceremony.pki.certificate import encode_certificate, encode_spki
from ceremony.pki.describe import describe_certificate, describe_request
from ceremony.pki.describe_crl import describe_crl
from ceremony.pki.digest_text import fingerprint_lines, key_lines
from ceremony.pki.plain_text import plain_lines

Command = tuple[str, ...]
"""The lines of one command, printable ASCII, to be copied as they are."""

_Content = (
    x509.Certificate | x509.CertificateSigningRequest | x509.CertificateRevocationList
)


class Kind(StrEnum):
    """What is issued, in a word."""

    REQUEST = "request"
    CERTIFICATE = "certificate"
    LIST = "revocation list"
    BATCH = "batch of certificates"

    @property
    def digested(self) -> str:
        """Say what the digest is over, e.g. ``certificate (DER)``."""
        return "results file" if self is Kind.BATCH else f"{self.value} (DER)"


_DIGEST_COMMAND: Final = re.compile(
    r'echo "(?P<digest>[0-9a-f]{64})  \\\n(?P<file>[^\s"]+)" \| sha256sum -c'
)

_Single = Literal[Kind.REQUEST, Kind.CERTIFICATE, Kind.LIST]

_NAMES: Final = {
    Kind.REQUEST: ("request", (".csr", ".pem", ".txt")),
    Kind.CERTIFICATE: ("certificate", (".der", ".pem", ".txt")),
    Kind.LIST: ("crl", (".crl", ".pem", ".txt")),
}
"""How the names of the files begin, and how those of DER, PEM and text end."""

SIGNED: Final = {
    Kind.REQUEST: ("request-", ".csr"),
    Kind.CERTIFICATE: ("certificate-", ".pem"),
    Kind.LIST: ("crl-", ".crl"),
}
"""How the name of the file begins and ends that every record has of what it issues."""


@dataclass(frozen=True, slots=True)
class Output:
    """One certificate, request or revocation list, and its files.

    Attributes:
        kind: What it is.
        digest: SHA-256 over its DER.
        key: SHA-256 of the SubjectPublicKeyInfo (DER) in it; of a list or a batch, its
            issuer's.
        files: By flat name: ``KIND-STEM`` in DER (``.der``, ``.csr``, ``.crl``), in PEM
            (``.pem``) and as text (``.txt``), and ``chain-STEM.pem``, which a request
            does not have.
        commands: What checks the files.
    """

    kind: Kind
    digest: Digest
    key: Digest
    files: Mapping[str, bytes]
    commands: tuple[Command, ...]

    @property
    def told_files(self) -> str:
        """Name the files, by comma."""
        return ", ".join(self.files)

    @property
    def is_elsewhere(self) -> bool:
        """Tell whether not all of its files can be had from here."""
        return False


def file_names(kind: _Single, stem: str) -> tuple[str, ...]:
    """Give the flat names of all files of something issued, those of its DER first.

    Args:
        kind: What it is.
        stem: What the names are made of.
    """
    begin, endings = _NAMES[kind]
    forms = tuple(f"{begin}-{stem}{ending}" for ending in endings)
    return forms if kind is Kind.REQUEST else (*forms, chain_name(stem))


def chain_name(stem: str) -> str:
    """Give the flat name of a chain."""
    return f"chain-{stem}.pem"


def certificate_output(
    stem: str, certificate: x509.Certificate, above: Sequence[x509.Certificate]
) -> Output:
    """Give a certificate's files.

    Args:
        stem: What the names are made of: letters, digits and hyphens.
        certificate: As issued; nothing is verified here.
        above: Its issuer's certificate, then that one's issuer's, up to the root;
            none for a root.

    Raises:
        InputError: ``PKI-CERT-02``: a field cannot be read.
    """
    return _output(
        Kind.CERTIFICATE,
        stem,
        certificate,
        encode_spki(certificate.public_key()),
        (certificate, *above),
    )


def request_output(stem: str, request: x509.CertificateSigningRequest) -> Output:
    """Give a request's files; it has no chain.

    Raises:
        InputError: ``PKI-REQUEST-05``: a field cannot be read.
    """
    spki = encode_spki(request.public_key())
    return _output(Kind.REQUEST, stem, request, spki, ())


def crl_output(
    stem: str,
    crl: x509.CertificateRevocationList,
    issuers: Sequence[x509.Certificate],
) -> Output:
    """Give a revocation list's files; its chain begins with its issuer's certificate.

    Args:
        stem: As for :func:`certificate_output`.
        crl: As issued; nothing is verified here.
        issuers: Its issuer's certificate and those above, up to the root.

    Raises:
        InputError: ``PKI-LIST-07``: a field cannot be read.
    """
    spki = encode_spki(issuers[0].public_key())
    return _output(Kind.LIST, stem, crl, spki, issuers)


def _output(
    kind: _Single,
    stem: str,
    content: _Content,
    spki: bytes,
    chain: Sequence[x509.Certificate],
) -> Output:
    files = forms_of(kind, f"{_NAMES[kind][0]}-{stem}", content, spki)
    if chain:
        files[chain_name(stem)] = b"".join(map(encode_certificate, chain))
    digest = canonical.digest(content.public_bytes(Encoding.DER))
    key = canonical.digest(spki)
    return Output(kind, digest, key, files, tuple(_commands(kind, stem, digest, key)))


def forms_of(
    kind: _Single, begin: str, content: _Content, spki: bytes
) -> dict[str, bytes]:
    """Give something issued in DER, in PEM and as text, each under its name.

    Args:
        kind: What it is.
        begin: What the names begin with.
        content: It, as issued.
        spki: The SubjectPublicKeyInfo (DER) that the text names by digest.

    Raises:
        InputError: A field cannot be read; see the makers of outputs.
    """
    der = content.public_bytes(Encoding.DER)
    whose = " of the issuer" if kind is Kind.LIST else ""
    digests = plain_lines((*fingerprint_lines(kind, der), *key_lines(spki, whose)))
    forms = (
        der,
        content.public_bytes(Encoding.PEM),
        _text((*_described(content), "", *digests)),
    )
    names = (f"{begin}{ending}" for ending in _NAMES[kind][1])
    return dict(zip(names, forms, strict=True))


def _described(content: _Content) -> tuple[str, ...]:
    if isinstance(content, x509.Certificate):
        return describe_certificate(content)
    if isinstance(content, x509.CertificateSigningRequest):
        return describe_request(content)
    return describe_crl(content)


def _text(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def _commands(
    kind: _Single, stem: str, digest: Digest, key: Digest
) -> Iterator[Command]:
    der, *_ = file_names(kind, stem)
    match kind:
        case Kind.REQUEST:
            yield (f"openssl req -inform DER -in {der} -noout -verify",)
            shown = f"openssl req -inform DER -in {der} -noout -pubkey |"
        case Kind.CERTIFICATE:
            yield (
                "openssl verify -no_check_time -check_ss_sig \\",
                f"  -CAfile chain-{stem}.pem certificate-{stem}.pem",
            )
            shown = f"openssl x509 -inform DER -in {der} -noout -pubkey |"
        case Kind.LIST:
            yield (
                f"openssl crl -inform DER -in {der} -noout -verify \\",
                f"  -CAfile chain-{stem}.pem",
            )
            shown = f"openssl x509 -in chain-{stem}.pem -noout -pubkey |"
        case _:
            assert_never(kind)
    yield digest_command(digest, der)
    yield key_command(shown, key)


def digest_command(digest: Digest, file: str) -> Command:
    """Give the command that says OK where a file has a SHA-256."""
    return (f'echo "{digest}  \\', f'{file}" | sha256sum -c')


def digest_parts(command: Command) -> tuple[str, str] | None:
    """Give what :func:`digest_command` was given: the digest in hex, and the file.

    Returns:
        None for another command.
    """
    told = _DIGEST_COMMAND.fullmatch("\n".join(command))
    return (told["digest"], told["file"]) if told else None


def key_command(shown: str, key: Digest) -> Command:
    """Give the command that says OK where a public key in PEM has a SHA-256.

    Args:
        shown: The command that prints the key, and the pipe after it.
        key: SHA-256 of its SubjectPublicKeyInfo in DER.
    """
    return (
        shown,
        "  openssl pkey -pubin -outform DER | sha256sum |",
        f"  grep -q ^{key} &&",
        "  echo key OK",
    )
