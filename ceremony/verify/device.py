"""Check 11: what the devices did is what the journal says, and no more.

The journal's own account of each token is kept while its leaves are read: what was
made, what was removed. Every inventory must show exactly that account.

Invariants:
    * An operation that was begun has one outcome.
    * Between two inventories of a token nothing appears or goes that the journal
      does not tell of; half of what an interrupted operation left is told at resume,
      and what two people went on beside is told as foreign.
    * A key's attributes are held against the trust policy again, and against the
      inventory that lists the key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ceremony import canonical
from ceremony.engine.change import MAKES_KEY
from ceremony.engine.earlier import is_of_token
from ceremony.engine.facts import (
    ChangedToken,
    DeviationClosed,
    DeviceHandled,
    EarlierFound,
    FoundObject,
    Intent,
    InventoryTaken,
    KeyMade,
    Outcome,
    Result,
    Resumed,
    SecretKeyMade,
    TokensChanged,
    TokensInspected,
)
from ceremony.engine.state import Recorded
from ceremony.engine.unresolved import doubt_lines
from ceremony.pack.inventory_file import ListedObject, Listing, decode_listing
from ceremony.pack.policy import TrustPolicy
from ceremony.pack.record import Record
from ceremony.verify.asked import verify_asked
from ceremony.verify.backup import verify_wrapped
from ceremony.verify.changed import Change, remarks_on_changed
from ceremony.verify.check import (
    Check,
    FailedError,
    UncheckedError,
    check_passed,
    make_check,
)
from ceremony.verify.contingency import remarks_on_filled, verify_public_wrapped
from ceremony.verify.hardware import verify_certifications
from ceremony.verify.intent import verify_closed
from ceremony.verify.key import LetBe, verify_key
from ceremony.verify.listed_key import verify_apart, verify_listed_key
from ceremony.verify.manual import remarks_on, verify_listed_after
from ceremony.verify.possession import verify_key_proof
from ceremony.verify.resumed import verify_resumptions
from ceremony.verify.trace import Trace, place

_CHANGES: Final = (*MAKES_KEY, "token.initialise", "key.destroy")
"""The verbs after which other objects are in a token than before."""


@dataclass(slots=True)
class _Account:
    """What the journal says of one token while its leaves are read.

    Attributes:
        expected: The objects that must be there; None before anything is known.
        last: The objects of the last inventory.
        foreign: Those that two people went on beside.
    """

    expected: Counter[FoundObject] | None = None
    last: Counter[ListedObject] = field(default_factory=Counter)
    foreign: Counter[FoundObject] = field(default_factory=Counter)


def check_devices(record: Record, policy: TrustPolicy | None, trace: Trace) -> Check:
    """Compare intents, outcomes, inventories and attributes."""
    return make_check("11", lambda: _check(record, policy, trace))


def _check(record: Record, policy: TrustPolicy | None, trace: Trace) -> Check:
    let_be: list[LetBe] = []
    verify_closed(record)
    verify_asked(record)
    uncertified = verify_certifications(record)
    accounts, change = _accounts(record), Change()
    begun: dict[str | None, Recorded] = {}
    for recorded in record.facts:
        fact = recorded.fact
        if isinstance(fact, Intent):
            begun[recorded.event.op] = recorded
        elif isinstance(fact, Outcome):
            account = accounts.setdefault(fact.serial, _Account())
            listed = _take_outcome(record, recorded, fact, account)
            for key in _keys_of(fact):
                let_be.append(verify_key(record, policy, recorded, key))
                verify_apart(record, policy, recorded, key, listed)
            verify_wrapped(record, recorded, fact, listed)
            verify_public_wrapped(record, recorded, fact)
            verify_key_proof(record, begun[recorded.event.op], recorded, fact)
        elif isinstance(fact, Resumed | DeviceHandled):
            _take_told(record, recorded, fact, accounts, change)
        elif isinstance(fact, TokensChanged | TokensInspected | DeviationClosed):
            _take_looked(record, recorded, fact, accounts, change)
    verify_listed_after(record)
    trace.verify("11")
    verify_resumptions(record)
    trace.verify_whole("10")
    if policy is None:
        raise UncheckedError(
            "The inventories follow; no trust policy says what keys must be."
        )
    return _passed(record, let_be, uncertified)


def _passed(
    record: Record, let_be: Iterable[LetBe], uncertified: tuple[str, ...]
) -> Check:
    count = sum(isinstance(known.fact, Outcome) for known in record.facts)
    waived = {name for each in let_be for name in each.waived}
    remarked = {told for each in let_be for told in each.remarked}
    remarks = list(uncertified)
    if waived:
        names = ", ".join(sorted(waived))
        remarks.append(f"A key attribute's demand is waived (rehearsal): {names}.")
    if remarked:
        names = ", ".join(sorted(remarked))
        remarks.append(f"A token does not tell, or tells wrongly, of a key: {names}.")
    copied = [
        name
        for name in (*record.state.keys, *record.state.secret_keys)
        if record.state.script.key_kind(name).copies.may_leave
    ]
    if copied:
        names = ", ".join(sorted(copied))
        remarks.append(f"As approved, a key may leave its token wrapped: {names}.")
    return check_passed(
        "11",
        f"{count} device operations are closed, and the inventories show what they "
        "made and nothing else.",
        compared=("inventories", "the journal's account of each token"),
        remarks=(
            *remarks,
            *remarks_on_filled(record),
            *remarks_on(record),
            *remarks_on_changed(record),
            *doubt_lines(record.state),
        ),
    )


def _take_outcome(
    record: Record, recorded: Recorded, fact: Outcome, account: _Account
) -> Listing:
    """Enter an outcome into the token's account, then hold its inventory against it."""
    if fact.result in (Result.DONE, Result.ADOPTED):
        _enter(record, recorded, fact, account)
    if fact.inventory is None:
        _verify_listed_then(recorded, fact)
        return ()
    listed = _listed(record, recorded, fact.inventory, account)
    found = _briefs(listed)
    if account.expected is None:
        _verify_earlier_keys(record, recorded, fact, found)
        account.expected = found
    if found != account.expected:
        raise FailedError(
            "VERIFY-INVENTORY-03",
            f"{place(recorded)}: {_told(found, account.expected)}",
        )
    for key in _keys_of(fact):
        verify_listed_key(record, recorded, key, listed)
    return listed


