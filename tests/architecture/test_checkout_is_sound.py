"""The checkout keeps its own rules: imports, pins, links, fonts, settings."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from reportlab.pdfbase.ttfonts import TTFont as PdfFont

CHECKOUT = Path(__file__).parents[2]
LOCKS = sorted((CHECKOUT / "packaging").glob("requirements*.txt"))
FONT_FOLDERS = (
    CHECKOUT / "ceremony" / "report" / "fonts",
    CHECKOUT / "ui" / "theme" / "fonts",
)
FONTS = sorted(path for folder in FONT_FOLDERS for path in folder.glob("*.ttf"))
SKIPPED = {"out", "node_modules"}
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def pages() -> list[Path]:
    return [
        path
        for path in sorted(CHECKOUT.rglob("*.md"))
        if not any(
            part.startswith(".") or part in SKIPPED
            for part in path.relative_to(CHECKOUT).parts
        )
    ]


@pytest.mark.slow
def test_no_room_imports_what_it_may_not() -> None:
    program = Path(sysconfig.get_path("scripts")) / "lint-imports"
    done = subprocess.run(  # noqa: S603  the linter of this environment
        [str(program), "--no-cache"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_pinned_with_digests_and_from_no_named_place(
    lock: Path,
) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=[a-z])", "\n" + text.replace("\\\n", " "))[1:]
    assert len(entries) > 30
    for entry in entries:
        assert re.match(r"[a-z0-9-]+==[A-Za-z0-9.]+\s", entry), entry[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), entry[:80]
    for line in text.splitlines():
        assert re.match(r"#|[a-z0-9-]+==| +--hash=sha256:| +#", line), line


def test_both_locks_agree() -> None:
    pinned = [
        dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock.read_text(), re.MULTILINE))
        for lock in LOCKS
    ]
    development, run = pinned
    assert run.items() <= development.items()


def test_the_lock_holds_every_dependency_that_the_project_declares() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[\[=<>]", name)[0].lower() for name in project["dependencies"]}
    text = (CHECKOUT / "packaging" / "requirements.in").read_text()
    assert {re.split(r"[\[=]", name)[0].lower() for name in text.split()} == wanted
    locked = (CHECKOUT / "packaging" / "requirements.txt").read_text()
    assert wanted <= set(re.findall(r"^([a-z0-9-]+)==", locked, re.MULTILINE))


@pytest.mark.parametrize("page", pages(), ids=lambda p: str(p.relative_to(CHECKOUT)))
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith(("#", "mailto:")):
            assert (page.parent / target.split("#")[0]).exists(), target


def test_the_fonts_have_their_licence_beside_them() -> None:
    for folder in FONT_FOLDERS:
        licence = (folder / "LICENSE.txt").read_text("utf-8")
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence
        assert 'Reserved Font Name "Plex"' in licence
    assert len(FONTS) == 8


@pytest.mark.parametrize("path", FONTS, ids=lambda path: path.stem)
def test_a_font_is_one_that_the_pdf_library_draws_right(path: Path) -> None:
    data = path.read_bytes()
    font = TTFont(BytesIO(data))
    assert "glyf" in font
    assert font["hhea"].numberOfHMetrics == font["maxp"].numGlyphs
    assert "IBM Plex" in font["name"].getDebugName(4)
    letters = font.getBestCmap()
    figures = {font["hmtx"][letters[ord(figure)]][0] for figure in "0123456789"}
    assert len(figures) == 1
    face = PdfFont(path.stem, BytesIO(data)).face
    assert {face.charWidths[ord(figure)] for figure in "0123456789"} == figures


def test_both_package_lists_name_what_the_set_up_understands() -> None:
    lists = [CHECKOUT / "packaging" / f"{n}.txt" for n in ("debian-12", "ubuntu-24.04")]
    for path in lists:
        rows = [
            line.split(maxsplit=2)
            for line in path.read_text().splitlines()
            if line and not line.startswith("#")
        ]
        assert {row[1] for row in rows} == {"run", "desktop", "test"}
        assert all(len(row) == 3 for row in rows)


def test_the_set_up_refuses_an_unknown_purpose() -> None:
    done = subprocess.run(  # noqa: S603  the script of this checkout
        [shutil.which("bash") or "bash", "packaging/setup.sh", "everything"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "the first argument is run, desktop or test" in done.stderr


def test_python_3_11_is_the_oldest_that_is_promised() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == ">=3.11"
    assert sys.version_info >= (3, 11)
