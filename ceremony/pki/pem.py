"""PEM as this tool writes it, and whether a file is nothing else.

Readers pass over what they do not look for: text between the blocks, or blocks of a
label that is not theirs. openssl takes ``TRUSTED CERTIFICATE`` for a certificate and
others do not, so that one file can show one certificate to one and another to another.

Source: RFC 7468, sections 2 and 3.
"""

from __future__ import annotations

import base64
from typing import Final

_LINE: Final = 64
"""Letters of base64 in a line; the last may be shorter."""


def encode_pem(label: str, der: bytes) -> bytes:
    """Write one block: 64 letters to a line, each ended by a line feed, ASCII.

    Args:
        label: E.g. ``CERTIFICATE``: ASCII.
        der: What is in it: DER.
    """
    text = base64.b64encode(der)
    lines = (text[at : at + _LINE] for at in range(0, len(text), _LINE))
    told = label.encode("ascii") + b"-----\n"
    return b"-----BEGIN " + told + b"\n".join((*lines, b"-----END " + told))


def is_pem(raw: bytes, label: str) -> bool:
    """Tell whether a file is blocks of one label, as they are written, and no more.

    Args:
        raw: The file.
        label: What each block has to be; ASCII.
    """
    begin = f"-----BEGIN {label}-----\n".encode("ascii")
    before, *blocks = raw.split(begin)
    return not before and bool(blocks) and all(_is_block(it, label) for it in blocks)


def _is_block(rest: bytes, label: str) -> bool:
    """Tell whether what follows a block's first line is the rest of it, as written."""
    text, _, _ = rest.partition(b"-----")
    try:
        written = encode_pem(label, base64.b64decode(text))
    except ValueError:
        return False
    return written.partition(b"\n")[2] == rest
