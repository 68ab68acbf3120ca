"""A token of NSS softokn at a site: told how to start, and found by its label."""

from __future__ import annotations

import json
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ceremony.conduct.devices import Devices
from ceremony.conduct.site import load_site
from ceremony.errors import DeviceError
from ceremony.hsm.hosted import open_module
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.identifiers import OperationId, PersonId
from tests.cli.terminal import Terminal
from tests.hsm.conftest import NSS_PATHS, NSS_SERIAL
from tests.hsm.fresh_token import USER_PIN, secret
from tests.rehearsals.stage import run_ceremony

pytestmark = pytest.mark.hsm

LABEL = "AUDITOR NSS"
AUDITOR = PersonId("x-01")
URI = f"pkcs11:token=AUDITOR%20NSS;serial={NSS_SERIAL}"


@pytest.fixture
def softokn() -> Path:
    """NSS's module."""
    found = [Path(name) for name in NSS_PATHS if Path(name).exists()]
    if not found:
        pytest.skip("libsoftokn3.so of NSS (libnss3) is not installed")
    return found[0]


@pytest.fixture
def arguments(tmp_path: Path) -> str:
    """What it asks for at its start, for a database of its own."""
    database = tmp_path / "nss"
    database.mkdir()
    return (
        f"configdir='sql:{database}' certPrefix='' keyPrefix='' secmod='secmod.db' "
        f"flags= dbTokenDescription='{LABEL}'"
    )


@pytest.fixture
def site(workspace: Path, softokn: Path, arguments: str) -> Path:
    """The demo's site, at which the auditor's token is one of NSS."""
    site = workspace / "site"
    path = site / "binding.toml"
    tables = path.read_text().split("\n\n")
    (place,) = (at for at, table in enumerate(tables) if f'\nid = "{AUDITOR}"' in table)
    kept = [
        row
        for row in tables[place].splitlines()
        if row.split(" = ")[0] not in {"module", "serial", "label", "pin"}
    ]
    tables[place] = "\n".join(
        [
            *kept,
            'module = "nss"',
            f'serial = "{NSS_SERIAL}"',
            f'label = "{LABEL}"',
            'pin = "typed"',
        ]
    )
    tables.insert(
        1,
        f"""[[module]]
name = "nss"
path = "{softokn}"
sha256 = "{sha256(softokn.read_bytes()).hexdigest()}"
init-arguments = "{arguments}"
environment = {{}}""",
    )
    path.write_text("\n\n".join(tables) + "\n")
    return site


def initialise(site: Path) -> None:
    initialise_at("--site", str(site))


def initialise_at(*where: str) -> None:
    with Terminal(["hsm", "init", *where, "--token", URI, "--label", LABEL]) as at:
        at.answer("Type its serial to go on: ", NSS_SERIAL)
        # The officer's PIN of a fresh database is empty.
        at.answer(f"SO PIN of {LABEL}: ", "")
        at.answer(f"New user PIN of {LABEL}: ", USER_PIN.decode())
        at.answer(f"New user PIN of {LABEL}, again: ", USER_PIN.decode())
        assert at.wait() == 0, at.shown


def test_a_token_without_a_serial_of_its_own_is_initialised_examined_and_opened(
    site: Path,
) -> None:
    initialise(site)

    told = run_ceremony(
        ["hsm", "doctor", "--site", str(site), "--script", "demo", "--format", "json"],
        measured=True,
    )
    lines = {
        (line["rule"], line["about"]): line
        for line in json.loads(told.out)
        if line["about"] in {"module nss", f"token of {AUDITOR}"}
    }
    states = {rule: line["state"] for (rule, _), line in lines.items()}
    assert states["DOCTOR-LOAD-01"] == states["DOCTOR-TOKEN-01"] == "ok"
    assert states["DOCTOR-MECHANISM-01"] == states["DOCTOR-PIN-01"] == "ok"
    assert states["DOCTOR-SERIAL-01"] == "warn"
    token = lines["DOCTOR-TOKEN-01", f"token of {AUDITOR}"]
    assert f"labelled '{LABEL}'" in token["told"]

    with Terminal(["hsm", "inventory", "--site", str(site), "--token", URI]) as at:
        at.answer(f"User PIN of {LABEL}: ", USER_PIN.decode())
        assert at.wait() == 0, at.shown
        assert f"objects in {LABEL}." in at.shown
    with Terminal(["hsm", "inventory", "--site", str(site), "--token", URI]) as at:
        at.answer(f"User PIN of {LABEL}: ", "wrong-pin")
        assert at.wait() == 4, at.shown
        assert "[HSM-PIN-01]" in at.shown


