"""VERIFY.txt: how to check the record with openssl and sha256sum alone.

The commands are made from the record itself and run as they stand in a POSIX shell
in the folder that the files were extracted to. Each block is indented by four
spaces; a test runs every block of a real pack.

Invariants:
    * ASCII; lines of at most 88 characters where the names in them allow it.
    * The same record gives the same text.

Source: C2SP signed-note and checkpoint; DSSE v1.0.2, protocol.md; RFC 6962 clause
    2.1; ISO 32000-1 clause 12.8.1 (``/ByteRange``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ceremony import canonical
from ceremony.engine.facts import Outcome
from ceremony.engine.revocation import certificate_of_key, path_above
from ceremony.engine.state import Recorded
from ceremony.errors import InputError
from ceremony.identifiers import Digest
from ceremony.journal.note import decode_vkey, encode_vkey
from ceremony.pack.batch_text import render_batches
from ceremony.pack.outputs import certificate_file
from ceremony.pack.record import (
    BINDING,
    CHECKPOINT,
    EVENTS,
    LEAF_HASHES,
    Record,
    person_file,
)

PEOPLE_CA: Final = "certificate-evidence-ca.pem"

SEAL: Final = "certificate-seal.pem"

_NOT_TOLD: Final = "(not told in this record)"

_HEAD: Final = """\
HOW TO CHECK THIS RECORD WITH OPENSSL AND SHA256SUM ALONE

Ceremony  {ceremony}
Journal   {log}

You need openssl 3.0 or newer, the GNU core utilities and pdfdetach (poppler), or any
reader that saves embedded files. PACK is the PDF. These commands show that the parts
are what was signed. They do not show that the script's rules were kept, that the
quorum was present or that the pages tell what the record tells: for that, and for a
verdict, use "ceremony verify". What you compare with (the log key, the people's keys,
the certificate above them) must come from a trust policy that you hold already, never
from this file.
"""

_EXTRACT: Final = """
1. TAKE THE EMBEDDED FILES OUT AND COMPARE THEM WITH THE MANIFEST

    pdfdetach -saveall -o . "$PACK"
    sha256sum --check --quiet MANIFEST.sha256
"""

_CHECKPOINT: Final = """
2. THE CHECKPOINT IS SIGNED BY THE LOG KEY

LOG_KEY is the verifier key of your trust policy. The one that this record names is

  {log_key}

and is of no worth as a proof of itself: compare it.

    printf '%s' "$LOG_KEY" | sed 's/^[^+]*+[^+]*+//' | base64 -d > log.key
    case $(head -c 1 log.key | od -An -tu1 | tr -d ' ') in
    1)  printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000' > log.der
        digest= ;;
    2)  : > log.der
        digest='-digest sha256' ;;
    esac
    tail -c +2 log.key >> log.der
    sed '/^$/,$d' {checkpoint} > checkpoint.body
    sed -n 's|^[^ ]* {log} ||p' {checkpoint} | head -n 1 | base64 -d \\
        | tail -c +5 > checkpoint.sig
    openssl pkeyutl -verify -pubin -inkey log.der -keyform DER -rawin $digest \\
        -in checkpoint.body -sigfile checkpoint.sig
"""

_LEAVES: Final = """
3. THE CEREMONY'S LEAVES ARE IN THE JOURNAL

A leaf's hash is SHA-256 over a zero byte and the line. The two numbers are equal:

    while IFS= read -r leaf; do
        {{ printf '\\000'; printf '%s' "$leaf"; }} | sha256sum
    done < {events} | cut -c 1-64 > own.hashes
    wc -l < own.hashes
    grep -c -x -F -f own.hashes {leaf_hashes}
    test "$(wc -l < own.hashes)" = "$(grep -c -x -F -f own.hashes {leaf_hashes})"
