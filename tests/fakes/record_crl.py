"""How the made-up ceremony's CA signs revocation lists, and their script."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony import canonical
from ceremony.engine.facts import CrlMade, Intent, Outcome, Result, RevokedCertificate
from ceremony.pki.certificate import encode_spki, name_text
from ceremony.pki.crl_linted import LintedCrl, issue_crl, lint_crl
from ceremony.pki.crl_order import CrlOrder, Revocation
from ceremony.pki.crl_profile import Reason
from ceremony.pki.output import crl_output
from ceremony.pki.script_profile import crl_profile
from ceremony.script.model import Step
from ceremony.script.waiver import waivers_on
from tests.fakes.forgery import Forgery
from tests.fakes.made_up_site import SoftwareKey
from tests.fakes.record_builder import START, BuiltRecord, RecordBuilder, build_record
from tests.fakes.record_devices import (
    TIME,
    begin,
    certificate_of_key,
    end,
    record_lint,
)

SCRIPT_FILE: Final = Path(__file__).parents[1] / "vectors/scripts/sound-with-crl.yaml"


def build_crls(forgery: Forgery | None = None) -> BuiltRecord:
    """Make the ceremony up, honestly or with a forgery, approved as it is."""
    told = forgery or Forgery()
    honest = SCRIPT_FILE.read_bytes()
    built = build_record(replace(told, script=lambda _: told.script(honest)))
    approved = (built.builder.script.digest,)
    return replace(built, policy=replace(built.policy, scripts=approved))


def issue_list(builder: RecordBuilder, step: Step) -> None:
    key, name = str(step.parameters["key"]), str(step.parameters["crl"])
    token, signer = builder.script.thing(key).token, SoftwareKey(key)
    profile = crl_profile(builder.script, builder.script.thing(name).profile)
    issuer = certificate_of_key(builder, key)
    order = CrlOrder(
        profile,
        issuer,
        int(str(step.parameters["number"])),
        START.date(),
        tuple(_entry(builder, item) for item in _items(step)),
        waivers_on(builder.script.waivers, name, START.date()),
    )
    linted = lint_crl(builder.forgery.crl_order(order))
    if not isinstance(linted, LintedCrl):
        raise TypeError("the made-up order is not sound")
    record_lint(builder, step, linted.report, "before-signing", name)
    intent = Intent(
        step.verb,
        token,
        f"S-{token}",
        thing=name,
        algorithm="ecdsa-with-SHA256",
        tbs=canonical.digest(linted.tbs),
    )
    op = begin(builder, step, intent)
    issued = issue_crl(linted, signer, signer.public_key())
    der = builder.forgery.crl(name, issued.public_bytes(Encoding.DER))
    made = _made(x509.load_der_x509_crl(der), key)
    outcome = Outcome(step.verb, token, f"S-{token}", Result.DONE, thing=name, crl=made)
    stem = _free_stem(builder, name)
    output = crl_output(
        stem, x509.load_der_x509_crl(der), [certificate_of_key(builder, key)]
    )
    more = builder.forgery.output(output)
    end(builder, step, op, outcome, {f"crl-{stem}.crl": der, **more})


def _free_stem(builder: RecordBuilder, name: str) -> str:
    """Number all files of a list where one of them has a name that is taken."""
    files = (f"crl-{name}.crl", f"crl-{name}.pem", f"crl-{name}.txt")
    taken = any(file in builder.files for file in (*files, f"chain-{name}.pem"))
    return f"{name}-2" if taken else name


def _items(step: Step) -> list[str]:
    items = step.parameters.get("revoked", [])
    return [str(item) for item in items] if isinstance(items, list) else []


def _entry(builder: RecordBuilder, item: str) -> Revocation:
    what, day, reason = item.split(" ")
    hexed = what.removeprefix("serial:")
    if hexed == what:
        hexed = builder.state.certificates[what].serial
    on = START.date() if day == "today" else START.date().fromisoformat(day)
    return Revocation(int(hexed, 16), on, Reason(reason))


def _made(crl: x509.CertificateRevocationList, key: str) -> CrlMade:
    """Tell of a list as its leaf has to, by the library's own reading."""
    spki = encode_spki(SoftwareKey(key).public_key())
    following = crl.next_update_utc
    number = crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    assert following is not None
    return CrlMade(
        digest=canonical.digest(crl.public_bytes(Encoding.DER)),
        tbs=canonical.digest(crl.tbs_certlist_bytes),
        number=number,
        issuer=name_text(crl.issuer),
        issuer_thing=key,
        issuer_key=canonical.digest(spki),
        this_update=crl.last_update_utc.strftime(TIME),
        next_update=following.strftime(TIME),
        revoked=tuple(
            RevokedCertificate(
                f"{entry.serial_number:032x}",
                f"{entry.revocation_date_utc:%Y-%m-%d}",
                _reason(entry),
            )
            for entry in crl
        ),
    )


def _reason(entry: x509.RevokedCertificate) -> str:
    for extension in entry.extensions:
        if isinstance(extension.value, x509.CRLReason):
            return {
                x509.ReasonFlags.superseded: "superseded",
                x509.ReasonFlags.key_compromise: "key-compromise",
                x509.ReasonFlags.cessation_of_operation: "cessation-of-operation",
                x509.ReasonFlags.certificate_hold: "certificate-hold",
            }[extension.value.reason]
    return "unspecified"