def test_a_person_logs_in_to_it_and_signs(site: Path) -> None:
    initialise(site)
    key_id = OperationId("5f" * 16)
    with (
        Devices(load_site(site).binding) as devices,
        devices.person_session(AUDITOR, secret(USER_PIN)) as session,
    ):
        order = KeyOrder("auditor", key_id, KeyAlgorithm.EC_P256)
        made = session.generate_key_pair(order)
        signature = session.sign(key_id, b"statement")
    public = load_der_public_key(made.public_key_der)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(signature, b"statement", ec.ECDSA(SHA256()))


def test_a_label_that_no_token_of_the_serial_bears_opens_none(site: Path) -> None:
    initialise(site)
    path = site / "binding.toml"
    path.write_text(path.read_text().replace(f'label = "{LABEL}"', 'label = "OTHER"'))
    with Devices(load_site(site).binding) as devices, pytest.raises(DeviceError) as at:
        devices.find(devices.person(AUDITOR))
    assert at.value.code == "HSM-TOKEN-01"
    assert LABEL in str(at.value)


def test_a_binding_that_forgets_the_arguments_is_told_what_to_name(site: Path) -> None:
    path = site / "binding.toml"
    rows = path.read_text().splitlines(keepends=True)
    path.write_text("".join(row for row in rows if "init-arguments" not in row))

    told = run_ceremony(
        ["hsm", "doctor", "--site", str(site), "--format", "json"], measured=True
    )

    (load,) = (
        line
        for line in json.loads(told.out)
        if (line["rule"], line["about"]) == ("DOCTOR-LOAD-01", "module nss")
    )
    assert told.status == 1
    assert load["state"] == "fail"
    assert "[HSM-MODULE-05]" in load["told"]
    assert "CKR_ARGUMENTS_BAD" in load["told"]
    assert "init-arguments in the binding" in load["remedy"]
    assert "configdir='sql:/folder'" in load["remedy"]


def test_without_a_binding_the_arguments_are_named_with_the_module(
    softokn: Path, arguments: str
) -> None:
    where = ("--module", str(softokn), "--init-args", arguments)
    told = run_ceremony(["hsm", "tokens", *where], measured=True)
    assert (told.status, LABEL in told.out) == (0, True)
    initialise_at(*where)
    new = "5521-second"
    with Terminal(["hsm", "pin", *where, "--token", URI]) as at:
        at.answer(f"Present user PIN of {LABEL}: ", USER_PIN.decode())
        at.answer(f"New user PIN of {LABEL}: ", new)
        at.answer(f"New user PIN of {LABEL}, again: ", new)
        assert at.wait() == 0, at.shown
    with (
        closing(
            open_module(softokn, sha256=None, environment={}, init_arguments=arguments)
        ) as module,
        module.token(NSS_SERIAL, LABEL).session(secret(new.encode())) as session,
    ):
        order = KeyOrder("held", OperationId("5f" * 16), KeyAlgorithm.EC_P256)
        session.generate_key_pair(order)
    for verb in (["inventory"], ["prove", "--key", "held"]):
        with Terminal(["hsm", *verb, *where, "--token", URI]) as at:
            at.answer(f"User PIN of {LABEL}: ", new)
            assert at.wait() == 0, at.shown
            assert "held" in at.shown
    doctor = run_ceremony(["hsm", "doctor", *where, "--format", "json"], measured=True)
    states = {line["rule"]: line["state"] for line in json.loads(doctor.out)}
    assert states["DOCTOR-LOAD-01"] == "ok"

    bare = run_ceremony(["hsm", "tokens", *where[:2]], measured=True)
    assert bare.status == 4
    assert "[HSM-MODULE-05]" in bare.err
    assert "with --init-args" in bare.err
