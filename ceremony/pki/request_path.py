"""Whether what answers a request would be signed, asked while it is judged.

Its certificate is made with a stand-in signature; its path is validated and both
linters look at it. What one request asks for, such as a name that a CA above does not
permit, is thereby a finding about that request, and keeps nothing from the others of
its set.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import date
from typing import Final

from cryptography import x509

from ceremony.pki.finding import Finding, LintReport, SecondFinding
from ceremony.pki.lint_task import LintTask
from ceremony.pki.linted import unsigned_certificate
from ceremony.pki.naming import subject_name
from ceremony.pki.order import Order, serial_number
from ceremony.pki.path import PathAbove
from ceremony.pki.plain_text import printable
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request import Request
from ceremony.pki.request_judgement import RequestFinding, RequestJudgement
from ceremony.pki.rule_source import OWN_SOURCE
from ceremony.pki.second_lint import TOOL, tool_version
from ceremony.script.waiver import Waiver

PATH_SOURCE: Final = "RFC 5280, section 6.1"

LINT_RULE: Final = "PKI-CSR-31"
VALUE_RULE: Final = "PKI-CSR-32"
VALUE_SENTENCE: Final = (
    "A request of a set asks for no value otherwise than the script states it for each "
    "certificate."
)
STATED_RULE: Final = "PKI-CSR-33"
STATED_SENTENCE: Final = (
    "A request that is answered by itself asks for the name and the values that the "
    "script states for its certificate."
)
LINT_SENTENCE: Final = (
    "The lint finds nothing in the certificate of a request that stops its signature."
)


class Answer:
    """How the requests of a set are to be answered, as far as it is known."""

    waivers: tuple[Waiver, ...] = ()
    """What the second linter may find all the same; in a batch nothing."""

    def __init__(
        self,
        profile: CertificateProfile,
        given: Mapping[str, str],
        above: Sequence[x509.Certificate],
        day: date,
        unlinted: Container[str] = (),
    ) -> None:
        """Say it.

        Args:
            profile: The certificates' profile.
            given: What the script states of each of them.
            above: The certificate of the issuer, and so on up to the trust anchor's;
                empty where neither path nor lint is asked about.
            day: The first day of their validity, as far as it is known.
            unlinted: SHA-256 of the requests whose certificates are linted elsewhere:
                hexadecimal.
        """
        self._profile, self._given, self._day = profile, given, day
        self._above = PathAbove(above) if above else None
        self._issuer = above[0] if above else None
        self._unlinted = unlinted

    def try_out(self, judged: RequestJudgement) -> RequestFinding | LintTask | None:
        """Make the certificate that a good request would have, and validate its path.

        Returns:
            What the script states otherwise, or the path's fault; else the certificate
            with what the linters hold it against, whose report :meth:`stopping` reads.
            None where nothing is to be linted.

        Raises:
            InputError: ``PKI-ORDER-01`` to ``-05``: the script leaves open what no
                request gives.
        """
        if judged.request is None:
            return None
        other = self._other(judged.values, judged.request)
        if other is not None or self._above is None:
            return other
        return self._unfit(judged, judged.request, self._above)

    def stopping(self, report: LintReport) -> RequestFinding | None:
        """Give the first finding of a report that would stop the signature."""
        found = report.stopping
        return _lint_finding(found[0], self._profile) if found else None

    def _unfit(
        self, judged: RequestJudgement, request: Request, above: PathAbove
    ) -> RequestFinding | LintTask | None:
        serial = serial_number(bytes(self._profile.serial_octets))
        values = {**judged.values, **self._given}
        order = Order(self._profile, values, self._issuer, self._day, serial)
        made = unsigned_certificate(order, request.public_key)
        fault = above.find_fault(made, signed=False)
        if fault is not None:
            return RequestFinding(fault.rule, fault.text, PATH_SOURCE)
        if judged.request_digest in self._unlinted:
            return None
        return LintTask(made, self._profile, self._issuer, self.waivers)

    def _other(self, asked: Mapping[str, str], _: Request) -> RequestFinding | None:
        """Find a value that the script states of each certificate, asked otherwise."""
        for name, value in asked.items():
            told = self._given.get(name, value)
            if told != value:
                wrong = f"it asks for {name} {value}, and the script states {told}."
                text = f"{VALUE_SENTENCE[:-1]}; {wrong}"
                return RequestFinding(VALUE_RULE, printable(text), OWN_SOURCE)
        return None


class IssuersAnswer(Answer):
    """How a CA would answer requests, of which only the certificate is known."""

    def __init__(
        self,
        profile: CertificateProfile,
        given: Mapping[str, str],
        issuer: x509.Certificate,
        day: date,
    ) -> None:
        """Say it.

        Args:
            profile: The certificates' profile.
            given: What is to be put in place of what a script would state.
            issuer: The CA's certificate, which is taken for a trust anchor's.
            day: The first day of their validity.
        """
        super().__init__(profile, given, (), day)
        self._above = PathAbove((issuer,), rooted=False)
        self._issuer = issuer


class SingleAnswer(Answer):
    """How one request is to be answered by itself: its certificate is all stated."""

    def __init__(
        self,
        profile: CertificateProfile,
        given: Mapping[str, str],
        above: Sequence[x509.Certificate],
        day: date,
        waivers: tuple[Waiver, ...] = (),
    ) -> None:
        """Say it.

        Args:
            profile: The certificate's profile.
            given: What the script states of it.
            above: As of :class:`Answer`; likewise ``day``.
            day: See there.
            waivers: What the second linter may find in it all the same.
        """
        super().__init__(profile, given, above, day)
        self.waivers = waivers

    def _other(
        self, asked: Mapping[str, str], request: Request
    ) -> RequestFinding | None:
        """Find a value or a name that the certificate would not have."""
        stated = subject_name(self._profile, self._given)
        for name, value in asked.items():
            told = self._given.get(name, "none")
            if told != value:
                return _not_stated(f"{name} {value}", told)
        if request.subject.public_bytes() == stated.public_bytes():
            return None
        return _not_stated(request.subject.rfc4514_string(), stated.rfc4514_string())


def _not_stated(asked: str, told: str) -> RequestFinding:
    wrong = f"it asks for {asked}, and the script states {told}."
    text = f"{STATED_SENTENCE[:-1]}; {wrong}"
    return RequestFinding(STATED_RULE, printable(text), OWN_SOURCE)


def linter_named(profile: CertificateProfile) -> str:
    """Name the second linter that is installed, as a finding of its does."""
    return f"{TOOL} {tool_version(profile.baseline)}"


def _lint_finding(
    found: Finding | SecondFinding, profile: CertificateProfile
) -> RequestFinding:
    by = linter_named(profile) if isinstance(found, SecondFinding) else "the lint"
    wrong = f"{by} finds {found.told}"
    text = f"{LINT_SENTENCE[:-1]}; {wrong}"
    return RequestFinding(LINT_RULE, printable(text), OWN_SOURCE)
