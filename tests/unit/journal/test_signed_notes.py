"""Notes, checkpoints and cosignatures, against Go's reference vector and openssl."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from ceremony.errors import DeviceError, EvidenceError, InputError
from ceremony.identifiers import Digest, Origin
from ceremony.journal.checkpoint import (
    Checkpoint,
    decode_checkpoint,
    encode_checkpoint,
    read_checkpoint,
    sign_checkpoint,
    verify_checkpoint,
)
from ceremony.journal.cosignature import (
    cosign_checkpoint,
    cosignature_message,
    verify_cosignature,
)
from ceremony.journal.note import (
    Note,
    NoteSignature,
    decode_note,
    decode_vkey,
    encode_note,
    encode_vkey,
    make_vkey,
    merge_notes,
)

# The vector of golang.org/x/mod/sumdb/note, note_test.go.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
GO_NOTE = (
    f"{GO_TEXT}\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuG"
    "UgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()

# The example of C2SP tlog-cosignature, whose keys are not published.
C2SP_NOTE = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4\
URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZ\
CB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
""".encode()

HEAD = Checkpoint(Origin("example.org/log"), 5, Digest("ab" * 32))


@dataclass(frozen=True, slots=True)
class OpensslKey:
    """A key that signs and verifies with the openssl command alone."""

    folder: Path
    digest: tuple[str, ...]

    @property
    def public(self) -> ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey:
        key = load_pem_public_key((self.folder / "public.pem").read_bytes())
        assert isinstance(key, ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey)
        return key

    def sign(self, message: bytes) -> bytes:
        (self.folder / "message").write_bytes(message)
        openssl(
            self.folder,
            *("pkeyutl", "-sign", "-rawin", *self.digest, "-inkey", "key.pem"),
            *("-in", "message", "-out", "signature"),
        )
        return (self.folder / "signature").read_bytes()

    def verifies(self, signature: bytes, message: bytes) -> bool:
        (self.folder / "message").write_bytes(message)
        (self.folder / "signature").write_bytes(signature)
        told = openssl(
            self.folder,
            *("pkeyutl", "-verify", "-rawin", *self.digest),
            *("-pubin", "-inkey", "public.pem"),
            *("-in", "message", "-sigfile", "signature"),
        )
        return "Verified Successfully" in told


def openssl(folder: Path, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603  arguments of these tests only
        ["openssl", *arguments],  # noqa: S607  the system's openssl is the point
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture
def ed25519_key(tmp_path: Path) -> OpensslKey:
    openssl(tmp_path, "genpkey", "-algorithm", "ed25519", "-out", "key.pem")
    openssl(tmp_path, "pkey", "-in", "key.pem", "-pubout", "-out", "public.pem")
    return OpensslKey(tmp_path, ())


@pytest.fixture
def p256_key(tmp_path: Path) -> OpensslKey:
    curve = ("-pkeyopt", "ec_paramgen_curve:P-256")
    openssl(tmp_path, "genpkey", "-algorithm", "EC", *curve, "-out", "key.pem")
    openssl(tmp_path, "pkey", "-in", "key.pem", "-pubout", "-out", "public.pem")
    return OpensslKey(tmp_path, ("-digest", "sha256"))


def test_the_note_of_the_go_reference_is_read_and_verified() -> None:
    key = decode_vkey(GO_VKEY)
    note = decode_note(GO_NOTE)
    assert note.text == GO_TEXT.encode()
    assert key.signed_by(note.signatures[0])
    assert key.is_signature(note.signatures[0].signature, note.text)
    assert not key.is_signature(note.signatures[0].signature, note.text + b"x")
    assert encode_note(note) == GO_NOTE
    assert encode_vkey(key) == GO_VKEY
    assert isinstance(key.public_key, ed25519.Ed25519PublicKey)


def test_the_example_of_the_standard_is_read_and_written_byte_for_byte() -> None:
    note = decode_note(C2SP_NOTE)
    assert encode_note(note) == C2SP_NOTE
    head = read_checkpoint(C2SP_NOTE)
    assert head.origin == "example.com/behind-the-sofa"
    assert head.size == 20852163
    assert encode_checkpoint(head) == note.text
    message = cosignature_message(note.text, 1679315147)
    assert message.startswith(b"cosignature/v1\ntime 1679315147\nexample.com/")
    assert int.from_bytes(note.signatures[1].signature[:8], "big") == 1679315147


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"text\n",
        b"\n\n\xe2\x80\x94 a AAAAAAA=\n",
        GO_NOTE[:-1],
        GO_NOTE.replace(b"\n\n", b"\n"),
        GO_NOTE.replace(b"\xe2\x80\x94", b"-"),
        GO_NOTE.replace(b" PeterNeumann", b" Peter+Neumann"),
        GO_NOTE.replace(b" PeterNeumann", b" "),
        GO_NOTE.replace(b"x08go/ZJ", b"x08go/Z?"),
        GO_NOTE.replace(b"nAM=", b"nAN="),
        GO_NOTE.replace(b"If you", b"If\tyou"),
        GO_NOTE.replace(b"If you", b"If\xffyou"),
        GO_TEXT.encode() + b"\n\xe2\x80\x94 a AAAA\n",
        GO_TEXT.encode() + b"\n" + b"\xe2\x80\x94 a AAAAAAA=\n" * 65,
        b"x" * 70000 + GO_NOTE,
    ],
)
def test_what_is_not_a_signed_note_is_refused(note: bytes) -> None:
    with pytest.raises(EvidenceError, match="not a signed note") as refused:
        decode_note(note)
    assert refused.value.code == "JOURNAL-NOTE-01"


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "PeterNeumann",
        GO_VKEY.replace("c74f20a3", "c74f20a4"),
        GO_VKEY.replace("PeterNeumann", "Peter Neumann"),
        GO_VKEY.replace("PeterNeumann", ""),
        GO_VKEY.replace("+AR", "+BR"),
        GO_VKEY + "=",
        "a+00000000+",
        "a+00000000+CQ==",
    ],
)
def test_what_is_not_a_verifier_key_is_refused(vkey: str) -> None:
    with pytest.raises(InputError, match="not a verifier key") as refused:
        decode_vkey(vkey)
    assert refused.value.code == "JOURNAL-VKEY-01"


