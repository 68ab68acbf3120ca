"""A whole ceremony made up in memory: real leaves, real signatures, no device.

:class:`RecordBuilder` walks the small script of ``tests/vectors/packs`` the way the
conductor does, with the made-up site's software keys, and gives the files that a pack
embeds. It is deterministic: the same forgery gives the same files.

To make a record that lies, hand in a :class:`Forgery`. Everything downstream of what
it changes is made again and signed, as a liar with every key would do it, so that
only the check that looks at the lie itself can find it. To play a liar with fewer
keys, change the finished files with :func:`remade`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from ceremony import canonical
from ceremony.clock import Instant
from ceremony.engine.command import Command
from ceremony.engine.decide import verify_command
from ceremony.engine.fact_codec import encode_fact
from ceremony.engine.facts import (
    CeremonyClosed,
    CheckResult,
    EarlierFound,
    Fact,
    Head,
    PackSealed,
    RecordVerified,
)
from ceremony.engine.fold import fold
from ceremony.engine.state import Recorded, State
from ceremony.errors import CeremonyError
from ceremony.identifiers import (
    Digest,
    OperationId,
    Origin,
    PersonId,
)
from ceremony.journal.checkpoint import Checkpoint, sign_checkpoint
from ceremony.journal.codec import encode_event
from ceremony.journal.cosignature import cosign_checkpoint
from ceremony.journal.event import Actor, Blob, Event, StepRef
from ceremony.journal.merkle import CompactRange, inclusion_proof, leaf_hash
from ceremony.journal.note import merge_notes
from ceremony.journal.proof import LogProof, encode_proof
from ceremony.pack.leaf_hashes import LeafHashes, encode_leaf_hashes
from ceremony.pack.manifest import encode_manifest
from ceremony.pack.policy import TrustPolicy
from ceremony.pack.record import MANIFEST, VERIFY_TEXT, read_record
from ceremony.pack.verify_text import render_verify_text
from ceremony.script.decode import decode_script
from ceremony.script.model import Script
from ceremony.script.own_profile import bind_recorded
from ceremony.script.presented import presented_step
from tests.fakes.forgery import Forgery
from tests.fakes.made_up_binding import with_binding
from tests.fakes.made_up_site import ORIGIN, Person, Site

SCRIPT_FILE: Final = Path(__file__).parents[1] / "vectors/packs/small-script.yaml"

BOOT: Final = "3d0f6f0e-0000-4000-8000-000000000001"

START: Final = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

FOREIGN: Final = 5
"""Leaves of an earlier ceremony that stand before this one's."""

KNOWN: Final = 3
"""The size of the tree that the pack before this one ended with."""


@dataclass(frozen=True)
class BuiltRecord:
    """A finished record.

    Attributes:
        files: Every file that a pack embeds, by flat name.
        policy: A trust policy under which the honest record is verified.
        site: The keys, for whoever wants to seal or to lie further.
        builder: The journal behind it, for proofs of what comes after.
    """

    files: dict[str, bytes]
    policy: TrustPolicy
    site: Site
    builder: RecordBuilder = field(repr=False)


