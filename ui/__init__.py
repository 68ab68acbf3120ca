"""The desktop: windows over the same core, commands and views as the terminal."""

from __future__ import annotations

from ui.immortal import keep_alive

keep_alive()
