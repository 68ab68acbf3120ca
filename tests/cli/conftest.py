"""The same stage as the rehearsals': one finished demo, and sites to open at."""

from __future__ import annotations

from tests.rehearsals.conftest import (  # noqa: F401  fixtures are used by their names
    demo,
    memory,
    run_id,
    site_base,
    workspace,
)
