"""Ways to lie about a backup: each fails one check of the verifier, under one rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from ceremony.pack.policy import SOFTWARE_WAIVER
from tests.fakes.bad_packs import BadPack
from tests.fakes.broken_rules import part_changed
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.pack_maker import make_pack
from tests.fakes.record_backup import build_backup
from tests.fakes.record_builder import BuiltRecord

OTHER_BLOB = "ee" * 32


def _of(name: str, other: str) -> Callable[[str], str]:
    """Let one key be, or sign as, another one."""
    return lambda asked: other if asked == name else ""


def _signs(name: str, other: str) -> Callable[[str], str]:
    return lambda asked: other if asked == name else asked


def _longer(name: str, raw: bytes) -> bytes:
    return raw + bytes(8) if name == "kek" else raw


def _without_waiver() -> BuiltRecord:
    built = build_backup()
    return replace(built, policy=replace(built.policy, waivers=(SOFTWARE_WAIVER,)))


def _destroying(*names: str) -> BuiltRecord:
    """Destroy some keys before the tokens are bagged; the script is approved so."""

    def change(raw: bytes) -> bytes:
        before, after = raw.split(b'      - id: "2.22"\n')
        steps = b"".join(
            b'      - {id: "2.%d", verb: key.destroy, text: It is destroyed., '
            b"by: administrator, initials: [internal-witness], irreversible: true, "
            b"with: {key: %s}}\n" % (number, name.encode())
            for number, name in enumerate(names, 22)
        )
        last = 22 + len(names)
        after = after.replace(b'"2.23"', b'"2.%d"' % (last + 1))
        return before + steps + b'      - id: "2.%d"\n' % last + after

    built = build_backup(Forgery(script=change))
    approved = (built.builder.script.digest,)
    return replace(built, policy=replace(built.policy, scripts=approved))


BACKUP_LIES: Final[Mapping[str, Lie]] = {
    "copy-is-another-key": Lie(
        "11",
        "ENGINE-BACKUP-05",
        lambda: build_backup(Forgery(key_of=_of("signer-copy", "thief"))),
        "step 2.19",
    ),
    "copy-proven-by-another-key": Lie(
        "11",
        "VERIFY-PROVE-02",
        lambda: build_backup(Forgery(signs_as=_signs("signer-copy", "thief"))),
        "step 2.19",
    ),
    "original-proven-by-another-key": Lie(
        "11",
        "VERIFY-PROVE-02",
        lambda: build_backup(Forgery(signs_as=_signs("signer", "thief"))),
        "step 2.17",
    ),
    "check-values-differ": Lie(
        "11",
        "ENGINE-BACKUP-07",
        lambda: build_backup(part_changed("check_value", "2.13", value="00" * 5)),
        "step 2.13",
    ),
    "check-value-of-nothing": Lie(
        "11",
        "ENGINE-BACKUP-06",
        lambda: build_backup(part_changed("check_value", "2.9", value="")),
        "step 2.9",
    ),
    "restored-from-another-blob": Lie(
        "11",
        "ENGINE-BACKUP-04",
        lambda: build_backup(part_changed("restored", "2.19", blob=OTHER_BLOB)),
        "step 2.19",
    ),
    "blob-of-another-size-is-told": Lie(
        "11",
        "VERIFY-BACKUP-01",
        lambda: build_backup(part_changed("wrapped", "2.17", size=88)),
        "step 2.17",
    ),
    "blob-too-long-for-its-method": Lie(
        "11",
        "VERIFY-BACKUP-02",
        lambda: build_backup(Forgery(blob=_longer)),
        "step 2.10",
    ),
    "destroyed-and-then-its-only-copy": Lie(
        "11",
        "ENGINE-BACKUP-02",
        lambda: _destroying("signer", "signer-copy"),
        "step 2.23",
    ),
    "destroyed-after-its-only-copy": Lie(
        "11",
        "ENGINE-BACKUP-02",
        lambda: _destroying("signer-copy", "signer"),
        "step 2.23",
    ),
    "copies-without-the-policys-leave": Lie(
        "11", "VERIFY-KEY-05", _without_waiver, "step 2.8"
    ),
}
"""Every lie about a backup, by a name that says what it is."""

BACKUP_PACKS: Final[Mapping[str, BadPack]] = {
    name: BadPack(
        BACKUP_LIES[name].number,
        BACKUP_LIES[name].rule,
        lambda name=name: make_pack(BACKUP_LIES[name].make()),  # type: ignore[misc]  # the name is bound now
    )
    for name in (
        "copy-is-another-key",
        "copy-proven-by-another-key",
        "check-values-differ",
        "blob-of-another-size-is-told",
        "blob-too-long-for-its-method",
    )
}
"""The lies of which a sealed pack is kept among the vectors."""
