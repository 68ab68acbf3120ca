"""Lies about what is renewed, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from ceremony.engine.command import Command
from ceremony.engine.facts import EarlierFound, RequestsJudged
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.request_file import Imported
from ceremony.pki.request_set import Issued, judge_requests
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.odd_numbers import first_of_no_version
from tests.fakes.record_above import build_below_the_revoked
from tests.fakes.record_answered import build_answered_though_revoked
from tests.fakes.record_builder import BuiltRecord, remade
from tests.fakes.record_earlier import Contents
from tests.fakes.record_key_gone import (
    REVOKES_THE_METER,
    TAKEN,
    build_key_gone,
    build_next_list,
    signed_by_anybody,
)
from tests.fakes.record_key_gone import build_before as build_listed
from tests.fakes.record_renewal import (
    DEVICES_AGAIN,
    METER_AGAIN,
    NEW,
    OLD,
    build_before,
    build_renewal,
    import_again,
    listing,
    new_request,
    revoked_device,
)
from tests.fakes.record_replaced import build_replaced
from tests.fakes.record_succession import (
    build_list_of_the_key_before,
    build_listed_by_name,
    build_listed_by_next,
    build_succession,
    build_usurped,
    named_otherwise,
)

METER, DEVICES = "step 2.4", "step 2.5"

ROOTS_LIST: Final = "crl-earlier-root-dca-certificate.crl"
END: Final = b"-----END CERTIFICATE-----\n"
EVERYBODY: Final = OLD | {
    judged.compared
    for judged in judge_requests(
        [Imported("new", 1, new_request(NEW))], load_builtin_profile("smki-device-ds")
    )
}
"""The subjects that ask for a certificate, one that has none among them."""


def _lie(rule: str, place: str, **changes: Any) -> Lie:
    return Lie("12", rule, lambda: build_renewal(Forgery(**changes)), place)


def _carried(rule: str, change: Contents) -> Lie:
    return Lie("12", rule, lambda: build_renewal(contents=change), "leaf ")


def _unsaid(raw: bytes) -> bytes:
    """Let the approved script renew nothing."""
    for name in (b"old-meter", b"old-devices"):
        raw = raw.replace(b", renews: [" + name + b"]", b"")
    return raw


def _revoked_before(raw: bytes) -> bytes:
    """Let the old certificate's issuer revoke it, and have it renewed after that."""
    return listing(raw, METER_AGAIN, "old-meter today key-compromise")


def _device_revoked_before(raw: bytes) -> bytes:
    """Let the issuer revoke one of the batch's, and have all of them renewed."""
    return listing(raw, DEVICES_AGAIN, f"{revoked_device()} today superseded")


def _told_to_be_the_roots(told: Command) -> Command:
    """Say that the batch was signed by the CA above its own."""
    fact = told.fact
    if not isinstance(fact, EarlierFound) or fact.thing != "old-devices":
        return told
    root = build_before().builder.state.keys["root-dca"].public_key
    return replace(told, fact=replace(fact, issuer_key=root))


def _told_of_no_key(told: Command) -> Command:
    """Keep to oneself whose key has signed the batch."""
    fact = told.fact
    if not isinstance(fact, EarlierFound) or fact.thing != "old-devices":
        return told
    return replace(told, fact=replace(fact, issuer_key=None))


def _by_the_root(told: Command) -> Command:
    """Say that the root has signed the list of the key that is gone."""
    fact = told.fact
    if not isinstance(fact, EarlierFound) or fact.outcome.crl is None:
        return told
    return replace(told, fact=replace(fact, by="root-dca"))


def _of_the_root(told: Command) -> Command:
    """Tell of the list under the root's certificate."""
    fact = told.fact
    if not isinstance(fact, EarlierFound) or fact.outcome.crl is None:
        return told
    (leaf, crl) = told.blobs
    other = replace(crl, name=ROOTS_LIST)
    name = "root-dca-certificate"
    return replace(told, fact=replace(fact, thing=name), blobs=(leaf, other))


def _build_of_the_root() -> BuiltRecord:
    def rename(files: dict[str, bytes]) -> None:
        (name,) = (each for each in files if each.startswith("crl-earlier-"))
        files[ROOTS_LIST] = files.pop(name)

    return remade(build_key_gone(command=_of_the_root), rename, manifest=True)


def _answered_by_the_root(raw: bytes) -> bytes:
    """Let the meter's request be answered by the CA above the one that signed it."""
    told = "key: root-dca, request: meter-request, certificate: meter-cert"
    answer = f"verb: certificate.issue, irreversible: true, with: {{{told}}}"
    return raw.replace(DEVICES_AGAIN, answer.encode())


def _more_renewed(told: Command) -> Command:
    """Say that the meter's request renews one of the batch's, too."""
    fact = told.fact
    if not isinstance(fact, RequestsJudged) or fact.request != "meter-request":
        return told
    return replace(told, fact=replace(fact, renews=(*fact.renews, "old-devices")))


def _other_file(name: str, change: Callable[[bytes], bytes]) -> Contents:
    def contents(_: EarlierFound, files: dict[str, bytes]) -> dict[str, bytes]:
        return {
            each: change(raw) if each == name else raw for each, raw in files.items()
        }

    return contents