def _verify_listed_then(recorded: Recorded, fact: Outcome) -> None:
    """Insist that what changes a token was followed by a list of all that is in it.

    Attributes of a key are compared with that list: without one they are just told.
    """
    if fact.result in (Result.DONE, Result.ADOPTED) and fact.verb in _CHANGES:
        raise FailedError(
            "VERIFY-INVENTORY-04",
            f"{place(recorded)}: {fact.verb} changes the token, and no list of its "
            "objects was taken after it",
        )


def _take_told(
    record: Record,
    recorded: Recorded,
    fact: Resumed | DeviceHandled,
    accounts: dict[str, _Account],
    change: Change,
) -> None:
    """Enter what people told of tokens: found after an interruption, or zeroised."""
    if isinstance(fact, Resumed):
        for found in fact.tokens:
            account = accounts.setdefault(found.serial, _Account())
            listed = _listed(record, recorded, found.inventory, account)
            _let_be(account, change.let_be(found.serial), found.inventory)
            _take_resumed(recorded, fact, account, listed)
        change.close(fact)
    elif fact.zeroised is not None:
        # Whatever it answers from here on, nothing may be left in it.
        accounts[fact.zeroised.serial] = _Account(expected=Counter())


def _take_looked(
    record: Record,
    recorded: Recorded,
    fact: TokensChanged | TokensInspected | DeviationClosed,
    accounts: dict[str, _Account],
    change: Change,
) -> None:
    """Insist that what was found is what its list shows beside the list before it."""
    for each in () if isinstance(fact, DeviationClosed) else fact.tokens:
        account = accounts.get(each.serial, _Account())
        _compare(record, recorded, each.inventory, account.last)
    if not isinstance(fact, TokensInspected):
        change.take(fact)


def _let_be(
    account: _Account, changes: tuple[ChangedToken, ...], taken: InventoryTaken
) -> None:
    """Enter what two people went on beside, or without, as far as the list shows it."""
    for each in changes:
        foreign = Counter(each.foreign) & Counter(taken.added)
        gone = Counter(each.gone) & Counter(taken.removed)
        account.foreign = account.foreign + foreign - gone
        if account.expected is not None:
            account.expected = account.expected + foreign - gone


def _accounts(record: Record) -> dict[str, _Account]:
    """Begin with the last lists of earlier ceremonies, as far as they are told."""
    accounts: dict[str, _Account] = {}
    for recorded in record.facts:
        fact = recorded.fact
        if not isinstance(fact, EarlierFound) or not is_of_token(record.state, fact):
            continue
        taken = fact.outcome.inventory
        if taken is not None:
            _, listed = _read_listing(record, recorded, taken)
            accounts[fact.outcome.serial] = _Account(last=Counter(listed))
    return accounts


