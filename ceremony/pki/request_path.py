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

from ceremony.pki.finding import Finding, SecondFinding
from ceremony.pki.lint import report_twice
from ceremony.pki.linted import unsigned_certificate
from ceremony.pki.order import Order, serial_number
from ceremony.pki.path import PathAbove
from ceremony.pki.plain_text import printable
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request import Request
from ceremony.pki.request_judgement import RequestFinding, RequestJudgement
from ceremony.pki.second_lint import TOOL, tool_version

PATH_SOURCE: Final = "RFC 5280, section 6.1"

LINT_RULE: Final = "PKI-CSR-31"
VALUE_RULE: Final = "PKI-CSR-32"
VALUE_SENTENCE: Final = (
    "A request of a set asks for no value otherwise than the script states it for each "
    "certificate."
)
LINT_SENTENCE: Final = (
    "The lint finds nothing in the certificate of a request that stops its signature."
)
OWN_SOURCE: Final = "this tool's own"


class Answer:
    """How the requests of a set are to be answered, as far as it is known."""

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
            above: The certificate of the issuer, and so on up to the trust anchor's.
            day: The first day of their validity, as far as it is known.
            unlinted: SHA-256 of the requests whose certificates are linted elsewhere:
                hexadecimal.
        """
        self._profile, self._given, self._day = profile, given, day
        self._issuer, self._above = above[0], PathAbove(above)
        self._unlinted = unlinted

    def find_fault(self, judged: RequestJudgement) -> RequestFinding | None:
        """Validate and lint the certificate that a good request would have.

        Returns:
            The first value that the script has otherwise, the path's fault, else the
            first finding that would stop the signature.

        Raises:
            InputError: ``PKI-ORDER-01`` to ``-05``: the script leaves open what no
                request gives.
        """
        if judged.request is None:
            return None
        return self._other_value(judged.values) or self._unfit(judged, judged.request)

    def _unfit(
        self, judged: RequestJudgement, request: Request
    ) -> RequestFinding | None:
        serial = serial_number(bytes(self._profile.serial_octets))
        values = {**judged.values, **self._given}
        order = Order(self._profile, values, self._issuer, self._day, serial)
        made = unsigned_certificate(order, request.public_key)
        fault = self._above.find_fault(made, signed=False)
        if fault is not None:
            return RequestFinding(fault.rule, fault.text, PATH_SOURCE)
        if judged.request_digest in self._unlinted:
            return None
        # No waiver is for a certificate of a batch.
        stopping = report_twice(made, self._profile, self._issuer).stopping
        return _lint_finding(stopping[0], self._profile) if stopping else None

    def _other_value(self, asked: Mapping[str, str]) -> RequestFinding | None:
        """Find a value that the script states of each certificate, asked otherwise."""
        for name, value in asked.items():
            told = self._given.get(name, value)
            if told != value:
                wrong = f"it asks for {name} {value}, and the script states {told}."
                text = f"{VALUE_SENTENCE[:-1]}; {wrong}"
                return RequestFinding(VALUE_RULE, printable(text), OWN_SOURCE)
        return None


def linter_named(profile: CertificateProfile) -> str:
    """Name the second linter that is installed, as a finding of its does."""
    return f"{TOOL} {tool_version(profile.baseline)}"


def _lint_finding(
    found: Finding | SecondFinding, profile: CertificateProfile
) -> RequestFinding:
    by = linter_named(profile) if isinstance(found, SecondFinding) else "the lint"
    wrong = f"{by} finds {found.rule}: {found.message}"
    text = f"{LINT_SENTENCE[:-1]}; {wrong}"
    return RequestFinding(LINT_RULE, printable(text), OWN_SOURCE)
