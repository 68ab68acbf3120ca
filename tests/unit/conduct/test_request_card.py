"""What the review card says of a request: all that its key is about to sign."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ceremony.conduct.request_view import told_of_request
from ceremony.script.decode import load_script

HARDWARE = (
    "hardware module name: type 1.2.826.0.1.8641679.1.2.2.1, serial 90b3d51f30000001"
)
SCRIPTS = Path(__file__).parents[2] / "vectors/scripts"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "sound-with-asking",
            [
                ("Signed by", "Key"),
                ("Request", "Ask"),
                ("Subject", "(empty)"),
                ("Alternative names", HARDWARE),
                ("Asks for", "key-usage, subject-alternative-name"),
                ("Signature", "ecdsa-with-SHA256"),
                ("Profile", "smki-device-ds"),
                ("Environment", "test"),
            ],
        ),
        (
            "sound-with-request",
            [
                ("Signed by", "Sub"),
                ("Request", "Ask"),
                ("Subject", "OU=07, CN=I1"),
                ("Asks for", "name and key alone"),
                ("Signature", "ecdsa-with-SHA256"),
                ("Profile", "smki-issuing-oca"),
                ("Environment", "test"),
            ],
        ),
    ],
)
def test_the_card_of_a_request_tells_what_its_key_will_sign(
    name: str, told: list[tuple[str, str]]
) -> None:
    script = load_script(SCRIPTS / f"{name}.yaml")
    step = next(each for each in script.steps if each.verb == "csr.create")
    assert [row[:2] for row in told_of_request(script, step)] == told


def test_the_card_of_a_request_tells_no_environment_where_none_is_said() -> None:
    script = replace(load_script(SCRIPTS / "sound-with-asking.yaml"), environment="")
    step = next(each for each in script.steps if each.verb == "csr.create")
    assert told_of_request(script, step)[-1][:2] == ("Profile", "smki-device-ds")