def _of_the_meter(_: bytes) -> bytes:
    """Give the results of another import of the first ceremony."""
    return build_before().files["results-meter-request.jsonl"]


RENEWAL_LIES: Final[Mapping[str, Lie]] = {
    "renewed-for-one-that-has-no-certificate": _lie(
        "PKI-RENEW-01",
        DEVICES,
        instead=partial(import_again, issued=Issued(renewed=EVERYBODY)),
    ),
    "renewed-without-being-said": _lie("PKI-CSR-09", METER, script=_unsaid),
    "renewed-more-than-the-script-says": _lie(
        "ENGINE-RENEW-01", METER, command=_more_renewed
    ),
    "renewed-though-its-issuer-has-revoked-it": _lie(
        "ENGINE-RENEW-02", DEVICES, script=_revoked_before
    ),
    "renewed-by-another-key-than-has-signed-it": _lie(
        "ENGINE-RENEW-03", METER, script=_answered_by_the_root, stop_after="2.4"
    ),
    "renewed-by-the-new-key-of-another-ca": Lie(
        "12", "ENGINE-RENEW-03", lambda: build_succession(named_otherwise), "step 2.8"
    ),
    "renewed-though-the-next-key-has-revoked-it": Lie(
        "12", "ENGINE-RENEW-02", build_listed_by_next, "step 2.9"
    ),
    "revoked-by-its-name-by-the-new-key-of-another-ca": Lie(
        "12", "ENGINE-CRL-01", lambda: build_listed_by_name(named_otherwise), "step 2.8"
    ),
    "renewed-though-a-key-that-is-gone-has-revoked-it": Lie(
        "12",
        "ENGINE-RENEW-02",
        lambda: build_key_gone(build_listed(REVOKES_THE_METER)),
        f"step {TAKEN}",
    ),
    "list-of-the-next-key-that-forgets-what-the-key-before-has-revoked": Lie(
        "12", "ENGINE-EARLIER-03", lambda: build_next_list(revoked=()), f"step {TAKEN}"
    ),
    "list-of-the-next-key-whose-number-is-not-above-the-last-one": Lie(
        "12", "ENGINE-CRL-03", lambda: build_next_list(number=1), f"step {TAKEN}"
    ),
    "list-of-the-key-before-that-forgets-what-the-next-key-has-revoked": Lie(
        "12",
        "ENGINE-EARLIER-03",
        lambda: build_list_of_the_key_before(revoked=()),
        "step 2.9",
    ),
    "list-of-the-key-before-whose-number-is-not-above-the-next-keys": Lie(
        "12",
        "ENGINE-CRL-03",
        lambda: build_list_of_the_key_before(number=1),
        "step 2.9",
    ),
    "earlier-list-told-to-be-signed-by-another-than-its-certificates-key": Lie(
        "12", "VERIFY-EARLIER-05", lambda: build_key_gone(command=_by_the_root), "leaf "
    ),
    "earlier-list-that-the-certificates-key-has-not-signed": Lie(
        "12",
        "VERIFY-EARLIER-05",
        lambda: build_key_gone(build_listed(crl=signed_by_anybody)),
        "leaf ",
    ),
    "earlier-list-of-another-key-than-its-certificate-has": Lie(
        "11", "ENGINE-EARLIER-01", _build_of_the_root, "leaf "
    ),
    "renewed-by-a-key-that-somebody-has-named-after-the-ca": Lie(
        "12", "ENGINE-RENEW-03", build_usurped, METER
    ),
    "renewed-one-of-a-batch-though-it-is-revoked": _lie(
        "PKI-RENEW-02", DEVICES, script=_device_revoked_before
    ),
    "renewed-though-a-later-one-has-replaced-it": Lie(
        "12", "PKI-RENEW-03", lambda: build_replaced("old-meter"), METER
    ),
    "renewed-in-a-set-though-a-list-has-revoked-it-since": Lie(
        "12", "PKI-RENEW-02", build_answered_though_revoked, "step 2.6: request 2"
    ),
    "answered-though-an-earlier-list-of-the-ca-above-has-revoked-the-issuer": Lie(
        "12", "ENGINE-ISSUE-04", build_below_the_revoked, "step 2.5"
    ),
    "earlier-batch-told-to-be-anothers": _lie(
        "VERIFY-EARLIER-05", "leaf ", command=_told_to_be_the_roots
    ),
    "earlier-batch-of-which-no-key-is-told": _lie(
        "VERIFY-EARLIER-05", "leaf ", command=_told_of_no_key
    ),
    "earlier-batch-with-the-chain-of-another": _carried(
        "VERIFY-EARLIER-05",
        _other_file("chain-earlier-old-devices.pem", lambda raw: raw.partition(END)[2]),
    ),
    "earlier-batch-with-a-chain-of-no-version": _carried(
        "VERIFY-EARLIER-04",
        _other_file("chain-earlier-old-devices.pem", first_of_no_version),
    ),
    "earlier-batch-with-the-results-of-another": _carried(
        "VERIFY-EARLIER-04",
        _other_file("results-earlier-old-devices.jsonl", _of_the_meter),
    ),
    "earlier-batch-cut-short": _carried(
        "PKI-ISSUED-01",
        _other_file(
            "issued-earlier-old-devices.jsonl", lambda raw: raw[: raw.index(b"\n") + 1]
        ),
    ),
}
