"""Is the script sound: what can be found before people travel."""

from __future__ import annotations

from ceremony.check.findings import Finding, FindingSeverity
from ceremony.check.rules import check_script

__all__ = ("Finding", "FindingSeverity", "check_script")
