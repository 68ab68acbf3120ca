"""A key that came into a token, made or restored: what is asked for, what is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ceremony import canonical
from ceremony.conduct.actions.device import Taken, outcome_of, take
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.listing import as_text
from ceremony.engine.facts import (
    Asked,
    AttributeFound,
    Intent,
    KeyMade,
    KeyRestored,
    ProofMade,
    RemarkTold,
    Result,
    SecretKeyMade,
)
from ceremony.errors import RefusedError
from ceremony.hsm.attributes import (
    AttributePolicy,
    AttributeRule,
    FoundAttribute,
    check_attributes,
)
from ceremony.hsm.hosted_session import HostedSession
from ceremony.hsm.remark import Remark, remarks_on_serial
from ceremony.hsm.result import GeneratedKey, SecretKey
from ceremony.hsm.token import TokenFacts
from ceremony.identifiers import Mode, OperationId, PersonId
from ceremony.pack.key_policy import stance_on_absent
from ceremony.pack.site_policy import SitePolicy
from ceremony.pki.certificate import key_identifier
from ceremony.script.key_kind import KeyKind, demanded_of, left_open_by, usages_of
from ceremony.script.model import Step


@dataclass(frozen=True, slots=True)
class Shown:
    """What goes with a restored key into its outcome.

    Attributes:
        restored: Which blob it was restored from.
        proof: For a pair: its proof.
        contents: The proof's blobs.
    """

    restored: KeyRestored | None = None
    proof: ProofMade | None = None
    contents: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A token as it is once a key has come into it.

    Attributes:
        taken: What is in it.
        facts: What it says of itself.
    """

    taken: Taken
    facts: TokenFacts


def look_at(conductor: Conductor, token: str, session: HostedSession) -> LookedAt:
    """Ask a token all that the outcome of a key tells of it.

    The key is in it by then: a failure leaves that in doubt.

    Raises:
        DeviceError: The token failed.
    """
    taken = take(conductor, token, session)
    return LookedAt(taken, conductor.devices.token(token).facts)


def key_intent(conductor: Conductor, step: Step, name: str) -> Intent:
    """Say what will be asked of a device for a key of the script.

    Raises:
        RefusedError: ``CONDUCT-COPY-01``: it may leave its token or is a copy, and
            the site lets no key be copied.
    """
    thing, kind = conductor.script.thing(name), conductor.script.key_kind(name)
    if left_open_by(kind) and not conductor.policy.wrapped_copies:
        raise RefusedError(
            "CONDUCT-COPY-01",
            f"The key {name} is to be copied under a wrapping key, and the site policy "
            "does not have wrapped-copies.",
            meaning="Nothing was asked of a device.",
            remedy="Take a script without copies, or have the site policy approved "
            "with wrapped-copies.",
        )
    return Intent(
        step.verb,
        thing.token,
        conductor.devices.bound(thing.token).serial,
        thing=name,
        label=name,
        algorithm=kind.algorithm,
        attributes=tuple(
            Asked(asked, value) for asked, value in demands_on(conductor, name).items()
        ),
    )


def demands_on(conductor: Conductor, name: str) -> dict[str, str]:
    """Give what the site wants of the attributes of one key of the script."""
    demands = {each.name: each.expected for each in conductor.policy.attributes}
    return demanded_of(conductor.script.key_kind(name), demands)


def finish_made(  # noqa: PLR0913  everything that one outcome tells
    conductor: Conductor,
    op: OperationId,
    actor: PersonId,
    *,
    made: GeneratedKey | SecretKey,
    looked: LookedAt,
    result: Result,
    shown: Shown | None = None,
    decided_by: tuple[PersonId, ...] = (),
) -> None:
    """Make the outcome of a key that came into a token durable, with its inventory.

    The token is asked nothing any more: a key in it is never told as not made.
    """
    pending = conductor.state.pending
    if pending is None:
        return
    intent, shown = pending.intent, shown or Shown()
    outcome = replace(
        outcome_of(intent, result, looked.taken),
        restored=shown.restored,
        proof=shown.proof,
        decided_by=decided_by,
    )
    contents = {**looked.taken.contents, **shown.contents}
    if isinstance(made, GeneratedKey):
        pair = _pair_made(conductor, intent, op, made, looked.facts)
        outcome = replace(outcome, key=pair)
        name = conductor.free_name(f"public-key-{intent.thing}", ".der")
        contents[name] = made.public_key_der
    else:
        secret = _secret_made(conductor, intent, op, made, looked.facts)
        outcome = replace(outcome, secret_key=secret)
    conductor.finish(op, outcome, actor, contents)


