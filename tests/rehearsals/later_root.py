"""The built-in contingency ceremony without its third act: a root made another day.

The pair is named as the first ceremony's pack has it, and nothing is wrapped. Below the
root that carries it an Issuing OCA is certified and an ARL signed, by the profiles that
ship: what names ``smki-root-oca`` as its issuer's is signed by the one in its place.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

import yaml

from tests.fakes.key_acts import put_script

LEFT_OUT: Final = ("2.3", "2.5")
"""What would wipe and list the contingency token."""

ISSUING: Final = {"profile": "smki-issuing-oca", "common-name": "NI"}
THINGS: Final[dict[str, Any]] = {
    "issuing-oca": {
        "kind": "key",
        "title": "Issuing OCA key",
        "token": "root-hsm",
        **ISSUING,
    },
    "request": {"kind": "request", "title": "Request of the Issuing OCA"},
    "issuing-oca-certificate": {
        "kind": "certificate",
        "title": "Issuing OCA certificate",
        **ISSUING,
    },
    "arl": {"kind": "crl", "title": "ARL", "profile": "smki-oca-arl"},
}
REVOKED: Final = "serial:4a0f 2020-01-15 superseded"
HEARD: Final = {
    "source": "projector",
    "reader": "custodian",
    "typist": "internal-witness",
}
BELOW: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("key.generate", {"key": "issuing-oca"}),
    ("token.inventory", {"token": "root-hsm", "expect-objects": 4}),
    (
        "check",
        {"subject": "issuing-oca", "what": "public key", "words": 8, **HEARD},
    ),
    ("csr.create", {"key": "issuing-oca", "request": "request"}),
    (
        "certificate.issue",
        {
            "key": "root-oca",
            "request": "request",
            "certificate": "issuing-oca-certificate",
        },
    ),
    (
        "check",
        {
            "subject": "issuing-oca-certificate",
            "what": "certificate fingerprint",
            "words": 32,
            **HEARD,
        },
    ),
    (
        "crl.issue",
        {"key": "root-oca", "crl": "arl", "number": 1, "revoked": [REVOKED]},
    ),
)
"""What is done below the root, before the end of its act: verb and parameters."""

IRREVERSIBLE: Final = ("key.generate", "certificate.issue", "crl.issue")


def put_later_root(site: Path, files: Path) -> None:
    """Let the site's script be that of the later ceremony.

    Args:
        site: The site of the first ceremony.
        files: The files of its pack.
    """
    script: Any = yaml.safe_load((site / "script.yaml").read_bytes())
    answers: Any = yaml.safe_load((site / "answers.yaml").read_bytes())
    public_key = (files / "public-key-contingency.der").read_bytes()
    things = script["things"]
    del things["symmetric"]
    things["contingency"]["public-key"] = hashlib.sha256(public_key).hexdigest()
    things.update(THINGS)
    script["acts"] = [act for act in script["acts"] if act["id"] != 3]
    (making,) = (act for act in script["acts"] if act["id"] == 4)
    making["steps"][-1:-1] = [_step(*each) for each in enumerate(BELOW)]
    for number, (verb, _) in enumerate(BELOW):
        if verb == "check":
            answers["steps"][f"below-{number}"] = {"words": {"read": "projector"}}
    told: dict[str, Any] = {}
    for number, act in enumerate(script["acts"], start=1):
        act["id"] = number
        act["steps"] = [step for step in act["steps"] if step["id"] not in LEFT_OUT]
        for place, step in enumerate(act["steps"], start=1):
            before, step["id"] = step["id"], f"{number}.{place}"
            if before in answers["steps"]:
                told[step["id"]] = answers["steps"][before]
    answers["steps"] = told
    later = site.parent / "later.yaml", site.parent / "later-answers.yaml"
    for path, content in zip(later, (script, answers), strict=True):
        path.write_text(yaml.safe_dump(content, sort_keys=False, width=2000))
    put_script(site, *later)


def _step(number: int, told: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    verb, parameters = told
    step: dict[str, Any] = {
        "id": f"below-{number}",
        "verb": verb,
        "text": "It is done.",
        "by": "custodian" if verb == "check" else "administrator",
        "initials": ["internal-witness"],
        "with": parameters,
    }
    if verb in IRREVERSIBLE:
        step["irreversible"] = True
    return step