"""

_EARLIER: Final = """
The leaves of earlier ceremonies that this one works with have the hashes that it tells;
this prints nothing. That they are in the journal their proofs show.

    for file in earlier-*.json; do
        hash=$({{ printf '\\000'; cat "$file"; }} | sha256sum | cut -c 1-64)
        grep -q '"leaf":"'"$hash"'"' {events} || echo "$file is not told"
    done
"""

_ATTESTATIONS: Final = """
4. EACH PERSON'S STATEMENT IS SIGNED BY THAT PERSON'S KEY

The signature is over "DSSEv1", the payload's type, its length and the payload.

    for file in attestation-*.dsse.json; do
        sed 's/.*"payload":"\\([^"]*\\)".*/\\1/' "$file" | base64 -d > payload
        sed 's/.*"sig":"\\([^"]*\\)".*/\\1/' "$file" | base64 -d > statement.sig
        person=$(sed 's/.*"person":"\\([^"]*\\)".*/\\1/' payload)
        openssl x509 -in "certificate-person-$person.pem" -noout -pubkey > person.key
        printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(wc -c < payload)" > pae
        cat payload >> pae
        openssl pkey -pubin -in person.key -noout -text > person.text
        digest='-digest sha256'
        if grep -q ED25519 person.text; then digest=; fi
        openssl pkeyutl -verify -pubin -inkey person.key -rawin $digest \\
            -in pae -sigfile statement.sig
    done
"""

_IN_INK: Final = """
Signed in ink, on sheets that are outside this file, and not with a key:

  {sheets}

events.jsonl tells of each sheet who signed it, the SHA-256 of its text, and which two
people saw it signed.
"""

_CERTIFICATES: Final = """
5. CERTIFICATES

The people's and the seal's certificates come from the evidence CA, and the ceremony's
own certificates from the keys that it made. Times are looked at apart from this.

"""

_LISTS: Final = """
Revocation lists are signed by the key of the certificate that is named beside them:

"""

_KEY_PROOFS: Final = """
Keys that proved that they were in their tokens signed a text that names token, key and
challenge. How the challenge follows from the leaf of the intent is told in section 5 of
the verifier's specification.

"""

_SEAL: Final = """
6. THE SEAL AND THE REPORT SIGNATURES

Each signature covers the whole file but its own value, up to where it was made. The
seal is the first; say N=2 and so on for the report signatures after it.

    N=${N:-1}
    set -- $(grep -a -o '/ByteRange \\[[0-9 ]*\\]' "$PACK" | sed -n "${N}p" \\
        | tr -c '0-9\\n' ' ')
    { head -c "$2" "$PACK"; tail -c "+$(($3 + 1))" "$PACK" | head -c "$4"; } > covered
    tail -c "+$(($2 + 2))" "$PACK" | head -c "$(($3 - $2 - 2))" \\
        | basenc --base16 -d > signature.der
    openssl cms -verify -binary -inform DER -in signature.der -content covered \\
        -CAfile certificate-evidence-ca.pem -purpose any -no_check_time \\
        -signer signer.pem -out covered.same
    openssl x509 -in signer.pem -noout -subject

