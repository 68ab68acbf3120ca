"""The pages of a site's files say what their readers read: every key, and examples."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.conduct import site
from ceremony.errors import InputError
from ceremony.pack.pins import load_pins
from ceremony.pack.policy_file import decode_trust_policy
from ceremony.pack.roster_file import decode_roster
from ceremony.script.shape import ShapeError
from tests.fakes.made_up_site import Site

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "docs/spec"
KEY = re.compile(r"[a-z]+(-[a-z]+)*")
ROW = re.compile(r"(?m)^\| `([a-z-]+)` \| (yes|no)(?:, in [^|]+)? \|")


def read_pins(raw: bytes, folder: Path) -> None:
    path = folder / "pins.toml"
    path.write_bytes(raw)
    path.chmod(0o600)
    load_pins(path)


READERS: dict[str, tuple[str, Callable[[bytes, Path], object]]] = {
    "roster-v1": ("roster_file", lambda raw, _: decode_roster(raw, "roster.toml")),
    "trust-policy-v1": (
        "policy_file",
        lambda raw, _: decode_trust_policy(raw, "trust-policy.toml"),
    ),
    "pins-v1": ("pins", read_pins),
}


def keys_read(module: str) -> set[str]:
    """Give the keys that a reader asks for: texts in the calls of its functions."""
    tree = ast.parse((ROOT / f"ceremony/pack/{module}.py").read_text())
    readers = [
        each
        for each in ast.walk(tree)
        if isinstance(each, ast.FunctionDef)
        and each.name.startswith(("decode_", "_read", "load_"))
    ]
    return {
        argument.value
        for reader in readers
        for call in ast.walk(reader)
        if isinstance(call, ast.Call)
        for argument in call.args
        if isinstance(argument, ast.Constant)
        and isinstance(argument.value, str)
        and KEY.fullmatch(argument.value)
    }


def example(page: str) -> str:
    """Give a page's example, with a certificate where it has dots."""
    text = (SPEC / f"{page}.md").read_text()
    told = text[text.index("## Example") : text.index("The values are made up.")]
    lines = [
        line[4:] for line in told.splitlines() if line.startswith("    ") or not line
    ]
    pem = Site().ca.public_bytes(Encoding.PEM).decode().strip()
    return re.sub(
        r"-----BEGIN.*END CERTIFICATE-----", pem, "\n".join(lines), flags=re.DOTALL
    )


@pytest.mark.parametrize("page", READERS)
def test_a_page_names_every_key_that_is_read_and_no_other(page: str) -> None:
    named = {key for key, _ in ROW.findall((SPEC / f"{page}.md").read_text())}
    apart = {"usages"} if page == "trust-policy-v1" else set()
    assert named == keys_read(READERS[page][0]) | apart


@pytest.mark.parametrize("page", READERS)
def test_the_example_of_a_page_is_read(page: str, tmp_path: Path) -> None:
    READERS[page][1](example(page).encode(), tmp_path)


def without(value: object, key: str) -> object:
    """Leave a key out, in whichever table it is."""
    if isinstance(value, dict):
        return {name: without(it, key) for name, it in value.items() if name != key}
    return [without(it, key) for it in value] if isinstance(value, list) else value


def toml(value: object) -> str:
    """Write a value as TOML, on one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {toml(it)}' for key, it in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize("page", READERS)
def test_what_a_page_calls_required_is_and_nothing_else(
    page: str, tmp_path: Path
) -> None:
    whole = tomllib.loads(example(page))
    for key, required in ROW.findall((SPEC / f"{page}.md").read_text()):
        left = without(whole, key)
        assert isinstance(left, dict)
        raw = "".join(f"{name} = {toml(it)}\n" for name, it in left.items())
        told: set[str] = set()
        try:
            READERS[page][1](raw.encode(), tmp_path)
        except ShapeError as refused:
            told = {fault.code for fault in refused.faults}
        # What is missing is told, and nothing that only follows from it.
        if required == "yes":
            assert told == {"FILE-SHAPE-02"}, key
        assert ("FILE-SHAPE-02" in told) is (required == "yes"), key


@pytest.mark.parametrize("page", READERS)
def test_a_key_that_no_page_names_is_refused(page: str, tmp_path: Path) -> None:
    raw = f'surplus = "x"\n{example(page)}'
    with pytest.raises(InputError) as refused:
        READERS[page][1](raw.encode(), tmp_path)
    assert refused.value.code == "FILE-SHAPE-01"


def test_the_page_of_a_site_names_every_file_that_is_read() -> None:
    page = (SPEC / "site-v1.md").read_text()
    named = set(re.findall(r"(?m)^\| `([a-z./-]+)` \|", page))
    read = {*(site.BINDING, site.SITE_POLICY, site.ROOM_POLICY, site.TRUST_POLICY)}
    read |= {site.PINS, site.HARDWARE, f"{site.CERTIFICATES}/"}
    assert named == read


def test_every_rule_that_a_page_names_is_one() -> None:
    rules = "".join(path.read_text() for path in (ROOT / "docs").glob("rules*.md"))
    for page in (*READERS, "site-v1", "binding-v1"):
        for rule in re.findall(
            r"[A-Z]+-[A-Z]+-\d\d", (SPEC / f"{page}.md").read_text()
        ):
            assert f"| {rule} |" in rules, rule