def test_a_key_on_another_curve_is_no_log_key() -> None:
    public = ec.generate_private_key(ec.SECP384R1()).public_key()
    with pytest.raises(InputError, match="cannot be read"):
        make_vkey("example.org/log", public)


def test_a_cosigner_has_an_ed25519_key() -> None:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    with pytest.raises(InputError, match="Ed25519"):
        make_vkey("c-01", public, cosigner=True)


def test_a_checkpoint_is_signed_with_ed25519_as_openssl_signs(
    ed25519_key: OpensslKey,
) -> None:
    vkey = make_vkey("example.org/log", ed25519_key.public)
    note = sign_checkpoint(HEAD, vkey, ed25519_key.sign)
    assert verify_checkpoint(note, vkey) == HEAD
    line = decode_note(note).signatures[0]
    assert ed25519_key.verifies(line.signature, decode_note(note).text)
    assert decode_note(note).text.decode().split("\n")[:2] == ["example.org/log", "5"]


def test_a_checkpoint_is_signed_with_p256_and_its_key_id_is_of_the_spki(
    p256_key: OpensslKey,
) -> None:
    vkey = make_vkey("example.org/log", p256_key.public)
    note = sign_checkpoint(HEAD, vkey, p256_key.sign)
    assert verify_checkpoint(note, vkey) == HEAD
    line = decode_note(note).signatures[0]
    assert p256_key.verifies(line.signature, decode_note(note).text)
    openssl(
        p256_key.folder,
        *("pkey", "-pubin", "-in", "public.pem"),
        *("-outform", "DER", "-out", "public.der"),
    )
    told = openssl(p256_key.folder, "dgst", "-sha256", "-r", "public.der")
    assert line.key_id.hex() == told[:8]


def test_a_token_that_gives_no_signature_of_its_key_is_found_at_once(
    ed25519_key: OpensslKey,
) -> None:
    vkey = make_vkey("example.org/log", ed25519_key.public)
    with pytest.raises(DeviceError, match="not a signature") as refused:
        sign_checkpoint(HEAD, vkey, lambda _: bytes(64))
    assert refused.value.code == "JOURNAL-SIGN-01"
    cosigner = make_vkey("c-01", ed25519_key.public, cosigner=True)
    with pytest.raises(DeviceError, match="not a signature"):
        cosign_checkpoint(HEAD, cosigner, 1, lambda _: bytes(64))


def test_a_checkpoint_of_another_key_or_body_does_not_verify(
    ed25519_key: OpensslKey,
) -> None:
    vkey = make_vkey("example.org/log", ed25519_key.public)
    note = sign_checkpoint(HEAD, vkey, ed25519_key.sign)
    other = ed25519.Ed25519PrivateKey.generate().public_key()
    for changed, key in (
        (note, make_vkey("example.org/log", other)),
        (note, make_vkey("example.org/log2", ed25519_key.public)),
        (note.replace(b"\n5\n", b"\n6\n"), vkey),
    ):
        with pytest.raises(EvidenceError, match="not signed by the log key") as bad:
            verify_checkpoint(changed, key)
        assert bad.value.code == "JOURNAL-CHECKPOINT-02"