The last signature must cover the file to its end: $3 plus $4 is the file's size.
"""


def render_verify_text(record: Record) -> bytes:
    """Write VERIFY.txt for a record: ASCII, lines ended by line feeds."""
    sheets = record.state.sheets
    proofs = list(_proof_commands(record))
    lists = [
        line for name in record.state.crls for line in crl_command(record, name)[1]
    ]
    parts = [
        _HEAD.format(ceremony=record.ceremony, log=record.log),
        _EXTRACT,
        _CHECKPOINT.format(
            log=record.log, checkpoint=CHECKPOINT, log_key=_log_key(record)
        ),
        _LEAVES.format(events=EVENTS, leaf_hashes=LEAF_HASHES),
        _EARLIER.format(events=EVENTS) if record.state.earlier else "",
        _ATTESTATIONS,
        _IN_INK.format(sheets=", ".join(sheets)) if sheets else "",
        _CERTIFICATES,
        "\n".join(f"    {line}" for line in _certificate_commands(record)) + "\n",
        render_batches(record),
        _LISTS + "".join(f"    {line}\n" for line in lists) if lists else "",
        _KEY_PROOFS + "".join(f"    {line}\n" for line in proofs) if proofs else "",
        _SEAL,
    ]
    return "".join(parts).encode("ascii", "backslashreplace")


def _certificate_commands(record: Record) -> Iterator[str]:
    """Give one ``openssl verify`` for each certificate under those above it."""
    people = {person_file(seat.person) for seat in record.opened.seats}
    for name in sorted(record.files.keys() & (people | {SEAL})):
        yield f"openssl verify -no_check_time -CAfile {PEOPLE_CA} \\"
        yield f"    {name}"
    facts = record.facts
    for thing in sorted(record.state.certificates):
        made = record.state.certificates[thing]
        above = path_above(record.state, made)
        if not above and made.issuer != made.subject:
            # It was brought, and what stands above it was not.
            continue
        yield "openssl verify -no_check_time -check_ss_sig \\"
        top = above[-1] if above else thing
        yield f"    -CAfile {certificate_file(facts, top)} \\"
        for link in above[:-1]:
            yield f"    -untrusted {certificate_file(facts, link)} \\"
        yield f"    {certificate_file(facts, thing)}"


def crl_command(record: Record, name: str) -> tuple[str, tuple[str, ...]]:
    """Give the file of a revocation list, and the ``openssl crl`` that checks it.

    Args:
        record: The record.
        name: The list's name in the script.

    Returns:
        The file's flat name, ``none`` where no leaf names it, and two lines.
    """
    made = record.state.crls[name]
    named = _blobs(record.facts, f"crl-{name}")
    file = next((blob for blob in named if named[blob] == made.digest), "none")
    issuer = certificate_of_key(record.state, made.issuer_thing)
    return file, (
        f"openssl crl -verify -noout -inform DER -in {file} \\",
        f"    -CAfile {certificate_file(record.facts, issuer)}",
    )


def _proof_commands(record: Record) -> Iterator[str]:
    """Give one ``openssl pkeyutl`` for each key that proved that it was there."""
    for recorded in record.facts:
        fact = recorded.fact
        key = record.state.keys.get(getattr(fact, "thing", ""))
        if not isinstance(fact, Outcome) or fact.proof is None or key is None:
            continue
        public, text, signature = (
            next((name for name, digest in named.items() if digest == wanted), "none")
            for named, wanted in (
                (_blobs(record.facts, "public-key-"), key.public_key),
                (_blobs((recorded,), "key-proof-"), fact.proof.message),
                (_blobs((recorded,), "key-proof-"), fact.proof.signature),
            )
        )
        bits = {384: " -digest sha384", 521: " -digest sha512"}
        digest = bits.get(key.size, " -digest sha256")
        if key.algorithm.startswith("Ed"):
            digest = ""
        yield f"openssl pkeyutl -verify -pubin -inkey {public} \\"
        yield f"    -keyform DER -rawin{digest} \\"
        yield f"    -in {text} \\"
        yield f"    -sigfile {signature}"


def _blobs(facts: Iterable[Recorded], begin: str) -> dict[str, Digest]:
    """Give the digests of what leaves name, by the name's beginning."""
    return {
        blob.name: blob.sha256
        for recorded in facts
        for blob in recorded.event.blobs
        if blob.name.startswith(begin)
    }


def _log_key(record: Record) -> str:
    """Find the log key's text in the binding, as far as one is told there.

    Whatever else stands there would stand among commands that an auditor runs.
    """
    try:
        told = canonical.decode(record.files[BINDING])
        match told:
            case {"evidence": {"logKey": str(log_key)}}:
                return encode_vkey(decode_vkey(log_key))
            case _:
                return _NOT_TOLD
    except (KeyError, ValueError, InputError):
        return _NOT_TOLD
