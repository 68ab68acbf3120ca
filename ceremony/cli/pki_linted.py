"""What was linted, told at the terminal or as one JSON document."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ceremony.cli.console import Format, say, write_json
from ceremony.cli.pki_lint_words import (
    finding_lines,
    rule_records,
    signature_line,
    verdict_lines,
)
from ceremony.cli.pki_options import unverified_words

if TYPE_CHECKING:
    from pathlib import Path

    from ceremony.pki.fact import Fact
    from ceremony.pki.finding import AskedRule, LintReport

_WIDTH: Final = 78


@dataclass(frozen=True, slots=True)
class LintedFile:
    """A certificate, a revocation list or a request that was linted, and who signed it.

    Attributes:
        what: ``certificate``, ``revocation list`` or ``request``.
        digest: SHA-256 of its DER, 64 hex digits.
        held: The profile, and the environment where there is one.
        record: Both as JSON values.
        unverified: What nobody could confirm of the profile.
        report: What both lints found.
        rules: Every rule of ours that was asked.
        issuer: SHA-256 of the issuer's certificate, likewise; empty for a request.
        whose: By whose key it is to be signed, e.g. ``its own key``.
        is_signed: Whether it is; None where that cannot be told, of a request whose key
            or algorithm this tool does not know.
    """

    what: str
    digest: str
    held: str
    record: dict[str, object]
    unverified: tuple[Fact, ...]
    report: LintReport
    rules: Sequence[AskedRule]
    issuer: str
    whose: str
    is_signed: bool | None

    @property
    def is_good(self) -> bool:
        """Tell whether no rule is broken and the signature is right."""
        return self.is_signed is True and not self.report.has_errors


def tell(linted: LintedFile, file: Path, *, rules: bool, form: Format) -> bool:
    """Tell everything about it.

    Args:
        linted: It.
        file: Where it was read.
        rules: True where every rule is to be listed.
        form: As text or as JSON.

    Returns:
        Whether all is well with it.
    """
    if form is Format.JSON:
        say(write_json(_record(linted, rules=rules)))
    else:
        _tell_in_words(linted, file, rules=rules)
    return linted.is_good


def _record(linted: LintedFile, *, rules: bool) -> dict[str, object]:
    issuer = {"issuer": linted.issuer} if linted.issuer else {}
    record = {
        **linted.record,
        "unverified": [fact.name for fact in linted.unverified],
        "lint": linted.report.as_record(),
        "signature": {**issuer, "good": linted.is_signed},
    }
    if rules:
        record["rules"] = rule_records(linted.rules, linted.report)
    return record


def _tell_in_words(linted: LintedFile, file: Path, *, rules: bool) -> None:
    from ceremony.pki.plain_text import printable

    say(f"{printable(str(file))}, SHA-256 {linted.digest}")
    say(f"held against {linted.held}")
    words = unverified_words(linted.unverified, linted.what)
    for line in textwrap.wrap(words, _WIDTH, break_on_hyphens=False):
        say(line)
    for line in finding_lines(linted.report):
        say(line)
    asked = linted.rules if rules else ()
    for line in verdict_lines(linted.what, linted.report, asked):
        say(line)
    say(signature_line(linted.whose, linted.is_signed))
