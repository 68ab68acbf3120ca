"""Measure the tool beside its peers in one run, and print a table with the limits.

    python scripts/bench.py [--rounds N]

Every line is a median, and what is compared is taken by turns, since a machine's speed
drifts: a ratio of one run counts, a time alone says little. Takes about four minutes.
Exits with 0 also where a limit is passed; with 1 where something cannot be run.
The window's lines need PySide6. docs/performance.md explains the lines.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from bench_measure import MEGABYTE, ROOT, Figure, Run, interleave, run, run_script

MODULES: Final = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
)
MEMORY_DISK: Final = Path("/dev/shm")  # noqa: S108  folders in it get names of their own
DISK: Final = ROOT / "out"
"""Beside what else make leaves; the system's own folder may be a memory disk."""

LEAVES: Final = "bench_leaves.py"
WINDOW: Final = "bench_window.py"
PARTS: Final = ("open", "play", "close", "seal", "sign", "verify")
CEREMONY: Final = (sys.executable, "-m", "ceremony")


def main(rounds: int) -> int:
    """Take all figures and print them.

    Args:
        rounds: How often each is taken, 1 or more.

    Returns:
        The exit status.
    """
    busy = os.getloadavg()[0]
    print(f"Programs that wait for one of {os.cpu_count()} cores: {busy:.1f}\n")
    try:
        DISK.mkdir(exist_ok=True)
        with _scratch(DISK) as folder:
            _show("Demo and journal on disk", _measure_place(folder, rounds, 60))
        if MEMORY_DISK.is_dir():
            with _scratch(MEMORY_DISK) as folder:
                # Nothing is made durable here, so that no limit is set for it.
                found = _measure_place(folder, rounds, None)
                _show("Demo and journal in memory", found)
            _show("Batches of certificates, in memory", _measure_batches())
        with _scratch(DISK) as folder:
            _show("The pack, verified and laid out", _measure_pack(folder, rounds))
            _show("100,000 leaves of one ceremony", _measure_leaves(folder))
            _show("Starting", _measure_starting(folder, rounds))
            _show("The window", _measure_window(folder, rounds))
        if MEMORY_DISK.is_dir():
            with _scratch(MEMORY_DISK) as folder:
                _show("A token through its module's process", _measure_host(folder))
            with _scratch(MEMORY_DISK) as folder:
                _show("One certificate from a request", _measure_certificate(folder))
            with _scratch(MEMORY_DISK) as folder:
                _show("25 intermediates", _measure_intermediates(folder))
    except (OSError, RuntimeError) as error:
        print(f"It cannot be measured: {error}", file=sys.stderr)
        return 1
    return 0


@contextmanager
def _scratch(place: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="key-ceremony-bench-", dir=place) as name:
        yield Path(name)


def _measure_place(folder: Path, rounds: int, least: float | None) -> list[Figure]:
    """Measure what writes: it depends on where it writes to.

    Args:
        folder: Where.
        rounds: How often each is taken, 1 or more.
        least: The limit for appending, in percent; None where there is none.
    """
    found = interleave(rounds, partial(_demo, folder), partial(_peer, folder))
    with _scratch(folder) as empty:
        journal = run_script("bench_journal.py", folder=empty).told
    memory = (found["own_rss"] + found["child_rss"]) / MEGABYTE
    return [
        Figure("demo, set-up apart", found["demo"], "s", 5),
        Figure(
            "  beside bare tools, the same keys", found["demo"] / found["bare"], "x"
        ),
        Figure("  processor time, set-up included", found["cpu"], "s"),
        *(Figure(f"  {part}", found[part] * 1000, "ms") for part in PARTS),
        Figure("demo's set-up", found["set_up"], "s"),
        Figure("demo's memory, process and largest child", memory, "MB", 200),
        Figure("bare tools, process start included", found["bare"] * 1000, "ms"),
        Figure("append", journal["append_us"], "us"),
        Figure("bare SQLite, same settings and row", journal["bare_us"], "us"),
        Figure(
            "append's speed, of bare SQLite's",
            journal["bare_us"] / journal["append_us"] * 100,
            "%",
            least,
            at_least=True,
        ),
    ]


def _demo(folder: Path) -> dict[str, float]:
    with _scratch(folder) as empty:
        done = run_script("bench_demo.py", folder=empty)
        apart = done.seconds - done.told["set_up"]
        return {**done.told, "demo": apart, "cpu": done.cpu_seconds}


