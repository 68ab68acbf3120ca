"""The same stage as the rehearsals': one finished demo, and sites to open at."""

from __future__ import annotations

from tests.rehearsals.conftest import (
    demo,
    memory,
    run_id,
    site_base,
    workspace,
)
