"""Plan, run and prove the ceremonies in which cryptographic keys live and die.

The rooms and the direction in which they may import each other are listed in
``docs/adr`` and enforced by import-linter (``pyproject.toml``).
"""

from typing import Final

VERSION: Final = "0.1.0"
"""The tool's version, as it is journalled in the first event of a ceremony."""
