"""The built-in contingency ceremony without its third act: a root made another day.

The pair is named as the first ceremony's pack has it, and nothing is wrapped.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

import yaml

from tests.fakes.key_acts import put_script

LEFT_OUT: Final = ("2.3", "2.5")
"""What would wipe and list the contingency token."""


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
    script["acts"] = [act for act in script["acts"] if act["id"] != 3]
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