def _pair_made(
    conductor: Conductor,
    intent: Intent,
    op: OperationId,
    key: GeneratedKey,
    facts: TokenFacts,
) -> KeyMade:
    """Tell of a key pair as its token gave it back, with the policy's verdicts."""
    spki = key.public_key_der
    kind = conductor.script.key_kind(intent.thing)
    return KeyMade(
        label=intent.label,
        cka_id=op,
        algorithm=kind.algorithm,
        size=kind.algorithm.bits,
        mechanism=key.mechanism,
        public_key=canonical.digest(spki),
        key_identifier=key_identifier(spki).hex(),
        attributes=_judged(
            conductor,
            intent,
            (*key.private_attributes, *facts.found),
            key.public_attributes,
        ),
        remarks=_remarks(intent, key.remarks),
    )


def _secret_made(
    conductor: Conductor,
    intent: Intent,
    op: OperationId,
    key: SecretKey,
    facts: TokenFacts,
) -> SecretKeyMade:
    """Tell of a secret key as its token gave it back, with the policy's verdicts."""
    kind = conductor.script.key_kind(intent.thing)
    return SecretKeyMade(
        label=intent.label,
        cka_id=op,
        algorithm=kind.algorithm,
        size=kind.algorithm.bits,
        mechanism=key.mechanism,
        attributes=_judged(conductor, intent, (*key.attributes, *facts.found)),
        remarks=_remarks(intent, key.remarks),
    )


def _judged(
    conductor: Conductor,
    intent: Intent,
    found: tuple[FoundAttribute, ...],
    public: tuple[FoundAttribute, ...] = (),
) -> tuple[AttributeFound, ...]:
    """Hold what was read back of a key against what the site wants of it.

    Args:
        conductor: The ceremony.
        intent: What was asked for.
        found: What the private or secret key says, and its token of itself.
        public: What the public key of a pair says.
    """
    policy = attribute_policy(
        conductor.policy,
        conductor.script.key_kind(intent.thing),
        waives=_may_waive(conductor, intent.token),
    )
    return tuple(
        AttributeFound(
            verdict.name,
            as_text(verdict.expected),
            as_text(verdict.found),
            passed=verdict.passed,
            waived=verdict.waived,
            stance=verdict.stance,
        )
        for verdict in check_attributes(policy, found, public)
    )


def attribute_policy(
    site: SitePolicy, kind: KeyKind, *, waives: bool
) -> AttributePolicy:
    """Give what a site policy comes to for one key, made or restored.

    Args:
        site: What the site wants of every key.
        kind: What the script orders, which stands in the place of that.
        waives: True where a demand that is waivable may fail.
    """
    demands = site.attributes
    said = {each.name: each for each in demands}
    expected = demanded_of(kind, {each.name: each.expected for each in demands})
    return AttributePolicy(
        tuple(
            AttributeRule(
                name,
                _expected(wanted),
                stance_on_absent(wanted, said[name].absent),
                said[name].reported_wrongly,
            )
            if name in said
            else AttributeRule(name, _expected(wanted))
            for name, wanted in expected.items()
        ),
        frozenset(each.name for each in demands if each.waivable and waives),
        site.apart,
        usages_of(kind),
    )


def _remarks(intent: Intent, told: tuple[Remark, ...]) -> tuple[RemarkTold, ...]:
    return tuple(
        RemarkTold(each.subject, each.told, each.text)
        for each in (*remarks_on_serial(intent.serial), *told)
    )


def _expected(text: str) -> bool | str:
    return text == "true" if text in ("true", "false") else text


def _may_waive(conductor: Conductor, token: str) -> bool:
    """Tell whether a waivable attribute may fail: on software, in a rehearsal."""
    opened = conductor.state.opened
    return (
        opened is not None
        and opened.mode is Mode.REHEARSAL
        and any(bound.name == token and bound.software for bound in opened.tokens)
    )