class RecordBuilder:
    """The journal of one made-up ceremony while it is written."""

    def __init__(self, forgery: Forgery | None = None) -> None:
        self.forgery = forgery or Forgery()
        told = self.forgery
        self.site = Site(Origin(told.origin or ORIGIN), told.begun, told.ended)
        self.raw_script = self.forgery.script(SCRIPT_FILE.read_bytes())
        self.script: Script = bind_recorded(
            decode_script(self.raw_script, SCRIPT_FILE.name), self.forgery.profiles
        )
        self.state = State(self.script)
        self.facts: list[Recorded] = []
        self.leaves: list[bytes] = []
        self.files: dict[str, bytes] = {}
        self.hashes = list(self.forgery.foreign) or [
            hashlib.sha256(f"foreign leaf {number}".encode()).digest()
            for number in range(FOREIGN)
        ]
        self.foreign = len(self.hashes)
        self.known = self.foreign if self.forgery.foreign else KNOWN
        self.notes: dict[int, bytes] = {}
        self.final = 0

    def random(self, count: int) -> bytes:
        """Give bytes that nobody chose, the same each time."""
        seed = f"{len(self.facts)} {count}".encode()
        return hashlib.sha512(seed).digest()[:count]

    def now(self) -> Instant:
        """Give the time: seven seconds after the leaf before."""
        passed = 7 * len(self.leaves)
        return Instant(
            START + timedelta(seconds=passed), 90_000_000 + passed * 1_000_000, BOOT
        )

    def record(
        self,
        fact: Fact,
        *,
        actor: PersonId | None = None,
        op: OperationId | None = None,
        contents: Mapping[str, bytes] | None = None,
        in_step: bool = True,
    ) -> None:
        """Record one fact, or what the forgery makes of it."""
        contents = dict(contents or {})
        step = self.state.step if in_step else None
        command = Command(
            fact=fact,
            actor=actor,
            step=step.id if step else None,
            presented=presented_step(step) if step else None,
            op=op,
            blobs=tuple(
                Blob(name, canonical.digest(content), len(content))
                for name, content in contents.items()
            ),
        )
        if self.forgery.dropped(command):
            return
        forged = self.forgery.command(command)
        told, contents = with_binding(forged, contents, self.site, self.forgery.binding)
        if forged == command and self.forgery == Forgery():
            verify_command(self.state, told)
        self.files.update(contents)
        event = self.forgery.event(self._event(told))
        leaf = self.forgery.leaf(event, encode_event(event))
        self.leaves.append(leaf)
        self.hashes.append(leaf_hash(leaf))
        self.state = fold(self.state, event, told.fact)
        self.facts.append(Recorded(event, told.fact))

    def _event(self, command: Command) -> Event:
        actor = step = None
        if command.actor is not None:
            actor = Actor(command.actor, self.state.seat(command.actor).role)
        if command.step is not None and command.presented is not None:
            step = StepRef(command.step, command.presented)
        return Event(
            log=self.site.origin,
            ceremony=self.forgery.ceremony,
            seq=len(self.hashes),
            cseq=len(self.leaves),
            prev=Digest(self.hashes[-1].hex()),
            script=self.script.digest,
            t=self.now(),
            type=command.fact.type,
            data=encode_fact(command.fact),
            op=command.op,
            step=step,
            actor=actor,
            blobs=command.blobs,
        )

    def head(self, size: int | None = None) -> Head:
        """Give the tree head of the first ``size`` leaves; of all by default."""
        tree = CompactRange()
        for value in self.hashes[:size]:
            tree.append(value)
        return Head(tree.size, Digest(tree.root().hex()))

    def checkpoint(self) -> Head:
        """Sign the head with the log key, once for each size."""
        head = self.head()
        if head.size not in self.notes:
            self.notes[head.size] = self.sign_head(head)
        return head

    def sign_head(self, head: Head) -> bytes:
        """Give the log key's note over a head."""
        forger = self.forgery
        key, vkey = self.site.signer(forger.log_key)
        return sign_checkpoint(
            Checkpoint(self.site.origin, head.size, head.root), vkey, key.sign
        )

    def cosign(self, head: Head, person: Person) -> None:
        """Add a person's ``cosignature/v1`` line to the checkpoint of ``head``."""
        note = cosign_checkpoint(
            Checkpoint(self.site.origin, head.size, head.root),
            person.cosigner,
            int(self.now().wall.timestamp()),
            person.sign,
        )
        self.notes[head.size] = merge_notes(self.notes[head.size], note)

    def close(self) -> None:
        """Verify the record, close the ceremony and sign the final checkpoint."""
        head = self.checkpoint()
        checks = tuple(
            CheckResult(number, "not checked" if number == "8" else "passed")
            for number in (*map(str, range(2, 13)), "16")
        )
        remarks = ("A minimum signature level is waived.",)
        verified = RecordVerified("VERIFIED WITH REMARKS", checks, remarks, head)
        self.record(verified, in_step=False)
        self.record(CeremonyClosed(1, "full", "A4"), in_step=False)
        self.final = self.checkpoint().size

    def collect(self) -> dict[str, bytes]:
        """Give the files that a pack embeds, up to the final checkpoint."""
        own = self.leaves[: self.final - self.foreign]
        files = dict(self.files)
        files["events.jsonl"] = b"".join(leaf + b"\n" for leaf in own)
        files["checkpoint"] = self.notes[self.final]
        for size, note in self.notes.items():
            if size < self.final:
                files[f"checkpoint-{size:04d}"] = note
        files["leaf-hashes.txt"] = encode_leaf_hashes(
            LeafHashes(
                self.site.origin,
                self.known,
                tuple(map(bytes.fromhex, self._known().encode())),
                tuple(self.hashes[self.known : self.final]),
            )
        )
        files["openings.json"] = canonical.encode(
            [person.opening for person in self.site.people]
        )
        files["exhibits.json"] = b"[]"
        files |= self._proofs()
        try:
            files[VERIFY_TEXT] = render_verify_text(read_record(files))
        except (CeremonyError, ValueError, KeyError):
            files[VERIFY_TEXT] = b"How to verify: see docs.\n"
        files[MANIFEST] = encode_manifest(files)
        return files

    def _known(self) -> CompactRange:
        tree = CompactRange()
        for value in self.hashes[: self.known]:
            tree.append(value)
        return tree

    def _proofs(self) -> dict[str, bytes]:
        """Prove the leaves that made a key or a certificate."""
        proofs: dict[str, bytes] = {}
        for recorded in self.facts:
            if isinstance(recorded.fact, EarlierFound):
                seq = recorded.fact.seq
                proofs[f"proof-earlier-{seq:04}.tlog-proof"] = self.prove(seq)
            thing = getattr(recorded.fact, "thing", "")
            if recorded.event.type == "hsm.outcome" and thing:
                proofs[f"proof-{thing}.tlog-proof"] = self.prove(recorded.event.seq)
        return proofs

    def prove(self, seq: int, extra: bytes = b"") -> bytes:
        """Give the proof of a leaf up to the last checkpoint above it."""
        size = self.final if seq < self.final else max(self.notes)
        return encode_proof(
            LogProof(
                index=seq,
                hashes=inclusion_proof(seq, self.hashes[:size]),
                checkpoint=self.notes[size],
                extra=extra,
            )
        )

    def record_seal(self, pdf: bytes) -> bytes:
        """Journal the sealed file's digest; give the companion proof of that leaf."""
        seal = self.site.seal_der
        sealed = PackSealed(canonical.digest(pdf), len(pdf), canonical.digest(seal))
        self.record(sealed, in_step=False)
        self.checkpoint()
        return self.prove(len(self.hashes) - 1, self.leaves[-1])


