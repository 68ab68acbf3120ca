"""A batch of certificates, for whoever takes it along: all of it, and each of them.

The results file names every certificate by position, serial number, SHA-256 in hex and
in words and by its key's SHA-256; the chain is one for all. PEM, DER and text of each
certificate are made only where somebody takes the batch along: 50,000 of them are
150,000 files, in a folder for each part.

Invariants:
    * Every file of a certificate is called by its part and its position in the results
      file, ``part-3/257.der``, so that the results file is the list of the files.
    * No file is given of a certificate that is another than the results file names.
    * Each command says ``OK`` where the files are right, in a POSIX shell and in the
      folder of the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography import x509

from ceremony.errors import EvidenceError
from ceremony.identifiers import Digest
from ceremony.pki.certificate import encode_certificate, encode_spki, spki_digest
from ceremony.pki.field_fault import LOAD_FAULTS
from ceremony.pki.issued_results import answer_by, decode_issued
from ceremony.pki.output import (
    Command,
    Kind,
    Output,
    chain_name,
    digest_command,
    forms_of,
    key_command,
)

CHECKS: Final = "VERIFY.txt"
"""The name of the file that holds the commands; ``sh`` runs it."""

Parts = Iterable[tuple[int, bytes]]
"""The parts of a batch in their order: the number and the certificates, PEM."""


@dataclass(frozen=True, slots=True)
class BatchOutput(Output):
    """A batch of certificates: its digest is that of its results file.

    Attributes:
        stem: What its files and its folder are called after.
        count: How many certificates it has.
        unfold: Gives the name in the folder and the content of each file, the
            certificates' last; None where they are elsewhere.
    """

    stem: str
    count: int
    unfold: Callable[[], Iterator[tuple[str, bytes]]] | None = field(compare=False)

    @property
    def told_files(self) -> str:
        """Name the files, by comma."""
        results, chain = batch_names(self.stem)
        each = "part-N/POSITION in DER, PEM and text"
        return f"{results}, {chain}, {each}"

    @property
    def is_elsewhere(self) -> bool:
        """Tell whether its certificates are elsewhere."""
        return self.unfold is None


def batch_names(stem: str) -> tuple[str, str]:
    """Give the names of the results file and of the chain."""
    return f"issued-{stem}.jsonl", chain_name(stem)


def batch_files(
    stem: str, issued: bytes, above: Sequence[x509.Certificate]
) -> dict[str, bytes]:
    """Give the files that bind a batch, by flat name.

    Args:
        stem: What the names are made of: letters, digits and hyphens.
        issued: The results file.
        above: The issuer's certificate and those above it, up to the root.
    """
    chain = b"".join(map(encode_certificate, above))
    return dict(zip(batch_names(stem), (issued, chain), strict=True))


def batch_output(
    stem: str,
    digest: Digest,
    chain: bytes,
    count: int,
    read: Callable[[], tuple[bytes, Parts]] | None,
) -> BatchOutput:
    """Tell of a batch that is answered.

    Args:
        stem: What its files are called after.
        digest: SHA-256 of its results file.
        chain: The chain, PEM, the issuer's certificate first.
        count: How many certificates it has.
        read: Reads the results file and the parts; None where they are elsewhere.

    Raises:
        ValueError: The chain is none.
    """
    issuer = x509.load_pem_x509_certificates(chain)[0]
    key = spki_digest(issuer.public_key())
    files = {batch_names(stem)[1]: chain}
    commands = tuple(_commands(stem, digest, key))

    def unfold() -> Iterator[tuple[str, bytes]]:
        if read is None:
            return
        issued, parts = read()
        told = "".join("\n".join((*each, "\n")) for each in commands)
        yield CHECKS, f"# In this folder each command says OK.\n\n{told}".encode()
        yield batch_names(stem)[0], issued
        yield from files.items()
        yield from _certificates(issued, parts, batch_names(stem)[0])

    return BatchOutput(
        Kind.BATCH,
        digest,
        key,
        files,
        commands,
        stem,
        count,
        unfold if read is not None else None,
    )


def _certificates(
    issued: bytes, parts: Parts, name: str
) -> Iterator[tuple[str, bytes]]:
    """Give the files of each certificate, after it was held against the results.

    Raises:
        EvidenceError: ``PKI-ISSUED-02``.
        InputError: ``PKI-ISSUED-01``, or ``PKI-CERT-02``: a field cannot be read.
    """
    answered = iter(decode_issued(issued, name).answered)
    number = 0
    for number, pem in parts:
        for made in _read(number, pem, name):
            told = next(answered, None)
            if told is None or told != answer_by(
                made, told.position, told.request, number
            ):
                raise _other(number, name)
            begin = f"part-{number}/{told.position}"
            spki = encode_spki(made.public_key())
            yield from forms_of(Kind.CERTIFICATE, begin, made, spki).items()
    if next(answered, None) is not None:
        raise _other(number, name)


def _read(part: int, pem: bytes, name: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except LOAD_FAULTS as error:
        raise _other(part, name) from error


def _other(part: int, name: str) -> EvidenceError:
    return EvidenceError(
        "PKI-ISSUED-02",
        f"Part {part} does not hold the certificates that {name} names.",
        meaning="What was written of the batch is not the whole of it.",
        remedy="Verify the pack and the journal, and preserve both.",
    )


def _commands(stem: str, digest: Digest, key: Digest) -> Iterator[Command]:
    results, chain = batch_names(stem)
    named = "awk -F'[\",:{}]+' '$2 == \"certificate\" {"
    yield digest_command(digest, results)
    yield (
        named,
        '  print $3 "  part-" $7 "/" $9 ".der"}\' \\',
        f"  {results} |",
        "  sha256sum -c --quiet &&",
        "  echo certificates OK",
    )
    yield (
        "find part-* -name '*.pem' -exec \\",
        "  openssl verify -no_check_time -check_ss_sig \\",
        f"  -CAfile {chain} {{}} + > /dev/null &&",
        "  echo signatures OK",
    )
    yield (
        named,
        '  print $5, "part-" $7 "/" $9 ".pem"}\' \\',
        f"  {results} |",
        "  while read -r key file; do",
        '    openssl x509 -in "$file" -noout -pubkey |',
        "      openssl pkey -pubin -outform DER | sha256sum |",
        '      grep -q "^$key" || exit 1',
        "  done && echo keys OK",
    )
    yield key_command(f"openssl x509 -in {chain} -noout -pubkey |", key)
