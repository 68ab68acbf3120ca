"""The site binding: tokens by serial, certificates beside it, no secret in it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ceremony.errors import InputError, Place, RefusedError
from ceremony.identifiers import Mode, PersonId
from ceremony.pack.binding import (
    PinSource,
    SiteBinding,
    encode_binding_json,
    verify_binding,
)
from ceremony.pack.binding_file import decode_binding, encode_binding
from ceremony.pack.pins import EVIDENCE, load_pins, save_pins
from ceremony.script.shape import ShapeError
from ceremony.script.source_file import read_file
from tests.fakes.odd_numbers import (
    NOT_POSITIVE,
    certificate_of_unknown_curve,
    numbered,
    of_no_version,
)

BINDING = """origin = "example.org/site"
place = "Leeds"

[[module]]
name = "soft"
path = "/usr/lib/softhsm/libsofthsm2.so"
sha256 = "{digest}"
environment = {{SOFTHSM2_CONF = "/run/site/softhsm2.conf"}}

[[token]]
name = "hsm"
module = "soft"
serial = "0a1b2c3d4e5f6071"
label = "KC-REH-ROOT"
pin = "fixed"
purpose = "Root key"

[evidence]
module = "soft"
serial = "1111222233334444"
label = "KC-EVIDENCE"
log-key-id = "01"
log-key = "example.org/site+00000000+AAAA"
seal-key-id = "02ff"
seal-certificate = "seal.pem"
pin = "typed"

[[person]]
id = "c-01"
module = "soft"
serial = "5555666677778888"
label = "c-01"
key-id = "03"
certificate = "c-01.pem"
pin = "pinpad"
cosigner = "example.org/c-01+00000000+AAAA"

[[person]]
id = "c-02"
module = "soft"
serial = "5555666677779999"
label = "c-02"
key-id = "04"
certificate = "c-02.pem"
pin = "typed"

[evidence-ca]
certificate = "ca.pem"
""".format(digest="ab" * 32)


def certificate(
    name: str, public: CertificatePublicKeyTypes | None = None
) -> x509.Certificate:
    key = ec.derive_private_key(len(name) + 2, ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public or key.public_key())
        .serial_number(len(name) + 1)
        .not_valid_before(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2036, 1, 1, tzinfo=dt.UTC))
        .sign(key, hashes.SHA256())
    )


BOTH = (PersonId("c-01"), PersonId("c-02"))
NAMES = ("seal.pem", "c-01.pem", "c-02.pem", "ca.pem")
MADE = {name: certificate(name) for name in NAMES}


def read(name: str) -> bytes:
    if name not in MADE:
        return b"not a certificate"
    return MADE[name].public_bytes(Encoding.PEM)


def sound() -> SiteBinding:
    return decode_binding(BINDING.encode(), "site.toml", read)


def instead_of(file: str, raw: bytes) -> Callable[[str], bytes]:
    """Give what is to be read where one file is another."""
    return lambda name: raw if name == file else read(name)


def code_of(old: str, new: str) -> str:
    assert old in BINDING
    with pytest.raises(InputError) as caught:
        decode_binding(BINDING.replace(old, new, 1).encode(), "site.toml", read)
    assert caught.value.place is not None
    return caught.value.code


def test_a_binding_is_read_with_the_certificates_beside_it() -> None:
    binding = sound()
    assert binding.module("soft").path == Path("/usr/lib/softhsm/libsofthsm2.so")
    assert binding.module("soft").environment == {
        "SOFTHSM2_CONF": "/run/site/softhsm2.conf"
    }
    assert binding.token("hsm").serial == "0a1b2c3d4e5f6071"
    assert binding.token("hsm").pin is PinSource.FIXED
    assert binding.evidence.log_key_id == "01"
    person = binding.person(PersonId("c-01"))
    assert person.certificate == MADE["c-01.pem"].public_bytes(Encoding.DER)
    assert person.cosigner.startswith("example.org/c-01")
    assert binding.person(PersonId("c-02")).cosigner == ""
    assert binding.evidence_ca == MADE["ca.pem"].public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    "look",
    [
        lambda binding: binding.module("hard"),
        lambda binding: binding.token("other"),
        lambda binding: binding.person("x-01"),
    ],
)
def test_what_is_not_bound_is_not_found(look: Callable[[SiteBinding], object]) -> None:
    with pytest.raises(KeyError):
        look(sound())


def test_a_binding_written_and_read_again_is_the_same() -> None:
    binding = sound()
    again = decode_binding(encode_binding(binding).encode(), "site.toml", read)
    assert again == binding
    bare = replace(binding, place="", tokens=(), people=())
    assert decode_binding(encode_binding(bare).encode(), "site.toml", read) == bare


def test_what_the_record_keeps_is_canonical_and_without_certificates() -> None:
    raw = encode_binding_json(sound(), BOTH)
    told = json.loads(raw)
    plain = json.dumps(
        told, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    assert raw == plain
    assert told["tokens"][0]["serial"] == "0a1b2c3d4e5f6071"
    der = MADE["c-01.pem"].public_bytes(Encoding.DER)
    assert told["people"][0]["certificate"] == hashlib.sha256(der).hexdigest()
    assert told["people"][0]["cosigner"].startswith("example.org/c-01")
    assert "cosigner" not in told["people"][1]
    assert told["modules"][0]["environment"] == {
        "SOFTHSM2_CONF": "/run/site/softhsm2.conf"
    }


def test_the_record_keeps_nothing_of_who_does_not_take_part() -> None:
    other = """