def _measure_host(folder: Path) -> list[Figure]:
    """Measure calls to a token through its module's process, beside a bare loop."""
    told = run_script("bench_host.py", _module(), folder=folder).told
    named = (
        ("P-256 signature", "p256", 2.0),
        ("P-384 signature", "p384", 1.15),
        ("RSA-4096 signature", "rsa4096", 1.1),
        ("RSA-4096 key, the same 12", "make_rsa", 1.1),
        ("P-256 key", "make_p256", None),
    )
    figures = []
    for name, key, limit in named:
        hosted, bare = told[f"{key}_hosted"], told[f"{key}_bare"]
        figures.append(Figure(f"{name}, through the process", hosted, "us"))
        figures.append(Figure("  beside a bare loop", hosted / bare, "x", limit))
        if f"{key}_most" in told:
            figures.append(Figure("  the most of one key", told[f"{key}_most"], "x"))
    return figures


def _measure_batches() -> list[Figure]:
    """Measure a batch of 1,000 beside its peers, and one of 10,000 beside it."""
    told: dict[int, dict[str, float]] = {}
    for count, more in ((1_000, ("--peers",)), (10_000, ())):
        with _scratch(MEMORY_DISK) as folder:
            ran = run_script("bench_batch.py", str(count), *more, folder=folder)
            told[count] = ran.told
    each = {
        count: (found["import_s"] + found["issue_s"]) / count * 1e6
        for count, found in told.items()
    }
    one, ten = told[1_000], told[10_000]

    def held(found: dict[str, float]) -> float:
        return found["peak_rss"] + found["child_rss"]

    figures = [
        Figure(
            "1,000 requests answered, a second",
            1e6 / each[1_000],
            "",
            80,
            at_least=True,
        ),
        Figure("  beside the token's bare signing", each[1_000] / one["bare_us"], "x"),
        Figure("10,000, time a certificate", each[10_000] / each[1_000], "x", 1.2),
        Figure("10,000, memory", held(ten) / held(one), "x", 1.2),
    ]
    if one["openssl_us"]:
        ratio = each[1_000] / one["openssl_us"]
        figures.append(Figure("  beside openssl x509 -req, engine", ratio, "x", 1.0))
    else:
        print("openssl's engine_pkcs11 is not installed: nothing is compared with it.")
    return figures


def _measure_certificate(folder: Path) -> list[Figure]:
    """Measure what a certificate takes, linted before and after it is signed."""
    told = run_script("bench_certificate.py", _module(), folder=folder).told
    figures = []
    for name, kind in (("P-256", "p256"), ("P-384", "p384"), ("RSA-4096", "rsa4096")):
        bare = told[f"{kind}_bare"]
        limit = round(1.5 * bare + 15, 1)
        figures.append(
            Figure(f"{name} certificate", told[f"{kind}_issued"], "ms", limit)
        )
        figures.append(Figure("  the token's bare signature", bare, "ms"))
    return figures


def _measure_intermediates(folder: Path) -> list[Figure]:
    """Measure 25 issuing CAs answered under one root, journaled and verified."""
    figures = []
    for name, kind in (("P-384", "p384"), ("RSA-4096", "rsa4096")):
        with _scratch(folder) as empty:
            told = run_script("bench_intermediates.py", kind, folder=empty).told
        judged, issued, verified, bare = (
            told[f"{each}_ms"] for each in ("judged", "issued", "verified", "bare")
        )
        limit = 20.0 if kind == "p384" else round(1.5 * bare, 1)
        whole = judged + issued + verified
        figures += [
            Figure(f"{name} intermediate of 25", whole, "ms", limit),
            Figure("  its request judged", judged, "ms"),
            Figure("  linted, signed, verified, journaled", issued, "ms"),
            Figure("    beside the bare signature", issued / bare, "x"),
            Figure("  verified in the pack", verified, "ms"),
            Figure("  the token's bare signature", bare, "ms"),
        ]
    return figures


def _module() -> str:
    module = next((name for name in MODULES if Path(name).is_file()), "")
    if not module:
        raise RuntimeError("SoftHSMv2 is not installed")
    return module


def _peer(folder: Path) -> dict[str, float]:
    module = _module()
    if shutil.which("softhsm2-util") is None:
        raise RuntimeError("SoftHSMv2's softhsm2-util is not installed")
    with _scratch(folder) as empty:
        return {"bare": run_script("bench_peer.py", module, folder=empty).seconds}


