"""Two people decide at the page of a resumption."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ceremony.identifiers import Role
from tests.ui.typist import Typist, type_keys
from ui.conductor.resume_page import ResumePage


def decide(typist: Typist, page: ResumePage) -> None:
    """Two people give their initials and press Resume."""
    for role, mark in (("security-officer", "MT"), ("internal-witness", "SL")):
        page.entry_of(Role(role)).setFocus()
        type_keys(mark)
    page.resume.setFocus()
    QTest.keyClick(page.resume, Qt.Key.Key_Space)
    typist.wait_idle()
