"""What a script says exists already, found in the site's journal.

The journal of the mode is asked: a live ceremony works with what live ceremonies made,
a rehearsal with what rehearsals made.

Invariants:
    * Everything that the script names is found, or the ceremony is not opened.
    * What is found is told in the journal's own words, with the leaf itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ceremony.check.plan import Plan, read_plan
from ceremony.conduct.list_along import keys_asked
from ceremony.engine.contingency import is_carried_on
from ceremony.engine.facts import EarlierFound, KeyMade, SecretKeyMade
from ceremony.errors import InputError
from ceremony.identifiers import Digest
from ceremony.journal.codec import encode_event
from ceremony.journal.merkle import leaf_hash
from ceremony.pack.batch_files import (
    CHAIN,
    earlier_chain_name,
    earlier_issued_name,
    earlier_results_name,
)
from ceremony.pki.issued_results import decode_issued
from ceremony.pki.script_profile import subject_text
from ceremony.register.history import Act, History, KeyId
from ceremony.script.model import Script, Thing, ThingKind

Blobs = Callable[[Digest], bytes]

_CARRIED: Final = {
    ("public-key-", ".der"): "public-key-{}.der",
    ("certificate-", ".pem"): "certificate-{}.pem",
    ("wrapped-", ".bin"): "wrapped-{}.bin",
    ("public-wrapped-", ".bin"): "public-wrapped-{}.bin",
    ("crl-", ".crl"): "crl-earlier-{}.crl",
}
"""What of a leaf's blobs this ceremony carries on, and under which name."""


@dataclass(frozen=True, slots=True)
class Found:
    """One act of an earlier ceremony, as a fact of this one with its blobs."""

    fact: EarlierFound
    contents: Mapping[str, bytes]


def find_earlier(
    script: Script, serials: Mapping[str, str], history: History, blob: Blobs
) -> tuple[Found, ...]:
    """Find everything that a script says exists already.

    Args:
        script: The script.
        serials: The serial of each token of the script, by name.
        history: What the site's devices did.
        blob: Gives what the journal keeps, by its digest.

    Raises:
        InputError: ``CONDUCT-EARLIER-01`` to ``-06``, ``-10``: something is not found,
            or is not as the script has it; the place is its entry under things.
    """
    return tuple(_Search(script, serials, history, blob, read_plan(script)).all())