def _verify_earlier_keys(
    record: Record, recorded: Recorded, fact: Outcome, found: Counter[FoundObject]
) -> None:
    """Insist that the first list here shows the keys of earlier ceremonies."""
    for told in record.state.earlier:
        key = told.outcome.key or told.outcome.secret_key
        if key is None or told.outcome.serial != fact.serial:
            continue
        if Counter(key.objects) - found:
            raise FailedError(
                "VERIFY-EARLIER-07",
                f"{place(recorded)}: {told.thing} of an earlier ceremony is not in its "
                "token",
            )


def _keys_of(fact: Outcome) -> tuple[KeyMade | SecretKeyMade, ...]:
    return tuple(key for key in (fact.key, fact.secret_key) if key is not None)


def _enter(
    record: Record, recorded: Recorded, fact: Outcome, account: _Account
) -> None:
    """Enter what a device has made or destroyed."""
    if fact.verb == "token.initialise":
        if fact.result is Result.DONE:
            account.foreign = Counter()
        account.expected = Counter(account.foreign)
    for key in _keys_of(fact):
        if key.cka_id != recorded.event.op or key.label != fact.thing:
            raise FailedError(
                "VERIFY-KEY-01",
                f"{place(recorded)}: the key's id or label is not the operation's",
            )
        account.expected = account.expected or Counter()
        account.expected += Counter(key.objects)
    made = record.state.made
    if fact.verb == "key.destroy" and fact.thing in made:
        gone = Counter(made[fact.thing].objects)
        account.expected = (account.expected or gone) - gone


def _take_resumed(
    recorded: Recorded,
    fact: Resumed,
    account: _Account,
    listed: Listing,
) -> None:
    """Accept beyond the account only what the operation in doubt can have left."""
    found = _briefs(listed)
    expected = account.expected or Counter()
    extra = found - expected
    unexplained = [
        item
        for item in extra
        if item.cka_id not in ("", fact.in_doubt or "") or fact.in_doubt is None
    ]
    emptied = expected - found and fact.in_doubt is None
    if account.expected is not None and (unexplained or emptied):
        raise FailedError(
            "VERIFY-INVENTORY-03", f"{place(recorded)}: {_told(found, expected)}"
        )


def _listed(
    record: Record, recorded: Recorded, taken: InventoryTaken, account: _Account
) -> Listing:
    """Enter an inventory, once it is compared with what the leaf says of it."""
    listed = _compare(record, recorded, taken, account.last)
    account.last = Counter(listed)
    return listed


def _compare(
    record: Record,
    recorded: Recorded,
    taken: InventoryTaken,
    last: Counter[ListedObject],
) -> Listing:
    """Read an inventory's blob and compare it with what the leaf says of it."""
    where = place(recorded)
    name, listed = _read_listing(record, recorded, taken)
    found = Counter(listed)
    told = (Counter(taken.added), Counter(taken.removed), taken.count)
    added = _briefs((found - last).elements())
    removed = _briefs((last - found).elements())
    if told != (added, removed, len(listed)):
        raise FailedError(
            "VERIFY-INVENTORY-02",
            f"{where}: {name} does not show what the leaf says was added and removed",
        )
    return listed


def _read_listing(
    record: Record, recorded: Recorded, taken: InventoryTaken
) -> tuple[str, Listing]:
    """Find the blob of an inventory beside a leaf, and read it."""
    name = next(
        (blob.name for blob in recorded.event.blobs if blob.sha256 == taken.digest), ""
    )
    raw = record.files.get(name, b"")
    if canonical.digest(raw) != taken.digest:
        raise FailedError(
            "VERIFY-INVENTORY-01", f"{place(recorded)}: its inventory is missing"
        )
    return name, decode_listing(raw, name)


def _briefs(objects: Iterable[ListedObject]) -> Counter[FoundObject]:
    """Count objects as leaves name them: some have neither label nor id."""
    return Counter(listed.brief for listed in objects)


def _told(found: Counter[FoundObject], expected: Counter[FoundObject]) -> str:
    extra = [_named(item) for item in found - expected]
    missing = [_named(item) for item in expected - found]
    told = []
    if extra:
        told.append(f"the token holds {', '.join(extra)}, of which nothing is told")
    if missing:
        told.append(f"the token lacks {', '.join(missing)}")
    return " and ".join(told)


def _named(item: FoundObject) -> str:
    return f"{item.kind} {item.label or 'without label'}"
