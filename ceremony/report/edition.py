"""Which layout and edition a pack's pages have, as ``ceremony.closed`` records it.

Apart from the layout itself, so that the room that closes a ceremony names both
without loading what draws pages.
"""

from __future__ import annotations

from typing import Final

LAYOUT: Final = 1
"""The version of the layout, 1 and up."""

EDITION: Final = "full"
"""Everything is printed; no other edition exists yet."""
