"""Is the script sound: everything that can be found before people travel.

``check_script`` looks at the form first; a script whose form is wrong is not looked
at any further, since the rules would only repeat what follows from that.

Invariants:
    * Pure: the same script gives the same findings.
    * Findings stand in the order of the file.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from ceremony.check.backup_rules import lint_backup
from ceremony.check.certificate_rules import lint_certificates
from ceremony.check.contingency_rules import lint_contingency
from ceremony.check.earlier_rules import lint_earlier
from ceremony.check.findings import Finding
from ceremony.check.form import lint_form
from ceremony.check.login_rules import lint_logins
from ceremony.check.making import lint_making
from ceremony.check.name_rules import lint_names
from ceremony.check.own_rules import lint_own_profiles
from ceremony.check.people_rules import PEOPLE_RULES
from ceremony.check.plan import read_plan
from ceremony.check.renewal_rules import lint_renewals
from ceremony.check.revoked_rules import lint_issuers_revoked
from ceremony.check.room import lint_room
from ceremony.check.step_rules import STEP_RULES
from ceremony.check.waiver_rules import lint_expired
from ceremony.check.zeroise_rules import lint_zeroised
from ceremony.script.model import Script

_RULES: Final = (
    *PEOPLE_RULES,
    *STEP_RULES,
    lint_making,
    lint_names,
    lint_own_profiles,
    lint_earlier,
    lint_certificates,
    lint_issuers_revoked,
    lint_backup,
    lint_contingency,
    lint_renewals,
    lint_logins,
    lint_zeroised,
    lint_room,
)


def check_script(script: Script, day: date | None = None) -> tuple[Finding, ...]:
    """Give everything that is wrong with a decoded script, in the file's order.

    Args:
        script: The script.
        day: The day of the ceremony, on which no waiver may have expired; None where
            it is of no matter.
    """
    plan = read_plan(script)
    findings = list(lint_form(plan))
    if not findings:
        for rule in _RULES:
            findings += rule(plan)
        findings += lint_expired(plan, day) if day else ()
    return tuple(
        sorted(findings, key=lambda found: (found.place.line, found.place.column))
    )
