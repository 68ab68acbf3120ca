"""The trust policy: strict, one key once, and the same after writing and reading."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import InputError, Place
from ceremony.identifiers import Digest, Mode, Origin, PersonId, Role, Stance
from ceremony.pack.policy import SOFTWARE_WAIVER, TrustedPerson, TrustPolicy
from ceremony.pack.policy_file import (
    decode_trust_policy,
    encode_trust_policy,
    load_trust_policy,
)
from ceremony.people.attestation import Level
from ceremony.script.shape import ShapeError
from tests.fakes.odd_numbers import NOT_POSITIVE, numbered, of_no_version


def authority() -> str:
    key = ec.derive_private_key(7, ec.SECP256R1())
    name = x509.Name([])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2036, 1, 1, tzinfo=dt.UTC))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


def person(number: int, name: str, cosigner: str = "") -> TrustedPerson:
    return TrustedPerson(
        id=PersonId(f"c-{number:02d}"),
        name=name,
        roles=(Role("custodian"),),
        key=Digest(f"{number:064x}"),
        certificate=Digest(f"{number + 50:064x}"),
        cosigner=cosigner,
    )


POLICY = TrustPolicy(
    version=3,
    origin=Origin("example.org/site/rehearsal"),
    valid_from=dt.date(2026, 11, 1),
    valid_to=dt.date(2027, 10, 31),
    log_key="example.org/site/rehearsal+12345678+AAAA",
    seal_certificates=(Digest("cd" * 32),),
    ca_certificates=(authority(),),
    people=(person(1, "Ann Lee", "example.org/c-01+12345678+BBBB"), person(2, "Bo Ek")),
    quorum_role=Role("custodian"),
    quorum_need=2,
    levels={Role("custodian"): Level.A2},
    required_roles=(Role("custodian"),),
    modes=(Mode.REHEARSAL, Mode.LIVE),
    scripts=(Digest("ef" * 32),),
    attributes={"CKA_SENSITIVE": "true", "CKA_DERIVE": "false"},
    report_signers=(Role("custodian"),),
    waivers=(SOFTWARE_WAIVER,),
    absent={"CKA_DERIVE": Stance.ACCEPT},
    reported_wrongly={"CKA_LOCAL": Stance.REMARK},
    apart=(("CKA_SIGN", "CKA_UNWRAP"), ("CKA_SIGN", "CKA_DERIVE")),
)
TEXT = encode_trust_policy(POLICY).decode()


def code_of(old: str, new: str) -> str:
    assert old in TEXT
    with pytest.raises(InputError) as caught:
        decode_trust_policy(TEXT.replace(old, new, 1).encode(), "p.toml")
    assert caught.value.place is not None
    return caught.value.code


def test_a_policy_written_and_read_again_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(TEXT)
    again = load_trust_policy(path)
    assert replace(again, ca_certificates=()) == replace(POLICY, ca_certificates=())
    assert again.ca_certificates[0].strip() == POLICY.ca_certificates[0].strip()
    assert encode_trust_policy(again) == TEXT.encode()


def test_a_bare_policy_accepts_live_ceremonies_only() -> None:
    bare = replace(
        POLICY,
        modes=(),
        levels={},
        attributes={},
        absent={},
        reported_wrongly={},
        apart=(),
        scripts=(),
        waivers=(),
        report_signers=(),
        required_roles=(),
    )
    again = decode_trust_policy(encode_trust_policy(bare), "p.toml")
    assert again.modes == (Mode.LIVE,)
    assert again.waivers == ()
    assert again.minimum_level(Role("custodian")) is Level.A0


def test_people_and_levels_are_found() -> None:
    assert POLICY.person(PersonId("c-02")).name == "Bo Ek"
    assert POLICY.minimum_level(Role("custodian")) is Level.A2
    with pytest.raises(KeyError):
        POLICY.person(PersonId("c-09"))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (f"{2:064x}", f"{1:064x}", "POLICY-KEY-01"),
        (
            "example.org/c-01+12345678+BBBB",
            "example.org/site/rehearsal+12345678+AAAA",
            "POLICY-KEY-01",
        ),
        ('id = "c-02"', 'id = "c-01"', "POLICY-PERSON-01"),
        ("ef" * 32, "ef" * 31, "POLICY-DIGEST-01"),
        ("ef" * 32, "EF" * 32, "POLICY-DIGEST-01"),
        ("2027-10-31", "2026-10-31", "POLICY-DATE-01"),
        ("2027-10-31", "soon", "POLICY-DATE-01"),
        ("-----BEGIN CERTIFICATE-----", "-----BEGIN X-----", "POLICY-CERTIFICATE-01"),
        (SOFTWARE_WAIVER, "anything-goes", "POLICY-WAIVER-01"),
        ('CKA_LOCAL = "remark"', 'CKA_SIGN = "remark"', "POLICY-ATTRIBUTE-01"),
        ('CKA_LOCAL = "remark"', 'CKA_LOCAL = "accept"', "POLICY-ATTRIBUTE-01"),
        ('CKA_DERIVE = "false"', 'CKA_DERIVE = "true"', "POLICY-ATTRIBUTE-02"),
        ('"CKA_SIGN", "CKA_UNWRAP"', '"CKA_SIGN", "CKA_SIGN"', "POLICY-ATTRIBUTE-03"),
        ('CKA_LOCAL = "remark"', 'CKA_LOCAL = "never"', "FILE-SHAPE-04"),
        ("need = 2", "need = 0", "FILE-SHAPE-04"),
        ('"rehearsal", "live"', '"rehearsal", "test"', "FILE-SHAPE-04"),
        ('custodian = "A2"', 'custodian = "A4"', "FILE-SHAPE-04"),
        ("version = 3", "version = 3\nextra = 1", "FILE-SHAPE-01"),
        ("[seal]", "[seel]", "FILE-SHAPE-01"),
        ("certificates = [\n'''", "certificates = [\n1, '''", "FILE-SHAPE-03"),
    ],
)
def test_a_policy_of_another_shape_is_refused(old: str, new: str, code: str) -> None:
    assert code_of(old, new) == code


@pytest.mark.parametrize("serial", NOT_POSITIVE)
def test_a_ca_certificate_whose_serial_number_is_not_positive_is_refused(
    serial: int,
) -> None:
    pem = POLICY.ca_certificates[0]
    ca = x509.load_pem_x509_certificate(pem.encode())
    odd = numbered(ca, serial).decode()
    assert pem in TEXT
    with pytest.raises(InputError) as caught:
        decode_trust_policy(TEXT.replace(pem, odd, 1).encode(), "p.toml")
    assert caught.value.code == "POLICY-CERTIFICATE-01"
    assert f"its serial number is {NOT_POSITIVE[serial]}," in str(caught.value)
    other = of_no_version(ca).decode()
    assert code_of(pem, other) == "POLICY-CERTIFICATE-01"


def test_a_policy_without_authorities_is_refused() -> None:
    bare = TEXT[: TEXT.index("[ca]")]
    with pytest.raises(InputError) as caught:
        decode_trust_policy(bare.encode(), "p.toml")
    assert caught.value.code == "FILE-SHAPE-02"


def test_names_in_a_policy_cannot_look_alike() -> None:
    twin = replace(POLICY, people=(person(1, "Bo Ek"), person(2, "Bo Ek")))
    raw = encode_trust_policy(twin)
    with pytest.raises(ShapeError) as caught:
        decode_trust_policy(raw, "p.toml")
    (fault,) = caught.value.faults
    lines = [at for at, it in enumerate(raw.splitlines(), 1) if it == b"[[person]]"]
    assert (fault.code, fault.place) == ("PEOPLE-NAME-03", Place("p.toml", lines[1], 1))
