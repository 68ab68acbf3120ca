"""What a room is told about its progress, and where each PIN comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony.conduct.pins import FixedPinSource
from ceremony.conduct.views import progress_line
from ceremony.engine.steps.kind import Need, NeedKind
from ceremony.errors import InputError
from ceremony.identifiers import Role
from ceremony.library import load_file
from ceremony.pack.binding import SiteBinding
from ceremony.pack.binding_file import decode_binding
from ceremony.pack.pins import load_pins
from ceremony.script.decode import decode_script
from ceremony.secret import Secret
from tests.fakes.outside_tool import run_tool


def test_progress_counts_the_steps_and_ends_at_a_word() -> None:
    script = decode_script(load_file("demo", "script.yaml"), "script.yaml")
    lines = [progress_line(script, step) for step in script.steps]
    assert lines[0].startswith(" 1 of 54  1.1   The internal witness")
    assert lines[11].startswith("12 of 54  1.12  The security officer starts")
    assert lines[53].startswith("54 of 54  6.9   The internal witness")
    for line, step in zip(lines, script.steps, strict=True):
        assert len(line) <= 78
        told = line[16:].removesuffix(" ...")
        text = " ".join(step.text.split())
        assert text == told or text.startswith(f"{told} ")


class Typist:
    """Types one PIN whenever asked, and remembers for which token."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def pin(self, need: Need) -> Secret:
        self.asked.append(need.token)
        return Secret(bytearray(b"typed"))

    def evidence_pin(self) -> Secret:
        self.asked.append("evidence")
        return Secret(bytearray(b"typed"))


BINDING = """
origin = "journal.northmoor.example"
place = "Key Room 2"

[[module]]
name = "softhsm"
path = "/usr/lib/softhsm/libsofthsm2.so"
sha256 = "{digest}"

[[token]]
name = "root-hsm"
module = "softhsm"
serial = "0001"
label = "ROOT"
pin = "fixed"
purpose = "Root token"

[[token]]
name = "issuing-hsm"
module = "softhsm"
serial = "0002"
label = "ISSUING"
pin = "typed"
purpose = "Issuing token"

[evidence]
module = "softhsm"
serial = "0003"
label = "EVIDENCE"
log-key-id = "16591b50cf290ffb8ed0fefb511840ff"
log-key = "{log_key}"
seal-key-id = "48cb363e95d110be35fad07315770fab"
seal-certificate = "seal.pem"
pin = "{evidence}"

[evidence-ca]
certificate = "evidence-ca.pem"
"""

LOG_KEY = (
    "journal.northmoor.example/rehearsal+59fedca0+"
    "AXMzcS3Q8999eikSeFoAfkUOk7NfB0bqn2Z8+iqK4BKW"
)

PINS = """[user]
root-hsm = "111111"
evidence = "333333"

[officer]
root-hsm = "999999"

[new-user]
root-hsm = "121212"

[new-officer]
root-hsm = "898989"
"""


@pytest.fixture
def certificate(tmp_path: Path) -> bytes:
    made = run_tool(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-nodes", "-keyout", "k"),
            *("-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=A", "-out", "c"),
        ],
        tmp_path,
    )
    assert made.returncode == 0
    return (tmp_path / "c").read_bytes()


def bound(certificate: bytes, evidence: str) -> SiteBinding:
    told = BINDING.format(digest="0" * 64, evidence=evidence, log_key=LOG_KEY).encode()
    return decode_binding(told, "binding.toml", lambda _: certificate)


def source(folder: Path, binding: SiteBinding, typist: Typist | None) -> FixedPinSource:
    path = folder / "pins.toml"
    path.write_text(PINS)
    path.chmod(0o600)
    return FixedPinSource(binding, load_pins(path), typist)


def need(serial: str, name: str = "pin", *, renewed: bool = False) -> Need:
    role = Role("administrator")
    return Need(name, NeedKind.PIN, "The PIN", role, (), serial, renewed)


def test_only_what_the_site_fixes_comes_from_the_file(
    tmp_path: Path, certificate: bytes
) -> None:
    typist = Typist()
    pins = source(tmp_path, bound(certificate, "typed"), typist)
    assert pins.pin(need("0001")).expose() == b"111111"
    assert pins.pin(need("0001", "so_pin")).expose() == b"999999"
    assert pins.pin(need("0002")).expose() == b"typed"
    assert pins.evidence_pin().expose() == b"typed"
    assert typist.asked == ["0002", "evidence"]


def test_a_wiped_pin_can_be_given_again(tmp_path: Path, certificate: bytes) -> None:
    pins = source(tmp_path, bound(certificate, "fixed"), None)
    with pins.evidence_pin() as first:
        assert first.expose() == b"333333"
    assert pins.evidence_pin().expose() == b"333333"


def test_a_fixed_pin_that_the_file_lacks_is_refused(
    tmp_path: Path, certificate: bytes
) -> None:
    pins = source(tmp_path, bound(certificate, "fixed"), None)
    with pytest.raises(InputError) as refused:
        pins.pin(need("0002"))
    assert refused.value.code == "CONDUCT-PIN-01"


@pytest.mark.parametrize(
    ("name", "renewed", "pin"),
    [
        ("pin", False, b"111111"),
        ("new_pin", False, b"121212"),
        ("new_pin_again", False, b"121212"),
        ("pin", True, b"121212"),
        ("so_pin", False, b"999999"),
        ("new_so_pin", False, b"898989"),
        ("new_so_pin_again", False, b"898989"),
        ("so_pin", True, b"898989"),
    ],
)
def test_a_pin_that_was_changed_comes_from_the_table_of_new_ones(
    tmp_path: Path, certificate: bytes, name: str, renewed: object, pin: bytes
) -> None:
    pins = source(tmp_path, bound(certificate, "fixed"), None)
    assert pins.pin(need("0001", name, renewed=bool(renewed))).expose() == pin


def test_a_new_pin_that_the_file_lacks_is_refused(
    tmp_path: Path, certificate: bytes
) -> None:
    path = tmp_path / "pins.toml"
    path.write_text(PINS.split("[new-user]", maxsplit=1)[0])
    path.chmod(0o600)
    pins = FixedPinSource(bound(certificate, "fixed"), load_pins(path))
    with pytest.raises(InputError) as refused:
        pins.pin(need("0001", "new_pin"))
    assert refused.value.code == "CONDUCT-PIN-01"
