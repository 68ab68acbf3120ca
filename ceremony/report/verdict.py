"""What page 1 says in words: what happened, and whether as approved."""

from __future__ import annotations

from collections import Counter
from typing import Final

from ceremony.engine.facts import (
    Attested,
    ClockRead,
    Input,
    Severity,
    SignedOnPaper,
    StepClosed,
)
from ceremony.engine.state import Phase, Recorded
from ceremony.identifiers import Mode, StepId
from ceremony.people.attestation import Meaning
from ceremony.report.book import Book, counted, excerpt, listed
from ceremony.report.revoked import revoked_of_batch

_NAMED: Final = 3
"""More keys than this are counted rather than named."""
_NUMBERS: Final = (
    "No",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
)


def headline(book: Book) -> tuple[str, str]:
    """Say in one word and a sentence or two what happened."""
    state = book.state
    total, done = len(book.script.steps), len(state.closed_steps)
    if state.abandoned is not None:
        word = f"Abandoned: {excerpt(state.abandoned.reason)}."
    elif done == total and state.phase in (Phase.CLOSED, Phase.SEALED):
        word = "Completed."
    else:
        word = "Not completed."
    told = f"{done} of {total} steps closed, {_deviations(book)}"
    if state.dissents:
        told += f", {counted(len(state.dissents), 'dissent')}"
    told += f". {_made(book)}"
    if book.mode is Mode.REHEARSAL:
        told += " A rehearsal: rely on none of it."
    return word, told


def ceremony_line(book: Book) -> str:
    """Give the second of the two lines that always stand together."""
    state = book.state
    if state.abandoned is not None:
        return "Abandoned"
    if len(state.closed_steps) < len(book.script.steps) or state.closed is None:
        return "Not completed"
    if not state.deviations:
        return "Completed, with dissent" if dissent(book) else "Completed as approved"
    count = severities(book)
    told = ", ".join(f"{count[severity]} {severity.value}" for severity in Severity)
    if state.dissents:
        told += f", {len(state.dissents)} did not agree"
    return f"Completed with deviations ({told})"


def hardware_line(book: Book) -> str:
    """Say what is known of the hardware that the keys live in."""
    tokens = book.record.opened.tokens
    if not tokens:
        return "no token was used"
    if all(token.software for token in tokens):
        return "keys in hardware: none, software only"
    return "keys in hardware: seen by witnesses only"


def executed_line(book: Book) -> str:
    """Say whether the script was executed as it stands, or as approved."""
    state = book.state
    if len(state.closed_steps) < len(book.script.steps):
        return "no: it was not carried out to the end."
    if state.deviations and dissent(book):
        return "yes, with the deviations in 5 and the dissent in 3."
    if state.deviations:
        return "yes, with the deviations in 5."
    return "yes, but not everybody agreed." if dissent(book) else "yes."


def severities(book: Book) -> Counter[Severity]:
    """Count the deviations by severity."""
    return Counter(known.recorded.severity for known in book.state.deviations)


def dissent(book: Book) -> tuple[Recorded, ...]:
    """Find every attestation by which somebody did not agree, or abstained."""
    return tuple(
        recorded
        for recorded in book.record.facts
        if isinstance(recorded.fact, Attested | SignedOnPaper)
        and recorded.fact.meaning in (Meaning.DID_NOT_AGREE, Meaning.ABSTAINED)
    )


def approvals(book: Book) -> tuple[Recorded, ...]:
    """Find every signed approval or authorisation in the record."""
    return tuple(
        recorded
        for recorded in book.record.facts
        if isinstance(recorded.fact, Attested)
        and recorded.fact.meaning in (Meaning.APPROVED, Meaning.AUTHORISED)
    )


def not_proven(book: Book) -> tuple[str, ...]:
    """Say what this document does not prove."""
    opened = book.record.opened
    if opened.tokens and all(token.software for token in opened.tokens):
        keys = "That keys are protected by hardware: only software tokens were seen."
    else:
        keys = (
            "That keys are protected by hardware: no vendor's attestation is part of "
            "this record; those present saw the device."
        )
    return (
        keys,
        *_acting(book),
        *_earlier(book),
        (
            f"The time of day: one laptop clock, {_references(book)}. No timestamp is "
            "part of these pages."
        ),
    )


def _earlier(book: Book) -> tuple[str, ...]:
    """Say what rests on the journal of the site, where it is worked with."""
    if not book.state.earlier:
        return ()
    told = (
        "That no later leaf of another ceremony concerns the keys and certificates of "
        "earlier ones: that rests on the site's journal."
    )
    return (told,)


def _acting(book: Book) -> tuple[str, ...]:
    """Say what rests on people, and where nobody acted."""
    answered = played(book)
    told = (
        (f"That anybody acted: recorded answers were played in {played_line(book)}.",)
        if answered
        else ()
    )
    if answered and len(answered) == len(book.state.closed_steps):
        return told
    people = counted(len(book.record.opened.seats), "person", "people")
    return (
        *told,
        (
            "That what was recorded is what happened: that rests on the "
            f"{people} in section 3 and on the devices."
        ),
    )


def played(book: Book) -> frozenset[StepId]:
    """Find the steps that were closed with recorded answers in place of people's."""
    return frozenset(
        recorded.event.step.id
        for recorded in book.record.facts
        if isinstance(recorded.fact, StepClosed)
        and recorded.fact.input is Input.RECORDED
        and recorded.event.step is not None
    )