def test_lines_of_unknown_keys_are_passed_over_but_every_own_line_has_to_verify(
    ed25519_key: OpensslKey,
) -> None:
    vkey = make_vkey("example.org/log", ed25519_key.public)
    read = decode_note(sign_checkpoint(HEAD, vkey, ed25519_key.sign))
    own = read.signatures[0]
    stranger = NoteSignature("example.org/stranger", b"\x01\x02\x03\x04", b"x")
    note = encode_note(Note(read.text, (stranger, own)))
    assert verify_checkpoint(note, vkey) == HEAD
    false = NoteSignature(own.name, own.key_id, bytes(64))
    with pytest.raises(EvidenceError):
        verify_checkpoint(encode_note(Note(read.text, (own, false))), vkey)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"a\n1\n",
        b"\n1\n" + base64.b64encode(bytes(32)) + b"\n",
        b"a\n01\n" + base64.b64encode(bytes(32)) + b"\n",
        b"a\n-1\n" + base64.b64encode(bytes(32)) + b"\n",
        b"a\n1\n" + base64.b64encode(bytes(31)) + b"\n",
        b"a\n1\n" + base64.b64encode(bytes(32)) + b"\nextension\n",
        b"a\n1\n" + base64.b64encode(bytes(32)),
        b"a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
        b"a\n1\n!\n",
        b"\xff\n1\n" + base64.b64encode(bytes(32)) + b"\n",
    ],
)
def test_a_body_of_another_form_is_no_checkpoint(body: bytes) -> None:
    with pytest.raises(EvidenceError, match="origin, size and root") as refused:
        decode_checkpoint(body)
    assert refused.value.code == "JOURNAL-CHECKPOINT-01"


def test_a_person_cosigns_as_openssl_signs(ed25519_key: OpensslKey) -> None:
    vkey = make_vkey("example.org/c-01", ed25519_key.public, cosigner=True)
    note = cosign_checkpoint(HEAD, vkey, 1679315147, ed25519_key.sign)
    assert verify_cosignature(note, vkey) == 1679315147
    line = decode_note(note).signatures[0]
    body = encode_checkpoint(HEAD)
    expected = b"cosignature/v1\ntime 1679315147\n" + body
    assert ed25519_key.verifies(line.signature[8:], expected)
    assert line.signature[:8] == bytes.fromhex("00000000641850cb")


def test_a_cosignature_for_another_time_or_head_does_not_verify(
    ed25519_key: OpensslKey,
) -> None:
    vkey = make_vkey("example.org/c-01", ed25519_key.public, cosigner=True)
    read = decode_note(cosign_checkpoint(HEAD, vkey, 1679315147, ed25519_key.sign))
    line = read.signatures[0]
    changes: list[Callable[[bytes], bytes]] = [
        lambda raw: bytes(7) + b"\x01" + raw[8:],
        lambda raw: b"\x80" + raw[1:],
        lambda raw: raw + b"\x00",
        lambda raw: raw[:5],
    ]
    for change in changes:
        false = NoteSignature(line.name, line.key_id, change(line.signature))
        with pytest.raises(EvidenceError, match="does not verify") as bad:
            verify_cosignature(encode_note(Note(read.text, (false,))), vkey)
        assert bad.value.code == "JOURNAL-COSIGNATURE-01"
    other = encode_checkpoint(Checkpoint(HEAD.origin, 6, HEAD.root))
    with pytest.raises(EvidenceError, match="does not verify"):
        verify_cosignature(encode_note(Note(other, read.signatures)), vkey)


def test_nobody_cosigned_where_no_line_is_theirs(ed25519_key: OpensslKey) -> None:
    vkey = make_vkey("example.org/c-01", ed25519_key.public, cosigner=True)
    note = sign_checkpoint(
        HEAD, make_vkey("example.org/c-01", ed25519_key.public), ed25519_key.sign
    )
    with pytest.raises(EvidenceError, match="no line"):
        verify_cosignature(note, vkey)
    with pytest.raises(InputError, match="cosignature kind"):
        verify_cosignature(note, make_vkey("example.org/c-01", ed25519_key.public))


def test_notes_over_one_checkpoint_are_put_together_once_each(
    ed25519_key: OpensslKey,
) -> None:
    log = make_vkey("example.org/log", ed25519_key.public)
    person = make_vkey("example.org/c-01", ed25519_key.public, cosigner=True)
    signed = sign_checkpoint(HEAD, log, ed25519_key.sign)
    cosigned = cosign_checkpoint(HEAD, person, 7, ed25519_key.sign)
    merged = merge_notes(signed, cosigned, signed)
    assert len(decode_note(merged).signatures) == 2
    assert verify_checkpoint(merged, log) == HEAD
    assert verify_cosignature(merged, person) == 7


def test_notes_over_two_checkpoints_are_never_put_together(
    ed25519_key: OpensslKey,
) -> None:
    log = make_vkey("example.org/log", ed25519_key.public)
    other = Checkpoint(HEAD.origin, 5, Digest("cd" * 32))
    with pytest.raises(EvidenceError, match="different checkpoints") as refused:
        merge_notes(
            sign_checkpoint(HEAD, log, ed25519_key.sign),
            sign_checkpoint(other, log, ed25519_key.sign),
        )
    assert refused.value.code == "JOURNAL-NOTE-02"
