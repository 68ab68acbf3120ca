"""The style sheet: what look.md settles, written once and filled with the palette.

A widget says what it is by its property ``role``; it never says how it looks.
"""

from __future__ import annotations

import re
from typing import Final

from ui.theme.palette import Palette

_SHEET: Final = """
* { font-family: "IBM Plex Sans"; font-size: 16px; color: @text; }
QToolTip { background: @surface; color: @text; border: 1px solid @border; }
QWidget[role="ground"], QMainWindow, QDialog { background: @ground; }
QWidget[role="strip"] { background: @surface; border-bottom: 1px solid @hairline; }
QWidget[role="ink"] { background: @ink; }
QWidget[role="ink"] QLabel { color: @on_ink; }
QFrame[role="card"] {
  background: @surface; border: 1px solid @hairline; border-radius: 8px; }
QFrame[role="card-strong"] {
  background: @surface; border: 1px solid @border; border-radius: 8px; }
QFrame[role="foot"] {
  background: @surface; border: 0; border-top: 1px solid @surface; }
QFrame[role="foot-afloat"] {
  background: @surface; border: 0; border-top: 1px solid @border; }
QFrame[role="card-done"] {
  background: @surface; border: 2px solid @done; border-radius: 8px; }
QFrame[role="card-current"] {
  background: @surface; border: 2px solid @current; border-radius: 8px; }
QFrame[role="card-attention"] {
  background: @surface; border: 2px solid @attention; border-radius: 8px; }
QFrame[role="card-failed"] {
  background: @surface; border: 2px solid @failed; border-radius: 8px; }
QFrame[role="card-drop"] {
  background: @surface; border: 2px dashed @border; border-radius: 8px; }
QFrame[role="card-drop-held"] {
  background: @tint; border: 2px dashed @current; border-radius: 8px; }
QFrame[role="chip"] { background: @ground; border: 0; border-radius: 6px; }
QFrame[role="box"] {
  background: @surface; border: 2px solid @text; border-radius: 6px; }
QFrame[role="box-dashed"] {
  background: @surface; border: 2px dashed @border; border-radius: 6px; }
QFrame[role="rule"] { background: @hairline; border: 0; max-height: 1px; }
QLabel { background: transparent; border: 0; }
QLabel[role="instruction"] { font-size: 32px; font-weight: 700; }
QLabel[role="instruction-long"] { font-size: 25px; font-weight: 700; }
QLabel[role="instruction-longest"] { font-size: 21px; font-weight: 700; }
QLabel[role="page"] { font-size: 28px; font-weight: 700; }
QLabel[role="lead"] { font-size: 24px; font-weight: 700; }
QLabel[role="lead-compact"] { font-size: 18px; font-weight: 700; }
QLabel[role="small-compact"] { font-size: 14px; }
QLabel[role="statement"] { font-size: 25px; font-weight: 500; }
QLabel[role="statement-long"] { font-size: 21px; font-weight: 500; }
QLabel[role="words"] { font-size: 24px; font-weight: 600; }
QLabel[role="words-narrow"] { font-size: 17px; font-weight: 600; }
QLabel[role="title"] { font-size: 20px; font-weight: 700; }
QLabel[role="small-title"] { font-weight: 700; }
QLabel[role="small-body"] { font-size: 15px; }
QLabel[role="side"] { font-size: 15px; font-weight: 500; }
QLabel[role="card-title"] { font-size: 18px; font-weight: 700; }
QLabel[role="value"] { font-weight: 600; }
QLabel[role="small-value"] { font-size: 15px; font-weight: 600; }
QLabel[role="label"] { font-size: 15px; color: @muted; }
QLabel[role="small"] { font-size: 14px; color: @muted; }
QLabel[role="small-strong"] { font-size: 14px; font-weight: 600; color: @muted; }
QLabel[role="mono"] { font-family: "IBM Plex Mono", "IBM Plex Sans"; font-size: 16px; }
QLabel[role="mono-small"] {
  font-family: "IBM Plex Mono", "IBM Plex Sans"; font-size: 14px; }
QLabel[role="mono-muted"] {
  font-family: "IBM Plex Mono", "IBM Plex Sans"; font-size: 14px; color: @muted; }
QLabel[role="mono-title"] {
  font-family: "IBM Plex Mono", "IBM Plex Sans"; font-size: 18px; font-weight: 600; }
QLabel[role="more"] {
  background: @surface; border: 2px solid @current; border-radius: 6px;
  padding: 2px 10px; font-size: 15px; font-weight: 600; }
QLabel[role="keycap"] {
  font-family: "IBM Plex Mono", "IBM Plex Sans"; font-size: 14px; font-weight: 600;
  border: 1px solid @border; border-radius: 4px; padding: 2px 5px; }
QLabel[role="clock"] {
  font-family: "IBM Plex Mono", "IBM Plex Sans"; font-size: 24px; font-weight: 600; }
QWidget[role="ink"] QLabel[role="clock"] { color: @amber; }
QLabel[role="done"] { color: @done; font-weight: 600; }
QLabel[role="current"] { color: @current; font-weight: 600; }
QLabel[role="attention"] { color: @attention; font-weight: 600; }
QLabel[role="failed"] { color: @failed; font-weight: 600; }
QLabel[role="done-15"] { color: @done; font-size: 15px; font-weight: 600; }
QLabel[role="attention-15"] {
  color: @attention; font-size: 15px; font-weight: 600; }
QLabel[role="failed-15"] { color: @failed; font-size: 15px; font-weight: 600; }
QLabel[role="small-done"] { color: @done; font-size: 14px; font-weight: 600; }
QLabel[role="small-current"] { color: @current; font-size: 14px; font-weight: 600; }
QLabel[role="small-attention"] {
  color: @attention; font-size: 14px; font-weight: 600; }
QLabel[role="verdict-done"] { color: @done; font-size: 24px; font-weight: 700; }
QLabel[role="verdict-attention"] {
  color: @attention; font-size: 24px; font-weight: 700; }
QLabel[role="verdict-failed"] { color: @failed; font-size: 24px; font-weight: 700; }
QLabel[role="muted"] { color: @muted; }
QLabel[role="error"] { color: @failed; font-weight: 600; }
QPushButton, QToolButton {
  background: @surface; color: @text; border: 1px solid @border; border-radius: 6px;
  min-height: 44px; padding: 0 16px; font-weight: 600; font-size: 15px; }
QPushButton:disabled, QToolButton:disabled {
  color: @muted; border: 2px dashed @border; padding: 0 15px; min-height: 42px; }
QPushButton:focus, QToolButton:focus {
  border: 3px solid @focus; padding: 0 14px; min-height: 40px; }
QPushButton:hover { border-color: @current; }
QPushButton[role="primary"] {
  background: @current; color: @on_current; border: 2px solid @current;
  min-height: 60px; font-size: 20px; font-weight: 600; }
QPushButton[role="primary"]:focus {
  border: 3px solid @text; padding: 0 14px; min-height: 58px; }
QPushButton[role="primary"]:disabled {
  background: @surface; color: @muted; border: 2px dashed @border; }
QPushButton[role="key"], QPushButton[role="key-attention"] { padding: 0; }
QPushButton[role="key-attention"] { border-color: @attention; }
QPushButton[role="beside-primary"] { min-height: 60px; font-size: 18px; }
QPushButton[role="beside-primary"]:focus { min-height: 56px; }
QPushButton[role="attention"] { color: @attention; border-color: @attention; }
QPushButton[role="link"] {
  background: transparent; border: 0; color: @current; text-align: left; padding: 0; }
QPushButton[role="link"]:focus { border: 3px solid @focus; }
QPushButton[role="nav"] {
  background: transparent; color: @on_ink; border: 0; text-align: left;
  padding: 0 12px; font-weight: 500; font-size: 16px; }
QPushButton[role="nav"]:checked {
  background: @surface; color: @text; font-weight: 600; }
QPushButton[role="nav"]:focus { border: 3px solid @amber; padding: 0 9px; }
QPushButton[role="line"] {
  background: @surface; border: 0; border-radius: 4px; text-align: left; padding: 0; }
QPushButton[role="line"]:focus { border: 3px solid @focus; padding: 0; }
QLineEdit, QPlainTextEdit, QComboBox, QSpinBox {
  background: @surface; color: @text; border: 1px solid @border; border-radius: 6px;
  min-height: 42px; padding: 0 12px; font-size: 18px;
  selection-background-color: @current; selection-color: @on_current; }
QPlainTextEdit { padding: 8px 12px; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus {
  border: 3px solid @focus; min-height: 38px; padding: 0 10px; }
QPlainTextEdit:focus { border: 3px solid @focus; padding: 6px 10px; }
QLineEdit:read-only { background: @ground; }
QLineEdit[role="initials"] {
  font-size: 24px; font-weight: 600; min-height: 54px; }
QLineEdit[role="word"] { font-size: 18px; min-height: 38px; padding: 0 10px; }
QLineEdit[role="word-rest"] {
  font-size: 16px; min-height: 28px; padding: 0 10px; border-color: @hairline; }
QLineEdit[role="word-done"] {
  font-size: 18px; font-weight: 600; min-height: 30px; padding: 0 10px; border: 0;
  background: transparent; color: @text; }
QLineEdit[role="word"]:focus { min-height: 34px; padding: 0 8px; }
QLineEdit[role="word-narrow"] { font-size: 16px; min-height: 34px; padding: 0 4px; }
QLineEdit[role="word-narrow"]:focus { min-height: 30px; padding: 0 2px; }
QLineEdit[role="word-rest-narrow"] {
  font-size: 15px; min-height: 24px; padding: 0 4px; border-color: @hairline; }
QLineEdit[role="word-done-narrow"] {
  font-size: 15px; font-weight: 600; min-height: 26px; padding: 0; border: 0;
  background: transparent; color: @text; }
QLineEdit[role="mono"] { font-family: "IBM Plex Mono", "IBM Plex Sans"; }
QSpinBox { padding-right: 0; }
QSpinBox::up-button, QSpinBox::down-button { width: 0; border: 0; }
QComboBox::drop-down { border: 0; width: 32px; }
QComboBox QAbstractItemView {
  background: @surface; color: @text; selection-background-color: @current;
  selection-color: @on_current; }
QRadioButton, QCheckBox { font-size: 16px; min-height: 44px; spacing: 10px; }
QRadioButton::indicator, QCheckBox::indicator { width: 18px; height: 18px; }
QRadioButton:focus, QCheckBox:focus { border: 3px solid @focus; border-radius: 4px; }
QScrollArea, QScrollArea > QWidget > QWidget[role="inside"] {
  background: transparent; border: 0; }
QScrollBar:vertical { background: @ground; width: 14px; margin: 0; }
QScrollBar::handle:vertical { background: @border; border-radius: 5px; min-height: 32px;
  margin: 2px; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar:horizontal { background: @ground; height: 14px; margin: 0; }
QScrollBar::handle:horizontal { background: @border; border-radius: 5px;
  min-width: 32px; margin: 2px; }
QListView, QTableView, QTreeView {
  background: @surface; color: @text; border: 1px solid @hairline; font-size: 15px;
  alternate-background-color: @ground; gridline-color: @hairline;
  selection-background-color: @current; selection-color: @on_current; }
QListView:focus, QTableView:focus { border: 3px solid @focus; }
QListView[role="outline"] { border: 0; background: @surface; }
QPlainTextEdit[role="mono"] {
  font-family: "IBM Plex Mono", "IBM Plex Sans"; font-size: 14px; }
QTabBar { background: transparent; border: 0; }
QTabBar::tab { background: transparent; color: @muted; border: 3px solid transparent;
  min-height: 38px; padding: 0 13px; font-size: 16px; font-weight: 600; }
QTabBar::tab:selected { color: @text; border-bottom: 3px solid @current; }
QTabBar::tab:selected:focus { border: 3px solid @focus; }
QTableView::item { padding: 0 6px; }
QHeaderView::section { background: @ground; color: @text; border: 0; padding: 6px;
  font-weight: 600; font-size: 14px; }
QMenu { background: @surface; border: 1px solid @border; padding: 6px; }
QMenu::item { padding: 10px 24px; font-size: 16px; }
QMenu::item:selected { background: @current; color: @on_current; }
QMenu::item:disabled { color: @muted; }
QProgressBar { border: 1px solid @border; border-radius: 5px; background: @surface;
  min-height: 10px; max-height: 10px; }
QProgressBar::chunk { background: @current; border-radius: 4px; }
"""

