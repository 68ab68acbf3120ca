"""What the path validator does not ask of the two ends of a path.

It takes the name and the key of a trust anchor as they are told, and counts what stands
between the anchor and the certificate at the end. Here both ends are asked whether they
may issue as what they say they are.

Source: RFC 5280, sections 4.2.1.9 and 6.1.4 (k) to (n).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asn1crypto import x509 as asn1


def anchor_faults(anchor: asn1.Certificate) -> Iterator[str]:
    """Say why an anchor is no CA whose key may sign certificates, in the tool's words.

    RFC 5937 asks for no such thing of an anchor; an issuer without it would be refused
    anywhere else in a path.
    """
    usage = anchor.key_usage_value
    if not anchor.ca:
        yield "The trust anchor is not a CA."
    if usage is not None and "key_cert_sign" not in usage.native:
        yield "The trust anchor is not allowed to sign certificates."


def end_faults(
    end: asn1.Certificate, above: Sequence[asn1.Certificate]
) -> Iterator[str]:
    """Say where a CA at the end of a path is one too many below one above it.

    RFC 5280 does not count what stands at the end, and whatever such a CA issued would
    have no valid path: its key would have been made for nothing. It is counted as it
    will be once something stands below it, and so is not if it is self-issued.

    Args:
        end: The certificate at the end of the path.
        above: Its issuer's, and so on up to the trust anchor's; at least one.
    """
    limits = [each.max_path_length for each in above]
    deep = (each is not None and count > each for count, each in enumerate(limits, 1))
    # Names are compared only where that can make a difference: it takes longest.
    if not end.ca or not any(deep) or end.self_issued:
        return
    counted = 1
    for each, allowed in zip(above, limits, strict=True):
        if allowed is not None and counted > allowed:
            yield (
                "The CA at the end exceeds the maximum path length: one above it "
                f"allows {allowed} below it, and it would be number {counted}."
            )
        counted += not each.self_issued
