"""What a leaf tells of a request that a key of the ceremony has signed."""

from __future__ import annotations

from ceremony import canonical
from ceremony.engine.facts import RequestMade
from ceremony.pki.certificate import name_text
from ceremony.pki.der_request import decode_raw_request
from ceremony.pki.request import Request


def request_leaf(request: Request) -> RequestMade:
    """Tell of a request as a leaf does."""
    return RequestMade(
        digest=canonical.digest(request.der),
        subject=name_text(request.subject),
        public_key=request.key_digest,
        tbs=canonical.digest(decode_raw_request(request.der).info),
    )