_BAR: Final = """
QWidget[role="%(bar)s"] { background: @bar; border-top: 3px solid @current; }
QWidget[role="%(bar)s"] QLabel { color: @on_bar; }
QWidget[role="%(bar)s"] QLineEdit {
  color: @text; border: 2px solid @on_bar; min-height: %(entry)dpx;
  font-size: %(initials)dpx; font-weight: 600; padding: 0 10px; }
QWidget[role="%(bar)s"] QLineEdit:focus { border: 4px solid @bar_focus;
  min-height: %(entry_focused)dpx; padding: 0 8px; }
QWidget[role="%(bar)s"] QPushButton {
  background: @bar; color: @on_bar; border: 2px solid @on_bar; font-size: %(type)dpx;
  min-height: %(button)dpx; padding: 0 %(padding)dpx; }
QWidget[role="%(bar)s"] QPushButton:focus { border: 4px solid @bar_focus;
  min-height: %(button_focused)dpx; padding: 0 %(padding_focused)dpx; }
QWidget[role="%(bar)s"] QPushButton[role="primary"] {
  background: @act; color: @on_act; border: 2px solid @act; font-size: %(act)dpx; }
QWidget[role="%(bar)s"] QPushButton[role="primary"]:focus {
  border: 4px solid @bar_focus; min-height: %(button_focused)dpx;
  padding: 0 %(padding_focused)dpx; }
QWidget[role="%(bar)s"] QPushButton:disabled,
QWidget[role="%(bar)s"] QPushButton[role="primary"]:disabled {
  background: @bar; color: @on_bar; border: 2px dashed @on_bar;
  min-height: %(button)dpx; padding: 0 %(padding)dpx; }
"""
"""The waiting bar, filled in for both of its sizes.

A ring of 4 px takes the place of a border of 2 and of as much padding: what has the
focus is neither larger nor has it less room for its text.
"""