def build_record(forgery: Forgery | None = None) -> BuiltRecord:
    """Make the small ceremony up, honestly or with a forgery."""
    # The steps import the builder for its type, so that they are imported here.
    from tests.fakes.record_steps import carry_out, open_ceremony

    builder = RecordBuilder(forgery)
    open_ceremony(builder)
    finished = carry_out(builder)
    if finished:
        builder.close()
    else:
        builder.final = builder.checkpoint().size
    files = builder.collect()
    honest = decode_script(SCRIPT_FILE.read_bytes(), SCRIPT_FILE.name)
    told = builder.forgery
    policy = Site(begun=told.begun, ended=told.ended).policy(honest.digest)
    return BuiltRecord(files, policy, builder.site, builder)


def remade(
    built: BuiltRecord, change: Callable[[dict[str, bytes]], None], *, manifest: bool
) -> BuiltRecord:
    """Change finished files; make the manifest again if ``manifest``."""
    files = dict(built.files)
    change(files)
    if manifest:
        files[MANIFEST] = encode_manifest(files)
    return replace(built, files=files)


def rewritten(
    built: BuiltRecord, seq: int, change: Callable[[Fact], Fact]
) -> BuiltRecord:
    """Change one leaf after the fact, as a liar with the log key alone would.

    Every later leaf is chained anew and every checkpoint signed anew; what people
    signed stays as it is, for the liar has none of their keys.

    Args:
        built: An honest record.
        seq: The leaf that is changed.
        change: Gives the other fact.
    """
    builder = RecordBuilder()
    builder.hashes = builder.hashes[:FOREIGN]
    builder.files = dict(built.builder.files)
    notes = built.builder.notes
    for recorded in built.builder.facts:
        event, fact = recorded.event, recorded.fact
        if event.seq == seq:
            fact = change(fact)
        if isinstance(fact, RecordVerified):
            fact = replace(fact, head=builder.head(fact.head.size))
        event = replace(
            event, data=encode_fact(fact), prev=Digest(builder.hashes[-1].hex())
        )
        leaf = encode_event(event)
        builder.leaves.append(leaf)
        builder.hashes.append(leaf_hash(leaf))
        builder.facts.append(Recorded(event, fact))
        size = len(builder.hashes)
        if size in notes:
            honest = builder.head() == built.builder.head(size)
            builder.notes[size] = (
                notes[size] if honest else builder.sign_head(builder.head())
            )
    builder.final = built.builder.final
    return replace(built, files=builder.collect(), builder=builder)