[[module]]
name = "reader"
path = "/usr/lib/reader.so"
sha256 = "{}"
environment = {{}}

[[person]]""".format("cd" * 32)
    bound = '[[person]]\nid = "c-01"\nmodule = '
    raw = BINDING.replace(
        f'{bound}"soft"', bound.replace("[[person]]", other) + '"reader"'
    )
    binding = decode_binding(raw.encode(), "site.toml", read)

    told = json.loads(encode_binding_json(binding, BOTH[1:]))
    assert [each["id"] for each in told["people"]] == ["c-02"]
    assert [each["name"] for each in told["modules"]] == ["soft"]
    assert told["tokens"] == json.loads(encode_binding_json(binding, BOTH))["tokens"]

    told = json.loads(encode_binding_json(binding, BOTH))
    assert [each["id"] for each in told["people"]] == ["c-01", "c-02"]
    assert [each["name"] for each in told["modules"]] == ["soft", "reader"]


def test_init_arguments_are_read_written_and_recorded_where_there_are_any() -> None:
    told = "configdir='sql:/run/nss' certPrefix='' flags="
    raw = BINDING.replace("environment", f'init-arguments = "{told}"\nenvironment', 1)
    binding = decode_binding(raw.encode(), "site.toml", read)

    assert binding.module("soft").init_arguments == told
    assert (
        decode_binding(encode_binding(binding).encode(), "site.toml", read) == binding
    )
    (module,) = json.loads(encode_binding_json(binding, BOTH))["modules"]
    assert module["initArguments"] == told
    # A binding from before has none, and its record is what it was.
    assert sound().module("soft").init_arguments == ""
    assert (
        "initArguments"
        not in json.loads(encode_binding_json(sound(), BOTH))["modules"][0]
    )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('path = "/usr', 'path = "usr', "BINDING-PATH-01"),
        ("ab" * 32, "ab" * 31, "BINDING-DIGEST-01"),
        ("ab" * 32, "AB" * 32, "BINDING-DIGEST-01"),
        ('log-key-id = "01"', 'log-key-id = "1"', "BINDING-ID-01"),
        ('key-id = "03"', 'key-id = "zz"', "BINDING-ID-01"),
        ('"c-01.pem"', '"other.pem"', "BINDING-CERTIFICATE-01"),
        ('"c-01.pem"', '"../c-01.pem"', "BINDING-CERTIFICATE-01"),
        ('id = "c-02"', 'id = "c-01"', "BINDING-NAME-01"),
        ('pin = "fixed"', 'pin = "1234"', "FILE-SHAPE-04"),
        ('pin = "fixed"\n', "", "FILE-SHAPE-02"),
        ('serial = "0a1b', 'slot = 3\nserial = "0a1b', "FILE-SHAPE-01"),
        ("environment", "init-arguments = 3\nenvironment", "FILE-SHAPE-03"),
        ('[evidence-ca]\ncertificate = "ca.pem"\n', "", "FILE-SHAPE-02"),
    ],
)
def test_a_binding_of_another_shape_is_refused(old: str, new: str, code: str) -> None:
    assert code_of(old, new) == code


def test_a_certificate_that_is_not_there_is_told_where_the_binding_names_it() -> None:
    def reading(name: str) -> bytes:
        return (
            read_file(Path("/nowhere/c-02.pem")) if name == "c-02.pem" else read(name)
        )

    with pytest.raises(ShapeError) as caught:
        decode_binding(BINDING.encode(), "site.toml", reading)
    (fault,) = caught.value.faults
    lines = BINDING.splitlines()
    line = max(at for at, it in enumerate(lines, 1) if it == "[[person]]")
    assert '"c-02.pem"' in "".join(lines[line:])
    assert (fault.code, fault.place) == ("SCRIPT-READ-01", Place("site.toml", line, 1))
    assert str(fault) == "There is no file c-02.pem."


def test_a_certificate_whose_key_no_token_signs_with_is_refused() -> None:
    other = certificate("c-01.pem", ed448.Ed448PrivateKey.generate().public_key())
    reading = instead_of("c-01.pem", other.public_bytes(Encoding.PEM))
    with pytest.raises(InputError) as caught:
        decode_binding(BINDING.encode(), "site.toml", reading)
    assert caught.value.code == "BINDING-CERTIFICATE-02"


@pytest.mark.parametrize("file", ["c-01.pem", "ca.pem"])
def test_a_certificate_whose_key_is_of_an_unknown_curve_is_refused(file: str) -> None:
    pem = certificate(file).public_bytes(Encoding.PEM)
    odd = certificate_of_unknown_curve(pem)
    with pytest.raises(InputError) as caught:
        decode_binding(BINDING.encode(), "site.toml", instead_of(file, odd))
    assert caught.value.code == "BINDING-CERTIFICATE-02"
    assert f"The key of {file} is neither of a known elliptic curve," in str(
        caught.value
    )
    assert caught.value.remedy


@pytest.mark.parametrize("serial", NOT_POSITIVE)
def test_a_certificate_whose_serial_number_is_not_positive_is_refused(
    serial: int,
) -> None:
    odd = numbered(certificate("c-01.pem"), serial)
    with pytest.raises(InputError) as caught:
        decode_binding(BINDING.encode(), "site.toml", instead_of("c-01.pem", odd))
    assert caught.value.code == "BINDING-CERTIFICATE-01"
    told = f"c-01.pem is not to be used: its serial number is {NOT_POSITIVE[serial]},"
    assert told in str(caught.value)


def test_a_certificate_of_a_version_that_there_is_not_is_refused() -> None:
    odd = of_no_version(certificate("c-01.pem"))
    with pytest.raises(InputError) as caught:
        decode_binding(BINDING.encode(), "site.toml", instead_of("c-01.pem", odd))
    assert caught.value.code == "BINDING-CERTIFICATE-01"
    assert "c-01.pem is not a certificate in PEM." in str(caught.value)


def refusal(binding: SiteBinding, mode: Mode) -> str:
    with pytest.raises(RefusedError) as caught:
        verify_binding(binding, mode)
    assert caught.value.meaning
    return caught.value.code


def test_a_fixed_pin_is_refused_in_a_live_ceremony_only() -> None:
    verify_binding(sound(), Mode.REHEARSAL)
    assert refusal(sound(), Mode.LIVE) == "BINDING-PIN-01"
    typed = replace(sound().tokens[0], pin=PinSource.TYPED)
    verify_binding(replace(sound(), tokens=(typed,)), Mode.LIVE)


def test_a_module_that_is_not_bound_is_refused() -> None:
    assert refusal(replace(sound(), modules=()), Mode.REHEARSAL) == "BINDING-MODULE-01"


def test_one_token_does_not_serve_two_purposes() -> None:
    binding = sound()
    same = replace(binding.tokens[0], serial=binding.evidence.serial)
    changed = replace(binding, tokens=(same,))
    assert refusal(changed, Mode.REHEARSAL) == "BINDING-SERIAL-01"


def test_tokens_whose_serial_is_not_their_own_are_told_apart_by_label() -> None:
    binding = sound()
    zeros = "0" * 16
    evidence = replace(binding.evidence, serial=zeros)
    token = replace(binding.tokens[0], serial=zeros)
    apart = replace(binding, tokens=(token,), evidence=evidence)
    alike = replace(token, label=evidence.label)

    verify_binding(apart, Mode.REHEARSAL)
    assert token.label != evidence.label
    assert refusal(replace(apart, tokens=(alike,)), Mode.REHEARSAL) == (
        "BINDING-SERIAL-01"
    )


def test_fixed_pins_are_kept_in_a_file_of_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "pins.toml"
    save_pins(
        path, user={"hsm": "123456", EVIDENCE: "654321"}, officer={"hsm": "87654321"}
    )
    assert path.stat().st_mode & 0o777 == 0o600
    pins = load_pins(path)
    assert bytes(pins.user["hsm"].expose()) == b"123456"
    assert bytes(pins.user[EVIDENCE].expose()) == b"654321"
    assert bytes(pins.officer["hsm"].expose()) == b"87654321"
    assert "123456" not in repr(pins)
    with pytest.raises(FileExistsError):
        save_pins(path, user={}, officer={})


def test_a_file_of_pins_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pins.toml"
    save_pins(path, user={"hsm": "123456"}, officer={})
    path.chmod(0o640)
    with pytest.raises(InputError) as caught:
        load_pins(path)
    assert caught.value.code == "BINDING-PIN-02"


def test_a_pin_that_is_a_number_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pins.toml"
    path.touch(0o600)
    path.write_text("[user]\nhsm = 123456\n")
    with pytest.raises(InputError) as caught:
        load_pins(path)
    assert caught.value.code == "FILE-SHAPE-03"
    assert "123456" not in str(caught.value)