def _bar(name: str, *, button: int, kind: int, act: int, initials: int) -> str:
    """Write the bar in one size: height of its buttons, and sizes of its type."""
    padding = 16 if button > _LOW else 10
    return _BAR % {
        "bar": name,
        "button": button,
        "button_focused": button - 4,
        "entry": button - 2,
        "entry_focused": button - 6,
        "padding": padding,
        "padding_focused": padding - 2,
        "type": kind,
        "act": act,
        "initials": initials,
    }


_LOW: Final = 48
"""Below this height of its buttons the bar has little room across, too."""

_WHOLE: Final = (
    _SHEET
    + _bar("bar", button=56, kind=17, act=18, initials=24)
    + _bar("bar-compact", button=40, kind=15, act=15, initials=18)
)

_TOKEN: Final = re.compile(r"@([a-z_]+)")
_LENGTH: Final = re.compile(r"(\d+)px")


def render_sheet(palette: Palette, zoom: float) -> str:
    """Fill the style sheet.

    Args:
        palette: What each token stands for.
        zoom: Factor on every length and size of type, 1 to 2.
    """
    told = _TOKEN.sub(lambda found: str(getattr(palette, found.group(1))), _WHOLE)
    return _LENGTH.sub(lambda found: f"{round(int(found.group(1)) * zoom)}px", told)
