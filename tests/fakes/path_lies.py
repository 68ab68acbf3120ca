"""Lies about the path above a certificate, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from ceremony.engine.command import Command
from ceremony.engine.facts import Outcome, PathChecked
from ceremony.identifiers import Digest
from ceremony.pki.path import TOOL, path_tool_version
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.key_acts import TESTS, build_script
from tests.fakes.record_builder import BuiltRecord, build_record

FAULT: Final = {"rule": "PKI-PATH-05", "text": "It exceeds the maximum path length."}


def told_paths(
    change: Callable[[PathChecked], PathChecked] = lambda path: path,
) -> Callable[[Command], Command]:
    """Tell of the path of each certificate; of the issuing CA's what is made of it."""
    above: list[Digest] = []

    def command(told: Command) -> Command:
        fact = told.fact
        if not isinstance(fact, Outcome) or fact.certificate is None:
            return told
        above.insert(0, fact.certificate.digest)
        path = PathChecked(TOOL, path_tool_version(), tuple(above))
        if len(above) > 1:
            path = change(path)
        return replace(told, fact=replace(fact, path=path))

    return command


def build_paths() -> BuiltRecord:
    """Make the record whose leaves tell of the paths."""
    return build_record(Forgery(command=told_paths()))


def _lie(rule: str, change: Callable[[PathChecked], PathChecked]) -> Lie:
    def make() -> BuiltRecord:
        return build_record(Forgery(command=told_paths(change)))

    return Lie("12", rule, make, "step 2.12")


TOO_EARLY: Final = (
    TESTS / "vectors/scripts"
    "/SCRIPT-IMPORT-25-a-set-judged-before-its-issuer-is-certified.yaml"
)

PATH_LIES: Final[Mapping[str, Lie]] = {
    "path-that-is-not-valid-and-the-step-closed": _lie(
        "ENGINE-PATH-01", lambda path: replace(path, **FAULT)
    ),
    "path-without-its-anchor": _lie(
        "VERIFY-PATH-01",
        lambda path: replace(path, certificates=path.certificates[:1]),
    ),
    "set-judged-before-anybody-could-ask-for-its-paths": Lie(
        "12", "ENGINE-IMPORT-25", lambda: build_script(TOO_EARLY), "step 2.13"
    ),
}
