"""Whole packs that lie, one for each check of the verifier, sealed and signed.

``scripts/make_bad_packs.py`` writes them to tests/vectors/packs; a test verifies each
and expects that exactly its check fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Final

import pikepdf

from ceremony.engine.command import Command
from ceremony.engine.facts import ValueRecorded
from ceremony.pack.record import VERIFY_TEXT
from ceremony.verify.document import seal_revision
from tests.fakes.crl_lies import CRL_LIES
from tests.fakes.forgeries import LIES, time_goes_back
from tests.fakes.forgery import Forgery
from tests.fakes.key_act_lies import KEY_ACT_LIES
from tests.fakes.key_acts import build_key_acts
from tests.fakes.login_lies import LOGIN_LIES, OF_ANOTHER_SCRIPT
from tests.fakes.manual_lies import MANUAL_LIES
from tests.fakes.pack_maker import make_pack
from tests.fakes.record_builder import BuiltRecord, build_record, remade


@dataclass(frozen=True)
class BadPack:
    """One pack that lies.

    Attributes:
        number: The check that fails, and no other does.
        rule: The rule that it names.
        pack: Makes the file.
        proof: Makes the companion file; None where none is given.
    """

    number: str
    rule: str
    pack: Callable[[], bytes]
    proof: Callable[[], bytes] | None = None


def good_pack() -> bytes:
    """Make the honest pack."""
    return make_pack(build_record())


def proof_of(pdf: bytes) -> bytes:
    """Make the companion file for an honest record that was sealed as ``pdf``."""
    return build_record().builder.record_seal(seal_revision(pdf))


def lying_pack(name: str) -> bytes:
    """Seal a lie about a record; where it cannot be laid out, under honest pages."""
    built = LIES[name].make()
    pages = build_record().files if LIES[name].number == "3" else None
    return make_pack(built, pages=pages)


def bomb() -> bytes:
    """Make a small file that embeds 30 MB of zeros."""
    document = pikepdf.new()
    document.add_blank_page()
    document.attachments["events.jsonl"] = pikepdf.AttachedFileSpec(
        document, bytes(30 * 2**20), filename="events.jsonl"
    )
    written = BytesIO()
    document.save(written, compress_streams=True, deterministic_id=True)
    return written.getvalue()


def other_pages() -> bytes:
    """Seal honest files under the pages of another record."""
    honest = build_record()
    return make_pack(honest, pages=_other_record().files)


def other_advice() -> bytes:
    """Seal a record with another VERIFY.txt than the journal gives."""

    def advise(files: dict[str, bytes]) -> None:
        files[VERIFY_TEXT] += b"There is no need to compare the log key.\n"

    return make_pack(remade(build_record(), advise, manifest=True))


def _other_record() -> BuiltRecord:
    def other(command: Command) -> Command:
        if isinstance(command.fact, ValueRecorded):
            return replace(command, fact=replace(command.fact, value="REC-9"))
        return command

    return build_record(Forgery(command=other))


def changed_contents() -> bytes:
    """Change one hex digit in the padding of the last signature's value."""
    pdf = bytearray(good_pack())
    at = pdf.rindex(b"0000>")
    pdf[at] = ord("1")
    return bytes(pdf)


BAD_PACKS: Final[Mapping[str, BadPack]] = {
    "bomb": BadPack("1", "VERIFY-LIMIT-06", bomb),
    **{
        name: BadPack(
            LIES[name].number,
            LIES[name].rule,
            lambda name=name: lying_pack(name),  # type: ignore[misc]  # the name is bound now
        )
        for name in (
            "manifest-misses-a-change",
            "leaf-with-a-space",
            "gap-in-the-count",
            "environment-changed",
            "signed-by-another-log",
            "value-rewritten-later",
            "signed-by-somebody-else",
            "step-left-out",
            "extractable-key-waived",
            "certificate-with-another-signature",
            "rehearsal-under-a-live-id",
        )
    },
    "bytes-after-the-end": BadPack(
        "13a", "VERIFY-DOCUMENT-05", lambda: good_pack() + b"% more\n"
    ),
    "signature-written-otherwise": BadPack(
        "13a", "VERIFY-DOCUMENT-07", changed_contents
    ),
    "other-advice": BadPack("14", "VERIFY-PAGE-04", other_advice),
    "proof-of-another-seal": BadPack(
        "13b",
        "VERIFY-PROOF-02",
        good_pack,
        lambda: proof_of(lying_pack("name-changed")),
    ),
    "pages-of-another-record": BadPack("14", "VERIFY-PAGE-02", other_pages),
    "time-goes-back": BadPack(
        "15", "VERIFY-TIME-01", lambda: make_pack(time_goes_back())
    ),
}
"""Every bad pack, by a name that says what it is."""

KEY_ACT_PACKS: Final[Mapping[str, BadPack]] = {
    name: BadPack(
        KEY_ACT_LIES[name].number,
        KEY_ACT_LIES[name].rule,
        lambda name=name: make_pack(KEY_ACT_LIES[name].make()),  # type: ignore[misc]  # the name is bound now
    )
    for name in (
        "proof-of-a-challenge-chosen-beforehand",
        "proof-by-another-key",
        "destroyed-key-still-listed",
        "pin-of-another-than-the-script-says",
    )
}
"""Bad packs of the ceremony that uses its key after it was made."""


MANUAL_PACKS: Final[Mapping[str, BadPack]] = {
    name: BadPack(lie.number, lie.rule, lambda lie=lie: make_pack(lie.make()))  # type: ignore[misc]  # the lie is bound now
    for name, lie in MANUAL_LIES.items()
    if name
    not in ("token-never-listed-after-an-act-by-hand", "exhibit-without-its-digest")
}
"""Bad packs of the ceremony in which people act by hand.

One lie has its own script, and of one nobody can lay out pages: its facts are not read.
"""


LOGIN_PACKS: Final[Mapping[str, BadPack]] = {
    name: BadPack(lie.number, lie.rule, lambda lie=lie: make_pack(lie.make()))  # type: ignore[misc]  # the lie is bound now
    for name, lie in LOGIN_LIES.items()
    if name not in OF_ANOTHER_SCRIPT
}
"""Bad packs of the ceremony in which one login serves several steps."""


CRL_PACKS: Final[Mapping[str, BadPack]] = {
    name: BadPack(
        CRL_LIES[name].number,
        CRL_LIES[name].rule,
        lambda name=name: make_pack(CRL_LIES[name].make()),  # type: ignore[misc]  # the name is bound now
    )
    for name in (
        "list-told-otherwise",
        "list-signed-by-another-key",
        "list-that-leaves-one-out",
        "list-of-another-day",
    )
}
"""Bad packs of the ceremony that signs revocation lists, one for each rule."""


def good_key_acts() -> bytes:
    """Make the honest pack of that ceremony."""
    return make_pack(build_key_acts())
