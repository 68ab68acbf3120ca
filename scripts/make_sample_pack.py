"""Make the sample pack of the Evidence page anew, by the real demo.

    python scripts/make_sample_pack.py

Needs SoftHSM. Holds the demo in a temporary folder and replaces the three files in
ui/evidence/sample only where the pack verifies.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from bench_measure import run

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "ui" / "evidence" / "sample"
NAMES = ("evidence.pdf", "evidence.proof", "trust-policy.toml")


def main() -> int:
    """Make and copy the pack; a demo that does not verify ends in an error."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run((sys.executable, "-m", "ceremony", "demo"), folder=folder)
        for each in NAMES:
            # Only what the files hold: the demo writes them for their owner alone.
            shutil.copyfile(folder / each, SAMPLE / each)
            print(f"{SAMPLE / each}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