def _measure_pack(folder: Path, rounds: int) -> list[Figure]:
    """Verify one demo's pack again and again."""
    run_script("bench_demo.py", folder=folder)
    policy = "workspace/site/trust-policy.toml"
    verify = (
        *(*CEREMONY, "verify", "evidence.pdf"),
        *("--trust", policy, "--proof", "evidence.proof"),
    )
    checks = partial(
        run_script,
        *("bench_verify.py", "evidence.pdf", policy, "evidence.proof"),
        folder=folder,
    )
    found = interleave(
        rounds,
        lambda: {"verify": run(verify, folder=folder).seconds},
        lambda: checks().told,
    )
    seconds, pages, leaves = (found.pop(name) for name in ("verify", "pages", "leaves"))
    laid_out = found.pop("layout")
    return [
        Figure(
            f"ceremony verify, {pages:.0f} pages and {leaves:.0f} leaves",
            seconds,
            "s",
            1.5,
        ),
        *(Figure(f"  check {name}", value, "ms") for name, value in found.items()),
        Figure("  check 3, each leaf", found["3 form"] / leaves * 1000, "us"),
        Figure("layout of its pages", laid_out, "ms"),
        Figure("  each page", laid_out / pages, "ms"),
    ]


def _measure_leaves(folder: Path) -> list[Figure]:
    """Go on after the leaves of the pack in a folder, and check them all."""
    own = run_script(LEAVES, "make", "evidence.pdf", "leaves", folder=folder).told
    known = f"{own['known']:.0f}"
    walked = run_script(LEAVES, "walk", "leaves", folder=folder)
    done = run_script(LEAVES, "check", "leaves", known, folder=folder)
    checked, hashed = done.told["checked_us"], done.told["hashed_us"]
    return [
        Figure("checks 3 to 5, each leaf", checked, "us"),
        Figure("one SHA-256 of the same leaf", hashed, "us"),
        Figure("  beside that hash", checked / hashed, "x", 10),
        Figure("memory of the whole process", _megabytes(walked), "MB", 150),
    ]


def _megabytes(run: Run) -> float:
    return run.peak_rss / MEGABYTE


def _measure_starting(folder: Path, rounds: int) -> list[Figure]:
    """Measure how fast the command starts."""
    starts: Mapping[str, tuple[str, ...]] = {
        "help": (*CEREMONY, "--help"),
        "typer": (sys.executable, "-c", "import typer"),
    }
    found = interleave(
        2 * rounds,
        *(
            partial(
                lambda name, command: {name: run(command, folder=folder).seconds}, *it
            )
            for it in starts.items()
        ),
    )
    return [
        Figure("ceremony --help", found["help"] * 1000, "ms", 200),
        Figure("Python that only loads typer", found["typer"] * 1000, "ms"),
    ]


def _measure_window(folder: Path, rounds: int) -> list[Figure]:
    """Measure the window's start, how it answers while work is done, its memory."""
    found = interleave(
        rounds, partial(_picture, folder, "start"), partial(_picture, folder, "bare")
    )
    made = interleave(1, partial(_window, folder, "generate"))
    held = interleave(max(1, rounds // 2), partial(_window, folder, "play"))
    return [
        Figure("first picture", found["start"], "ms", 500),
        Figure(
            "  beside PySide6's least window", found["start"] / found["bare"], "x", 3
        ),
        Figure("gap while RSA-4096 is made, 1 in 1,000", made["rare_ms"], "ms", 16),
        Figure("  the worst", made["worst_ms"], "ms", 50),
        Figure("gap while the demo is typed, 1 in 1,000", held["rare_ms"], "ms", 16),
        Figure("  the worst", held["worst_ms"], "ms", 50),
        Figure("  the window's own work in it, 1 in 1,000", held["rare_own_ms"], "ms"),
        Figure("  the worst", held["worst_own_ms"], "ms"),
        Figure("memory of the window's process after it", held["memory_mb"], "MB", 250),
    ]


def _picture(folder: Path, what: str) -> dict[str, float]:
    """Tell how long a window takes from the start of its process."""
    with _scratch(folder) as empty:
        since = str(time.monotonic())
        told = run_script(WINDOW, what, since, folder=empty).told
    return {what: told["picture_ms"]}


def _window(folder: Path, what: str) -> dict[str, float]:
    with _scratch(folder) as empty:
        return run_script(WINDOW, what, folder=empty).told


def _show(title: str, figures: list[Figure]) -> None:
    print(f"{title}\n")
    for figure in figures:
        value = f"{figure.value:10.2f} {figure.unit}"
        limit = ""
        if figure.limit is not None:
            word = "at least" if figure.at_least else "at most"
            limit = f"{word} {figure.limit:g} {figure.unit}"
        line = f"  {figure.name:46} {value:14} {limit:16} {figure.verdict}"
        print(line.rstrip())
    print(flush=True)


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError
    return count


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    parser = argparse.ArgumentParser(description="Measure the tool beside its peers.")
    parser.add_argument("--rounds", type=_count, default=5)
    sys.exit(main(parser.parse_args().rounds))
