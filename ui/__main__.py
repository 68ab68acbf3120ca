"""``python -m ui [WORKSPACE]``: open the window. ``ceremony desktop`` does the same."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs

from ui.app import harden, run


def main() -> int:
    """Open the window over the workspace that was named, else the platform's."""
    harden()
    named = sys.argv[1:]
    folder = Path(named[0]) if named else platformdirs.user_data_path("key-ceremony")
    return run(folder.absolute())


if __name__ == "__main__":
    sys.exit(main())