@dataclass(frozen=True, slots=True)
class _Search:
    """A script, the tokens that it is bound to, and what the site did."""

    script: Script
    serials: Mapping[str, str]
    history: History
    blob: Blobs
    plan: Plan

    def all(self) -> Iterator[Found]:
        """Give everything, keys before what was done with them."""
        earlier = [thing for thing in self.script.things if thing.is_earlier]
        keys = {
            thing.name: self._key(thing)
            for thing in earlier
            if thing.kind is ThingKind.KEY
        }
        for token in dict.fromkeys(self.script.thing(name).token for name in keys):
            yield self._listed(token, keys)
        for name, act in keys.items():
            yield self._found(name, act)
        certificates = [
            self._certificate(thing, keys)
            for thing in earlier
            if thing.kind is ThingKind.CERTIFICATE and not thing.is_brought
        ]
        pairs = {
            name: act.outcome.key.public_key
            for name, act in keys.items()
            if act.outcome.key is not None
        }
        told = [certificate.fact.outcome for certificate in certificates]
        asked = keys_asked(self.script, pairs, told)
        for name, act in keys.items():
            yield from self._done_with(name, act, keys, asked)
        yield from self._with_lists(certificates, asked - set(pairs.values()))
        for thing in earlier:
            if thing.kind is ThingKind.CERTIFICATES:
                yield self._batch(thing)

    def _key(self, thing: Thing) -> Act:
        """Find the act by which a key came into the token that the script names."""
        same = {
            known: act
            for known, act in self.history.held.items()
            if thing.cka_id == known.cka_id
            or (
                act.outcome.key is not None
                and act.outcome.key.public_key == thing.public_key
            )
        }
        here = {
            known: act
            for known, act in same.items()
            if known.serial == self.serials.get(thing.token)
        }
        if not here:
            raise self._unknown(thing) if not same else self._elsewhere(thing, same)
        known, act = list(here.items())[-1]
        if known in self.history.gone:
            raise self._fault(
                thing,
                "CONDUCT-EARLIER-03",
                f"exists no more: {self.history.gone[known]}",
                "Name a copy of the key in another token, or make a new key.",
            )
        if known in self.history.doubtful:
            raise self._fault(
                thing,
                "CONDUCT-EARLIER-10",
                f"may exist no more: {self.history.doubtful[known]}, is in doubt for "
                "good",
                "Name a copy of the key in another token, or make a new key.",
            )
        self._verify_kind(thing, act)
        return act

    def _verify_kind(self, thing: Thing, act: Act) -> None:
        algorithm = self.script.key_kind(thing.name).algorithm
        if act.key is None or act.key.algorithm != algorithm:
            made = act.key.algorithm if act.key is not None else "no key"
            raise self._other(
                thing, f"is {algorithm} in the script, and the journal has {made}"
            )

    def _listed(self, token: str, keys: Mapping[str, Act]) -> Found:
        """Find the last list of a token, which has to be one after its keys came."""
        acts = [
            act
            for act in self.history.acts
            if act.outcome.serial == self.serials[token]
            and act.outcome.inventory is not None
        ]
        mine = [
            act for name, act in keys.items() if self.script.thing(name).token == token
        ]
        last = max(mine, key=lambda act: act.event.seq)
        if not acts or acts[-1].event.seq < last.event.seq:
            raise self._fault(
                self.script.thing(token),
                "CONDUCT-EARLIER-05",
                "was not listed since a key of the script came into it",
                "Resume the ceremony that made the key, which lists the token.",
            )
        taken = acts[-1].outcome.inventory
        digest = taken.digest if taken is not None else Digest("")
        contents = {f"inventory-{token}.json": self.blob(digest)}
        return self._found(token, acts[-1], contents=contents)

    def _done_with(
        self,
        name: str,
        made: Act,
        keys: Mapping[str, Act],
        asked: Collection[Digest],
    ) -> Iterator[Found]:
        """Find a key's last blob for a copy, its check value, and its last list."""
        own, pair = _identity(made), made.outcome.key
        mine = [act for act in self.history.acts if self._is_key(act, own, pair)]
        wrapped = [act for act in mine if act.outcome.wrapped is not None]
        values = [act for act in mine if act.outcome.check_value is not None]
        unwraps = self._unwraps(name)
        if wrapped and unwraps:
            by = self._under(name, wrapped[-1], unwraps, keys)
            yield self._found(name, wrapped[-1], by=by)
        if values:
            yield self._found(name, values[-1])
        if is_carried_on(self.script, name):
            yield self._found(name, self._public_wrapped(name, mine))
        if pair is not None and pair.public_key in asked:
            for act in self._last_list(pair.public_key):
                yield self._found(name, act, by=name)

    def _is_key(self, act: Act, own: KeyId, pair: KeyMade | None) -> bool:
        """Tell whether an act is about a key, or about another copy of its pair."""
        if self.history.key_of(act, act.outcome.thing) == own:
            return True
        told = self.history.public_key_of(act, act.outcome.thing)
        return pair is not None and told == pair.public_key

    def _under(self, name: str, act: Act, unwraps: str, keys: Mapping[str, Act]) -> str:
        """Name the key that unwraps a blob: the one it was wrapped under, or its copy.

        Args:
            name: The key that was wrapped.
            act: The act that wrapped it.
            unwraps: The key that the script unwraps it by.
            keys: The keys of the script that exist already.
        """
        wrapped, made = act.outcome.wrapped, keys.get(unwraps)
        if wrapped is not None and made is not None:
            restored = made.outcome.restored
            original = restored.original if restored is not None else ""
            under = self.history.key_of(act, wrapped.under)
            if under in (_identity(made), self.history.key_of(made, original)):
                return unwraps
        raise self._fault(
            self.script.thing(name),
            "CONDUCT-EARLIER-06",
            f"is to be restored by {unwraps}, and its last blob was wrapped under "
            "another key",
            "Unwrap it by the key it was wrapped under, or by a copy of that one.",
        )

    def _public_wrapped(self, name: str, acts: Iterable[Act]) -> Act:
        """Find the last act that wrapped a pair's public key."""
        wrapped = [act for act in acts if act.outcome.public_wrapped is not None]
        if wrapped:
            return wrapped[-1]
        raise self._fault(
            self.script.thing(name),
            "CONDUCT-CONTINGENCY-01",
            "is carried by a certificate, and the site's journal has no wrapping of "
            "its public key",
            "Hold the ceremony that wraps it first, or add a key.wrap-public.",
        )

    def _unwraps(self, name: str) -> str:
        """Name the key by which the script restores a copy of a key; else nothing."""
        copies = self.script.copies_of(name)
        for step in self.script.steps:
            if step.verb == "key.unwrap" and step.parameters.get("key") in copies:
                return str(step.parameters.get("under"))
        return ""

    def _with_lists(
        self, certificates: Iterable[Found], asked: Collection[Digest]
    ) -> Iterator[Found]:
        """Give certificates, with the last list of each key that is asked for.

        Such a key may be gone; the first of its certificates tells of the list.

        Args:
            certificates: Those of the script.
            asked: The keys whose lists no key of the script tells of (SHA-256).
        """
        left = set(asked)
        for certificate in certificates:
            yield certificate
            made = certificate.fact.outcome.certificate
            if made is not None and made.public_key in left:
                left.remove(made.public_key)
                for act in self._last_list(made.public_key):
                    yield self._found(certificate.fact.thing, act)

    def _last_list(self, pair: Digest) -> list[Act]:
        """Give the last list that a pair has signed; none where it has signed none."""
        lists = ((act, act.outcome.crl) for act in self.history.acts)
        mine = (act for act, crl in lists if crl is not None and crl.issuer_key == pair)
        return sorted(mine, key=_number)[-1:]

    def _certificate(self, thing: Thing, keys: Mapping[str, Act]) -> Found:
        for act in self.history.acts:
            made = act.outcome.certificate
            if made is None or made.digest != thing.sha256:
                continue
            subject = subject_text(self.script, thing)
            if made.subject != subject:
                raise self._other(
                    thing,
                    f"is for {subject} in the script, and the journal has one for "
                    f"{made.subject}",
                )
            signer = self.history.public_key_of(act, made.issuer_thing)
            by = [
                name
                for name, key in keys.items()
                if key.outcome.key is not None and key.outcome.key.public_key == signer
            ]
            found = self._found(thing.name, act, by=by[0] if by else "")
            return replace(found, fact=replace(found.fact, issuer_key=signer))
        raise self._unknown(thing)

    def _batch(self, thing: Thing) -> Found:
        """Find a batch by its results, which its last part has written."""
        for act in self.history.acts:
            part = act.outcome.part
            if part is not None and part.issued == thing.sha256:
                issued = self.blob(Digest(thing.sha256))
                file = earlier_issued_name(thing.name)
                results = self.blob(decode_issued(issued, file).requests)
                files = {file: issued, earlier_results_name(thing.name): results}
                for blob in act.event.blobs:
                    if blob.name.startswith(CHAIN):
                        files[earlier_chain_name(thing.name)] = self.blob(blob.sha256)
                signer = self.history.public_key_of(act, part.issuer_thing)
                found = self._found(thing.name, act, contents=files)
                return replace(found, fact=replace(found.fact, issuer_key=signer))
        raise self._unknown(thing)

    def _found(
        self,
        name: str,
        act: Act,
        *,
        by: str = "",
        contents: Mapping[str, bytes] | None = None,
    ) -> Found:
        leaf = encode_event(act.event)
        files = {f"earlier-{act.event.seq:04}.json": leaf, **(contents or {})}
        if contents is None:
            for blob in act.event.blobs:
                for (begin, end), told in _CARRIED.items():
                    if blob.name.startswith(begin) and blob.name.endswith(end):
                        files[told.format(name)] = self.blob(blob.sha256)
        fact = EarlierFound(
            thing=name,
            ceremony=act.event.ceremony,
            seq=act.event.seq,
            leaf=Digest(leaf_hash(leaf).hex()),
            outcome=act.outcome,
            by=by,
        )
        return Found(fact, files)

    def _unknown(self, thing: Thing) -> InputError:
        return self._fault(
            thing,
            "CONDUCT-EARLIER-01",
            f"{thing.public_key or thing.cka_id or thing.sha256} is not in the site's "
            "journal",
            "Correct the digits, or name the workspace that has it; rehearsals "
            "find what rehearsals made, live ceremonies what live ones made.",
        )

    def _elsewhere(self, thing: Thing, found: Mapping[KeyId, Act]) -> InputError:
        serials = ", ".join(sorted({known.serial for known in found}))
        return self._fault(
            thing,
            "CONDUCT-EARLIER-02",
            f"is in the token with the serial {serials}, and the site binding has "
            f"another one for {thing.token}",
            "Bind the token that holds the key, or correct the script.",
        )

    def _other(self, thing: Thing, why: str) -> InputError:
        remedy = "Correct algorithm, profile or names in the script."
        return self._fault(thing, "CONDUCT-EARLIER-04", why, remedy)

    def _fault(self, thing: Thing, code: str, why: str, remedy: str) -> InputError:
        return InputError(
            code,
            f"The {thing.kind.value} {thing.name} {why}.",
            remedy=remedy,
            place=self.plan.place("things", thing.name),
        )


def _identity(act: Act) -> KeyId:
    key: KeyMade | SecretKeyMade | None = act.key
    return KeyId(act.outcome.serial, key.cka_id if key is not None else "")


def _number(act: Act) -> int:
    crl = act.outcome.crl
    return crl.number if crl is not None else 0