def played_line(book: Book) -> str:
    """Count these steps, e.g. ``54 of 54 steps``; ``no step`` where people typed."""
    answered = len(played(book))
    closed = counted(len(book.state.closed_steps), "step")
    return f"{answered} of {closed}" if answered else "no step"


def _references(book: Book) -> str:
    answered = played(book)
    read = [
        (reference, recorded.event.step)
        for recorded in book.record.facts
        if isinstance(recorded.fact, ClockRead)
        for reference in recorded.fact.references
    ]
    if not read:
        return "compared with no other"
    if any(step is not None and step.id in answered for _, step in read):
        return "compared with recorded answers only"
    readers = len({reference.person for reference, _ in read})
    return (
        f"read against {counted(len(read), 'reference')} by "
        f"{counted(readers, 'person', 'people')}"
    )


def _deviations(book: Book) -> str:
    known = book.state.deviations
    if not known:
        return "no deviation"
    unsettled = sum(deviation.closed is None for deviation in known)
    return f"{counted(len(known), 'deviation')}, {unsettled or 'none'} open"


def _made(book: Book) -> str:
    own = book.generated
    keys = [book.thing(name) for name in own]
    if not keys:
        return f"{book.no_key}{_signed(book)}.{_after(book)}"
    number = len(keys)
    tokens = [book.token_of(name) for name in own]
    software = all(token is not None and token.software for token in tokens)
    where = "software token" if software else "token"
    where = f"a {where}" if number == 1 else f"{where}s"
    if number <= _NAMED:
        names = tuple(f"the {_bare(key)} key" for key in keys)
        told = (
            f"{listed(names)} {'was' if number == 1 else 'were'} generated in {where}"
        )
        told = told[:1].upper() + told[1:]
    else:
        told = f"{_word(number)} keys were generated in {where}"
    certificates = [
        len(book.certificates_of(book.state.keys[name]))
        if name in book.state.keys
        else 0
        for name in own
    ]
    made = len(book.own_certificates)
    if not any(certificates) and not made:
        return f"{told}.{_besides(book)}{_after(book)}"
    if all(count == 1 for count in certificates) and made == number:
        each = "it" if number == 1 else "each"
        told += f" and one certificate was issued for {each}"
    else:
        told += f" and {_issued(made)} issued"
    return f"{told}.{_besides(book)}{_after(book)}"


def _issued(made: int) -> str:
    return f"{_in_words(made, 'certificate')} {'was' if made == 1 else 'were'}"


def _in_words(number: int, noun: str, plural: str = "") -> str:
    """Write a number, in words up to ten, and its noun: ``two batches``."""
    told = counted(number, noun, plural)
    return told.replace(str(number), _word(number).lower(), 1)


def _besides(book: Book) -> str:
    """Say what was issued and signed beside the single certificates."""
    told = [*_in_batches(book), *_lists(book)]
    return "".join(f" {each[:1].upper()}{each[1:]}." for each in told)


def _signed(book: Book) -> str:
    """Say what keys of earlier ceremonies have signed where none was made here."""
    made = len(book.own_certificates)
    told = (
        *([f"{_issued(made)} issued"] if made else []),
        *_in_batches(book),
        *_lists(book),
    )
    return f"; {listed(told)} with keys of earlier ceremonies" if told else ""


def _in_batches(book: Book) -> tuple[str, ...]:
    parts = [made for made in book.state.parts.values() if made]
    number = sum(part.count for made in parts for part in made)
    if not number:
        return ()
    batches = _in_words(len(parts), "batch", "batches")
    revoked = sum(revoked_of_batch(book.record, name) for name in book.state.parts)
    of_them = f" ({_word(revoked).lower()} of them revoked here)" if revoked else ""
    return (f"{_issued(number)} issued in {batches}{of_them}",)


def _lists(book: Book) -> tuple[str, ...]:
    lists = len(book.state.crls)
    if not lists:
        return ()
    said = _in_words(lists, "revocation list")
    return (f"{said} {'was' if lists == 1 else 'were'} signed",)


def _after(book: Book) -> str:
    return f"{_copies(book)}{_gone(book)}"


def _copies(book: Book) -> str:
    """Say how many copies were restored, and how many of them are shown equal."""
    made = {*book.state.keys, *book.state.secret_keys}
    copies = [name for name in made if book.script.thing(name).copy_of]
    if not copies:
        return ""
    number, shown = len(copies), len(book.state.shown_equal)
    if number == 1:
        equal = "and shown to be equal" if shown else "and not shown to be equal"
        return f" One copy was restored {equal}."
    equal = "all" if shown == number else _word(shown).lower()
    return f" {_word(number)} copies were restored, {equal} of them shown to be equal."


def _gone(book: Book) -> str:
    """Say which of the keys exist no more; nothing where all of them do."""
    keys = [book.thing(name) for name in book.state.made if book.destroyed_in(name)]
    if not keys:
        return ""
    number = len(keys)
    names = listed(tuple(f"the {_bare(key)} key" for key in keys))
    if number > _NAMED:
        names = f"{_word(number)} of them"
    told = f"{names} {'was' if number == 1 else 'were'} destroyed in the end."
    return f" {told[:1].upper()}{told[1:]}"


def _bare(title: str) -> str:
    """Give a key's title without the word key at its end."""
    return title[:-4] if title.lower().endswith(" key") else title


def _word(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)
