"""Whether what answers a request would have a valid path, asked while it is judged.

What one request asks for, such as a name that a CA above does not permit, is thereby a
finding about that request, and keeps nothing from the others of its set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from cryptography import x509

from ceremony.pki.linted import unsigned_certificate
from ceremony.pki.order import Order, serial_number
from ceremony.pki.path import PathAbove
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_judgement import RequestFinding, RequestJudgement

PATH_SOURCE: Final = "RFC 5280, section 6.1"


class Answer:
    """How the requests of a set are to be answered, as far as it is known."""

    def __init__(
        self,
        profile: CertificateProfile,
        given: Mapping[str, str],
        above: Sequence[x509.Certificate],
        day: date,
    ) -> None:
        """Say it.

        Args:
            profile: The certificates' profile.
            given: What the script states of each of them.
            above: The certificate of the issuer, and so on up to the trust anchor's.
            day: The first day of their validity, as far as it is known.
        """
        self._profile, self._given, self._day = profile, given, day
        self._issuer, self._above = above[0], PathAbove(above)

    def find_fault(self, judged: RequestJudgement) -> RequestFinding | None:
        """Validate the path that the certificate of a good request would have.

        Raises:
            InputError: ``PKI-ORDER-01`` to ``-05``: the script leaves open what no
                request gives.
        """
        if judged.request is None:
            return None
        serial = serial_number(bytes(self._profile.serial_octets))
        values = {**self._given, **judged.values}
        order = Order(self._profile, values, self._issuer, self._day, serial)
        made = unsigned_certificate(order, judged.request.public_key)
        fault = self._above.find_fault(made, signed=False)
        if fault is None:
            return None
        return RequestFinding(fault.rule, fault.text, PATH_SOURCE)
