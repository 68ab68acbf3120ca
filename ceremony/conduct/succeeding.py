"""A CA's next certificate whose script does not say that the CA had one before.

Everybody takes whatever bears a CA's name for that CA's. The room goes on with its
lists and subjects where the script names a certificate of it; of what the script is
silent about, the ceremony knows nothing. Whether that is meant only its author can say,
so it is a warning.

Source: RFC 5280, section 6.3.3, (b): an issuer is known by its name.
"""

from __future__ import annotations

from collections.abc import Iterator

from ceremony.check.findings import Finding, warning
from ceremony.check.plan import Plan
from ceremony.engine.revocation import CROSS_SIGN, cross_certificates
from ceremony.pki.script_profile import certificate_profile, subject_text
from ceremony.register.history import History
from ceremony.script.model import Script, Thing, ThingKind


def warn_of_silent(plan: Plan, history: History) -> Iterator[Finding]:
    """Tell of each CA that is certified anew without a word of its certificate before.

    Args:
        plan: The script.
        history: What the site's devices did live: rehearsals make CAs of one name over
            and over.

    Yields:
        ``CONDUCT-SUCCEED-01``, at the new certificate.
    """
    script = plan.script
    told = {
        made.subject: act.told
        for act in history.acts
        if (made := act.outcome.certificate) and act.outcome.verb != CROSS_SIGN
    }
    named = {
        subject_text(script, it)
        for it in script.things
        if it.is_earlier and it.kind in (ThingKind.KEY, ThingKind.CERTIFICATE)
    }
    for thing in _certified(script):
        subject = subject_text(script, thing)
        if subject in told and subject not in named:
            yield warning(
                "CONDUCT-SUCCEED-01",
                plan.place("things", thing.name),
                f"{thing.title} is for {subject}, which has a certificate by "
                f"{told[subject]}, and the script names no earlier one.",
                "Name that one in the script, so that the CA's lists and subjects go "
                "on; leave it out only where nothing is to go on.",
            )


def _certified(script: Script) -> Iterator[Thing]:
    """Give the certificates that the ceremony gives to CAs under their own names."""
    crossed = cross_certificates(script)
    for thing in script.things:
        if (
            thing.kind is ThingKind.CERTIFICATE
            and not thing.is_earlier
            and thing.name not in crossed
            and certificate_profile(script, thing.profile).is_ca
        ):
            yield thing
